import { describe, expect, it } from 'vitest';
import { moved, within } from '../../../client/webview/matrix/gridMoves.ts';

const SIZE = { total: 50, page: 20 };

describe('keys in the matrix', () => {
  it.each([
    ['ArrowDown', false, { row: 3, column: 4 }, { row: 4, column: 4 }],
    ['ArrowUp', false, { row: 0, column: 4 }, { row: -1, column: 4 }],
    ['ArrowUp', false, { row: -1, column: 4 }, { row: -1, column: 4 }],
    ['ArrowLeft', false, { row: 3, column: 0 }, { row: 3, column: -1 }],
    ['ArrowRight', false, { row: 3, column: 49 }, { row: 3, column: 49 }],
    ['ArrowRight', true, { row: 3, column: 4 }, { row: 3, column: 49 }],
    ['PageDown', false, { row: 40, column: 4 }, { row: 49, column: 4 }],
    ['PageUp', false, { row: 30, column: 4 }, { row: 10, column: 4 }],
    ['Home', false, { row: 3, column: 4 }, { row: 3, column: -1 }],
    ['End', false, { row: 3, column: 4 }, { row: 3, column: 49 }],
    ['Home', true, { row: 3, column: 4 }, { row: -1, column: -1 }],
    ['End', true, { row: 3, column: 4 }, { row: 49, column: 49 }],
  ])('%s (with Ctrl: %s) leads from %o to %o', (key, control, from, to) => {
    expect(moved({ key, control }, from, SIZE)).toEqual(to);
  });

  it('leaves every other key alone', () => {
    expect(moved({ key: 'a', control: false }, { row: 3, column: 4 }, SIZE)).toBeUndefined();
  });

  it('keeps a place within a matrix that has become smaller', () => {
    expect(within({ row: 40, column: -1 }, 10)).toEqual({ row: 9, column: -1 });
    expect(within({ row: 3, column: 3 }, 0)).toEqual({ row: -1, column: -1 });
  });
});
