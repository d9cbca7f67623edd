import type { CompiledCluster } from '../engine/compiledCluster.ts';
import { workloadsByNamespace } from './podUnits.ts';

/** How a test names a workload: without its kind, where nothing else in the namespace has the name. */
export function shortestName(cluster: CompiledCluster, id: string): string {
  const workload = cluster.pods.workloads.get(id);
  if (workload === undefined) return id;
  const { namespace, name } = workload.ref;
  const others = (workloadsByNamespace(cluster.pods).get(namespace) ?? []).filter((other) => other !== workload);
  const isTaken = others.some(({ ref, pods }) => ref.name === name || pods.some((pod) => pod.name === name));
  // A pod of its own that is called so is another thing than all of them.
  const isOwnPod = workload.pods.length > 1 && workload.pods.some((pod) => pod.name === name);
  return isTaken || isOwnPod ? id : `${namespace}/${name}`;
}
