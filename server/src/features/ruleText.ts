import { connectionsText, count, listSome } from '../analysis/wording.ts';
import { matchNamespaces } from '../engine/matchPods.ts';
import type { DestinationPorts, RuleReach } from '../engine/ruleReach.ts';
import type { Direction, NetworkPolicy, PolicyRule } from '../model/networkPolicy.ts';
import type { WorkspaceSnapshot } from '../workspace/snapshot.ts';
import { plain } from './markdown.ts';
import { namespacesOf, perhapsText, podsText } from './podText.ts';
import { noNamespaceKnown, podKnowledge, type PodKnowledge } from './sourceText.ts';

/** `Lets in 4 pods of 2 namespaces on 8080/TCP`, `Lets out to nobody: no pod matches`. */
export function ruleTitle(
  snapshot: WorkspaceSnapshot,
  policy: NetworkPolicy,
  direction: Direction,
  index: number,
  reach: RuleReach,
): string {
  if (reach.ignored) return `Does nothing: policyTypes leaves ${direction} out`;
  return `${direction === 'ingress' ? 'Lets in' : 'Lets out to'} ${ruleSummary(snapshot, policy, direction, index, reach)}`;
}

/** Whom a rule lets through and on which ports: `4 pods of 2 namespaces on 8080/TCP`, `nobody: no pod matches`. */
export function ruleSummary(
  snapshot: WorkspaceSnapshot,
  policy: NetworkPolicy,
  direction: Direction,
  index: number,
  reach: RuleReach,
): string {
  const rule = policy[direction]?.[index] ?? {};
  const knowledge = peerKnowledge(snapshot, policy, rule);
  const whom = whomText(policy, rule, reach, knowledge);
  const ports = portsText(rule, reach, direction);
  if (whom === undefined && knowledge.kind === 'unknown') return `pods on ${ports} · ${knowledge.text}`;
  if (whom === undefined) return `nobody: ${knowledge.kind === 'partly' ? knowledge.why : 'no pod matches'}`;
  if (reach.nothing) return `nobody: ${nothingOpen(reach)}`;
  const rest =
    knowledge.kind === 'known' ? '' : ` · pods: ${knowledge.kind === 'partly' ? knowledge.why : knowledge.text}`;
  return `${whom} on ${ports}${rest}`;
}

/** What is known of the pods that a rule's peers look at, the peers taken together. */
export function peerKnowledge(snapshot: WorkspaceSnapshot, policy: NetworkPolicy, rule: PolicyRule): PodKnowledge {
  const looked: string[] = [];
  let missing: PodKnowledge = { kind: 'known' };
  for (const { ipBlock, namespaceSelector } of rule.peers ?? []) {
    if (ipBlock !== undefined) continue;
    if (namespaceSelector === undefined) looked.push(policy.namespace);
    else {
      const { certain, possible } = matchNamespaces(snapshot.universe.cluster, namespaceSelector);
      if (certain.length + possible.length === 0) missing = noNamespaceKnown(snapshot);
      looked.push(...certain, ...possible);
    }
  }
  return looked.length === 0 ? missing : podKnowledge(snapshot, [...new Set(looked)]);
}

/** `4 pods of 2 namespaces and 10.0.0.0/8`; undefined where a rule's peers mean nobody that is known. */
function whomText(
  policy: NetworkPolicy,
  rule: PolicyRule,
  { everyone, reach }: RuleReach,
  knowledge: PodKnowledge,
): string | undefined {
  if (everyone) return EVERYONE;
  const parts: string[] = [];
  const onlyBlocks = rule.peers?.every(({ ipBlock }) => ipBlock !== undefined) === true;
  if (knowledge.kind !== 'unknown' && !onlyBlocks) {
    const { certain } = reach.pods;
    if (certain.length > 0) parts.push(`${podsText(certain)}${placeText(namespacesOf(certain), policy.namespace)}`);
    const perhaps = perhapsText(reach.pods);
    if (perhaps !== undefined) parts.push(perhaps);
  }
  const addresses = addressText(reach.cidrs);
  if (addresses !== undefined) parts.push(addresses);
  const possible = addressText(reach.possibleCidrs);
  if (possible !== undefined) parts.push(`perhaps ${possible}`);
  return parts.length === 0 ? undefined : andList(parts);
}

export const EVERYONE = 'every pod and every address outside';

/** ` of 2 namespaces`, ` of monitoring`; nothing for the policy's own namespace. */
function placeText(namespaces: readonly string[], own: string): string {
  if (namespaces.length > 1) return ` of ${count(namespaces.length, 'namespace')}`;
  const [only] = namespaces;
  return only === undefined || only === own ? '' : ` of ${plain(only)}`;
}

/** `10.0.0.0/8`, `3 address ranges`, `every address outside`. */
export function addressText(cidrs: readonly string[]): string | undefined {
  if (cidrs.length === 0) return undefined;
  if (cidrs.includes('0.0.0.0/0')) return 'every address outside';
  return cidrs.length <= 2 ? cidrs.join(' and ') : count(cidrs.length, 'address range');
}

/** The ports that a rule opens, as far as names have a number on the destinations. */
export function portsText(rule: PolicyRule, reach: RuleReach, direction: Direction): string {
  if ((rule.ports ?? []).length === 0) return 'all ports';
  const groups = reach.ports.filter(({ connections, possible }) => connections.length > 0 || possible !== undefined);
  const [first] = groups;
  if (first === undefined) {
    return reach.externalPorts.length > 0 && direction === 'egress'
      ? connectionsText(reach.externalPorts)
      : writtenPorts(rule);
  }
  if (groups.length === 1) return destinationPorts(first);
  if (groups.length > 2) return `${writtenPorts(rule)} (differs by pod)`;
  return groups.map((group) => `${destinationPorts(group)} of ${workloadNames(group.workloads)}`).join(', ');
}

/** Ports as the text writes them, where no destination tells what the names mean. */
export function writtenPorts(rule: PolicyRule): string {
  const texts = (rule.ports ?? []).map(({ protocol = 'TCP', port, endPort, incomplete }) => {
    if (incomplete === true) return 'ports that a placeholder leaves open';
    if (port === undefined) return `all ${protocol} ports`;
    return `${endPort === undefined ? plain(String(port)) : `${port}-${endPort}`}/${protocol}`;
  });
  return texts.length === 0 ? 'all ports' : listSome([...new Set(texts)], 3);
}

function destinationPorts({ connections, possible }: DestinationPorts): string {
  if (possible === undefined) return connectionsText(connections);
  if (connections.length === 0) return `perhaps ${connectionsText(possible)}`;
  return `${connectionsText(connections)}, perhaps ${connectionsText(possible)}`;
}

function nothingOpen({ unresolved }: RuleReach): string {
  const [first] = unresolved;
  if (first === undefined) return 'no port is open';
  return `no pod has a port named ${plain(first.port.slice(first.port.indexOf('/') + 1))}`;
}

/** Names from ids (`shop/web[Deployment]`). */
function workloadNames(ids: readonly string[]): string {
  return listSome(
    ids.map((id) => plain(id.slice(id.indexOf('/') + 1, id.lastIndexOf('[')))),
    2,
  );
}

function andList(parts: readonly string[]): string {
  return parts.length <= 2 ? parts.join(' and ') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1) ?? ''}`;
}
