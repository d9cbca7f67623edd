import { alignFeatures } from '../../engine/alignFeatures.ts';
import type { CompiledCluster } from '../../engine/compiledCluster.ts';
import { withStates, type DecodedChange } from './applyEffect.ts';
import { gapsBetween, type Gap } from './applyGap.ts';

/** In which order several changes are made, and what that denies for a while. */
export interface ApplyOrder {
  /** Places in the list of changes: Namespaces first. */
  readonly order: readonly number[];
  /** By the number of changes made when they are there; empty where the order is a safe one. */
  readonly gaps: readonly { readonly after: number; readonly gaps: readonly Gap[] }[];
  /** Every order was looked at, so that another one is no better; else only some were. */
  readonly complete: boolean;
}

/** So many states are compared before the search for an order without a gap ends. */
const MOST_CHECKS = 600;

/**
 * An order of changes in which no state on the way denies traffic that the first and the last state both allow: allowing
 * before isolating, a new name before the old one goes. Where there is none, the order that denies least at each step,
 * with what it denies.
 */
export function applyOrder(first: CompiledCluster, changes: readonly DecodedChange[]): ApplyOrder {
  const steps = orderSteps(first, changes);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** The same, a state at a time: on a large cluster a search of many changes takes seconds. */
export function* orderSteps(
  first: CompiledCluster,
  changes: readonly DecodedChange[],
): Generator<void, ApplyOrder, void> {
  const places = changes.map((_, index) => index);
  const namespaces = places.filter((index) => changes[index]?.target.kind === 'Namespace');
  const policies = places.filter((index) => changes[index]?.target.kind !== 'Namespace');
  if (changes.length < 2) return { order: places, gaps: [], complete: true };
  const started = withStates(first, changes, ({ before }) => before);
  const last = withStates(started, changes, ({ after }) => after);
  // Classes have to be the same ones in every state, or what one takes could not be compared with what another gives.
  const begin = alignFeatures(started, last.features);
  const search = new Search(begin, last, changes);
  const gaps: { after: number; gaps: readonly Gap[] }[] = [];
  let state = begin;
  for (const [at, index] of namespaces.entries()) {
    state = search.step(state, index);
    const denied = at + 1 < changes.length ? search.gaps(state) : [];
    if (denied.length > 0) gaps.push({ after: at + 1, gaps: denied });
  }
  const safe = yield* search.safeOrder(state, policies);
  if (safe !== undefined) return { order: [...namespaces, ...safe], gaps, complete: true };
  const { complete } = search;
  const order = [...namespaces];
  const left = [...policies];
  while (left.length > 0) {
    const best = yield* search.leastGap(state, left);
    order.push(best.index);
    left.splice(left.indexOf(best.index), 1);
    state = best.state;
    if (left.length > 0 && best.gaps.length > 0) gaps.push({ after: order.length, gaps: best.gaps });
  }
  return { order, gaps, complete };
}

class Search {
  readonly #first: CompiledCluster;
  readonly #last: CompiledCluster;
  readonly #changes: readonly DecodedChange[];
  /** Sets of changes that were made and from which no safe way leads on. */
  readonly #deadEnds = new Set<string>();
  #checks = 0;

  constructor(first: CompiledCluster, last: CompiledCluster, changes: readonly DecodedChange[]) {
    this.#first = first;
    this.#last = last;
    this.#changes = changes;
  }

  get complete(): boolean {
    return this.#checks < MOST_CHECKS;
  }

  step(state: CompiledCluster, index: number): CompiledCluster {
    const change = this.#changes[index];
    return change === undefined ? state : withStates(state, [change], ({ after }) => after);
  }

  gaps(state: CompiledCluster): readonly Gap[] {
    this.#checks += 1;
    return gapsBetween(this.#first, state, this.#last);
  }

  /** Undefined where there is none, or none was found in time. */
  *safeOrder(state: CompiledCluster, left: readonly number[]): Generator<void, readonly number[] | undefined, void> {
    if (left.length < 2) return left;
    const key = left.join();
    if (this.#deadEnds.has(key)) return undefined;
    for (const index of left) {
      if (!this.complete) return undefined;
      yield;
      const next = this.step(state, index);
      if (this.gaps(next).length > 0) continue;
      const rest = yield* this.safeOrder(
        next,
        left.filter((other) => other !== index),
      );
      if (rest !== undefined) return [index, ...rest];
    }
    this.#deadEnds.add(key);
    return undefined;
  }

  /** The next change after which the fewest pairs are denied. */
  *leastGap(
    state: CompiledCluster,
    left: readonly number[],
  ): Generator<void, { readonly index: number; readonly state: CompiledCluster; readonly gaps: readonly Gap[] }, void> {
    let best: { index: number; state: CompiledCluster; gaps: readonly Gap[]; size: number } | undefined;
    for (const index of left) {
      yield;
      const next = this.step(state, index);
      const gaps = this.gaps(next);
      const size = gaps.reduce((sum, gap) => sum + sizeOf(gap), 0);
      if (best === undefined || size < best.size) best = { index, state: next, gaps, size };
      if (size === 0 || left.length > MOST_COMPARED) break;
    }
    return best ?? { index: left[0] ?? 0, state, gaps: [] };
  }
}

/** With more changes than this the next one is taken as it comes. */
const MOST_COMPARED = 40;

function sizeOf({ from, to }: Gap): number {
  const ends = (end: Gap['from']): number => ('workloads' in end ? end.workloads.length : end.cidrs.length);
  return ends(from) * ends(to);
}
