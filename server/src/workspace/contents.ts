import type { EndpointSlice, Ingress } from '../model/exposure.ts';
import type { ForeignPolicy, RejectedPolicy, WorkloadObject } from '../model/manifest.ts';
import type { NetworkPolicy } from '../model/networkPolicy.ts';
import type { Namespace, Pod, Service } from '../model/workload.ts';
import { workloadId } from '../model/workload.ts';
import type { NamespaceContents } from './clusterSource.ts';
import { EMPTY_CONTENTS } from './clusterSource.ts';
import { effectiveObjects, type ObjectTable } from './objectTable.ts';
import { resolvePods } from './owners.ts';

/** One namespace as manifests describe it, on its own or laid over what a cluster holds of it. */
export function manifestContents(table: ObjectTable, namespace: string, under = EMPTY_CONTENTS): NamespaceContents {
  const policies: NetworkPolicy[] = [];
  const rejected: RejectedPolicy[] = [];
  const foreign: ForeignPolicy[] = [];
  const services: Service[] = [];
  const ingresses: Ingress[] = [];
  const endpoints: EndpointSlice[] = [];
  const workloads: WorkloadObject[] = [];
  for (const { object } of effectiveObjects(table, namespace)) {
    if (object.type === 'networkPolicy') policies.push(object.policy);
    else if (object.type === 'rejectedPolicy') rejected.push(object.policy);
    else if (object.type === 'foreignPolicy') foreign.push(object.policy);
    else if (object.type === 'service') services.push(object.service);
    else if (object.type === 'ingress') ingresses.push(object.ingress);
    else if (object.type === 'endpoints') endpoints.push(...object.endpoints.slices);
    else if (object.type === 'workload') workloads.push(object.workload);
  }
  const named = new Set([...policies, ...rejected].map(({ name }) => name));
  const foreignKey = ({ group, kind, name }: ForeignPolicy): string => `${kind}.${group}/${name}`;
  return {
    policies: [...under.policies.filter(({ name }) => !named.has(name)), ...policies],
    rejectedPolicies: [...under.rejectedPolicies.filter(({ name }) => !named.has(name)), ...rejected],
    foreignPolicies: overlay(under.foreignPolicies, foreign, foreignKey),
    services: overlay(under.services, services, ({ name }) => name),
    ingresses: overlay(under.ingresses, ingresses, ({ name }) => name),
    endpoints: overlay(under.endpoints, endpoints, ({ name }) => name),
    pods: overlayPods(under.pods, resolvePods(workloads)),
  };
}

/**
 * Policies of open documents over a cluster's: they replace by name, and nothing else of the documents counts. One
 * that the API server would refuse leaves the cluster as it is.
 */
export function overlayPolicies(under: NamespaceContents, table: ObjectTable, namespace: string): NamespaceContents {
  const policies: NetworkPolicy[] = [];
  for (const { object } of effectiveObjects(table, namespace)) {
    if (object.type === 'networkPolicy') policies.push(object.policy);
  }
  if (policies.length === 0) return under;
  const named = new Set(policies.map(({ name }) => name));
  return {
    ...under,
    policies: [...under.policies.filter(({ name }) => !named.has(name)), ...policies],
    rejectedPolicies: under.rejectedPolicies.filter(({ name }) => !named.has(name)),
  };
}

export function manifestNamespaces(table: ObjectTable): readonly Namespace[] {
  const namespaces: Namespace[] = [];
  for (const { object } of effectiveObjects(table, '')) {
    if (object.type === 'namespace') namespaces.push(object.namespace);
  }
  return namespaces;
}

/** Cluster-scoped policies of other APIs. */
export function manifestClusterPolicies(table: ObjectTable): readonly ForeignPolicy[] {
  const policies: ForeignPolicy[] = [];
  for (const { object } of effectiveObjects(table, '')) {
    if (object.type === 'foreignPolicy') policies.push(object.policy);
  }
  return policies;
}

/**
 * A workload's manifest replaces its running pods only where it makes other pods: pods that already look like the
 * template stay, because they have addresses and a true number.
 */
function overlayPods(running: readonly Pod[], written: readonly Pod[]): readonly Pod[] {
  if (running.length === 0) return written;
  if (written.length === 0) return running;
  const byWorkload = Map.groupBy(running, ({ workload }) => workloadId(workload));
  const replaced = new Set<string>();
  const added: Pod[] = [];
  for (const [id, pods] of Map.groupBy(written, ({ workload }) => workloadId(workload))) {
    const before = byWorkload.get(id);
    const [template] = pods;
    if (before !== undefined && template !== undefined && before.every((pod) => looksLike(pod, template))) continue;
    replaced.add(id);
    added.push(...pods);
  }
  return [...running.filter(({ workload }) => !replaced.has(workloadId(workload))), ...added];
}

function looksLike(pod: Pod, template: Pod): boolean {
  return (
    pod.hostNetwork === template.hostNetwork &&
    template.unknownLabels === undefined &&
    template.portsIncomplete === undefined &&
    Object.entries(template.labels).every(
      ([key, value]) => Object.hasOwn(pod.labels, key) && pod.labels[key] === value,
    ) &&
    JSON.stringify(pod.ports) === JSON.stringify(template.ports)
  );
}

function overlay<T>(under: readonly T[], over: readonly T[], key: (item: T) => string): readonly T[] {
  if (over.length === 0) return under;
  if (under.length === 0) return over;
  const named = new Set(over.map(key));
  return [...under.filter((item) => !named.has(key(item))), ...over];
}
