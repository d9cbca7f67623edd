import { query } from '../engine/query.ts';
import type { LabelSelector } from '../model/labels.ts';
import type { NetworkPolicy, Peer, PolicyPort, PolicyRule } from '../model/networkPolicy.ts';
import type { Pod } from '../model/workload.ts';
import type { CheckContext } from './check.ts';
import { DNS_NAMESPACES, DNS_PORTS, dnsServers } from './dnsServers.ts';

/**
 * Whether a pod that is isolated for egress may still resolve names. `true` also where it cannot be told: what is
 * not certain is not called missing.
 */
export function mayReachDns(context: CheckContext, pod: Pod, policies: readonly NetworkPolicy[]): boolean {
  const rules = policies.flatMap(({ egress = [] }) => egress);
  if (rulesMeanResolvers(rules)) return true;
  const servers = dnsServers(context).flatMap(({ pods }) => pods);
  if (servers.length > 0) {
    return servers.some((server) =>
      (['UDP', 'TCP'] as const).some((protocol) =>
        DNS_PORTS.some(
          (port) => query(context.intended, { pod }, { pod: server }, protocol, port).egress.verdict !== 'deny',
        ),
      ),
    );
  }
  return rulesMayMeanDns(rules);
}

/** Whether egress rules may let a pod reach DNS servers that are not among the known pods. */
export function rulesMayMeanDns(rules: readonly PolicyRule[]): boolean {
  return (
    rulesMeanResolvers(rules) ||
    rules.some((rule) => mentionsDns(rule.ports) || (opensDns(rule.ports) && mayMeanDns(rule)))
  );
}

/** NodeLocal DNSCache and cloud resolvers are addresses, not pods: a rule for them needs an ipBlock. */
export function rulesMeanResolvers(rules: readonly PolicyRule[]): boolean {
  return rules.some(({ ports, peers = [] }) => opensDns(ports) && peers.some(({ ipBlock }) => ipBlock !== undefined));
}

function opensDns(ports: readonly PolicyPort[] = []): boolean {
  return (
    ports.length === 0 ||
    ports.some((entry) => covers(entry) || typeof entry.port === 'string' || entry.incomplete === true)
  );
}

/** Somebody who writes 53 means DNS, whatever the peer is called in this cluster. */
function mentionsDns(ports: readonly PolicyPort[] = []): boolean {
  return ports.some(
    (entry) => typeof entry.port === 'number' && entry.endPort === undefined && DNS_PORTS.includes(entry.port),
  );
}

function covers({ port, endPort }: PolicyPort): boolean {
  if (port === undefined) return true;
  if (typeof port === 'string') return false;
  return DNS_PORTS.some((dns) => dns >= port && dns <= (endPort ?? port));
}

/** Without a known DNS server: whether a rule's peers could mean one. */
function mayMeanDns({ peers = [] }: PolicyRule): boolean {
  return peers.length === 0 || peers.some(couldBeDns);
}

function couldBeDns({ namespaceSelector, podSelector, incomplete }: Peer): boolean {
  if (incomplete === true) return true;
  if (namespaceSelector === undefined || !couldMatchNamespace(namespaceSelector)) return false;
  return podSelector === undefined || couldMatchPods(podSelector);
}

function couldMatchNamespace({ matchLabels, matchExpressions, incomplete }: LabelSelector): boolean {
  if (incomplete === true) return true;
  const names = Object.values(matchLabels);
  const labelsFit = names.every((value) => DNS_NAMESPACES.includes(value));
  return (
    labelsFit &&
    matchExpressions.every(
      ({ operator, values }) => operator !== 'In' || values.some((value) => DNS_NAMESPACES.includes(value)),
    )
  );
}

function couldMatchPods({ matchLabels, incomplete }: LabelSelector): boolean {
  return incomplete === true || Object.values(matchLabels).every((value) => /dns/i.test(value));
}
