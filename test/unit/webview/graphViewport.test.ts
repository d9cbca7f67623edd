import { describe, expect, it } from 'vitest';
import { fitText } from '../../../client/webview/graph/fitText.ts';
import { fitted, panned, shiftOf, showing, zoomed } from '../../../client/webview/graph/viewport.ts';
import type { PreviewNode } from '../../../server/src/protocol/preview.ts';

const WINDOW = { width: 832, height: 632 };

function node(id: string, x: number, y: number, focus = false): PreviewNode {
  const rest = { label: id, detail: '', pods: 1, workloads: 1, badges: [], leadsTo: null };
  return { id, kind: 'workload', x, y, width: 100, height: 40, focus, ...rest };
}

describe('fitting the picture', () => {
  it('draws a small one as large as it is, in the middle', () => {
    expect(fitted({ width: 400, height: 200 }, WINDOW)).toEqual({ scale: 1, x: 216, y: 216 });
  });

  it('draws a larger one smaller', () => {
    expect(fitted({ width: 1600, height: 200 }, WINDOW)).toEqual({ scale: 0.5, x: 16, y: 266 });
  });

  it('draws no name too small to be read: the focus is in view instead', () => {
    const { scale, x } = fitted({ width: 20_000, height: 200 }, WINDOW, { x: 10_000, y: 100 });
    expect(scale).toBe(0.45);
    expect(10_000 * scale + x).toBe(416);
  });

  it('shows no emptiness beside a picture that is larger than the window', () => {
    expect(fitted({ width: 20_000, height: 200 }, WINDOW, { x: 0, y: 0 }).x).toBe(16);
    const end = fitted({ width: 20_000, height: 200 }, WINDOW, { x: 20_000, y: 0 });
    expect(20_000 * end.scale + end.x).toBe(816);
  });

  it('survives an empty picture', () => {
    expect(fitted({ width: 0, height: 0 }, WINDOW)).toEqual({ scale: 1, x: 416, y: 316 });
  });
});

describe('moving the picture', () => {
  const viewport = { x: 10, y: 20, scale: 1 };

  it('keeps what is below the pointer there while it grows', () => {
    const point = { x: 110, y: 220 };
    const grown = zoomed(viewport, 2, point);
    expect({ x: 100 * grown.scale + grown.x, y: 200 * grown.scale + grown.y }).toEqual(point);
  });

  it('grows and shrinks within bounds', () => {
    expect(zoomed(viewport, 1000, { x: 0, y: 0 }).scale).toBe(4);
    expect(zoomed(viewport, 0.0001, { x: 0, y: 0 }).scale).toBe(0.1);
  });

  it('stays where it is while what has the focus is in view', () => {
    expect(showing(viewport, node('a', 100, 100), WINDOW)).toEqual(viewport);
  });

  it('brings what has the focus into view, and no further', () => {
    expect(showing(viewport, node('a', 1000, 100), WINDOW)).toEqual({ scale: 1, x: -284, y: 20 });
    expect(showing(viewport, node('a', -500, 100), WINDOW)).toEqual({ scale: 1, x: 516, y: 20 });
  });
});

describe('the place of the picture while one types', () => {
  const viewport = { x: 0, y: 0, scale: 1 };

  it('is that of the focus', () => {
    const before = [node('web', 400, 300), node('db', 10, 10, true)];
    const after = [node('web', 400, 300), node('db', 30, 50, true)];
    expect(shiftOf(before, after, viewport, WINDOW)).toEqual({ x: 20, y: 40 });
  });

  it('is that of what is next to the middle of the window, without one', () => {
    const before = [node('web', 400, 300), node('db', 10, 10)];
    const after = [node('web', 405, 300), node('db', 30, 50)];
    expect(shiftOf(before, after, viewport, WINDOW)).toEqual({ x: 5, y: 0 });
  });

  it('lets what has the focus stand still', () => {
    const shift = shiftOf([node('db', 10, 10, true)], [node('db', 30, 50, true)], viewport, WINDOW);
    const moved = panned(viewport, -shift.x, -shift.y);
    expect({ x: 30 + moved.x, y: 50 + moved.y }).toEqual({ x: 10, y: 10 });
  });

  it('stays where nothing of the old picture is left', () => {
    expect(shiftOf([node('a', 1, 1)], [node('b', 9, 9)], viewport, WINDOW)).toEqual({ x: 0, y: 0 });
  });
});

describe('a name in its box', () => {
  const measure = (text: string): number => text.length * 7;

  it('is whole where there is room', () => {
    expect(fitText('frontend', 100, measure)).toBe('frontend');
  });

  it('is cut off where there is none', () => {
    expect(fitText('a'.repeat(253), 70, measure)).toBe(`${'a'.repeat(9)}…`);
  });

  it('is cut between characters as people see them', () => {
    expect(fitText('ab👩‍👩‍👧cd', 7 * 8, measure)).toBe('ab…');
  });

  it('ends even where its characters take no room', () => {
    expect(fitText('x'.repeat(10_000), 100, () => 0)).toHaveLength(500);
  });
});
