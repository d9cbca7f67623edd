import { count, listSome } from '../analysis/wording.ts';
import { namespaceLabelUse, podLabelUse } from '../engine/labelUse.ts';
import { mentionsOfNamespace, mentionsOfPods, type PolicyMention } from '../engine/policyMentions.ts';
import type { LabelSelector } from '../model/labels.ts';
import type { WorkspaceSnapshot } from '../workspace/snapshot.ts';
import { namespaceList, podsOfWorkloads } from './hoverNames.ts';
import { podsOf } from './hoverWorkload.ts';
import { code, escapedLine, qualified } from './markdown.ts';
import { workloadGroups } from './objectText.ts';
import { podKnowledge } from './sourceText.ts';
import type { WrittenObject } from './writtenObjects.ts';

/** A label of a workload's pods: who has it too, and which policies ask for it. */
export function podLabelLines(snapshot: WorkspaceSnapshot, object: WrittenObject, key: string): readonly string[] {
  const { cluster } = snapshot.universe;
  const groups = workloadGroups(snapshot, object) ?? [];
  const written = object.object?.type === 'workload' ? object.object.workload.pods : [];
  const value = written.find(({ labels }) => Object.hasOwn(labels, key))?.labels[key];
  if (value === undefined) return ['**Not known**: a placeholder or a fault hides the label'];
  const use = podLabelUse(cluster, key, new Set([object.namespace]));
  const owners = use.values.find((entry) => entry.value === value)?.owners ?? [];
  const known = podsOf(snapshot, groups, object);
  const mentions = mentionsOfPods(cluster, known.length > 0 ? known : written);
  return [
    owners.length === 0
      ? `**${escapedLine(capital(knowledgeText(snapshot, object.namespace)))}** ${code(`${key}=${value}`)}`
      : `**${podsOfWorkloads(owners)}** in ${code(object.namespace)} with ${code(`${key}=${value}`)}`,
    ...askedLines(mentions, key, 'podSelector'),
  ];
}

function knowledgeText(snapshot: WorkspaceSnapshot, namespace: string): string {
  const knowledge = podKnowledge(snapshot, [namespace]);
  return knowledge.kind === 'unknown' ? knowledge.text : 'no pod has';
}

/** A label of a namespace. */
export function namespaceLabelLines(
  snapshot: WorkspaceSnapshot,
  { name, object }: WrittenObject,
  key: string,
): readonly string[] {
  const { cluster } = snapshot.universe;
  const labels = object?.type === 'namespace' ? object.namespace.labels : {};
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
  if (value === undefined) return ['**Not known**: a placeholder or a fault hides the label'];
  const owners = namespaceLabelUse(cluster, key).values.find((entry) => entry.value === value)?.owners ?? [name];
  return [
    `**${count(owners.length, 'namespace')}** with ${code(`${key}=${value}`)}: ${namespaceList(owners)}`,
    ...askedLines(mentionsOfNamespace(cluster, name), key, 'namespaceSelector'),
  ];
}

/** Policies whose selectors ask for a label and match, by what they do with whom has it. */
function askedLines(
  mentions: readonly PolicyMention[],
  key: string,
  part: 'podSelector' | 'namespaceSelector',
): readonly string[] {
  const selecting = new Set<string>();
  const peers = new Set<string>();
  for (const { policy, place } of mentions) {
    const name = qualified(policy);
    if (place.kind === 'targets' && part === 'podSelector' && asks(policy.podSelector, key)) selecting.add(name);
    if (place.kind !== 'peer') continue;
    const peer = policy[place.direction]?.[place.rule]?.peers?.[place.peer];
    if (peer?.[part] !== undefined && asks(peer[part], key)) peers.add(name);
  }
  if (selecting.size + peers.size === 0) return ['No policy selects by it'];
  return [
    ...(selecting.size === 0 ? [] : [`Policies that select pods by it: ${listSome([...selecting].sort(), 3)}`]),
    ...(peers.size === 0 ? [] : [`Policies that have it in a peer: ${listSome([...peers].sort(), 3)}`]),
  ];
}

function asks({ matchLabels, matchExpressions }: LabelSelector, key: string): boolean {
  return Object.hasOwn(matchLabels, key) || matchExpressions.some((requirement) => requirement.key === key);
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
