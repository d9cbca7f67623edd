import { stateOf, type CompiledCluster } from '../engine/compiledCluster.ts';
import { compileRule, peerSpec, policyKey } from '../engine/compilePolicy.ts';
import { NO } from '../engine/match.ts';
import type { PeerSet } from '../engine/peerSpec.ts';
import type { ClassMembers } from '../engine/podTable.ts';
import type { Labels } from '../model/labels.ts';
import type { Peer, PolicyRule } from '../model/networkPolicy.ts';
import { workloadId, type ContainerPort, type WorkloadRef } from '../model/workload.ts';
import type { CheckContext } from './check.ts';
import { count, nameSome } from './wording.ts';
import type { WrittenRule } from './writtenRules.ts';

/** Pods of one workload that a rule's ports are ports of. */
export interface Destination {
  readonly workload: WorkloadRef;
  readonly labels: Labels;
  /** Every container port that any of the pods declares. */
  readonly ports: readonly ContainerPort[];
  /** A placeholder hides container ports. */
  readonly portsUnknown: boolean;
  readonly hostNetwork: boolean;
  /** One of the pods has an IPv6 address. */
  readonly ipv6: boolean;
  readonly pods: number;
}

/** A rule that reaches more workloads than this is about none of them in particular. */
const MOST = 48;

const ofTargets = new WeakMap<PeerSet, { readonly cluster: CompiledCluster; readonly found: Found }>();
const ofMembers = new WeakMap<ClassMembers, Destination>();

type Found = readonly Destination[] | undefined;

/**
 * The pods that a rule's ports are ports of: those that the policy selects for ingress, those that the peers mean for
 * egress. Undefined where that is not known (placeholders), where any pod is meant, and where there are too many for
 * the rule to be about one of them.
 */
export function destinationsOf({ cluster }: CheckContext, { written, direction, index, rule }: WrittenRule): Found {
  const { policy } = written;
  const compiled = cluster.policies.get(policyKey(policy));
  if (compiled === undefined) return undefined;
  return podsOf(cluster, direction === 'ingress' ? compiled.targets : anyPeer(cluster, policy.namespace, rule, index));
}

/** The pods that a rule's peers mean; as `destinationsOf`. */
export function peersOf({ cluster }: CheckContext, { written, index, rule }: WrittenRule): Found {
  return podsOf(cluster, anyPeer(cluster, written.policy.namespace, rule, index));
}

/** Two policies of an overlay may share a rule and live in different namespaces. */
interface RulePeer {
  readonly cluster: CompiledCluster;
  readonly namespace: string;
  readonly peer: PeerSet;
}

const ofRules = new WeakMap<PolicyRule, RulePeer>();

/** All peers of a rule together; most checks ask for them. */
function anyPeer(cluster: CompiledCluster, namespace: string, rule: PolicyRule, index: number): PeerSet {
  const cached = ofRules.get(rule);
  if (cached?.cluster === cluster && cached.namespace === namespace) return cached.peer;
  const peer = compileRule(cluster.facts, namespace, rule, index).anyPeer;
  ofRules.set(rule, { cluster, namespace, peer });
  return peer;
}

/** The pods that one peer of a policy in `namespace` means; as `destinationsOf`. */
export function podsOfPeer({ cluster }: CheckContext, namespace: string, peer: Peer): Found {
  return podsOf(cluster, cluster.facts.peers.intern(peerSpec(namespace, peer)));
}

/** The pods that a policy selects; as `destinationsOf`. */
export function selectedPods({ cluster }: CheckContext, policy: { namespace: string; name: string }): Found {
  const compiled = cluster.policies.get(policyKey(policy));
  return compiled && podsOf(cluster, compiled.targets);
}

function podsOf(cluster: CompiledCluster, peer: PeerSet): Found {
  const cached = ofTargets.get(peer);
  if (cached?.cluster === cluster) return cached.found;
  const found = findPods(cluster, peer);
  ofTargets.set(peer, { cluster, found });
  return found;
}

function findPods(cluster: CompiledCluster, peer: PeerSet): Found {
  if (peer.others !== NO) return undefined;
  cluster.facts.peers.update(peer);
  const found: Destination[] = [];
  for (const id of peer.maybe.ids) {
    const state = stateOf(cluster, id);
    // Pods on their node's network may or may not be meant; their ports are known all the same.
    if (state !== undefined && state.podClass.kind !== 'hostNetwork') return undefined;
  }
  for (const id of [...peer.yes.ids, ...peer.maybe.ids]) {
    if (stateOf(cluster, id) === undefined) continue;
    const members = cluster.pods.membersOf(id);
    if (found.length + members.length > MOST) return undefined;
    for (const member of members) found.push(destinationOf(member));
  }
  return found.sort((a, b) => compare(workloadId(a.workload), workloadId(b.workload)));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function destinationOf(members: ClassMembers): Destination {
  const known = ofMembers.get(members);
  if (known !== undefined) return known;
  const { workload, pods } = members;
  const [first] = pods;
  const distinct = new Set(pods.map(({ ports }) => ports));
  const destination: Destination = {
    workload: workload.ref,
    labels: first?.labels ?? {},
    ports: [...distinct].flat(),
    portsUnknown: pods.some(({ portsIncomplete }) => portsIncomplete === true),
    hostNetwork: pods.some(({ hostNetwork }) => hostNetwork),
    ipv6: pods.some(({ ips }) => ips.some((ip) => ip.includes(':'))),
    pods: pods.reduce((sum, { count }) => sum + count, 0),
  };
  ofMembers.set(members, destination);
  return destination;
}

/** `web and 2 other workloads (5 pods)`. */
export function destinationText(destinations: readonly Destination[]): string {
  const names = [...new Set(destinations.map(({ workload }) => workload.name))];
  const pods = destinations.reduce((sum, destination) => sum + destination.pods, 0);
  return `${nameSome(names, 'workload')} (${count(pods, 'pod')})`;
}
