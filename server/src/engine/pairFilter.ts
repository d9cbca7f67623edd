import type { Direction } from '../model/networkPolicy.ts';

/** Which ordered pairs of workloads, and of workloads with addresses outside, are asked for; workloads by position. */
export interface PairFilter {
  fromWorkload(source: number): boolean;
  pair(source: number, target: number): boolean;
  external(workload: number, direction: Direction): boolean;
  /** How many pairs have the workload as their source (`egress`) or target (`ingress`). */
  count(workload: number, direction: Direction): number;
}

export interface PairFilterOptions {
  readonly self?: boolean;
  /** Names of workloads; empty: all. */
  readonly focus?: readonly string[];
  readonly direction?: Direction;
}

export function pairFilter(names: readonly string[], options: PairFilterOptions): PairFilter {
  const { focus = [], direction, self = false } = options;
  const wanted = new Set(focus);
  const inFocus = names.map((name) => wanted.size === 0 || wanted.has(name));
  const focused = inFocus.filter(Boolean).length;
  /** Whether the workload's end of a pair in that direction is enough for the pair to be asked for. */
  const counts = (at: number, side: Direction): boolean => (direction ?? side) === side && (inFocus[at] as boolean);
  const itself = self ? 0 : 1;
  return {
    fromWorkload: (source) => counts(source, 'egress') || direction !== 'egress',
    pair: (source, target) => (self || source !== target) && (counts(source, 'egress') || counts(target, 'ingress')),
    external: (workload, side) => counts(workload, side),
    count: (workload, side) => {
      if (counts(workload, side)) return names.length - itself;
      const other = side === 'egress' ? 'ingress' : 'egress';
      if (direction === side) return 0;
      return focused - (counts(workload, other) ? itself : 0);
    },
  };
}
