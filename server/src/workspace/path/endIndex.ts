import { podsOf, type PodTable, type WorkloadPods } from '../../engine/podTable.ts';
import type { Node } from '../../model/node.ts';
import type { Pod, Service } from '../../model/workload.ts';
import type { NamespaceContents } from '../clusterSource.ts';
import type { WorkspaceSnapshot } from '../snapshot.ts';

/** Names and addresses of one state of the pods, for type-ahead and for reading ends. */
export interface EndIndex {
  /** In the order of their ids. */
  readonly workloads: readonly IndexedWorkload[];
  /** By `namespace/name`. */
  readonly byName: ReadonlyMap<string, readonly WorkloadPods[]>;
  /** Names of namespaces that have pods, ascending, with how many. */
  readonly namespaces: readonly { readonly name: string; readonly pods: number }[];
  /** A namespace's pods by their own names, ascending. */
  readonly podsIn: (namespace: string) => readonly NamedPod[];
  /** Addresses of pods, ascending as texts, with their first pod. */
  readonly addresses: () => readonly { readonly address: string; readonly pod: Pod }[];
}

export interface IndexedWorkload {
  readonly workload: WorkloadPods;
  /** `namespace/name`, in lower case. */
  readonly text: string;
  readonly pods: number;
}

export interface NamedPod {
  readonly name: string;
  readonly pod: Pod;
}

/** The table of pods stays the same object as long as no pod changes: an edit of a policy builds nothing anew. */
const known = new WeakMap<PodTable, EndIndex>();

export function endIndex({ universe }: Pick<WorkspaceSnapshot, 'universe'>): EndIndex {
  const { pods } = universe.cluster;
  let index = known.get(pods);
  if (index === undefined) known.set(pods, (index = buildIndex(pods)));
  return index;
}

function buildIndex(table: PodTable): EndIndex {
  const workloads: IndexedWorkload[] = [];
  const byName = new Map<string, WorkloadPods[]>();
  const byNamespace = new Map<string, { pods: number; workloads: WorkloadPods[] }>();
  table.workloads.forEach((workload) => {
    const name = `${workload.ref.namespace}/${workload.ref.name}`;
    const { pods } = podsOf(workload);
    workloads.push({ workload, text: name.toLowerCase(), pods });
    const same = byName.get(name);
    if (same === undefined) byName.set(name, [workload]);
    else same.push(workload);
    const namespace = byNamespace.get(workload.ref.namespace);
    if (namespace === undefined) byNamespace.set(workload.ref.namespace, { pods, workloads: [workload] });
    else {
      namespace.pods += pods;
      namespace.workloads.push(workload);
    }
  });
  const named = new Map<string, readonly NamedPod[]>();
  const podsIn = (namespace: string): readonly NamedPod[] => {
    let own = named.get(namespace);
    if (own === undefined) named.set(namespace, (own = namedPods(byNamespace.get(namespace)?.workloads ?? [])));
    return own;
  };
  let addresses: { address: string; pod: Pod }[] | undefined;
  return {
    workloads: workloads.sort((a, b) => order(a.workload.id, b.workload.id)),
    byName,
    namespaces: [...byNamespace].map(([name, { pods }]) => ({ name, pods })).sort((a, b) => order(a.name, b.name)),
    podsIn,
    addresses: () => (addresses ??= podAddresses(table)),
  };
}

function namedPods(workloads: readonly WorkloadPods[]): readonly NamedPod[] {
  return workloads
    .flatMap(({ pods }) => pods.flatMap((pod) => (pod.name === undefined ? [] : [{ name: pod.name, pod }])))
    .sort((a, b) => order(a.name, b.name));
}

function podAddresses(table: PodTable): { address: string; pod: Pod }[] {
  const found = new Map<string, Pod>();
  for (const { pods } of table.workloads.values()) {
    for (const pod of pods) for (const ip of pod.ips) if (!found.has(ip)) found.set(ip, pod);
  }
  return [...found].map(([address, pod]) => ({ address, pod })).sort((a, b) => order(a.address, b.address));
}

/** Those of an ascending list whose key begins with a text, at most so many. */
export function startingWith<T>(
  sorted: readonly T[],
  keyOf: (item: T) => string,
  prefix: string,
  most: number,
): readonly T[] {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (keyOf(sorted[middle] as T) < prefix) low = middle + 1;
    else high = middle;
  }
  const found: T[] = [];
  for (let at = low; at < sorted.length && found.length < most; at += 1) {
    const item = sorted[at] as T;
    if (!keyOf(item).startsWith(prefix)) break;
    found.push(item);
  }
  return found;
}

const byClusterIp = new WeakMap<NamespaceContents['services'], ReadonlyMap<string, Service>>();

/** The Service that has a cluster IP. */
export function serviceAt({ universe }: Pick<WorkspaceSnapshot, 'universe'>, address: string): Service | undefined {
  for (const { services } of universe.parts.contents.values()) {
    if (services.length === 0) continue;
    let own = byClusterIp.get(services);
    if (own === undefined) {
      own = new Map(services.flatMap((service) => service.clusterIPs.map((ip) => [ip, service] as const)));
      byClusterIp.set(services, own);
    }
    const found = own.get(address);
    if (found !== undefined) return found;
  }
  return undefined;
}

const byNodeIp = new WeakMap<readonly Node[], ReadonlyMap<string, Node>>();

export function nodeAt({ universe }: Pick<WorkspaceSnapshot, 'universe'>, address: string): Node | undefined {
  const { nodes } = universe.parts;
  let own = byNodeIp.get(nodes);
  if (own === undefined) {
    own = new Map(nodes.flatMap((node) => node.ips.map((ip) => [ip, node] as const)));
    byNodeIp.set(nodes, own);
  }
  return own.get(address);
}

export function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
