import { count, listSome, thousands } from '../analysis/wording.ts';
import { namespaceLabelUse, podLabelKeys, podLabelUse, type LabelUse } from '../engine/labelUse.ts';
import { matchNamespaces, type MatchedWorkload, type PodScope } from '../engine/matchPods.ts';
import type { LabelRequirement, LabelSelector } from '../model/labels.ts';
import type { NetworkPolicy } from '../model/networkPolicy.ts';
import type { WorkspaceSnapshot } from '../workspace/snapshot.ts';
import { NOT_READABLE, type HoverContext } from './hoverContext.ts';
import { namespaceList, podsOfWorkloads, workloadList } from './hoverNames.ts';
import type { RequirementSubject } from './hoverTarget.ts';
import { code, escapedLine } from './markdown.ts';
import { peersField, targetScope } from './policyPlaces.ts';
import { doubtTexts, knownPods, namespacesOf, podSum, podsText, scopeKnowledge, scopeNamespaces } from './podText.ts';
import { noNamespaceKnown, type PodKnowledge } from './sourceText.ts';

/** A condition as the policy has it: on pods of a scope, or on namespaces. */
interface Condition {
  readonly requirement: LabelRequirement;
  readonly of: 'pods' | 'namespaces';
  /** Of the whole selector. */
  readonly scope: PodScope;
  /** Field path of the selector. */
  readonly path: string;
}

/** A label's key, its value or the operator between them: who has it, here and elsewhere. */
export function requirementLines(context: HoverContext, subject: RequirementSubject): readonly string[] {
  const { written } = context.target.view;
  if (written === undefined) return [NOT_READABLE];
  const condition = conditionOf(written, subject);
  if (condition === undefined) return ['**Not evaluated**: a placeholder leaves this condition open'];
  const { requirement, of } = condition;
  if (subject.part === 'operator') return operatorLines(context, condition);
  const value = subject.part === 'value' ? requirement.values[subject.value ?? 0] : undefined;
  if (of === 'namespaces') return namespaceLines(context.snapshot, condition, value);
  return value === undefined ? keyLines(context, condition) : valueLines(context, condition, value);
}

function conditionOf(policy: NetworkPolicy, { peer, at }: RequirementSubject): Condition | undefined {
  const written = peer === undefined ? undefined : policy[peer.direction]?.[peer.rule]?.peers?.[peer.peer];
  const selector = peer === undefined ? policy.podSelector : written?.[peer.part];
  const requirement = selector && requirementAt(selector, at);
  if (selector === undefined || requirement === undefined) return undefined;
  if (peer === undefined) return { requirement, of: 'pods', scope: targetScope(policy), path: 'spec.podSelector' };
  const { namespaceSelector } = written ?? {};
  const path = `spec.${peer.direction}[${peer.rule}].${peersField(peer.direction)}[${peer.peer}].${peer.part}`;
  const scope = { namespace: policy.namespace, ...(namespaceSelector === undefined ? {} : { namespaceSelector }) };
  return peer.part === 'namespaceSelector'
    ? { requirement, of: 'namespaces', scope, path }
    : { requirement, of: 'pods', scope: { ...scope, podSelector: selector }, path };
}

function requirementAt({ matchLabels, matchExpressions }: LabelSelector, at: string | number) {
  if (typeof at === 'number') return matchExpressions[at];
  const value = Object.hasOwn(matchLabels, at) ? matchLabels[at] : undefined;
  return value === undefined ? undefined : { key: at, operator: 'In' as const, values: [value] };
}

/** `10 pods of 4 workloads in shop have app`, then its values with counts. */
function keyLines(context: HoverContext, { requirement: { key }, scope, path }: Condition): readonly string[] {
  const { snapshot } = context;
  const { cluster } = snapshot.universe;
  const namespaces = scopeNamespaces(snapshot, scope);
  const where = placeText(scope, namespaces);
  const knowledge = scopeKnowledge(snapshot, scope);
  const use = podLabelUse(cluster, key, namespaces);
  const owners = distinctPods(use);
  const more = (words: string): string => context.listLink(words, `${path}#${key}`);
  return [
    owners.length === 0
      ? nobody(knowledge, `has the label ${code(key)}`, where)
      : `**${podsOfWorkloads(owners)}** ${where} ${verb(owners)} the label ${code(key)}`,
    ...(owners.length === 0 ? [] : [valueList(use, more)]),
    ...(owners.length === 0 && knowledge.kind === 'known'
      ? labelled('Labels there', podLabelKeys(cluster, namespaces))
      : []),
    ...unknownLine(use.unknown),
    ...elsewhereLine(scope, podLabelUse(cluster, key)),
    ...partly(knowledge),
  ];
}

