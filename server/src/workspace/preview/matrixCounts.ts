import { getOrMake } from '../../engine/changedTargets.ts';
import type { Direction } from '../../model/networkPolicy.ts';
import { hasPlace, type ChangeType } from './comparisonRows.ts';
import type { MatrixHead } from './matrixHeads.ts';
import type { ReachComparison } from './reachComparison.ts';

export interface CellCounts {
  lost: number;
  gained: number;
  changed: number;
  unknown: number;
}

/** What changes in each cell of a window, by `row * columns + column`; cells in which nothing does are absent. */
export function matrixCounts(
  { rows: changes, undecided }: ReachComparison,
  rows: readonly MatrixHead[],
  columns: readonly MatrixHead[],
): ReadonlyMap<number, CellCounts> {
  const axes = { row: new Axis(rows), column: new Axis(columns) };
  const cells = new Map<number, CellCounts>();
  const add = (row: number, column: number, type: ChangeType | 'unknown', count: number): void => {
    if (count === 0) return;
    const key = row * columns.length + column;
    getOrMake(cells, key, (): CellCounts => ({ lost: 0, gained: 0, changed: 0, unknown: 0 }))[type] += count;
  };
  const addPairs = (
    direction: Direction,
    subject: number,
    lists: readonly (readonly number[])[],
    type: ChangeType | 'unknown',
  ): void => {
    const [own, other] = direction === 'ingress' ? [axes.column, axes.row] : [axes.row, axes.column];
    for (const at of own.headsOf(subject)) {
      for (const places of lists) {
        const withSelf = hasPlace(places, subject);
        for (const [head, count] of other.histogram(places)) {
          // A workload's pair with itself is not meant.
          const self = withSelf && other.headsOf(subject).includes(head) ? 1 : 0;
          if (direction === 'ingress') add(head, at, type, count - self);
          else add(at, head, type, count - self);
        }
      }
    }
  };
  const addOutside = (direction: Direction, subject: number, type: ChangeType | 'unknown'): void => {
    const [own, other] = direction === 'ingress' ? [axes.column, axes.row] : [axes.row, axes.column];
    if (other.outside < 0) return;
    for (const at of own.headsOf(subject)) {
      if (direction === 'ingress') add(other.outside, at, type, 1);
      else add(at, other.outside, type, 1);
    }
  };
  for (const { direction, subject, others, addresses, type } of changes) {
    if (addresses !== undefined) addOutside(direction, subject, type);
    else addPairs(direction, subject, others, type);
  }
  for (const { direction, subjects, others } of undecided) {
    for (const subject of subjects) {
      if (others.kind === 'external') addOutside(direction, subject, 'unknown');
      else addPairs(direction, subject, [others.places], 'unknown');
    }
  }
  return cells;
}

/** The heads of one axis by the workloads that they stand for. */
class Axis {
  /** Index of the head of addresses outside; -1 where it is not in the window. */
  readonly outside: number;
  readonly #heads = new Map<number, number[]>();
  readonly #histograms = new Map<readonly number[], readonly (readonly [head: number, count: number])[]>();

  constructor(heads: readonly MatrixHead[]) {
    this.outside = heads.findIndex(({ kind }) => kind === 'outside');
    heads.forEach(({ places }, head) => {
      for (const place of places) getOrMake(this.#heads, place, (): number[] => []).push(head);
    });
  }

  /** A workload is in its own head and in its namespace's. */
  headsOf(place: number): readonly number[] {
    return this.#heads.get(place) ?? NONE;
  }

  /** How many of some workloads are in each head; worked out once for each list. */
  histogram(places: readonly number[]): readonly (readonly [head: number, count: number])[] {
    return getOrMake(this.#histograms, places, () => {
      const counts = new Map<number, number>();
      for (const place of places) {
        for (const head of this.headsOf(place)) counts.set(head, (counts.get(head) ?? 0) + 1);
      }
      return [...counts];
    });
  }
}

const NONE: readonly number[] = [];
