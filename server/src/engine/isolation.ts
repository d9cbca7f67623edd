import type { Direction } from '../model/networkPolicy.ts';
import type { Isolation } from '../model/verdict.ts';
import type { Pod } from '../model/workload.ts';
import type { ClassState, CompiledCluster } from './compiledCluster.ts';
import { classIsolation } from './workloadIsolation.ts';

/**
 * Whether policies isolate a pod, per direction. `by` lists the policies that do; where it is `unknown`, those that
 * may. A pod that is not of the cluster is not isolated by anything known: `unknown`, by none.
 */
export function isolation(cluster: CompiledCluster, pod: Pod): readonly [ingress: Isolation, egress: Isolation] {
  const found = cluster.pods.find(pod);
  return found === undefined ? NOT_KNOWN : isolationOfClass(cluster, found.classId);
}

/** A pair that says nothing: of pods that are not of the cluster. */
const NOT_KNOWN: readonly [ingress: Isolation, egress: Isolation] = [
  { direction: 'ingress', isolated: 'unknown', by: [] },
  { direction: 'egress', isolated: 'unknown', by: [] },
];

/** As `isolation`, for all pods of a class at once. */
export function isolationOfClass(
  cluster: CompiledCluster,
  classId: number,
): readonly [ingress: Isolation, egress: Isolation] {
  const state = cluster.classes.get(classId);
  if (state === undefined) return NOT_KNOWN;
  return [inDirection(cluster, state, 'ingress'), inDirection(cluster, state, 'egress')];
}

function inDirection(cluster: CompiledCluster, state: ClassState, direction: Direction): Isolation {
  const isolated = classIsolation(cluster, state.podClass, direction);
  const { certain, possible } = state[direction];
  const policies = isolated === 'unknown' ? [...certain, ...possible] : certain;
  return { direction, isolated, by: policies.map(({ ref }) => ({ policy: ref, direction })) };
}
