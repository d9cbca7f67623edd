import type { Direction } from '../model/networkPolicy.ts';
import { NO_ADDRESSES, isEmpty, union, type AddressSet } from './addressSet.ts';
import { aligned } from './alignedVersions.ts';
import { BlanketRows } from './blanketRows.ts';
import type { ChangeCause } from './changeCauses.ts';
import { getOrMake } from './changedTargets.ts';
import {
  comparedCauses,
  comparedState,
  externalChanges,
  pairChange,
  type ComparedStates,
  type ComparedWorkload,
} from './comparedPair.ts';
import type { CompiledCluster } from './compiledCluster.ts';
import type { DeltaPorts, DeltaRectangle } from './deltaRectangles.ts';
import { hasDoubts } from './hasDoubts.ts';
import { clusterHasIpv6 } from './ipv6.ts';
import { policyDelta } from './policyDelta.ts';
import { isCertainChange, isUndecided, type PortChange } from './portChange.ts';
import type { PortRange } from './portSpecs.ts';
import { hasSamePods } from './samePods.ts';
import { unitsOnNodes } from './unitsOnNodes.ts';
import { workloadIndex, type WorkloadIndex } from './workloadIndex.ts';
import { policiesText } from './workloadFingerprint.ts';

/**
 * Pairs of workloads whose connections change alike: of every subject with each of the others, or with addresses
 * outside. Workloads by place. A workload's pair with itself is not meant, also where it is on both sides.
 */
export interface DeltaBlock {
  /** Whose policies changed: `ingress`: those of the destinations, which are the subjects. */
  readonly direction: Direction;
  readonly subjects: readonly number[];
  readonly others: DeltaOthers;
  readonly change: PortChange;
  /** Why the first of the pairs changed; the others have the same rules and policies of the subjects to thank. */
  readonly causes: readonly ChangeCause[];
}

export type DeltaOthers =
  | { readonly kind: 'workloads'; readonly places: readonly number[] }
  | { readonly kind: 'external'; readonly addresses: AddressSet };

/** Pairs of which it is not decided whether they change; as in `DeltaBlock`. */
export interface UndecidedBlock {
  readonly direction: Direction;
  readonly subjects: readonly number[];
  readonly others: DeltaOthers;
}

export interface WorkloadDelta {
  readonly states: ComparedStates;
  readonly workloads: readonly ComparedWorkload[];
  /** Certain changes; no pair is in two of them. */
  readonly changes: readonly DeltaBlock[];
  readonly undecided: readonly UndecidedBlock[];
}

/**
 * The changes that `diffClusters` tells of two states that differ in policies only, found from what the edit touched
 * and told as blocks rather than pairs. Undefined where the states differ in more than that.
 */
export function workloadDelta(before: CompiledCluster, after: CompiledCluster): WorkloadDelta | undefined {
  if (before.facts !== after.facts || !hasSamePods(before, after)) return undefined;
  const old = aligned(before, after);
  const now = aligned(after, before);
  const delta = policyDelta(old, now);
  if (delta === undefined) return undefined;
  return new BlockBuilder({ before, after, old, now }, delta.rectangles).build();
}

interface Versions {
  readonly before: CompiledCluster;
  readonly after: CompiledCluster;
  /** The same with classes as fine as both ask for. */
  readonly old: CompiledCluster;
  readonly now: CompiledCluster;
}

class BlockBuilder {
  readonly #versions: Versions;
  readonly #rectangles: readonly DeltaRectangle[];
  readonly #states: ComparedStates;
  readonly #index: WorkloadIndex;
  readonly #workloads: readonly ComparedWorkload[];
  readonly #changes: DeltaBlock[] = [];
  readonly #undecided: UndecidedBlock[] = [];
  /** By pair of units. */
  readonly #known = new Map<number, PortChange>();
  /** Pairs of units that are told, because pods of one workload are not all alike. */
  readonly #told = new Set<number>();

