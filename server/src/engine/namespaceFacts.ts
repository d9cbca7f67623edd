import type { Namespace } from '../model/workload.ts';
import type { CompiledCluster } from './compiledCluster.ts';
import type { NamespaceFacts } from './podClass.ts';

const known = new WeakMap<CompiledCluster, ReadonlyMap<string, NamespaceFacts>>();

/** Every namespace of a version by name: those of the source, and those that only pods or policies name. */
export function namespaceFacts(cluster: CompiledCluster): ReadonlyMap<string, NamespaceFacts> {
  const cached = known.get(cluster);
  if (cached !== undefined) return cached;
  const names = new Set<string>();
  for (const { name } of cluster.namespaces.values()) names.add(name);
  for (const { ref } of cluster.pods.workloads.values()) names.add(ref.namespace);
  for (const { policy } of cluster.policies.values()) names.add(policy.namespace);
  const facts = new Map([...names].map((name) => [name, factsOf(cluster, name)]));
  known.set(cluster, facts);
  return facts;
}

function factsOf(cluster: CompiledCluster, name: string): NamespaceFacts {
  return cluster.facts.classes.namespace(namespaceOf(cluster.namespaces.get(name), name));
}

/** A namespace that only pods or policies name exists, without further labels. */
export function namespaceOf(given: Namespace | undefined, name: string): Namespace {
  return given ?? { name, labels: {} };
}
