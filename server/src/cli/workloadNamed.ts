import type { CompiledCluster } from '../engine/compiledCluster.ts';
import type { Pod } from '../model/workload.ts';
import { UsageError } from './usageError.ts';

/**
 * The workload that a name means (cli-contract, Names): `namespace/name[Kind]`, or `namespace/name` where only one
 * workload has it.
 *
 * @throws UsageError where there is none or several.
 */
export function workloadNamed(cluster: CompiledCluster, name: string): string {
  const found = workloadsNamed(cluster, name);
  const [only] = found;
  if (only === undefined)
    throw new UsageError(
      `No workload is called ${name}; names are namespace/name[Kind], such as shop/web[Deployment].`,
    );
  if (found.length > 1) throw new UsageError(`${name} could be ${found.join(' or ')}: add the kind.`);
  return only;
}

/** The pods that a name means: a pod's own name first, else a workload's. Empty where there is none. */
export function podsNamed(cluster: CompiledCluster, name: string): readonly Pod[] {
  const slash = name.indexOf('/');
  if (slash > 0 && !name.endsWith(']')) {
    const namespace = name.slice(0, slash);
    const own = name.slice(slash + 1);
    for (const { ref, pods } of cluster.pods.workloads.values()) {
      if (ref.namespace !== namespace) continue;
      const pod = pods.find((candidate) => candidate.name === own);
      if (pod !== undefined) return [pod];
    }
  }
  const found = workloadsNamed(cluster, name);
  const [only] = found;
  return found.length === 1 && only !== undefined ? (cluster.pods.workloads.get(only)?.pods ?? []) : [];
}

function workloadsNamed(cluster: CompiledCluster, name: string): readonly string[] {
  if (cluster.pods.workloads.get(name) !== undefined) return [name];
  if (name.endsWith(']')) return [];
  const found: string[] = [];
  for (const { id, ref } of cluster.pods.workloads.values()) {
    if (`${ref.namespace}/${ref.name}` === name) found.push(id);
  }
  return found;
}
