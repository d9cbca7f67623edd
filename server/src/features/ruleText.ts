import { connectionsText, count, listSome } from '../analysis/wording.ts';
import { matchNamespaces, type MatchedWorkload, type PodMatches } from '../engine/matchPods.ts';
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
    knowledge.kind === 'known' ? '' : ` · ${knowledge.kind === 'partly' ? knowledge.why : `pods: ${knowledge.text}`}`;
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
  reach: RuleReach,
  knowledge: PodKnowledge,
): string | undefined {
  if (reach.everyone) return EVERYONE;
  const certain: string[] = [];
  const perhaps: string[] = [];
  const pods = selectedPods(rule, reach);
  if (knowledge.kind !== 'unknown') {
    if (pods.certain.length > 0) certain.push(placedPods(pods.certain, policy.namespace));
    const more = perhapsText(pods);
    if (more !== undefined) perhaps.push(more);
  }
  const addresses = addressText(reach.reach.cidrs);
  if (addresses !== undefined) certain.push(addresses);
  const possible = addressText(reach.reach.possibleCidrs);
  if (possible !== undefined) perhaps.push(`perhaps ${possible}`);
  if (certain.length === 0) return perhaps.length === 0 ? undefined : perhaps.join(', ');
  return perhaps.length === 0 ? certain.join(' and ') : `${certain.join(' and ')}, ${perhaps.join(', ')},`;
}

/**
 * The pods that a rule's selectors mean. Pods that may have an address of an ipBlock are left to that block's own
 * hover: manifests know no addresses, so that every block might mean every pod.
 */
export function selectedPods(rule: PolicyRule, { peers, reach }: RuleReach): PodMatches {
  const selecting = peers.filter((_, index) => rule.peers?.[index]?.ipBlock === undefined);
  if (selecting.length === peers.length) return reach.pods;
  const ids = new Set(selecting.flatMap(({ pods }) => pods.possible.map(({ id }) => id)));
  return { certain: reach.pods.certain, possible: reach.pods.possible.filter(({ id }) => ids.has(id)) };
}

/** `4 pods`, `4 pods of 2 namespaces`, `4 pods in monitoring`; nothing is said of the policy's own namespace. */
function placedPods(workloads: readonly MatchedWorkload[], own: string): string {
  const pods = podsText(workloads);
  const namespaces = namespacesOf(workloads);
  const [first] = namespaces;
  if (namespaces.length === 1 && first === own) return pods;
  // "those of web of 2 namespaces" would read as the namespaces of web.
  const sums = workloads.every(({ podsUnknown }) => podsUnknown === undefined);
  if (namespaces.length > 1) return `${pods}${sums ? ' of' : ', in'} ${count(namespaces.length, 'namespace')}`;
  return `${pods} in ${plain(first ?? '')}`;
}

export const EVERYONE = 'every pod and every address outside';

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