/** `5 pods of 2 workloads in shop have app=web`, then their names. */
function valueLines(
  context: HoverContext,
  { requirement: { key, operator }, scope, path }: Condition,
  value: string,
): readonly string[] {
  const { snapshot, listLink } = context;
  const { cluster } = snapshot.universe;
  const namespaces = scopeNamespaces(snapshot, scope);
  const where = placeText(scope, namespaces);
  const knowledge = scopeKnowledge(snapshot, scope);
  const use = podLabelUse(cluster, key, namespaces);
  const owners = ownersOf(use, value);
  const label = code(`${key}=${value}`);
  const out = operator === 'NotIn' ? ', which this leaves out' : '';
  const more = (words: string): string => listLink(words, `${path}#${key}=${value}`);
  return [
    owners.length === 0
      ? nobody(knowledge, `has ${label}`, where)
      : `**${podsOfWorkloads(owners)}** ${where} ${verb(owners)} ${label}${out}`,
    ...(owners.length === 0
      ? knowledge.kind === 'known'
        ? [valueList(use, (words) => words)].filter((line) => line !== '')
        : []
      : [workloadList(owners, scope.namespace, more)]),
    ...unknownLine(use.unknown),
    ...together(context, scope),
    ...elsewhereLine(scope, onlyValue(podLabelUse(cluster, key), value)),
    ...partly(knowledge),
  ];
}

/** What an operator means, in words, and who passes it. */
function operatorLines(context: HoverContext, { requirement, of, scope }: Condition): readonly string[] {
  const { snapshot } = context;
  const one: LabelSelector = { matchLabels: {}, matchExpressions: [requirement] };
  const words = `**${conditionWords(requirement)}**`;
  const without: LabelSelector = {
    matchLabels: {},
    matchExpressions: [{ key: requirement.key, operator: 'DoesNotExist', values: [] }],
  };
  const alsoMissing = requirement.operator === 'NotIn';
  if (of === 'namespaces') {
    const { cluster } = snapshot.universe;
    const { certain, possible } = matchNamespaces(cluster, one);
    const missing = alsoMissing ? matchNamespaces(cluster, without).certain.length : 0;
    const perhaps = possible.length === 0 ? '' : `, perhaps ${namespaceList(possible)} (labels not known)`;
    return [
      words,
      certain.length + possible.length === 0
        ? namespaceNobody(snapshot)
        : `${count(certain.length, 'namespace')}${certain.length === 0 ? '' : `: ${namespaceList(certain)}`}${perhaps}`,
      ...(missing > 0 ? [`${missing} of them ${missing === 1 ? 'has' : 'have'} no such label at all`] : []),
    ];
  }
  const { pods, knowledge } = knownPods(snapshot, { ...scope, podSelector: one });
  const where = placeText(scope, scopeNamespaces(snapshot, scope));
  const missing = alsoMissing ? podSum(knownPods(snapshot, { ...scope, podSelector: without }).pods.certain) : 0;
  return [
    words,
    knowledge.kind === 'unknown'
      ? unknownText(knowledge)
      : `${pods.certain.length === 0 ? `No pod${knowledge.kind === 'partly' ? ' that is known' : ''}` : podsOfWorkloads(pods.certain)} ${where}`,
    ...(missing > 0 && knowledge.kind !== 'unknown'
      ? [`${thousands(missing)} of them ${missing === 1 ? 'has' : 'have'} no such label at all`]
      : []),
    ...(pods.possible.length > 0 && knowledge.kind !== 'unknown'
      ? [
          `Perhaps also ${workloadList(pods.possible, scope.namespace, (more) => more)}: ${doubtTexts(snapshot.universe.cluster, pods.possible).join('; ')}`,
        ]
      : []),
    ...together(context, scope),
    ...partly(knowledge),
  ];
}

/** ``` `track` is none of `canary`, `test`, or is missing ```. */
function conditionWords({ key, operator, values }: LabelRequirement): string {
  const listed = listSome(values.map(code), 4);
  switch (operator) {
    case 'In':
      return `${code(key)} is ${values.length === 1 ? listed : `one of ${listed}`}`;
    case 'NotIn':
      return `${code(key)} is ${values.length === 1 ? `not ${listed}` : `none of ${listed}`}, or missing`;
    case 'Exists':
      return `${code(key)} is there, with any value`;
    case 'DoesNotExist':
      return `${code(key)} is missing`;
  }
  return `${code(operator)} is no operator of label selectors`;
}

function namespaceLines(snapshot: WorkspaceSnapshot, { requirement }: Condition, value?: string): readonly string[] {
  const { key, operator } = requirement;
  const use = namespaceLabelUse(snapshot.universe.cluster, key);
  const owners =
    value === undefined
      ? use.values.flatMap((entry) => entry.owners)
      : (use.values.find((entry) => entry.value === value)?.owners ?? []);
  const label = value === undefined ? `the label ${code(key)}` : code(`${key}=${value}`);
  const out = value !== undefined && operator === 'NotIn' ? ', which this leaves out' : '';
  const known = noNamespaceKnown(snapshot);
  const head =
    owners.length > 0
      ? `**${count(owners.length, 'namespace')}** ${owners.length === 1 ? 'has' : 'have'} ${label}${value === undefined ? '' : `: ${namespaceList(owners.toSorted())}`}${out}`
      : known.kind === 'unknown'
        ? `**${unknownText(known)}** (${label})`
        : `**No namespace** has ${label}`;
  const values = use.values.slice(0, MOST_VALUES).map((entry) => {
    const [first = ''] = entry.owners;
    return `${code(entry.value)} ${entry.owners.length === 1 ? (first === entry.value ? '' : `of ${code(first)}`) : count(entry.owners.length, 'namespace')}`.trim();
  });
  if (use.values.length > MOST_VALUES) values.push(`… and ${use.values.length - MOST_VALUES} more`);
  return [
    head,
    ...((value === undefined || owners.length === 0) && values.length > 0 ? [`Values: ${values.join(' · ')}`] : []),
    ...(use.unknown.length > 0 ? [`Labels not known: ${namespaceList(use.unknown)}`] : []),
  ];
}

