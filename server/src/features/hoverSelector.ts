import { count } from '../analysis/wording.ts';
import { matchNamespaces, type PodMatches, type PodScope } from '../engine/matchPods.ts';
import type { NetworkPolicy, Peer } from '../model/networkPolicy.ts';
import { blockLines } from './hoverBlock.ts';
import { NOT_READABLE, type HoverContext } from './hoverContext.ts';
import { manifestLine } from './hoverDifference.ts';
import {
  missLines,
  namespaceList,
  namespacesWithLabels,
  podsOfWorkloads,
  podsWithLabels,
  workloadList,
} from './hoverNames.ts';
import type { HoverSubject } from './hoverTarget.ts';
import { code, escapedLine } from './markdown.ts';
import { missesOf } from './podMisses.ts';
import { peerScope, peersField, targetScope } from './policyPlaces.ts';
import { doubtTexts, knownPods, namespacesOf } from './podText.ts';
import { noNamespaceKnown, type PodKnowledge } from './sourceText.ts';
import { writtenMatchLine } from './writtenMatches.ts';

type PeerSubject = Extract<HoverSubject, { readonly kind: 'peer' }>;

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
        : `**Selects no pod**${knowledge.kind === 'partly' ? ' that is known' : ''} ${where} today${pods.possible.length > 0 ? ' for certain' : ''}`,
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
  const answer =
    peer.ipBlock === undefined
      ? peerAnswer(context, written, peer, subject.part, path)
      : blockLines(context, { ...subject, kind: 'block' });
  return [...answer, ...alternatives(written, peers ?? [], subject.peer)];
}

function peerAnswer(
  context: HoverContext,
  policy: NetworkPolicy,
  peer: Peer,
  part: PeerSubject['part'],
  path: string,
): readonly string[] {
  const scope = peerScope(policy, peer);
  if (scope === undefined) return ['**Not evaluated**: a placeholder leaves open whom this peer means'];
  const { pods, knowledge } = knownPods(context.snapshot, scope);
  const head =
    knowledge.kind === 'unknown'
      ? unknownText(knowledge)
      : pods.certain.length > 0
        ? podsOfWorkloads(pods.certain)
        : `No pod ${knowledge.kind === 'partly' ? 'that is known ' : ''}matches${pods.possible.length > 0 ? ' for certain' : ''}`;
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
    ...manifestLine(context.snapshot, pods.certain, own),
    ...writtenMatchLine(context.snapshot, scope, pods),
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
