import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { validateObject } from '../../server/src/syntax/apiServer/validateObject.ts';
import type { ParsedText } from '../../server/src/syntax/manifestDocument.ts';
import { parseManifests } from '../../server/src/syntax/parseManifests.ts';
import { anyEdit, anyText, edited, POLICY, WORKLOADS } from '../support/brokenTexts.ts';

/** Everything that is to be known of a text, every lazy part included. */
function everything({ template, documents }: ParsedText): object {
  return {
    template,
    documents: documents.map(({ start, document }) => {
      const { text, value, problems, duplicateKeys, objects, notEvaluated } = document;
      const faults = objects.map((object) => validateObject(document, object, { targetVersion: '1.36' }));
      return { start, text, value, problems, duplicateKeys, objects, notEvaluated, faults };
    }),
  };
}

describe('any text', () => {
  it('can be read, and every place that is named lies in it', () => {
    fc.assert(
      fc.property(
        fc.oneof(anyText, fc.constant(POLICY + WORKLOADS)),
        fc.array(anyEdit, { maxLength: 3 }),
        (seed, edits) => {
          const state = edits.reduce(edited, seed);
          const parsed = parseManifests(state);
          for (const { start, document } of parsed.documents) {
            expect(state.startsWith(document.text, start)).toBe(true);
            const places = [
              ...document.problems,
              ...document.duplicateKeys,
              ...document.objects.flatMap((object) => validateObject(document, object, { targetVersion: '1.36' })),
              ...document.notEvaluated,
            ].map(({ range }) => range ?? { start: 0, end: 0 });
            for (const range of places) {
              expect(range.start).toBeGreaterThanOrEqual(0);
              expect(range.end).toBeGreaterThanOrEqual(range.start);
              expect(range.end).toBeLessThanOrEqual(document.text.length);
            }
            for (const offset of [0, document.text.length >> 1, document.text.length])
              document.sourceMap.pathAt(offset);
          }
        },
      ),
      { numRuns: 1500 },
    );
  });

  it('read on from an earlier state gives what it gives read anew', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(POLICY, WORKLOADS, '---\na: 1\n'), { maxLength: 6 }),
        fc.array(anyEdit, { minLength: 1, maxLength: 5 }),
        (seed, edits) => {
          let state = seed.join('---\n');
          let parsed = parseManifests(state);
          for (const change of edits) {
            const before = { text: state, parsed };
            state = edited(state, change);
            parsed = parseManifests(state, before);
            expect(everything(parsed)).toEqual(everything(parseManifests(state)));
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});
