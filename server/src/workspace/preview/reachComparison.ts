import { getOrMake } from '../../engine/changedTargets.ts';
import type { ChangeCause } from '../../engine/changeCauses.ts';
import {
  comparedCauses,
  comparedState,
  externalChanges,
  pairChange,
  type ComparedStates,
} from '../../engine/comparedPair.ts';
import type { CompiledCluster } from '../../engine/compiledCluster.ts';
import { diffClusters, type ClusterChange, type ClusterDiff } from '../../engine/diffClusters.ts';
import { isCertainChange } from '../../engine/portChange.ts';
import { hasDoubts } from '../../engine/hasDoubts.ts';
import { clusterHasIpv6 } from '../../engine/ipv6.ts';
import type { PortSetId } from '../../engine/portSets.ts';
import { workloadDelta, type UndecidedBlock } from '../../engine/workloadDelta.ts';
import { workloadIndex } from '../../engine/workloadIndex.ts';
import type { Direction } from '../../model/networkPolicy.ts';
import { RowCollector, type ComparisonRow, type PreviewedWorkload } from './comparisonRows.ts';

/** Two states of a universe, compared. */
export interface ReachComparison {
  readonly states: ComparedStates;
  readonly workloads: readonly PreviewedWorkload[];
  /** Sorted by subject; lost before changed before gained. */
  readonly rows: readonly ComparisonRow[];
  /** Names of workloads that one state alone has. */
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly undecided: readonly UndecidedBlock[];
}

/**
 * Compares two states: by what an edit touched where they differ in policies only, else pair by pair, one step for each
 * workload.
 */
export function* compareReach(
  before: CompiledCluster,
  after: CompiledCluster,
): Generator<undefined, ReachComparison, void> {
  const workloads = unionOf(before, after);
  if (before === after) {
    return { states: statesOf(before, after), workloads, rows: [], added: [], removed: [], undecided: [] };
  }
  const delta = isSaidOfAll(before, after) ? undefined : workloadDelta(before, after);
  if (delta === undefined) return yield* comparePairs(before, after, workloads);
  const rows = new RowCollector(workloads, delta.states);
  for (const { direction, subjects, others, change, causes } of delta.changes) {
    for (const subject of subjects) rows.add(subject, direction, change, others, causes);
  }
  const { states, undecided } = delta;
  return { states, workloads, rows: rows.sorted(), added: [], removed: [], undecided };
}

/**
 * Whether something that is not evaluated has a say in everything in one state alone. Then every pair is another one, of
 * which the engine's delta is one long step.
 */
function isSaidOfAll(before: CompiledCluster, after: CompiledCluster): boolean {
  if (before.layers === after.layers) return false;
  const ofAll = ({ unreadable }: CompiledCluster): string =>
    unreadable
      .filter(({ namespace }) => namespace === '*')
      .map(({ direction, layer, why }) => JSON.stringify([direction, layer, why]))
      .sort()
      .join();
  return ofAll(before) !== ofAll(after);
}

/** Pairs that a comparison names one by one at most, because one of their ends is in one state alone. */
const MOST_PAIRS = 4_000_000;

/**
 * How many workloads are in one state alone, where that makes more pairs than anybody could look at: two clusters that
 * have little in common. Undefined where they can be compared.
 */
export function tooUnlike(before: CompiledCluster, after: CompiledCluster): number | undefined {
  if (before.pods === after.pods) return undefined;
  const workloads = unionOf(before, after);
  const single = workloads.filter((each) => each.before === undefined || each.after === undefined).length;
  return single * workloads.length > MOST_PAIRS ? single : undefined;
}

