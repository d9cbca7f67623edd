import type { CompiledCluster } from '../../engine/compiledCluster.ts';
import { ALL_ADDRESSES, ALL_IPV4, intersect, isEmpty, toCidrs, type AddressSet } from '../../engine/addressSet.ts';
import { formatAddress } from '../../engine/address.ts';
import { someAddress } from '../../engine/endpoint.ts';
import { clusterHasIpv6 } from '../../engine/ipv6.ts';
import { PUBLIC_ADDRESSES } from '../../engine/specialAddresses.ts';
import type { End } from '../../engine/query.ts';
import type { WorkloadPods } from '../../engine/podTable.ts';
import { workloadId, type Pod } from '../../model/workload.ts';
import type { PathEnd } from './pathEnd.ts';

/** Pods that policies do not tell apart, or addresses that they do not tell apart, as one end of a path. */
export interface EndMember {
  /** One of them, for the engine. */
  readonly end: End;
  /** Another one of the same, where there is one: a pod that reaches itself says nothing of its siblings. */
  readonly other?: End;
  /** Ids of workloads, with the number of their pods that are meant; empty for addresses. */
  readonly workloads: ReadonlyMap<string, number>;
  readonly pods: number;
  /** For addresses, as the fewest CIDRs. */
  readonly cidrs?: readonly string[];
  /** Identical for members that policies treat alike. */
  readonly classId?: number;
  /** They run on the node that the other end is. */
  readonly onNode?: true;
}

/** A member that is still being gathered. */
interface Gathering {
  readonly classId: number;
  readonly end: End;
  other?: End;
  readonly workloads: Map<string, number>;
  pods: number;
  readonly onNode?: true;
}

/**
 * The members of an end, each with one pod or address that stands for all of it. A Service's members are those of the
 * pods that it leads to: see `servicePath`.
 *
 * @param cut where addresses are told apart
 * @param node pods that run on it are members of their own
 */
export function endMembers(
  cluster: CompiledCluster,
  end: PathEnd,
  cut: readonly AddressSet[],
  node?: string,
): readonly EndMember[] {
  switch (end.kind) {
    case 'pod':
      return membersOf(cluster, [end.pod], node);
    case 'workload':
      return membersOf(cluster, end.workload.pods, node);
    case 'anyPod':
      return everyPod(cluster, end.namespace, node);
    case 'internet':
      return addressMembers(cluster, cut);
    case 'address':
      return [{ end: { address: end.address }, workloads: new Map(), pods: 0, cidrs: [end.address] }];
    case 'service':
      return [];
  }
}

/** Pods by class: of each class one or two stand for the rest. */
export function membersOf(cluster: CompiledCluster, pods: readonly Pod[], node?: string): readonly EndMember[] {
  const members = new Map<string, Gathering>();
  for (const pod of pods) {
    const found = cluster.pods.find(pod);
    if (found !== undefined) addPod(members, found.classId, found.pod, workloadId(found.pod.workload), node);
  }
  return [...members.values()];
}

function everyPod(
  cluster: CompiledCluster,
  namespace: string | undefined,
  node: string | undefined,
): readonly EndMember[] {
  const members = new Map<string, Gathering>();
  cluster.pods.workloads.forEach(({ id, ref, pods, classIds }: WorkloadPods) => {
    if (namespace !== undefined && ref.namespace !== namespace) return;
    pods.forEach((pod, index) => addPod(members, classIds[index] as number, pod, id, node));
  });
  return [...members.values()];
}

function addPod(
  members: Map<string, Gathering>,
  classId: number,
  pod: Pod,
  id: string,
  node: string | undefined,
): void {
  const isOnNode = node !== undefined && pod.node === node;
  const key = `${classId} ${isOnNode}`;
  const member = members.get(key);
  if (member === undefined) {
    const workloads = new Map([[id, pod.count]]);
    members.set(key, { classId, end: { pod }, workloads, pods: pod.count, ...(isOnNode && { onNode: true }) });
    return;
  }
  member.other ??= { pod };
  member.workloads.set(id, (member.workloads.get(id) ?? 0) + pod.count);
  member.pods += pod.count;
}

/** Public addresses, cut where the policies of the other end distinguish them; shown without what is no public address. */
function addressMembers(cluster: CompiledCluster, cut: readonly AddressSet[]): readonly EndMember[] {
  const family = clusterHasIpv6(cluster) ? ALL_ADDRESSES : ALL_IPV4;
  return cut.flatMap((piece) => {
    const addresses = intersect(piece, intersect(PUBLIC_ADDRESSES, family));
    if (isEmpty(addresses)) return [];
    const some = someAddress(addresses);
    if (some.kind !== 'address') return [];
    const cidrs = toCidrs(intersect(piece, family));
    return [{ end: { address: formatAddress(some.address) }, workloads: new Map(), pods: 0, cidrs }];
  });
}
