import { count, listSome, shownName } from '../analysis/wording.ts';
import { policyKey } from '../engine/compilePolicy.ts';
import { effectivePolicyTypes } from '../engine/defaulting.ts';
import { NO } from '../engine/match.ts';
import type { PodMatches } from '../engine/matchPods.ts';
import { ruleReach, type RuleReach } from '../engine/ruleReach.ts';
import type { Direction, NetworkPolicy } from '../model/networkPolicy.ts';
import type { FileView, WorkspaceSnapshot } from '../workspace/snapshot.ts';
import { NOT_READABLE, type HoverContext } from './hoverContext.ts';
import { manifestLine, policyDifferenceLine } from './hoverDifference.ts';
import { podsByName, podsOfWorkloads, workloadList } from './hoverNames.ts';
import { peerWords, whereText } from './hoverSelector.ts';
import { code, escaped, escapedLine, qualified } from './markdown.ts';
import { DIRECTIONS, targetScope } from './policyPlaces.ts';
import { directionsText } from './policyText.ts';
import { doubtTexts, knownPods } from './podText.ts';
import { EVERYONE, addressText, peerKnowledge, portsText, ruleSummary, selectedPods } from './ruleText.ts';

/** A policy as a whole: whom it selects, what comes in and goes out, and which others isolate the same pods. */
export function policyLines(context: HoverContext): readonly string[] {
  const { snapshot, target, listLink } = context;
  const { state, namespace, name } = target.view;
  if (state.kind !== 'evaluated') {
    return [
      `**${escaped(namespace)}/${escaped(name)} is not evaluated**: ${escapedLine(state.why)}`,
      namespaceText(context),
    ];
  }
  const { policy } = state;
  const { pods, knowledge } = knownPods(snapshot, targetScope(policy));
  const selects =
    knowledge.kind === 'unknown'
      ? `isolates the pods it selects · ${escapedLine(knowledge.text)}`
      : pods.certain.length > 0
        ? `isolates ${podsOfWorkloads(pods.certain)}`
        : `selects no pod ${knowledge.kind === 'partly' ? 'that is known' : 'today'}`;
  const list = workloadList(pods.certain, namespace, (words) => listLink(words, 'spec.podSelector'));
  return [
    `**${qualified({ namespace, name })}** ${selects}`,
    ...(knowledge.kind !== 'unknown' && list !== '' ? [list] : []),
    ...policyDifferenceLine(context),
    ...manifestLine(snapshot, pods.certain, namespace),
    ...DIRECTIONS.map((direction) => directionText(snapshot, policy, direction)),
    ...companions(snapshot, policy),
    namespaceText(context),
  ];
}

/** Which namespace the document takes, and who says so. */
export function namespaceLines(context: HoverContext): readonly string[] {
  return [`**Selects pods of ${code(context.target.view.namespace)}**`, namespaceText(context)];
}

/** The policy's own labels and annotations. */
export function ownLabelsLines({ target }: HoverContext): readonly string[] {
  return [`**No traffic depends on it**: labels and annotations of ${escaped(shownName(target.view.name))} itself`];
}

/** One of the policyTypes: what it isolates, and what is let through all the same. */
export function policyTypeLines(context: HoverContext, index: number): readonly string[] {
  const { written, placed, manifest } = context.target.view;
  if (written === undefined) return [NOT_READABLE];
  const type = placed.document.sourceMap.scalar([...manifest.path, 'spec', 'policyTypes', index]);
  if (type === 'Ingress' || type === 'Egress')
    return directionLines(context, type === 'Ingress' ? 'ingress' : 'egress');
  return [`**${code(type ?? '')} is no direction**: Ingress and Egress are`];
}

export function policyTypesLines({ target }: HoverContext): readonly string[] {
  const { written } = target.view;
  if (written === undefined) return [NOT_READABLE];
  const isolated = directionsText(written);
  const open = DIRECTIONS.filter((direction) => effectivePolicyTypes(written)[direction] === NO);
  return [
    `**Isolates ${isolated}** of the selected pods`,
    ...open.map((direction) => {
      const rules = written[direction]?.length ?? 0;
      const ignored =
        rules === 0 ? '' : `; its ${count(rules, `${direction} rule`)} ${rules === 1 ? 'does' : 'do'} nothing`;
      return `It leaves ${direction} as other policies make it${ignored}`;
    }),
  ];
}