function* comparePairs(
  before: CompiledCluster,
  after: CompiledCluster,
  workloads: readonly PreviewedWorkload[],
): Generator<undefined, ReachComparison, void> {
  const states = statesOf(before, after);
  const diff = diffClusters(before, after);
  const places = new Map(workloads.map(({ id }, place) => [id, place]));
  const rows = new RowCollector(workloads, states);
  const doubtful = hasDoubts(before) || hasDoubts(after);
  const { ports } = states.after;
  // Equal ports are mostly the same object.
  const ids = new Map<ClusterChange['before'], PortSetId>();
  const idOf = (connections: ClusterChange['before']): PortSetId =>
    getOrMake(ids, connections, () => ports.fromConnections(connections));
  let place = 0;
  for (const step of diff.changes()) {
    for (const { from, to, before: old, after: now, because } of step) {
      if (typeof from !== 'string' || typeof to !== 'string') continue;
      const ends = [places.get(from) as number, places.get(to) as number] as const;
      const [source, target] = ends.map((at) => workloads[at]) as [PreviewedWorkload, PreviewedWorkload];
      const direction = directionOf(target, because);
      const [subject, other] = direction === 'ingress' ? [ends[1], ends[0]] : ends;
      const change =
        doubtful || isOnNode(source) || isOnNode(target)
          ? pairChange(states, source, target)
          : { before: sure(idOf(old)), after: sure(idOf(now)) };
      rows.add(subject, direction, change, { kind: 'workloads', places: [other] }, because);
    }
    const workload = workloads[place] as PreviewedWorkload;
    for (const direction of ['egress', 'ingress'] as const) {
      for (const { addresses, change } of externalChanges(states, workload, direction)) {
        if (!isCertainChange(ports, change)) continue;
        const [from, to] = direction === 'egress' ? [workload, addresses] : [addresses, workload];
        const causes = comparedCauses(states, from, to, change);
        rows.add(place, direction, change, { kind: 'external', addresses }, causes);
      }
    }
    place += 1;
    yield undefined;
  }
  const { added, removed } = diff.workloads;
  return { states, workloads, rows: rows.sorted(), added, removed, undecided: undecidedBlocks(diff, workloads.length) };
}

function sure(certain: PortSetId): { readonly certain: PortSetId; readonly possible: PortSetId } {
  return { certain, possible: certain };
}

/** The side whose policies changed; where only the pods did, the side that is new or gone. */
function directionOf({ before, after }: PreviewedWorkload, because: readonly ChangeCause[]): Direction {
  if (because.some(({ direction }) => direction === 'ingress')) return 'ingress';
  if (because.length > 0) return 'egress';
  return before === undefined || after === undefined ? 'ingress' : 'egress';
}

function isOnNode({ before, after }: PreviewedWorkload): boolean {
  return [before, after].some((side) => side?.classes.some(({ kind }) => kind === 'hostNetwork') === true);
}

function statesOf(before: CompiledCluster, after: CompiledCluster): ComparedStates {
  const { ports } = after.facts;
  return {
    before: comparedState(before, ports),
    after: comparedState(after, ports),
    ipv6: clusterHasIpv6(before) || clusterHasIpv6(after),
  };
}

function unionOf(before: CompiledCluster, after: CompiledCluster): readonly PreviewedWorkload[] {
  const [old, now] = [workloadIndex(before), workloadIndex(after)];
  const known = unions.get(now);
  if (known?.with === old) return known.list;
  const byId = new Map<string, PreviewedWorkload>();
  for (const workload of old.list) {
    const { id, ref, pods, podsUnknown } = workload;
    byId.set(id, { id, ref, pods, podsUnknown, before: workload, after: undefined });
  }
  for (const workload of now.list) {
    const { id, ref, pods, podsUnknown } = workload;
    byId.set(id, { id, ref, pods, podsUnknown, before: byId.get(id)?.before, after: workload });
  }
  const list = [...byId.values()].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  unions.set(now, { with: old, list });
  return list;
}

/** Policies come and go without the pods. */
const unions = new WeakMap<object, { readonly with: object; readonly list: readonly PreviewedWorkload[] }>();

function undecidedBlocks(diff: ClusterDiff, count: number): readonly UndecidedBlock[] {
  const undecided = diff.undecided();
  const targets = new Map<number, number[]>();
  undecided.forEachPair((source, target) => getOrMake(targets, source, (): number[] => []).push(target));
  // One list for all of whom nothing is known of anybody; a pair with itself is not meant.
  const everybody = Array.from({ length: count }, (_, place) => place);
  const blocks: UndecidedBlock[] = [...targets].map(([source, places]) => ({
    direction: 'egress',
    subjects: [source],
    others: { kind: 'workloads', places: places.length === count - 1 ? everybody : places.sort((a, b) => a - b) },
  }));
  for (let place = 0; place < count; place += 1) {
    for (const direction of ['egress', 'ingress'] as const) {
      const addresses = undecided.external(place, direction);
      if (addresses.ipv4.length + addresses.ipv6.length === 0) continue;
      blocks.push({ direction, subjects: [place], others: { kind: 'external', addresses } });
    }
  }
  return blocks;
}
