import { count, listSome, thousands } from '../analysis/wording.ts';
import { matchNamespaces, matchPeer, type PodMatches, type PodScope } from '../engine/matchPods.ts';
import type { IpBlock, NetworkPolicy, Peer } from '../model/networkPolicy.ts';
import type { HoverContext } from './hoverContext.ts';
import {
  missLines,
  namespaceList,
  namespacesWithLabels,
  podsByName,
  podsOfWorkloads,
  podsWithLabels,
  workloadList,
} from './hoverNames.ts';
import type { HoverSubject } from './hoverTarget.ts';
import { code, escaped, escapedLine } from './markdown.ts';
import { missesOf } from './podMisses.ts';
import { namedPortNumbers } from './namedPorts.ts';
import { peerScope, peersField, targetScope } from './policyPlaces.ts';
import { allPodsKnowledge, doubtTexts, knownPods, namespacesOf } from './podText.ts';
import { noNamespaceKnown, type PodKnowledge } from './sourceText.ts';

type PeerSubject = Extract<HoverSubject, { readonly kind: 'peer' }>;
type PortSubject = Extract<HoverSubject, { readonly kind: 'port' }>;

/** A policy's podSelector: which pods it selects, and which it misses by a hair. */
export function targetLines(context: HoverContext): readonly string[] {
  const { snapshot, target } = context;
  const { written } = target.view;
  if (written === undefined) return [NOT_READABLE];
  const scope = targetScope(written);
  const { pods, knowledge } = knownPods(snapshot, scope);
  const where = `in ${code(written.namespace)}`;
  return [
    knowledge.kind === 'unknown'
      ? `**${unknownText(knowledge)}** ${where}`
      : pods.certain.length > 0
        ? `**Selects ${podsOfWorkloads(pods.certain)}** ${where}`
        : `**Selects no pod** ${where} today${pods.possible.length > 0 ? ' for certain' : ''}`,
    ...detailLines(context, written, scope, pods, knowledge, 'spec.podSelector'),
  ];
}

/** A peer or a part of it: whom it means, with AND and OR in words. */
export function peerLines(context: HoverContext, subject: PeerSubject): readonly string[] {
  const { written } = context.target.view;
  const peers = written?.[subject.direction]?.[subject.rule]?.peers;
  const peer = peers?.[subject.peer];
  if (written === undefined || peer === undefined) return [NOT_READABLE];
  const field = peersField(subject.direction);
  const path = `spec.${subject.direction}[${subject.rule}].${field}[${subject.peer}]`;
  return [
    ...peerAnswer(context, written, peer, subject.part, path),
    ...alternatives(written, peers ?? [], subject.peer),
  ];
}

function peerAnswer(
  context: HoverContext,
  policy: NetworkPolicy,
  peer: Peer,
  part: PeerSubject['part'],
  path: string,
): readonly string[] {
  if (peer.ipBlock !== undefined) return blockLines(context, policy, peer, peer.ipBlock, path);
  const scope = peerScope(policy, peer);
  if (scope === undefined) return ['**Not evaluated**: a placeholder leaves open whom this peer means'];
  const { pods, knowledge } = knownPods(context.snapshot, scope);
  const head =
    knowledge.kind === 'unknown'
      ? unknownText(knowledge)
      : pods.certain.length > 0
        ? podsOfWorkloads(pods.certain)
        : `No pod matches${pods.possible.length > 0 ? ' for certain' : ''}`;
  const narrowed = scope.podSelector !== undefined && scope.namespaceSelector !== undefined;
  return [
    `**${head}**: ${peerWords(policy, peer)}${narrowed ? ' (one peer: both must hold)' : ''}`,
    ...(part === 'namespaceSelector' ? namespaceLine(context, scope) : []),
    ...detailLines(
      context,
      policy,
      scope,
      pods,
      knowledge,
      `${path}.${scope.podSelector === undefined ? 'namespaceSelector' : 'podSelector'}`,
    ),
  ];
}

/** The names behind a count, those that only may match with the reason, and those that miss by one thing. */
function detailLines(
  context: HoverContext,
  policy: NetworkPolicy,
  scope: PodScope,
  pods: PodMatches,
  knowledge: PodKnowledge,
  path: string,
): readonly string[] {
  if (knowledge.kind === 'unknown')
    return knowledge.mend === undefined ? [] : [`Needs: ${escapedLine(knowledge.mend)}`];
  const own = policy.namespace;
  const more = (words: string): string => context.listLink(words, path);
  const { cluster } = context.snapshot.universe;
  return [
    ...(pods.certain.length > 0 ? [workloadList(pods.certain, own, more)] : []),
    ...(pods.possible.length > 0
      ? [`Perhaps also ${workloadList(pods.possible, own, more)}: ${doubtTexts(cluster, pods.possible).join('; ')}`]
      : []),
    ...(knowledge.kind === 'partly' ? [`Not all is known: ${escapedLine(knowledge.why)}`] : []),
    ...missLines(missesOf(context.snapshot, scope, pods.certain.length > 0), own, 3),
  ];
}

