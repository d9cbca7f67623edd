import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lineIndex } from '../../../server/src/syntax/lineIndex.ts';
import { sharedEnd, sharedStart } from '../../../server/src/syntax/sharedText.ts';

const text = fc
  .array(fc.constantFrom('a', 'b', '\n', '\r', '\r\n', '🦺'), { maxLength: 30 })
  .map((units) => units.join(''));

describe('what two texts have in common', () => {
  it.each([
    ['', '', 0, 0],
    ['abc', 'abc', 3, 3],
    ['abc', 'abxc', 2, 1],
    ['abc', 'xbc', 0, 2],
    ['aaa', 'aa', 2, 2],
  ])('%j and %j: %d at the start, %d at the end', (a, b, start, end) => {
    expect(sharedStart(a, b)).toBe(start);
    expect(sharedEnd(a, b)).toBe(end);
  });

  it('is what a comparison unit by unit finds', () => {
    fc.assert(
      fc.property(text, text, (a, b) => {
        const at = sharedStart(a, b);
        expect(a.slice(0, at)).toBe(b.slice(0, at));
        expect(at === Math.min(a.length, b.length) || a[at] !== b[at]).toBe(true);
        const end = sharedEnd(a, b);
        expect(a.slice(a.length - end)).toBe(b.slice(b.length - end));
        expect(end === Math.min(a.length, b.length) || a.at(-1 - end) !== b.at(-1 - end)).toBe(true);
      }),
    );
  });
});

describe('the lines of a text that is edited', () => {
  it('are those of the text measured by itself', () => {
    fc.assert(
      fc.property(text, fc.nat(), fc.nat(6), text, (before, at, removed, typed) => {
        const start = at % (before.length + 1);
        const after = before.slice(0, start) + typed + before.slice(start + removed);
        lineIndex(before);
        const index = lineIndex(after);
        const lines = after.split(/\r\n|\r|\n/);
        expect(index.position(after.length)).toEqual({ line: lines.length - 1, character: lines.at(-1)?.length });
        for (let offset = 0; offset < after.length; offset += 1) {
          const above = after.slice(0, offset + (after[offset - 1] === '\r' && after[offset] === '\n' ? 1 : 0));
          if (above.length === offset) expect(index.position(offset).line).toBe(above.split(/\r\n|\r|\n/).length - 1);
        }
      }),
      { numRuns: 500 },
    );
  });
});
