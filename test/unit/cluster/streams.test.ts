import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lineSplitter, LONGEST_OBJECT_BYTES } from '../../../server/src/cluster/jsonLines.ts';
import { itemSplitter } from '../../../server/src/cluster/listItems.ts';

/** Cuts bytes at the given places, wherever these fall: within a character, a number, an escape. */
function cut(text: string, places: readonly number[]): Uint8Array[] {
  const bytes = Buffer.from(text);
  const at = [...new Set([0, ...places.map((place) => place % (bytes.length + 1)), bytes.length])].sort(
    (a, b) => a - b,
  );
  return at.slice(1).map((end, index) => bytes.subarray(at[index], end));
}

const chunks = fc.array(fc.nat(), { maxLength: 20 });

describe('lines', () => {
  const lines = (pieces: readonly Uint8Array[]): string[] => {
    const found: string[] = [];
    const splitter = lineSplitter((line) => found.push(line));
    for (const piece of pieces) splitter.push(piece);
    return splitter.pending() ? [...found, '(unfinished)'] : found;
  };

  test('are the same however the stream is cut', () => {
    const text = fc.array(fc.string({ unit: 'grapheme' }).filter((line) => line.trim() !== '' && !line.includes('\n')));
    fc.assert(
      fc.property(text, chunks, (expected, places) => {
        expect(lines(cut(expected.map((line) => `${line}\n`).join(''), places))).toEqual(expected);
      }),
    );
  });

  test('that are blank are left out; one without its end is known to be unfinished', () => {
    expect(lines([Buffer.from('{"a":1}\n\n\r\n{"b":')])).toEqual(['{"a":1}', '(unfinished)']);
  });

  test('longer than any object end the stream instead of filling the memory', () => {
    const piece = Buffer.alloc(1024 * 1024, 'x');
    const splitter = lineSplitter(() => undefined);
    expect(() => {
      for (let size = 0; size <= LONGEST_OBJECT_BYTES; size += piece.length) splitter.push(piece);
    }).toThrow('too long');
  });
});

describe('items of a list', () => {
  const split = (pieces: readonly Uint8Array[]): { items: unknown[]; envelope: unknown } => {
    const items: unknown[] = [];
    const splitter = itemSplitter((json) => items.push(JSON.parse(json)));
    for (const piece of pieces) splitter.push(piece);
    const end = splitter.end();
    return { items, envelope: end === undefined ? undefined : JSON.parse(end) };
  };

  test('and the rest are those that JSON.parse gives, however the answer is cut and spaced', () => {
    const list = fc.record({
      metadata: fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 })),
      items: fc.array(fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue({ maxDepth: 3 }))),
      kind: fc.constantFrom('PodList', 'items', '"items":['),
    });
    fc.assert(
      fc.property(list, chunks, fc.constantFrom(undefined, 2), (value, places, indent) => {
        const text = JSON.stringify(value, null, indent);
        expect(split(cut(text, places))).toEqual({
          items: (JSON.parse(text) as typeof value).items,
          envelope: { ...JSON.parse(text), items: [] },
        });
      }),
    );
  });

  test.each([
    ['metadata behind the items', '{"items":[{"a":1}],"metadata":{"continue":"x"}}', [{ a: 1 }]],
    ['items that are null', '{"items":null,"metadata":{}}', []],
    ['items inside an item', '{"items":[{"items":[{"b":2}]}]}', [{ items: [{ b: 2 }] }]],
    ['items of another field', '{"metadata":{"items":[{"c":3}]},"items":[]}', []],
  ])('%s', (_, text, items) => {
    expect(split(cut(text, [5, 11, 17])).items).toEqual(items);
  });

  test('an answer that breaks off is not taken for a whole one', () => {
    expect(split([Buffer.from('{"metadata":{},"items":[{"a":1}')])).toEqual({ items: [{ a: 1 }], envelope: undefined });
  });
});