/** The list of a direction's rules. */
export function directionLines({ snapshot, target }: HoverContext, direction: Direction): readonly string[] {
  const { state } = target.view;
  if (state.kind !== 'evaluated') return [`**Not evaluated**: ${escapedLine(state.why)}`];
  const { policy } = state;
  const { pods, knowledge } = knownPods(snapshot, targetScope(policy));
  const whose =
    knowledge.kind === 'unknown' || pods.certain.length === 0 ? 'the selected pods' : podsByName(pods.certain);
  const isolated = effectivePolicyTypes(policy)[direction] !== NO;
  return [
    isolated
      ? `**${direction === 'ingress' ? 'Ingress' : 'Egress'} of ${whose} is isolated**; ${rulesText(policy, direction)}`
      : `**Does nothing**: ${code('policyTypes')} leaves ${direction} out`,
    ...(isolated ? summaries(snapshot, policy, direction, 5).map((text, index) => `${index + 1}\\. ${text}`) : []),
  ];
}

function rulesText(policy: NetworkPolicy, direction: Direction): string {
  const rules = policy[direction]?.length ?? 0;
  if (rules > 0) return `${count(rules, 'rule')} in this policy`;
  return `this policy lets nothing ${direction === 'ingress' ? 'in' : 'out'}`;
}

/** A rule: who reaches whom by it, on which ports. */
export function ruleLines(context: HoverContext, direction: Direction, index: number): readonly string[] {
  const { snapshot, target } = context;
  const { state } = target.view;
  if (state.kind !== 'evaluated') return [`**Not evaluated**: ${escapedLine(state.why)}`];
  const { policy } = state;
  const rule = policy[direction]?.[index];
  const reach = ruleReach(snapshot.universe.cluster, policy, direction, index);
  if (rule === undefined || reach === undefined) return [NOT_READABLE];
  if (reach.ignored) return [`**Does nothing**: ${code('policyTypes')} leaves ${direction} out`];
  const targets = targetsText(snapshot, policy, reach);
  const peers = peersText(snapshot, policy, direction, index, reach);
  const [from, to] = direction === 'ingress' ? [peers, targets] : [targets, peers];
  const path = `spec.${direction}[${index}]`;
  const named = (rule.peers ?? []).length > 0 && peerKnowledge(snapshot, policy, rule).kind !== 'unknown';
  const list = workloadList(reach.reach.pods.certain, policy.namespace, (words) => context.listLink(words, path));
  return [
    reach.nothing && named
      ? `**Opens nothing today**: from ${from} to ${to}`
      : `**From** ${from} **to** ${to} **on** ${escapedLine(portsText(rule, reach, direction))}`,
    ...(named && list !== '' ? [list] : []),
    ...(named ? manifestLine(snapshot, reach.reach.pods.certain, policy.namespace) : []),
    ...(named ? doubtLine(snapshot, policy, selectedPods(rule, reach)) : []),
    ...(reach.reach.cidrs.length > 1 && !reach.everyone
      ? [`Addresses: ${listSome(reach.reach.cidrs.map(code), 4)}`]
      : []),
    ...reach.unresolved.map(({ port, workloads }) => {
      const name = port.slice(port.indexOf('/') + 1);
      return `${code(name)} is no port of ${count(workloads.length, 'workload')}: it opens nothing there`;
    }),
    ...either(policy, direction, index),
    `The policies of the other end have to allow it too`,
  ].slice(0, 9);
}

/** Pods that only may be meant, with the reason. */
function doubtLine(snapshot: WorkspaceSnapshot, policy: NetworkPolicy, { possible }: PodMatches): readonly string[] {
  if (possible.length === 0) return [];
  const list = workloadList(possible, policy.namespace, (words) => words);
  return [`Perhaps also ${list}: ${doubtTexts(snapshot.universe.cluster, possible).join('; ')}`];
}

function targetsText(snapshot: WorkspaceSnapshot, policy: NetworkPolicy, { targets }: RuleReach): string {
  const { knowledge } = knownPods(snapshot, targetScope(policy));
  if (knowledge.kind === 'unknown' || targets.certain.length === 0) return 'the selected pods';
  return podsByName(targets.certain);
}