  constructor(versions: Versions, rectangles: readonly DeltaRectangle[]) {
    const { before, after, now } = versions;
    this.#versions = versions;
    this.#rectangles = rectangles;
    const { ports } = after.facts;
    this.#states = {
      before: comparedState(before, ports),
      after: comparedState(after, ports),
      ipv6: clusterHasIpv6(before) || clusterHasIpv6(after),
    };
    this.#index = workloadIndex(now);
    this.#workloads = comparedWorkloads(workloadIndex(before), workloadIndex(after));
  }

  build(): WorkloadDelta {
    for (const rectangle of this.#rectangles) this.#addRectangle(rectangle);
    const touched = { ingress: this.#touched('ingress'), egress: this.#touched('egress') };
    for (const direction of ['ingress', 'egress'] as const) {
      for (const unit of touched[direction]) this.#addExternals(unit, direction);
    }
    this.#addUndecided(touched);
    return {
      states: this.#states,
      workloads: this.#workloads,
      changes: this.#changes,
      undecided: this.#undecided,
    };
  }

  #addRectangle({ direction, from, to, before, after, causes }: DeltaRectangle): void {
    if (from.kind === 'external' || to.kind === 'external') return;
    const [targets, peers] = direction === 'ingress' ? [to, from] : [from, to];
    const subjects = this.#places(targets.classes);
    const others = this.#places(peers.classes);
    const change = { before: this.#range(before), after: this.#range(after) };
    if (subjects.alike.length > 0 && others.alike.length > 0) {
      this.#add(direction, subjects.alike, others.alike, change, causes);
    }
    if (subjects.mixed.length === 0 && others.mixed.length === 0) return;
    // Which pods of a workload it is decides: the pair is what holds for any of them.
    const [own, all] = [this.#unitsOf(subjects), this.#unitsOf(others)];
    for (const subject of own.all) {
      for (const other of own.mixed.has(subject) ? all.all : all.mixed) {
        const [source, target] = direction === 'ingress' ? [other, subject] : [subject, other];
        const key = this.#key(source, target);
        if (this.#told.has(key)) continue;
        this.#told.add(key);
        const whole = this.#unitChange(source, target);
        const why = comparedCauses(this.#states, this.#first(source), this.#first(target), whole);
        this.#add(direction, this.#unit(subject), this.#unit(other), whole, why);
      }
    }
  }

  #add(
    direction: Direction,
    subjects: readonly number[],
    others: readonly number[],
    change: PortChange,
    causes: readonly ChangeCause[],
  ): void {
    if (!isCertainChange(this.#states.after.ports, change)) return;
    if (subjects.length === 1 && others.length === 1 && subjects[0] === others[0]) return;
    this.#changes.push({ direction, subjects, others: { kind: 'workloads', places: others }, change, causes });
  }

  /** Workloads all of whose pods are of one of these classes, and those of which only some are. */
  #places(classes: readonly number[]): Places {
    const { ofClass, list } = this.#index;
    const alike: number[] = [];
    const mixed = new Set<number>();
    for (const id of classes) {
      for (const place of ofClass.get(id) ?? []) {
        if (list[place]?.classes.length === 1) alike.push(place);
        else mixed.add(place);
      }
    }
    return { alike: classes.length > 1 ? alike.sort((a, b) => a - b) : alike, mixed: [...mixed] };
  }

  #unitsOf({ alike, mixed }: Places): { readonly all: ReadonlySet<number>; readonly mixed: ReadonlySet<number> } {
    const { unitOf } = this.#index;
    const units = (places: readonly number[]): Set<number> => new Set(places.map((at) => unitOf[at] as number));
    const own = units(mixed);
    return { all: new Set([...own, ...units(alike)]), mixed: own };
  }

  #unit(unit: number): readonly number[] {
    return this.#index.units[unit] as readonly number[];
  }

  #first(unit: number): ComparedWorkload {
    return this.#workloads[this.#unit(unit)[0] as number] as ComparedWorkload;
  }

  #key(source: number, target: number): number {
    return source * this.#index.units.length + target;
  }

  #unitChange(source: number, target: number): PortChange {
    return getOrMake(this.#known, this.#key(source, target), () =>
      pairChange(this.#states, this.#first(source), this.#first(target)),
    );
  }

  /** Units of which the policies in a direction do not say the same in both states. */
  #touched(direction: Direction): ReadonlySet<number> {
    const { before, after } = this.#versions;
    const { ofClass, unitOf } = this.#index;
    const units = new Set<number>();
    for (const id of this.#changedClasses())
      for (const place of ofClass.get(id) ?? []) units.add(unitOf[place] as number);
    const differs = (unit: number): boolean => {
      const workload = this.#first(unit);
      if (workload.before === undefined || workload.after === undefined) return true;
      return policiesText(before, workload.before, direction) !== policiesText(after, workload.after, direction);
    };
    return new Set([...units].filter(differs));
  }

  #changedClasses(): Iterable<number> {
    const { old, now } = this.#versions;
    return old.layers === now.layers ? old.classes.differences(now.classes) : this.#index.ofClass.keys();
  }

  #addExternals(unit: number, direction: Direction): void {
    let undecided: AddressSet = NO_ADDRESSES;
    const subjects = this.#unit(unit);
    for (const { addresses, change } of externalChanges(this.#states, this.#first(unit), direction)) {
      if (isUndecided(change)) undecided = union(undecided, addresses);
      if (!isCertainChange(this.#states.after.ports, change)) continue;
      const [from, to] = direction === 'egress' ? [this.#first(unit), addresses] : [addresses, this.#first(unit)];
      const causes = comparedCauses(this.#states, from, to, change);
      this.#changes.push({ direction, subjects, others: { kind: 'external', addresses }, change, causes });
    }
    if (!isEmpty(undecided)) {
      this.#undecided.push({ direction, subjects, others: { kind: 'external', addresses: undecided } });
    }
  }

  /** A pair is not decided where either state is not, and where anything changed that decides about it. */
  #addUndecided({ ingress, egress }: Readonly<Record<Direction, ReadonlySet<number>>>): void {
    const { before, old, now } = this.#versions;
    const onNodes = unitsOnNodes(this.#index);
    const doubtful = doubtsOf(before) || hasDoubts(now, this.#changedClasses());
    if (!doubtful && onNodes.size === 0) return;
    const all = this.#index.units.map((_, unit) => unit);
    const everybody = this.#index.list.map((_, place) => place);
    const states = doubtful ? [old, now].map((cluster) => new BlanketRows(cluster, this.#index)) : [];
    for (const direction of ['ingress', 'egress'] as const) {
      for (const unit of direction === 'ingress' ? ingress : egress) {
        let count = 0;
        const undecided: number[] = [];
        for (const other of doubtful || onNodes.has(unit) ? all : onNodes) {
          // Told from the destination's side where both changed.
          if (direction === 'egress' && ingress.has(other)) continue;
          const [source, target] = direction === 'ingress' ? [other, unit] : [unit, other];
          const isSure = states.some((state) => state.isSurelyUndecided(source, target));
          if (!isSure && !isUndecided(this.#unitChange(source, target))) continue;
          undecided.push(other);
          count += this.#unit(other).length;
        }
        const subjects = this.#unit(unit);
        // One list for all of whom nothing is known of anybody.
        const places =
          count === everybody.length
            ? everybody
            : undecided.flatMap((other) => this.#unit(other)).sort((a, b) => a - b);
        if (places.length === 0 || (places.length === 1 && subjects.length === 1 && places[0] === subjects[0]))
          continue;
        this.#undecided.push({ direction, subjects, others: { kind: 'workloads', places } });
      }
    }
  }

  #range({ certain, possible }: DeltaPorts): PortRange {
    const { ports } = this.#states.after;
    const known = ports.fromConnections(certain);
    return { certain: known, possible: possible === undefined ? known : ports.fromConnections(possible) };
  }
}

interface Places {
  readonly alike: readonly number[];
  readonly mixed: readonly number[];
}

const comparisons = new WeakMap<WorkloadIndex, { readonly with: WorkloadIndex; readonly list: ComparedWorkload[] }>();

function comparedWorkloads(before: WorkloadIndex, after: WorkloadIndex): readonly ComparedWorkload[] {
  const known = comparisons.get(after);
  if (known?.with === before) return known.list;
  const list = after.list.map((workload, place) => ({ id: workload.id, before: before.list[place], after: workload }));
  comparisons.set(after, { with: before, list });
  return list;
}

const doubts = new WeakMap<CompiledCluster, boolean>();

function doubtsOf(cluster: CompiledCluster): boolean {
  let doubtful = doubts.get(cluster);
  if (doubtful === undefined) doubts.set(cluster, (doubtful = hasDoubts(cluster)));
  return doubtful;
}
