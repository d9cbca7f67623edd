import type { Pod } from '../model/workload.ts';
import { workloadId } from '../model/workload.ts';
import { formatAddress, parseAddress, type Address } from './address.ts';
import type { AddressSet } from './addressSet.ts';
import type { CompiledCluster } from './compiledCluster.ts';
import type { Facts } from './facts.ts';
import type { Match } from './match.ts';
import { NO_NAMED_PORTS, type NamedPorts, type PodClass } from './podClass.ts';
import type { PeerSet } from './peerSpec.ts';

/** One end of traffic as a caller names it: a pod of the cluster, or an IP address (a known pod's is that pod). */
export type End = { readonly pod: Pod } | { readonly address: string };

/** One end as policies see it. */
export type Endpoint =
  | {
      readonly kind: 'pods';
      readonly podClass: PodClass;
      readonly name: string;
      readonly pod?: Pod;
      /** Why labels or ports of these pods are not known. */
      readonly unknownWhy?: string;
    }
  /** `node`: where a plug-in treats nodes as it does pods. */
  | { readonly kind: 'address'; readonly address: Address; readonly name: string; readonly node?: true };

export type Resolved =
  /** One, or several where an address is shared (pods on one node's network): each of them may be meant. */
  { readonly endpoints: readonly Endpoint[] } | { readonly problem: 'noSuchPod' | 'noAddress'; readonly name: string };

export function resolveEnd(cluster: CompiledCluster, end: End): Resolved {
  if ('pod' in end) {
    const endpoint = podEndpoint(cluster, end.pod);
    return endpoint === undefined
      ? { problem: 'noSuchPod', name: workloadId(end.pod.workload) }
      : { endpoints: [endpoint] };
  }
  const address = parseAddress(end.address);
  if (address === undefined) return { problem: 'noAddress', name: end.address };
  const name = formatAddress(address);
  const pods = cluster.pods.podsAt(name).flatMap((pod) => podEndpoint(cluster, pod) ?? []);
  const isNode = cluster.nodeAddresses.has(name);
  const itself: Endpoint = { kind: 'address', address, name, ...(isNode && { node: true }) };
  if (pods.length === 0) return { endpoints: [itself] };
  return { endpoints: pods.length === 1 ? pods : [...pods, itself] };
}

/**
 * The two ways in which a plug-in may see an end (Kubernetes documentation, "NetworkPolicy and hostNetwork pods"): as the pod
 * that it is, and as traffic of its node. One way holds for all pods of a cluster.
 */
export function asNode(endpoint: Endpoint): Endpoint {
  if (endpoint.kind === 'address' || endpoint.podClass.asNode === undefined) return endpoint;
  return { kind: 'pods', podClass: endpoint.podClass.asNode, name: endpoint.name };
}

export function isUnclear(endpoint: Endpoint): boolean {
  return endpoint.kind === 'pods' && endpoint.podClass.kind === 'hostNetwork';
}

export function matchEndpoint(facts: Facts, peer: PeerSet, endpoint: Endpoint): Match {
  if (endpoint.kind === 'pods') return facts.peers.match(peer, endpoint.podClass.id);
  return endpoint.node === undefined
    ? facts.peers.matchAddress(peer, endpoint.address)
    : facts.peers.matchNode(peer, endpoint.address);
}

export function portsOf(endpoint: Endpoint): NamedPorts {
  return endpoint.kind === 'pods' ? endpoint.podClass.ports : NO_NAMED_PORTS;
}

/** A pod and itself; two replicas of one record are two pods. */
export function isSamePod(a: Endpoint, b: Endpoint): boolean {
  if (a.kind === 'address' || b.kind === 'address') return false;
  return a.pod !== undefined && a.pod === b.pod && a.pod.count === 1 && a.pod.countUnknown !== true;
}

function podEndpoint(cluster: CompiledCluster, pod: Pod): Endpoint | undefined {
  const found = cluster.pods.find(pod);
  if (found === undefined) return undefined;
  const podClass = cluster.facts.classes.classes[found.classId] as PodClass;
  const { unknownWhy } = found.pod;
  return {
    kind: 'pods',
    podClass,
    pod: found.pod,
    name: workloadId(pod.workload),
    ...(unknownWhy === undefined ? {} : { unknownWhy }),
  };
}

/** An address that stands for all of a set that is not empty. */
export function someAddress({ ipv4, ipv6 }: AddressSet): Endpoint {
  const [first] = ipv4;
  const address: Address = first === undefined ? { family: 6, value: ipv6[0] as bigint } : { family: 4, value: first };
  return { kind: 'address', address, name: formatAddress(address) };
}
