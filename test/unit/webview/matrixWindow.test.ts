import { describe, expect, it } from 'vitest';
import { askedWindow, covers, scrollToShow, windowOf } from '../../../client/webview/matrix/axisWindow.ts';

const AXIS = { scroll: 0, length: 440, item: 22, total: 1000 };

describe('the window of an axis', () => {
  it('begins at the first head and reaches a little beyond what is in view', () => {
    expect(windowOf(AXIS, 6, 90)).toEqual({ first: 0, end: 27 });
  });

  it('follows the scroll', () => {
    expect(windowOf({ ...AXIS, scroll: 2200 }, 6, 90)).toEqual({ first: 94, end: 127 });
  });

  it('ends with the axis', () => {
    expect(windowOf({ ...AXIS, scroll: 1000 * 22 - 440 }, 6, 90)).toEqual({ first: 974, end: 1000 });
  });

  it('shows the end of an axis that has become shorter than it is scrolled', () => {
    expect(windowOf({ ...AXIS, scroll: 9_000, total: 10 }, 6, 90)).toEqual({ first: 3, end: 10 });
  });

  it('holds no more than a page may have, however large the screen is', () => {
    expect(windowOf({ ...AXIS, length: 100_000 }, 6, 90)).toEqual({ first: 0, end: 90 });
  });

  it('is empty of an empty axis', () => {
    expect(windowOf({ ...AXIS, total: 0 }, 6, 90)).toEqual({ first: 0, end: 0 });
  });
});

describe('what is asked for', () => {
  it('is half a window more on both sides', () => {
    expect(askedWindow({ first: 100, end: 140 }, 110)).toEqual({ first: 80, end: 160 });
  });

  it('never has more than the server gives', () => {
    const { first, end } = askedWindow({ first: 100, end: 190 }, 110);
    expect({ first, end }).toEqual({ first: 90, end: 200 });
    expect(askedWindow({ first: 0, end: 130 }, 110)).toEqual({ first: 0, end: 110 });
  });

  it('is not asked for again while what is wanted is in it', () => {
    const asked = { first: 80, end: 160 };
    expect(covers(asked, { first: 90, end: 130 }, 1000)).toBe(true);
    expect(covers(asked, { first: 79, end: 130 }, 1000)).toBe(false);
    expect(covers(asked, { first: 90, end: 161 }, 1000)).toBe(false);
  });

  it('covers a window that reaches beyond the end of the axis', () => {
    expect(covers({ first: 80, end: 100 }, { first: 90, end: 130 }, 100)).toBe(true);
  });
});

describe('scrolling to a head', () => {
  const view = { ...AXIS, scroll: 2200 };

  it.each([
    ['above', 10, 220],
    ['in view', 105, undefined],
    ['the last that is in view as a whole', 119, undefined],
    ['just below', 120, 2222],
  ])('%s', (_, index, scroll) => {
    expect(scrollToShow(index, view)).toBe(scroll);
  });

  it('shows the beginning of a head for which there is no room', () => {
    expect(scrollToShow(200, { ...view, length: 5 })).toBe(4400);
  });
});