function peersText(
  snapshot: WorkspaceSnapshot,
  policy: NetworkPolicy,
  direction: Direction,
  index: number,
  { everyone, reach }: RuleReach,
): string {
  if (everyone) return EVERYONE;
  const knowledge = peerKnowledge(snapshot, policy, policy[direction]?.[index] ?? {});
  const parts: string[] = [];
  if (knowledge.kind === 'unknown') parts.push(`pods (${escapedLine(knowledge.text)})`);
  else if (reach.pods.certain.length > 0) {
    parts.push(`${podsByName(reach.pods.certain)}${whereText(reach.pods, policy.namespace)}`);
  }
  const addresses = addressText(reach.cidrs);
  if (addresses !== undefined) parts.push(addresses);
  return parts.length === 0 ? 'no pod' : parts.join(' and ');
}

function either(policy: NetworkPolicy, direction: Direction, index: number): readonly string[] {
  const peers = policy[direction]?.[index]?.peers ?? [];
  if (peers.length < 2) return [];
  const words = peers.slice(0, 3).map((peer) => peerWords(policy, peer));
  if (peers.length > 3) words.push(`${peers.length - 3} more`);
  return [`**Either** ${words.join(' **or** ')}`];
}

/** `**In** 4 pods of 2 namespaces on 8080/TCP; every address outside on 443/TCP`. */
function directionText(snapshot: WorkspaceSnapshot, policy: NetworkPolicy, direction: Direction): string {
  const head = direction === 'ingress' ? '**In**' : '**Out**';
  if (effectivePolicyTypes(policy)[direction] === NO)
    return `${head} as other policies say: this one does not isolate ${direction}`;
  const texts = summaries(snapshot, policy, direction, 3);
  return `${head} ${texts.length === 0 ? 'nothing' : texts.join('; ')}`;
}

function summaries(
  snapshot: WorkspaceSnapshot,
  policy: NetworkPolicy,
  direction: Direction,
  most: number,
): readonly string[] {
  const rules = policy[direction] ?? [];
  const texts = rules.slice(0, most).flatMap((_, index) => {
    const reach = ruleReach(snapshot.universe.cluster, policy, direction, index);
    return reach === undefined ? [] : [escapedLine(ruleSummary(snapshot, policy, direction, index, reach))];
  });
  return rules.length > most ? [...texts, count(rules.length - most, 'more rule', 'more rules')] : texts;
}

/** Other policies that isolate some of the same pods: what they allow is allowed as well. */
function companions({ universe }: WorkspaceSnapshot, policy: NetworkPolicy): readonly string[] {
  const { cluster } = universe;
  const own = policyKey(policy);
  const compiled = cluster.policies.get(own);
  if (compiled === undefined) return [];
  const names = new Set<string>();
  for (const [id, state] of cluster.classes.entries()) {
    if (cluster.facts.peers.match(compiled.targets, id) === NO) continue;
    for (const direction of DIRECTIONS) {
      for (const other of state[direction].certain) if (other.key !== own) names.add(shownName(other.policy.name));
    }
  }
  if (names.size === 0) return [];
  const listed = listSome([...names].sort().map(escaped), 3);
  return [`Also isolated by ${listed}: what any of them allows is allowed`];
}

function namespaceText({ target }: HoverContext): string {
  const { namespace, manifest, file } = target.view;
  if (file.namespace.from === 'kustomization' && namespace === file.namespace.name) {
    return `Namespace ${code(namespace)}: ${ORIGINS.kustomization}`;
  }
  if (manifest.namespace !== '') return `Namespace ${code(namespace)}, as written`;
  return `Namespace ${code(namespace)}: none is written; ${ORIGINS[file.namespace.from]}`;
}

const ORIGINS: Readonly<Record<FileView['namespace']['from'], string>> = {
  setting: 'the setting `bulkhead.namespace` says so',
  'bulkhead.yaml': '`bulkhead.yaml` says so',
  kustomization: 'the kustomization says so',
  context: 'it is the one of the kubeconfig context',
  default: 'nothing says another',
};
