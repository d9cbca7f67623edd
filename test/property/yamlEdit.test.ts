import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FieldPath, JsonValue } from '../../server/src/model/manifest.ts';
import { nestedValue, valueAt, withKey, withoutEntry, withValue } from '../../server/src/syntax/jsonEdit.ts';
import { readDocument } from '../../server/src/syntax/readDocument.ts';
import { applyChanges, changesInSteps, type TextChange } from '../../server/src/syntax/textChange.ts';
import { appendItem, removeAt, renameKey, setField } from '../../server/src/syntax/yamlEdit.ts';
import { styledYaml } from '../support/styledYaml.ts';

const word = fc.constantFrom(
  'app',
  'web',
  'on',
  '010',
  '1e3',
  'a b',
  "it's",
  '',
  '::1/64',
  'é',
  '- x',
  '# x',
  'x: y',
  '---',
);
const key = fc.oneof(fc.constantFrom('spec', 'podSelector', 'from', 'ports', 'a/b'), word, fc.constant('constructor'));
const scalar = fc.oneof(word, fc.integer({ min: -9, max: 70000 }), fc.boolean(), fc.constant(null));
const { value } = fc.letrec<{ value: JsonValue; list: JsonValue[]; map: JsonValue }>((tie) => ({
  value: fc.oneof({ depthSize: 'small' }, scalar, tie('list'), tie('map')),
  list: fc.array(tie('value'), { maxLength: 3 }),
  map: fc
    .uniqueArray(fc.tuple(key, tie('value')), { maxLength: 3, selector: ([name]) => name })
    .map((entries) => Object.fromEntries(entries)),
}));
const root = fc
  .uniqueArray(fc.tuple(key, value), { minLength: 1, maxLength: 4, selector: ([name]) => name })
  .map((entries): JsonValue => Object.fromEntries(entries));

/** Every path that is written in a value. */
function pathsOf(of: JsonValue, path: FieldPath = []): FieldPath[] {
  if (typeof of !== 'object' || of === null) return [path];
  const entries = Array.isArray(of) ? [...of.entries()] : Object.entries(of);
  return [path, ...entries.flatMap(([step, item]) => pathsOf(item, [...path, step]))];
}

interface Edited {
  readonly changes: readonly TextChange[] | undefined;
  readonly expected: JsonValue | undefined;
}

type Edit = 'set' | 'append' | 'remove' | 'rename' | 'add';

function edited(text: string, before: JsonValue, edit: Edit, path: FieldPath, name: string, to: JsonValue): Edited {
  const document = readDocument(text);
  switch (edit) {
    case 'set':
      return { changes: setField(document, path, to), expected: withValue(before, path, to) };
    case 'add':
      return { changes: setField(document, [...path, name], to), expected: withValue(before, [...path, name], to) };
    case 'append': {
      const list = valueAt(before, path);
      const at = Array.isArray(list) ? list.length : 0;
      return { changes: appendItem(document, path, to), expected: withValue(before, [...path, at], to) };
    }
    case 'remove':
      return { changes: removeAt(document, path), expected: withoutEntry(before, path) };
    case 'rename':
      return { changes: renameKey(document, path, name), expected: withKey(before, path, name) };
  }
}

describe('an edit by path', () => {
  it('gives exactly the value asked for, in every style, and keeps every comment outside of what it replaces', () => {
    let done = 0;
    fc.assert(
      fc.property(
        root,
        fc.infiniteStream(fc.nat(1000)),
        fc.constantFrom<Edit>('set', 'append', 'remove', 'rename', 'add'),
        fc.nat(),
        key,
        value,
        (before, choices, edit, at, name, to) => {
          const text = styledYaml(before, (most) => (choices.next().value ?? 0) % most);
          expect(readDocument(text).value, text).toEqual(before);
          const paths = pathsOf(before).filter((path) => path.length > 0);
          const path = paths[at % paths.length] ?? [];
          fc.pre(edit !== 'add' || valueAt(before, [...path, name]) === undefined);
          const { changes, expected } = edited(text, before, edit, path, name, to);
          if (expected === undefined) {
            expect(changes).toBeUndefined();
            return;
          }
          // The root stays a map with an entry: an empty document has no place for an edit.
          if (edit === 'remove' && path.length === 1 && Object.keys(before as object).length === 1) return;
          expect(changes, `${edit} ${path.join('.')} ${name} ${JSON.stringify(to)}\n${text}`).toBeDefined();
          const after = applyChanges(text, changes ?? []);
          expect(readDocument(after)).toMatchObject({ value: expected, problems: [] });
          if (edit === 'append' || edit === 'add' || edit === 'rename') {
            expect(after.match(COMMENT) ?? [], `${text}\n${after}`).toEqual(text.match(COMMENT) ?? []);
          }
          done++;
        },
      ),
      { numRuns: 2000 },
    );
    expect(done).toBeGreaterThan(1000);
  });

  it('reads what it added back by the path that it was added at', () => {
    const nested = nestedValue(['a', 0, 'b'], 1);
    expect(valueAt(nested, ['a', 0, 'b'])).toBe(1);
  });
});

const COMMENT = /#\d+;/g;

describe('edits in steps', () => {
  const change = fc.record({ at: fc.nat(30), removed: fc.nat(6), newText: fc.string({ maxLength: 4 }) });

  it('are together what they are one after another', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 30 }), fc.array(change, { maxLength: 6 }), (text, edits) => {
        let last = text;
        const steps = edits.map(({ at, removed, newText }) => (current: string) => {
          const start = Math.min(at, current.length);
          const changes = [{ range: { start, end: Math.min(start + removed, current.length) }, newText }];
          last = applyChanges(current, changes);
          return changes;
        });
        const together = changesInSteps(text, steps);
        expect(applyChanges(text, together ?? [])).toBe(last);
      }),
    );
  });
});