function namespaceNobody(snapshot: WorkspaceSnapshot): string {
  const known = noNamespaceKnown(snapshot);
  return known.kind === 'unknown' ? unknownText(known) : 'No namespace';
}

/** Where a selector of several conditions selects other pods than one of them alone: how many those are. */
function together({ snapshot }: HoverContext, scope: PodScope): readonly string[] {
  const { matchLabels = {}, matchExpressions = [] } = scope.podSelector ?? {};
  if (Object.keys(matchLabels).length + matchExpressions.length < 2) return [];
  const { pods, knowledge } = knownPods(snapshot, scope);
  if (knowledge.kind === 'unknown') return [];
  return [
    `All conditions of this selector together: ${pods.certain.length === 0 ? 'no pod' : podsOfWorkloads(pods.certain)}`,
  ];
}

const MOST_VALUES = 5;

/** ``Values: `web` 5 pods · `db` 3 pods · … and 4 more``; empty where there is none. */
function valueList({ values }: LabelUse<MatchedWorkload>, more: (words: string) => string): string {
  if (values.length === 0) return '';
  const shown = values.slice(0, MOST_VALUES).map(({ value, owners }) => {
    return `${code(value)} ${podsText(owners, (ref) => escapedLine(ref.name))}`;
  });
  if (values.length > MOST_VALUES) shown.push(more(`… and ${values.length - MOST_VALUES} more`));
  return `Values: ${shown.join(' · ')}`;
}

function elsewhereLine(scope: PodScope, use: LabelUse<MatchedWorkload>): readonly string[] {
  if (scope.namespaceSelector !== undefined) return [];
  const others = distinctPods(use).filter(({ workload }) => workload.namespace !== scope.namespace);
  return others.length === 0 ? [] : [`Elsewhere ${podsOfWorkloads(others)} in ${namespaceList(namespacesOf(others))}`];
}

function onlyValue(use: LabelUse<MatchedWorkload>, value: string): LabelUse<MatchedWorkload> {
  return { values: use.values.filter((entry) => entry.value === value), unknown: [] };
}

function ownersOf({ values }: LabelUse<MatchedWorkload>, value: string): readonly MatchedWorkload[] {
  return values.find((entry) => entry.value === value)?.owners ?? [];
}

/** Workloads whose pods have different values of one key stand once, with all of them. */
function distinctPods({ values }: LabelUse<MatchedWorkload>): readonly MatchedWorkload[] {
  const byId = new Map<string, MatchedWorkload>();
  for (const owner of values.flatMap(({ owners }) => owners)) {
    const known = byId.get(owner.id);
    byId.set(owner.id, known === undefined ? owner : { ...known, pods: known.pods + owner.pods });
  }
  return [...byId.values()];
}

function unknownLine(owners: readonly MatchedWorkload[]): readonly string[] {
  if (owners.length === 0) return [];
  return [`Perhaps also ${podsOfWorkloads(owners)}: a placeholder hides the label's value`];
}

function labelled(title: string, keys: readonly string[]): readonly string[] {
  return keys.length === 0 ? [] : [`${title}: ${listSome(keys.map(code), MOST_VALUES)}`];
}

function verb(owners: readonly MatchedWorkload[]): string {
  return owners.length === 1 && podSum(owners) === 1 ? 'has' : 'have';
}

function nobody(knowledge: PodKnowledge, what: string, where: string): string {
  if (knowledge.kind === 'unknown') return `**${unknownText(knowledge)}** ${where}`;
  return `**No pod**${knowledge.kind === 'partly' ? ' that is known' : ''} ${where} ${what}`;
}

function partly(knowledge: PodKnowledge): readonly string[] {
  return knowledge.kind === 'partly' ? [`Not all is known: ${escapedLine(knowledge.why)}`] : [];
}

function unknownText({ text }: Extract<PodKnowledge, { readonly kind: 'unknown' }>): string {
  return escapedLine(text.charAt(0).toUpperCase() + text.slice(1));
}

function placeText(scope: PodScope, namespaces: ReadonlySet<string>): string {
  if (scope.namespaceSelector === undefined) return `in ${code(scope.namespace)}`;
  return namespaces.size === 0 ? 'in no namespace that is known' : `in ${namespaceList([...namespaces])}`;
}
