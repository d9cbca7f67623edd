/** How an edge of the graph looks and what it says; colours and dashes of its state are in the style sheet. */
import type { PreviewEdge, PreviewEdgeState } from '../../../server/src/protocol/preview.ts';
import { l10n } from '../l10n.ts';
import { legible } from '../legible.ts';
import { SIGNS } from '../words.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** In the order of a legend and of the table: what matters first. */
export const EDGE_STATES: readonly PreviewEdgeState[] = ['removed', 'added', 'changed', 'unknown', 'unchanged'];

/** Radius of a bend, in the picture's units. */
const BEND = 6;
/** Characters of a label: more of it is in the table and below the picture. */
const LABEL = 24;

/** A line from end to end with rounded bends, as the `d` of a path. */
export function edgePath(points: readonly Point[]): string {
  const [first, ...rest] = points;
  if (first === undefined) return '';
  const parts = [`M${at(first)}`];
  rest.forEach((point, index) => {
    const next = rest[index + 1];
    const before = points[index] ?? first;
    if (next === undefined) return void parts.push(`L${at(point)}`);
    const radius = Math.min(BEND, distance(before, point) / 2, distance(point, next) / 2);
    parts.push(`L${at(towards(point, before, radius))}`, `Q${at(point)} ${at(towards(point, next, radius))}`);
  });
  return parts.join('');
}

/** Where a label is: so far along the line, from 0 to 1. */
export function pointAlong(points: readonly Point[], share: number): Point {
  const lengths = points.slice(1).map((point, index) => distance(points[index] ?? point, point));
  let left = lengths.reduce((sum, length) => sum + length, 0) * share;
  for (const [index, length] of lengths.entries()) {
    const [from, to] = [points[index], points[index + 1]];
    if (from !== undefined && to !== undefined && left <= length) return towards(from, to, left);
    left -= length;
  }
  return points[0] ?? { x: 0, y: 0 };
}

/** `− 5432/TCP`, `~ 80/TCP → 443/TCP`. */
export function edgeLabel({ state, before, after }: PreviewEdge): string {
  const ports = state === 'removed' ? before : before === after || before === '' ? after : arrow(before, after);
  const text = `${SIGNS[state]} ${ports}`.trim();
  return text.length <= LABEL ? text : `${text.slice(0, LABEL - 1)}…`;
}

/** `before 5432/TCP, after nothing · removed · 3 pairs`. */
export function edgeWords({ state, before, after, pairs }: PreviewEdge): string {
  return [
    l10n.t('before {0}, after {1}', portsText(before), portsText(after)),
    edgeStateWord(state),
    pairs === 1 ? l10n.t('1 pair') : l10n.t('{0} pairs', pairs),
  ].join(' · ');
}

export function edgeStateWord(state: PreviewEdgeState): string {
  switch (state) {
    case 'removed':
      return l10n.t('removed');
    case 'added':
      return l10n.t('added');
    case 'changed':
      return l10n.t('changed');
    case 'unknown':
      return l10n.t('not known');
    case 'unchanged':
      return l10n.t('unchanged');
  }
}

export function portsText(text: string): string {
  return text === '' ? l10n.t('nothing') : legible(text);
}

function arrow(before: string, after: string): string {
  return l10n.t('{0} → {1}', portsText(before), portsText(after));
}

function at({ x, y }: Point): string {
  return `${round(x)} ${round(y)}`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

function towards(from: Point, to: Point, length: number): Point {
  const whole = distance(from, to);
  const share = whole === 0 ? 0 : length / whole;
  return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share };
}