function namespaceLine({ snapshot }: HoverContext, { namespaceSelector }: PodScope): readonly string[] {
  if (namespaceSelector === undefined) return [];
  const { certain, possible } = matchNamespaces(snapshot.universe.cluster, namespaceSelector);
  // Where none is known the first line says so already.
  if (certain.length + possible.length === 0) {
    return noNamespaceKnown(snapshot).kind === 'known' ? ['No namespace has these labels'] : [];
  }
  const perhaps = possible.length === 0 ? '' : `, perhaps ${namespaceList(possible)} (labels not known)`;
  return [
    `${count(certain.length, 'namespace')}${certain.length === 0 ? '' : `: ${namespaceList(certain)}`}${perhaps}`,
  ];
}

function blockLines(
  context: HoverContext,
  policy: NetworkPolicy,
  peer: Peer,
  { cidr, except }: IpBlock,
  path: string,
): readonly string[] {
  const { snapshot } = context;
  const { certain, possible } = matchPeer(snapshot.universe.cluster, policy.namespace, peer);
  const own = policy.namespace;
  const more = (words: string): string => context.listLink(words, path);
  const without = except.length === 0 ? '' : ` without ${listSome(except.map(code), 3)}`;
  return [
    `**Every address of ${code(cidr)}**${without}`,
    ...(certain.length > 0 ? [`Pods with such an address: ${workloadList(certain, own, more)}`] : []),
    ...(possible.length > 0 ? [`${podsByName(possible)} may have such an address: it is not known here`] : []),
    ...(allPodsKnowledge(snapshot).kind === 'known' && certain.length + possible.length === 0
      ? ['No pod has such an address']
      : []),
  ];
}

/** In a list of several peers: what else the list allows, since peers add up. */
function alternatives(policy: NetworkPolicy, peers: readonly Peer[], shown: number): readonly string[] {
  if (peers.length < 2) return [];
  const words = peers.slice(0, MOST_PEERS).map((peer) => peerWords(policy, peer));
  if (peers.length > MOST_PEERS) words.push(`${peers.length - MOST_PEERS} more`);
  return [`Peer ${shown + 1} of ${peers.length}: **either** ${words.join(' **or** ')}`];
}

const MOST_PEERS = 3;

/** ``pods `app=web` **in** namespaces `team=a` ``, ``pods `app=web` of this namespace``. */
export function peerWords(
  policy: NetworkPolicy,
  { podSelector, namespaceSelector, ipBlock, incomplete }: Peer,
): string {
  if (ipBlock !== undefined) return `addresses ${code(ipBlock.cidr)}`;
  if (incomplete === true) return 'a peer that a placeholder leaves open';
  if (podSelector !== undefined && namespaceSelector !== undefined) {
    return `${podsWithLabels(podSelector)} **in** ${namespacesWithLabels(namespaceSelector)}`;
  }
  if (namespaceSelector !== undefined) return `every pod of ${namespacesWithLabels(namespaceSelector)}`;
  return podSelector === undefined ? 'nobody' : `${podsWithLabels(podSelector)} of ${code(policy.namespace)}`;
}

/** An entry of a rule's ports: on which pods it opens which number. */
export function portLines(context: HoverContext, { direction, rule, port }: PortSubject): readonly string[] {
  const { written, state } = context.target.view;
  const entry = written?.[direction]?.[rule]?.ports?.[port];
  if (written === undefined || entry === undefined) return [NOT_READABLE];
  if (entry.incomplete === true) return ['**Not evaluated**: a placeholder leaves the port open'];
  const { protocol = 'TCP', port: value, endPort } = entry;
  if (value === undefined) return [`**Every ${escaped(protocol)} port**`];
  if (typeof value === 'number') {
    const text =
      endPort === undefined
        ? `Port ${value}`
        : `Ports ${value} to ${endPort}, ${thousands(endPort - value + 1)} in all`;
    return [`**${text}**, ${escaped(protocol)}`];
  }
  const head = `**Port ${code(value)}**, ${escaped(protocol)}, of ${direction === 'ingress' ? 'the selected pods' : 'the peers'}`;
  if (state.kind !== 'evaluated') return [head, `Not evaluated: ${escapedLine(state.why)}`];
  const numbers = namedPortNumbers(context.snapshot.universe.cluster, state.policy, direction, rule, port);
  if (numbers.length === 0) return [head, 'No pod is known that could tell its number'];
  const lines = numbers.slice(0, MOST_NUMBERS).map(({ number, workloads }) => {
    const names = listSome(
      workloads.map(
        ({ namespace, name }) => `${namespace === written.namespace ? '' : `${escaped(namespace)}/`}${escaped(name)}`,
      ),
      3,
    );
    if (number === 'none') return `Opens nothing on ${names}: no container port has this name and protocol`;
    return number === 'unknown' ? `Not known on ${names}: a placeholder hides the ports` : `${number} on ${names}`;
  });
  const left = numbers.length - MOST_NUMBERS;
  return [head, ...lines, ...(left > 0 ? [`… and ${left} other numbers`] : [])];
}

const MOST_NUMBERS = 5;
export const NOT_READABLE = '**Not known yet**: the text cannot be read as it stands';

function unknownText({ text }: Extract<PodKnowledge, { readonly kind: 'unknown' }>): string {
  return escapedLine(text.charAt(0).toUpperCase() + text.slice(1));
}

/** Where the selected pods are: `` in `shop` and `billing` ``. */
export function whereText(pods: PodMatches, own: string): string {
  const namespaces = namespacesOf(pods.certain);
  return namespaces.length === 0 || (namespaces.length === 1 && namespaces[0] === own)
    ? ''
    : ` in ${namespaceList(namespaces)}`;
}
