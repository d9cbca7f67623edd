import type { Direction } from '../model/networkPolicy.ts';
import type { Isolation } from '../model/verdict.ts';
import type { Pod } from '../model/workload.ts';
import type { CompiledCluster } from './compiledCluster.ts';
import type { PodClass } from './podClass.ts';
import { classIsolation } from './workloadIsolation.ts';

/**
 * Whether policies isolate a pod, per direction. `by` lists the policies that do; where it is `unknown`, those that
 * may. A pod that is not of the cluster is not isolated by anything known: `unknown`, by none.
 */
export function isolation(cluster: CompiledCluster, pod: Pod): readonly [ingress: Isolation, egress: Isolation] {
  const found = cluster.pods.find(pod);
  const podClass = found === undefined ? undefined : cluster.facts.classes.classes[found.classId];
  return [inDirection(cluster, podClass, 'ingress'), inDirection(cluster, podClass, 'egress')];
}

function inDirection(cluster: CompiledCluster, podClass: PodClass | undefined, direction: Direction): Isolation {
  const state = podClass === undefined ? undefined : cluster.classes.get(podClass.id);
  if (podClass === undefined || state === undefined) return { direction, isolated: 'unknown', by: [] };
  const isolated = classIsolation(cluster, podClass, direction);
  const { certain, possible } = state[direction];
  const policies = isolated === 'unknown' ? [...certain, ...possible] : certain;
  return { direction, isolated, by: policies.map(({ ref }) => ({ policy: ref, direction })) };
}
