/** Completion in whatever a person may have written so far. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { complete, resolveCompletion } from '../../server/src/features/completion/complete.ts';
import { lineIndex } from '../../server/src/syntax/lineIndex.ts';
import { PLAIN_CLIENT, SNIPPET_CLIENT } from '../support/completions.ts';
import { anyEdit, anyText, edited, POLICY } from '../support/brokenTexts.ts';
import { SHOP } from '../support/shopManifests.ts';
import { snapshotOf, uriOf } from '../support/snapshotOf.ts';

const snapshot = snapshotOf(SHOP);

test('has an answer whose edits stand on one line and hold the cursor', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        anyText,
        anyEdit.map((edit) => edited(POLICY, edit)),
        anyText.map((rest) => `kind: NetworkPolicy\nspec:\n${rest}`),
      ),
      fc.nat(1000),
      fc.constantFrom('policy.yaml', 'policy.json', 'bulkhead.yaml'),
      fc.constantFrom(PLAIN_CLIENT, SNIPPET_CLIENT),
      (content, position, name, client) => {
        const offset = content === '' ? 0 : position % (content.length + 1);
        const lines = lineIndex(content);
        const list = complete(snapshot, { uri: uriOf(name), text: content }, offset, client);
        for (const item of list?.items ?? []) {
          resolveCompletion(item);
          if (item.textEdit === undefined || !('range' in item.textEdit)) throw new Error('an item without an edit');
          const { start, end } = item.textEdit.range;
          expect(start.line).toBe(end.line);
          expect(lines.offset(start)).toBeLessThanOrEqual(offset);
          expect(lines.offset(end)).toBeGreaterThanOrEqual(offset);
        }
      },
    ),
    { numRuns: 2000 },
  );
});
