import type { Direction, NetworkPolicy, Peer, PolicyRef, PolicyRule } from '../model/networkPolicy.ts';
import { blockAddresses, isEmpty } from './addressSet.ts';
import { effectivePolicyTypes, effectiveProtocol } from './defaulting.ts';
import type { Facts } from './facts.ts';
import { Features } from './features.ts';
import { compileSelector } from './labelSelector.ts';
import { MAYBE, NO, type Match } from './match.ts';
import type { PeerSet, PeerSpec } from './peerSpec.ts';
import { portName, type PortSpec } from './portSpecs.ts';

/** A NetworkPolicy with its defaults applied and its selectors interned. */
export interface CompiledPolicy {
  /** `namespace/name`. */
  readonly key: string;
  /** Differs between two texts of one policy. */
  readonly id: number;
  readonly policy: NetworkPolicy;
  readonly ref: PolicyRef;
  /** The pods that the policy selects. */
  readonly targets: PeerSet;
  readonly ingress: CompiledDirection;
  readonly egress: CompiledDirection;
}

export interface CompiledDirection {
  /** Whether the policy isolates its targets in this direction. `NO`: its rules here are ignored. */
  readonly isolates: Match;
  readonly rules: readonly CompiledRule[];
}

export interface CompiledRule {
  /** Index in the policy's text. */
  readonly index: number;
  /** In the order of the text; empty where the rule means everyone. */
  readonly peers: readonly PeerSet[];
  /** All peers together. */
  readonly anyPeer: PeerSet;
  readonly ports: PortSpec;
}

export function policyKey(policy: { readonly namespace: string; readonly name: string }): string {
  return `${policy.namespace}/${policy.name}`;
}

export function compilePolicy(facts: Facts, policy: NetworkPolicy): CompiledPolicy {
  const types = effectivePolicyTypes(policy);
  const { namespace, name } = policy;
  return {
    key: policyKey(policy),
    id: facts.nextPolicyId(),
    policy,
    ref: { kind: 'NetworkPolicy', namespace, name },
    targets: facts.peers.intern({ kind: 'pods', namespace, pods: compileSelector(policy.podSelector) }),
    ingress: compileDirection(facts, namespace, policy.ingress, types.ingress),
    egress: compileDirection(facts, namespace, policy.egress, types.egress),
  };
}

/** What a policy asks of pods. Interns the policy's ipBlocks, which classes name by their ids. */
export function policyFeatures(facts: Facts, policies: Iterable<NetworkPolicy>): Features {
  const labelKeys = new Set<string>();
  const portNames = new Set<string>();
  const blocks = new Set<PeerSet>();
  const addKeys = (selector: NetworkPolicy['podSelector'] | undefined): void => {
    if (selector === undefined) return;
    for (const key of Object.keys(selector.matchLabels)) labelKeys.add(key);
    for (const { key } of selector.matchExpressions) labelKeys.add(key);
  };
  for (const policy of policies) {
    addKeys(policy.podSelector);
    for (const rule of [...(policy.ingress ?? []), ...(policy.egress ?? [])]) {
      for (const peer of rule.peers ?? []) {
        if (peer.ipBlock === undefined) addKeys(peer.podSelector);
        else {
          const spec = peerSpec(policy.namespace, peer);
          if (spec.kind === 'block') blocks.add(facts.peers.intern(spec));
        }
      }
      for (const entry of rule.ports ?? []) {
        if (typeof entry.port === 'string') portNames.add(portName(effectiveProtocol(entry), entry.port).text);
      }
    }
  }
  return new Features(labelKeys, portNames, blocks);
}

export function directionOf(policy: CompiledPolicy, direction: Direction): CompiledDirection {
  return direction === 'ingress' ? policy.ingress : policy.egress;
}

function compileDirection(
  facts: Facts,
  namespace: string,
  rules: readonly PolicyRule[] | undefined,
  isolates: Match,
): CompiledDirection {
  if (isolates === NO || rules === undefined) return { isolates, rules: [] };
  return { isolates, rules: rules.map((rule, index) => compileRule(facts, namespace, rule, index)) };
}

/** A rule of a policy in `namespace`; `index` is its place in the text. */
export function compileRule(facts: Facts, namespace: string, rule: PolicyRule, index: number): CompiledRule {
  const peers = (rule.peers ?? []).map((peer) => facts.peers.intern(peerSpec(namespace, peer)));
  const [first] = peers;
  const anyPeer =
    first === undefined
      ? facts.peers.everyone
      : peers.length === 1
        ? first
        : facts.peers.intern({ kind: 'anyOf', members: peers });
  return { index, peers, anyPeer, ports: facts.specs.compile(rule.ports) };
}

/**
 * A peer's meaning in a policy of the given namespace. ipBlock excludes the selectors (the API server refuses both);
 * podSelector alone means the policy's own namespace; a peer with nothing in it is refused and matches no one.
 */
export function peerSpec(namespace: string, peer: Peer): PeerSpec {
  const { ipBlock, namespaceSelector, podSelector } = peer;
  const incomplete = peer.incomplete === true;
  if (ipBlock !== undefined) {
    const addresses = blockAddresses(ipBlock);
    if (incomplete && isEmpty(addresses)) return { kind: 'unknown' };
    return { kind: 'block', addresses, incomplete };
  }
  if (incomplete) return { kind: 'unknown' };
  if (namespaceSelector === undefined && podSelector === undefined) return { kind: 'nobody' };
  const pods = podSelector === undefined ? {} : { pods: compileSelector(podSelector) };
  if (namespaceSelector === undefined) return { kind: 'pods', namespace, ...pods };
  return { kind: 'pods', namespaces: compileSelector(namespaceSelector), ...pods };
}

/** Whether a policy isolates a class of pods in a direction: it has to select it and to have the direction. */
export function isolates(facts: Facts, policy: CompiledPolicy, direction: Direction, classId: number): Match {
  const type = directionOf(policy, direction).isolates;
  if (type === NO) return NO;
  const selected = facts.peers.match(policy.targets, classId);
  return selected === NO || type === selected ? selected : MAYBE;
}
