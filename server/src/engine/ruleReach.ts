import type { Direction } from '../model/networkPolicy.ts';
import type { Connections } from '../model/verdict.ts';
import { ALL_ADDRESSES, ALL_IPV4, NO_ADDRESSES, intersect, toCidrs, type AddressSet } from './addressSet.ts';
import type { CompiledCluster } from './compiledCluster.ts';
import { compileRule, directionOf, policyKey, type CompiledRule } from './compilePolicy.ts';
import { clusterHasIpv6 } from './ipv6.ts';
import { podsOfPeer, type PodMatches } from './matchPods.ts';
import { MAYBE, NO, YES } from './match.ts';
import { NO_NAMED_PORTS, type PodClass } from './podClass.ts';
import { NO_PORTS } from './portSets.ts';
import type { PeerSet } from './peerSpec.ts';

/** Whom a rule lets in or out, and on which ports. */
export interface RuleReach {
  /** The rule has no peers: every pod and every address. */
  readonly everyone: boolean;
  /** Per peer, in the order of the text. */
  readonly peers: readonly PeerReach[];
  /** All peers together. */
  readonly reach: PeerReach;
  /** The pods that the policy selects. */
  readonly targets: PodMatches;
  /** The ports on pods, by destination: the targets of an ingress rule, the peers of an egress rule. */
  readonly ports: readonly DestinationPorts[];
  /** The ports on external addresses; an ingress rule has no such destination. */
  readonly externalPorts: Connections;
  /** Named ports that a destination does not have, and that open nothing there. */
  readonly unresolved: readonly UnresolvedPort[];
  /** `policyTypes` leaves the rule's direction out: the rule is kept and does nothing. */
  readonly ignored: boolean;
  /** Whatever the unknown facts turn out to be, the rule lets nobody through today. */
  readonly nothing: boolean;
}

export interface PeerReach {
  readonly pods: PodMatches;
  /** Addresses outside, as the fewest CIDRs. */
  readonly cidrs: readonly string[];
  /** Addresses that may be meant, and are not among `cidrs`. */
  readonly possibleCidrs: readonly string[];
}

export interface DestinationPorts {
  readonly connections: Connections;
  /** What may be open beyond `connections`. */
  readonly possible?: Connections;
  /** Names of workloads. */
  readonly workloads: readonly string[];
}

export interface UnresolvedPort {
  /** `TCP/http`. */
  readonly port: string;
  readonly workloads: readonly string[];
}

/** Undefined where the cluster has no such policy or the policy no such rule. */
export function ruleReach(
  cluster: CompiledCluster,
  policy: { readonly namespace: string; readonly name: string },
  direction: Direction,
  ruleIndex: number,
): RuleReach | undefined {
  const compiled = cluster.policies.get(policyKey(policy));
  const written = (direction === 'ingress' ? compiled?.policy.ingress : compiled?.policy.egress)?.[ruleIndex];
  if (compiled === undefined || written === undefined) return undefined;
  const rule = compileRule(cluster.facts, policy.namespace, written, ruleIndex);
  const targets = podsOfPeer(cluster, compiled.targets);
  const reach = peerReach(cluster, rule.anyPeer);
  const destinations = classesOf(cluster, direction === 'ingress' ? compiled.targets : rule.anyPeer);
  const ports = portsByDestination(cluster, rule, destinations);
  const external = cluster.facts.specs.resolve(rule.ports, NO_NAMED_PORTS);
  const reachesOutside = reach.cidrs.length > 0 || reach.possibleCidrs.length > 0;
  const lets = (pods: PodMatches): boolean => pods.certain.length > 0 || pods.possible.length > 0;
  const ignored = directionOf(compiled, direction).isolates === NO;
  const opensPods = ports.some(({ connections, possible }) => connections.length > 0 || possible !== undefined);
  // An ingress rule of a policy that selects no pod lets its peers in as soon as there is one.
  const opensIngress = opensPods || (destinations.length === 0 && opensSomewhere(rule));
  const nothing =
    ignored ||
    (direction === 'ingress'
      ? !(opensIngress && (lets(reach.pods) || reachesOutside))
      : !((opensPods && lets(reach.pods)) || (reachesOutside && external.possible !== NO_PORTS)));
  return {
    everyone: rule.peers.length === 0,
    peers: rule.peers.map((peer) => peerReach(cluster, peer)),
    reach,
    targets,
    ports,
    externalPorts: direction === 'egress' ? cluster.facts.ports.connections(external.certain) : [],
    unresolved: unresolvedPorts(cluster, rule, destinations),
    ignored,
    nothing,
  };
}

function opensSomewhere({ ports }: CompiledRule): boolean {
  return ports.names.length > 0 || ports.numbers.possible !== NO_PORTS;
}

function peerReach(cluster: CompiledCluster, peer: PeerSet): PeerReach {
  const possible = peer.others === MAYBE ? ALL_ADDRESSES : peer.maybeAddresses;
  return {
    pods: podsOfPeer(cluster, peer),
    cidrs: shownCidrs(cluster, peer.others === YES ? ALL_ADDRESSES : peer.addresses),
    possibleCidrs: shownCidrs(cluster, peer.others === YES ? NO_ADDRESSES : possible),
  };
}

function shownCidrs(cluster: CompiledCluster, addresses: AddressSet): string[] {
  return toCidrs(clusterHasIpv6(cluster) ? addresses : intersect(addresses, ALL_IPV4));
}

/** The classes with pods that a peer means or may mean. */
function classesOf({ facts, classes }: CompiledCluster, peer: PeerSet): PodClass[] {
  const found: PodClass[] = [];
  for (const [id, { podClass }] of classes.entries()) if (facts.peers.match(peer, id) !== NO) found.push(podClass);
  return found;
}

function portsByDestination(
  cluster: CompiledCluster,
  rule: CompiledRule,
  destinations: readonly PodClass[],
): DestinationPorts[] {
  const { ports, specs } = cluster.facts;
  const groups = new Map<string, { certain: number; possible: number; workloads: Set<string> }>();
  for (const podClass of destinations) {
    const { certain, possible } = specs.resolve(rule.ports, podClass.ports);
    const key = `${certain} ${possible}`;
    let group = groups.get(key);
    if (group === undefined) groups.set(key, (group = { certain, possible, workloads: new Set() }));
    for (const { workload } of cluster.pods.membersOf(podClass.id)) group.workloads.add(workload.id);
  }
  return [...groups.values()].map(({ certain, possible, workloads }) => ({
    connections: ports.connections(certain),
    ...(certain === possible ? {} : { possible: ports.connections(ports.subtract(possible, certain)) }),
    workloads: [...workloads].sort(),
  }));
}

function unresolvedPorts(
  cluster: CompiledCluster,
  rule: CompiledRule,
  destinations: readonly PodClass[],
): UnresolvedPort[] {
  return rule.ports.names.flatMap(({ text }) => {
    const without = destinations.filter(({ ports }) => !ports.incomplete && !ports.numbers.has(text));
    const workloads = new Set(
      without.flatMap(({ id }) => cluster.pods.membersOf(id).map(({ workload }) => workload.id)),
    );
    return workloads.size === 0 ? [] : [{ port: text, workloads: [...workloads].sort() }];
  });
}
