import type { Direction } from '../model/networkPolicy.ts';
import { decidingRow, type CompiledCluster } from './compiledCluster.ts';
import { selectionDoubts } from './doubts.ts';
import type { PodClass } from './podClass.ts';
import { podsOf, type WorkloadPods } from './podTable.ts';
import type { UnknownReason } from './unknownReason.ts';
import { classIsolation } from './workloadIsolation.ts';

/** Pods by what policies do with them in one direction; the three add up to all pods. */
export interface IsolationCount {
  readonly isolated: number;
  readonly open: number;
  readonly unknown: number;
}

export type IsolationCounts = Readonly<Record<Direction, IsolationCount>>;

export const NO_PODS: IsolationCounts = {
  ingress: { isolated: 0, open: 0, unknown: 0 },
  egress: { isolated: 0, open: 0, unknown: 0 },
};

/** Isolated, open and undecided pods by namespace. Costs the classes of pods, not the pods. */
export function isolationCounts(cluster: CompiledCluster): ReadonlyMap<string, IsolationCounts> {
  const counts = new Map<string, Record<Direction, { isolated: number; open: number; unknown: number }>>();
  cluster.classes.forEach(({ podClass, pods }) => {
    const { name } = podClass.namespace;
    let count = counts.get(name);
    if (count === undefined) {
      count = { ingress: { ...NO_PODS.ingress }, egress: { ...NO_PODS.egress } };
      counts.set(name, count);
    }
    for (const direction of ['ingress', 'egress'] as const) {
      count[direction][stateOf(classIsolation(cluster, podClass, direction))] += pods;
    }
  });
  return counts;
}

/** A workload as a report of isolation names it. */
export interface CountedWorkload {
  readonly id: string;
  readonly namespace: string;
  readonly pods: number;
  /** No number of replicas is written anywhere: each record counts once. */
  readonly podsUnknown: boolean;
  /** A pod of it uses its node's network, and the cluster's options leave such pods undecided. */
  readonly hostNetwork: boolean;
  /** Why it is not known of some of its pods whether policies isolate them; empty where it is known of all. */
  readonly doubts: Readonly<Record<Direction, readonly UnknownReason[]>>;
}

/** Every workload, with what keeps its isolation from being known. */
export function* countedWorkloads(cluster: CompiledCluster): Generator<CountedWorkload> {
  for (const workload of cluster.pods.workloads.values()) {
    const classes = [...new Set(workload.classIds)].flatMap((id) => cluster.classes.get(id)?.podClass ?? []);
    const { pods, podsUnknown = false } = podsOf(workload);
    yield {
      id: workload.id,
      namespace: workload.ref.namespace,
      pods,
      podsUnknown,
      hostNetwork: classes.some(({ kind }) => kind === 'hostNetwork'),
      doubts: {
        ingress: classes.flatMap((podClass) => isolationDoubts(cluster, workload, podClass, 'ingress')),
        egress: classes.flatMap((podClass) => isolationDoubts(cluster, workload, podClass, 'egress')),
      },
    };
  }
}

/** The names (`namespace/name`) of policies that certainly select no pod of the cluster, ascending. */
export function policiesWithoutPods({ facts, classes, policies }: CompiledCluster): readonly string[] {
  const empty: string[] = [];
  for (const { key, targets } of policies.values()) {
    facts.peers.update(targets);
    const some = (ids: readonly number[]): boolean => ids.some((id) => classes.get(id) !== undefined);
    if (!some(targets.yes.ids) && !some(targets.maybe.ids)) empty.push(key);
  }
  return empty.sort();
}

function isolationDoubts(
  cluster: CompiledCluster,
  { id }: WorkloadPods,
  podClass: PodClass,
  direction: Direction,
): readonly UnknownReason[] {
  const state = cluster.classes.get(podClass.id);
  if (state === undefined || classIsolation(cluster, podClass, direction) !== 'unknown') return [];
  const { certain, possible } = state[direction];
  if (certain.length > 0) return [{ kind: 'hostNetwork', workload: id }];
  const row = decidingRow(cluster, state, direction);
  if (row.kind === 'unknown') return row.why.map((why) => ({ kind: 'notEvaluated', why }));
  return possible.flatMap((policy) => selectionDoubts(policy, direction, { kind: 'pods', podClass, name: id }));
}

function stateOf(isolated: boolean | 'unknown'): keyof IsolationCount {
  return isolated === 'unknown' ? 'unknown' : isolated ? 'isolated' : 'open';
}
