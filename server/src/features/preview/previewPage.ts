import type { Direction } from '../../model/networkPolicy.ts';
import type { PreviewEnd, PreviewFilter } from '../../protocol/preview.ts';

/** Rows of one answer at most. */
const MOST_ROWS = 500;

/** What a panel asks for of a list. */
export interface Page {
  readonly filter?: PreviewFilter;
  readonly offset: number;
  readonly limit: number;
}

export function paged<T>(items: readonly T[], { offset, limit }: Page): readonly T[] {
  const from = Math.max(0, Math.floor(offset));
  return items.slice(from, from + Math.min(MOST_ROWS, Math.max(0, Math.floor(limit))));
}

/** The two ends of a pair, by the direction in which the subject is meant. */
export function ends(
  direction: Direction,
  subject: PreviewEnd,
  other: PreviewEnd,
): { from: PreviewEnd; to: PreviewEnd } {
  return direction === 'ingress' ? { from: other, to: subject } : { from: subject, to: other };
}
