import type { LabelSelector } from '../model/labels.ts';
import type { NetworkPolicy, Peer, PolicyPort, PolicyRule } from '../model/networkPolicy.ts';
import { effectivePolicyTypes } from './defaulting.ts';
import { NO } from './match.ts';

/**
 * A policy's meaning as text: two policies with the same text treat any pods and any addresses alike, known or not.
 * Defaults are filled in, what an absent and an empty field mean is one thing, and order and repetition are gone. It
 * does not see every equality (one CIDR within another), so that different texts prove nothing.
 *
 * The API's rules: an absent or empty `from`, `to` or `ports` means all; absent `policyTypes` mean Ingress, and Egress
 * where there are egress rules; an absent protocol is TCP (NetworkPolicySpec, NetworkPolicyPort).
 */
export function canonicalPolicy(policy: NetworkPolicy): string {
  // Two placeholders may stand for two things: what holds one is only equal to what is written in the same way.
  if (hasGaps(policy)) return JSON.stringify(policy);
  const types = effectivePolicyTypes(policy);
  return JSON.stringify([
    policy.namespace,
    policy.name,
    selectorText(policy.podSelector),
    ...(['ingress', 'egress'] as const).map((direction) => [
      types[direction],
      // Rules of a direction that the policy does not isolate do nothing.
      types[direction] === NO ? [] : setOf((policy[direction] ?? []).map(ruleText)),
    ]),
  ]);
}

/** Whether a placeholder leaves open what the policy means. */
export function hasGaps({ podSelector, policyTypesIncomplete, ingress = [], egress = [] }: NetworkPolicy): boolean {
  if (policyTypesIncomplete === true || podSelector.incomplete === true) return true;
  return [...ingress, ...egress].some(
    ({ peers = [], ports = [] }) =>
      ports.some(({ incomplete }) => incomplete === true) ||
      peers.some(
        (peer) =>
          peer.incomplete === true ||
          peer.podSelector?.incomplete === true ||
          peer.namespaceSelector?.incomplete === true,
      ),
  );
}

function ruleText({ peers = [], ports = [] }: PolicyRule): string {
  return JSON.stringify([setOf(peers.map(peerText)), setOf(ports.map(portText))]);
}

/** A peer's meaning as text. */
export function peerText({ podSelector, namespaceSelector, ipBlock }: Peer): string {
  return JSON.stringify([
    podSelector === undefined ? null : selectorText(podSelector),
    namespaceSelector === undefined ? null : selectorText(namespaceSelector),
    ipBlock === undefined ? null : [ipBlock.cidr, setOf(ipBlock.except)],
  ]);
}

/** A port's meaning as text. */
export function portText({ protocol = 'TCP', port, endPort }: PolicyPort): string {
  return JSON.stringify([protocol, port ?? null, endPort === port ? null : (endPort ?? null)]);
}

/** A selector's meaning as text: a label is an expression with one value. */
export function selectorText({ matchLabels, matchExpressions }: LabelSelector): string {
  const labels = Object.entries(matchLabels).map(([key, value]) => JSON.stringify([key, 'In', [value]]));
  const expressions = matchExpressions.map(({ key, operator, values }) =>
    JSON.stringify([key, operator, setOf(values)]),
  );
  return JSON.stringify(setOf([...labels, ...expressions]));
}

function setOf(items: readonly string[]): readonly string[] {
  return [...new Set(items)].sort();
}
