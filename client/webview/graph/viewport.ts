/** How the picture is moved and scaled: a point `p` of it is drawn at `p × scale + (x, y)`, in CSS pixels. */
import type { PreviewGraph, PreviewNode } from '../../../server/src/protocol/preview.ts';
import type { Point } from './edgeLooks.ts';

export interface Viewport extends Point {
  readonly scale: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

const LEAST = 0.1;
const MOST = 4;
/** Smaller than this no name can be read: a picture that is too large begins at its focus instead. */
const LEAST_LEGIBLE = 0.45;
const MARGIN = 16;

/** Room for the label of a line that is the last thing on the right. */
const LABEL = 40;

/** The size of the picture with its lines, which may lead around the last column. */
export function extentOf({ width, height, edges }: PreviewGraph): Size {
  const right = edges.reduce((most, { points }) => points.reduce((far, { x }) => Math.max(far, x), most), 0);
  return { width: Math.max(width, right + LABEL), height };
}

/** The whole picture where it can be read, and else the surroundings of `focus`. Never larger than it is. */
export function fitted(picture: Size, window: Size, focus?: Point): Viewport {
  const room = { width: window.width - 2 * MARGIN, height: window.height - 2 * MARGIN };
  const whole = Math.min(room.width / picture.width, room.height / picture.height, 1);
  const scale = Number.isFinite(whole) ? Math.max(whole, LEAST_LEGIBLE) : 1;
  const middle = { x: picture.width / 2, y: picture.height / 2 };
  const axis = (length: number, has: number, wanted: number): number => {
    if (length * scale <= has - 2 * MARGIN) return (has - length * scale) / 2;
    // Nothing but the picture is to be seen where it is larger than the window.
    return Math.max(has - MARGIN - length * scale, Math.min(MARGIN, has / 2 - wanted * scale));
  };
  const centre = focus ?? middle;
  return {
    scale,
    x: axis(picture.width, window.width, centre.x),
    y: axis(picture.height, window.height, centre.y),
  };
}

/** Larger or smaller, while what is at `point` of the window stays there. */
export function zoomed({ x, y, scale }: Viewport, factor: number, point: Point): Viewport {
  const next = Math.max(LEAST, Math.min(MOST, scale * factor));
  const grown = next / scale;
  return { scale: next, x: point.x - (point.x - x) * grown, y: point.y - (point.y - y) * grown };
}

export function panned({ x, y, scale }: Viewport, dx: number, dy: number): Viewport {
  return { x: x + dx, y: y + dy, scale };
}

/** So far that `box` is in view; unchanged where it is. */
export function showing(
  viewport: Viewport,
  box: Pick<PreviewNode, 'x' | 'y' | 'width' | 'height'>,
  window: Size,
): Viewport {
  const { scale } = viewport;
  const axis = (start: number, length: number, offset: number, room: number): number => {
    const from = start * scale + offset;
    const to = from + length * scale;
    if (from < MARGIN) return MARGIN - from;
    return to > room - MARGIN ? Math.max(room - MARGIN - to, MARGIN - from) : 0;
  };
  return panned(
    viewport,
    axis(box.x, box.width, viewport.x, window.width),
    axis(box.y, box.height, viewport.y, window.height),
  );
}

/**
 * How far the new picture lies from the old one, in its units: measured at what stands in both, at the focus or else
 * next to the middle of the window, so that an eye that rests there finds it again.
 */
export function shiftOf(
  before: readonly PreviewNode[],
  after: readonly PreviewNode[],
  viewport: Viewport,
  window: Size,
): Point {
  const middle = {
    x: (window.width / 2 - viewport.x) / viewport.scale,
    y: (window.height / 2 - viewport.y) / viewport.scale,
  };
  const old = new Map(before.map((node) => [node.id, node]));
  let best: { readonly shift: Point; readonly far: number } | undefined;
  for (const node of after) {
    const was = old.get(node.id);
    if (was === undefined || node.kind === 'namespace') continue;
    const far = node.focus && was.focus ? -1 : Math.hypot(was.x - middle.x, was.y - middle.y);
    if (best === undefined || far < best.far) best = { shift: { x: node.x - was.x, y: node.y - was.y }, far };
  }
  return best?.shift ?? { x: 0, y: 0 };
}

export function transformOf({ x, y, scale }: Viewport): string {
  return `translate(${x.toFixed(1)} ${y.toFixed(1)}) scale(${scale.toFixed(4)})`;
}
