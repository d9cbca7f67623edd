import type { LabelRequirement } from '../model/labels.ts';
import type { Direction, IpBlock, Peer, PolicyPort, PolicyRef, Protocol, RuleRef } from '../model/networkPolicy.ts';
import { parseAddress, parseCidr } from './address.ts';
import { blockAddresses, contains } from './addressSet.ts';
import { stateOf, type CompiledCluster } from './compiledCluster.ts';
import { directionOf, type CompiledPolicy, type CompiledRule } from './compilePolicy.ts';
import { effectiveProtocol } from './defaulting.ts';
import type { Service } from './directionVerdict.ts';
import { matchEndpoint, portsOf, type Endpoint } from './endpoint.ts';
import { compileSelector, requirementHolds, type CompiledSelector } from './labelSelector.ts';
import { MAYBE, NO, YES, and, type Match } from './match.ts';

/** Every policy that has a say about one end in one direction, with each of its rules and why it does not apply. */
export interface PolicyWalk {
  readonly policy: PolicyRef;
  /** `possible`: whether the policy isolates these pods is not known. */
  readonly selects: 'certain' | 'possible';
  readonly rules: readonly RuleWalk[];
}

export interface RuleWalk {
  readonly ref: RuleRef;
  readonly outcome: Outcome;
  /** Whether the rule's ports have the traffic's. */
  readonly ports: Outcome;
  /** Why they have not; empty where they have, or may have. */
  readonly portMisses: readonly PortMiss[];
  /** The rule means every pod and every address. */
  readonly everyone: boolean;
  readonly peers: readonly PeerWalk[];
}

export interface PeerWalk {
  readonly index: number;
  readonly outcome: Outcome;
  /** Everything that keeps the peer from meaning the other end; empty where it means it, or may. */
  readonly misses: readonly PeerMiss[];
}

export type Outcome = 'yes' | 'no' | 'unknown';

export type PortMiss =
  /** The rule opens another protocol alone. */
  | { readonly kind: 'protocol'; readonly wanted: readonly Protocol[] }
  | { readonly kind: 'number'; readonly wanted: readonly PolicyPort[] }
  /** A named port: `found` is what it is on the destination; absent where the destination has no such port. */
  | { readonly kind: 'name'; readonly name: string; readonly protocol: Protocol; readonly found?: number };

export type PeerMiss =
  /** A requirement on a label of the pod or its namespace does not hold; `found` absent: it has no such label. */
  | {
      readonly kind: 'label';
      readonly on: 'pod' | 'namespace';
      readonly wanted: LabelRequirement;
      readonly found?: string;
    }
  /** A peer with nothing in it, which the API server refuses. */
  | { readonly kind: 'nobody' }
  /** A podSelector alone looks at the policy's own namespace. */
  | { readonly kind: 'namespace'; readonly wanted: string; readonly found: string }
  /** The peer selects pods, and the other end is an address, or a pod that a plug-in may see as its node only. */
  | { readonly kind: 'noPod' }
  /** The pod's address is in the block, and the network plug-in does not match pods by their addresses. */
  | { readonly kind: 'blockMeansNoPods'; readonly cidr: string }
  /** The address is not in the block. */
  | { readonly kind: 'block'; readonly cidr: string; readonly addresses: readonly string[] }
  /** The address is in the block and excepted from it. */
  | { readonly kind: 'except'; readonly cidr: string; readonly except: string; readonly addresses: readonly string[] };

/** The policies of one end's namespace that isolate it, in the order in which they are known; none for an address. */
export function walkDirection(
  cluster: CompiledCluster,
  direction: Direction,
  target: Endpoint,
  peer: Endpoint,
  service: Service,
): readonly PolicyWalk[] {
  const state = target.kind === 'pods' ? stateOf(cluster, target.podClass.id) : undefined;
  if (state === undefined) return [];
  const { certain, possible } = state[direction];
  const destination = direction === 'ingress' ? target : peer;
  const walk = (policy: CompiledPolicy, selects: PolicyWalk['selects']): PolicyWalk => ({
    policy: policy.ref,
    selects,
    rules: directionOf(policy, direction).rules.map((rule) =>
      walkRule(cluster, policy, direction, rule, peer, destination, service),
    ),
  });
  return [...certain.map((policy) => walk(policy, 'certain')), ...possible.map((policy) => walk(policy, 'possible'))];
}

function walkRule(
  { facts }: CompiledCluster,
  { policy, ref }: CompiledPolicy,
  direction: Direction,
  rule: CompiledRule,
  peer: Endpoint,
  destination: Endpoint,
  { protocol, port }: Service,
): RuleWalk {
  const written = policy[direction]?.[rule.index];
  const { certain, possible } = facts.specs.resolve(rule.ports, portsOf(destination));
  const ports = facts.ports.has(certain, protocol, port) ? YES : facts.ports.has(possible, protocol, port) ? MAYBE : NO;
  const peers = rule.peers.map((candidate, index): PeerWalk => {
    const match = matchEndpoint(facts, candidate, peer);
    const text = written?.peers?.[index];
    const misses = match !== NO || text === undefined ? [] : peerMisses(policy.namespace, text, peer);
    return { index, outcome: outcomeOf(match), misses };
  });
  return {
    ref: { policy: ref, direction, rule: rule.index },
    outcome: outcomeOf(and(ports, matchEndpoint(facts, rule.anyPeer, peer))),
    ports: outcomeOf(ports),
    portMisses: ports === NO ? portMisses(written?.ports ?? [], destination, protocol) : [],
    everyone: rule.peers.length === 0,
    peers,
  };
}

function outcomeOf(match: Match): Outcome {
  return match === YES ? 'yes' : match === NO ? 'no' : 'unknown';
}

function portMisses(entries: readonly PolicyPort[], destination: Endpoint, protocol: Protocol): readonly PortMiss[] {
  const own = entries.filter((entry) => effectiveProtocol(entry) === protocol);
  if (own.length === 0) return [{ kind: 'protocol', wanted: [...new Set(entries.map(effectiveProtocol))] }];
  const numbers = own.filter(({ port }) => typeof port !== 'string');
  const names = own.flatMap(({ port }): PortMiss[] => {
    if (typeof port !== 'string') return [];
    const found = portsOf(destination).numbers.get(`${protocol}/${port}`);
    return [{ kind: 'name', name: port, protocol, ...(found === undefined ? {} : { found }) }];
  });
  return [...names, ...(numbers.length === 0 ? [] : [{ kind: 'number', wanted: numbers } as const])];
}

function peerMisses(
  own: string,
  { ipBlock, podSelector, namespaceSelector }: Peer,
  end: Endpoint,
): readonly PeerMiss[] {
  if (ipBlock !== undefined) return blockMisses(ipBlock, end);
  if (podSelector === undefined && namespaceSelector === undefined) return [{ kind: 'nobody' }];
  if (end.kind === 'address' || end.podClass.kind === 'node') return [{ kind: 'noPod' }];
  const { namespace } = end.podClass;
  const misses: PeerMiss[] = [];
  if (namespaceSelector !== undefined) {
    misses.push(...labelMisses(compileSelector(namespaceSelector), 'namespace', (key) => namespace.labels.get(key)));
  } else if (namespace.name !== own) misses.push({ kind: 'namespace', wanted: own, found: namespace.name });
  if (podSelector !== undefined) {
    const labels = end.pod?.labels ?? {};
    misses.push(
      ...labelMisses(compileSelector(podSelector), 'pod', (key) =>
        Object.hasOwn(labels, key) ? labels[key] : undefined,
      ),
    );
  }
  return misses;
}

function labelMisses(
  { requirements }: CompiledSelector,
  on: 'pod' | 'namespace',
  valueOf: (key: string) => string | undefined,
): readonly PeerMiss[] {
  return requirements.flatMap((requirement): PeerMiss[] => {
    const found = valueOf(requirement.key);
    if (requirementHolds(requirement, found)) return [];
    const { key, operator, values } = requirement;
    return [
      { kind: 'label', on, wanted: { key, operator, values: [...values] }, ...(found === undefined ? {} : { found }) },
    ];
  });
}

function blockMisses({ cidr, except }: IpBlock, end: Endpoint): readonly PeerMiss[] {
  const addresses = end.kind === 'address' ? [end.name] : (end.pod?.ips ?? []);
  const whole = blockAddresses({ cidr, except: [] });
  if (end.kind === 'pods') {
    const meant = blockAddresses({ cidr, except });
    const isInside = addresses.some((text) => {
      const address = parseAddress(text);
      return address !== undefined && contains(meant, address);
    });
    if (isInside) return [{ kind: 'blockMeansNoPods', cidr }];
  }
  if (end.kind === 'address' && contains(whole, end.address)) {
    const excepting = except.find(
      (each) => parseCidr(each) !== undefined && contains(blockAddresses({ cidr: each, except: [] }), end.address),
    );
    if (excepting !== undefined) return [{ kind: 'except', cidr, except: excepting, addresses }];
  }
  return [{ kind: 'block', cidr, addresses }];
}
