import { labelFacts, matchSelector, type CompiledSelector, type LabelFacts } from '../../engine/labelSelector.ts';
import { NO } from '../../engine/match.ts';
import { namespaceFacts } from '../../engine/namespaceFacts.ts';
import type { Labels } from '../../model/labels.ts';
import type { ContainerPort, Pod, WorkloadRef } from '../../model/workload.ts';
import type { WorkspaceSnapshot } from '../../workspace/snapshot.ts';
import { isSelectable } from './selectable.ts';

/** Pods of one workload with the same lasting labels: what completion counts instead of pods. */
export interface PodGroup {
  readonly workload: WorkloadRef;
  pods: number;
  podsUnknown: boolean;
  readonly hostNetwork: boolean;
  readonly labels: LabelFacts;
  /** Those that a selector may ask for. */
  readonly lasting: Labels;
  readonly ports: readonly ContainerPort[];
  /** Of the first pods of it. */
  readonly ips: string[];
}

/** Per list of a namespace's pods, which stays the same object as long as nothing in the namespace changes. */
const known = new WeakMap<readonly Pod[], readonly PodGroup[]>();

export function podGroups(snapshot: WorkspaceSnapshot, namespace: string): readonly PodGroup[] {
  const pods = snapshot.universe.parts.contents.get(namespace)?.pods;
  if (pods === undefined || pods.length === 0) return NONE;
  let groups = known.get(pods);
  if (groups === undefined) known.set(pods, (groups = grouped(pods)));
  return groups;
}

const NONE: readonly PodGroup[] = [];
/** Addresses that a group keeps. */
const MOST_ADDRESSES = 4;

/** The names of namespaces that a selector may mean; of all of them without one. Ascending. */
export function namespacesMeant(snapshot: WorkspaceSnapshot, selector?: CompiledSelector): readonly string[] {
  const names: string[] = [];
  for (const facts of namespaceFacts(snapshot.universe.cluster).values()) {
    if (selector === undefined || matchSelector(selector, facts) !== NO) names.push(facts.name);
  }
  return names.sort();
}

/** Sources share label objects between equal pods, so what is made of one is remembered by its identity. */
function grouped(pods: readonly Pod[]): readonly PodGroup[] {
  const texts = new Map<Labels, string>();
  const byKey = new Map<string, PodGroup>();
  let last: { readonly pod: Pod; readonly group: PodGroup } | undefined;
  for (const pod of pods) {
    const alike = last !== undefined && last.pod.labels === pod.labels && last.pod.workload === pod.workload;
    const group = alike ? (last as NonNullable<typeof last>).group : groupOf(pod, texts, byKey);
    group.pods += pod.count;
    if (pod.countUnknown === true) group.podsUnknown = true;
    if (group.ips.length < MOST_ADDRESSES) group.ips.push(...pod.ips);
    last = { pod, group };
  }
  return [...byKey.values()];
}

function groupOf(pod: Pod, texts: Map<Labels, string>, byKey: Map<string, PodGroup>): PodGroup {
  const { workload, labels } = pod;
  let text = texts.get(labels);
  if (text === undefined) texts.set(labels, (text = JSON.stringify(lastingEntries(labels))));
  const key = `${workload.kind}/${workload.name} ${text}`;
  let group = byKey.get(key);
  if (group === undefined) {
    group = {
      workload,
      pods: 0,
      podsUnknown: false,
      hostNetwork: pod.hostNetwork,
      labels: labelFacts(labels, pod.unknownLabels),
      lasting: Object.fromEntries(lastingEntries(labels)),
      ports: pod.ports,
      ips: [],
    };
    byKey.set(key, group);
  }
  return group;
}

function lastingEntries(labels: Labels): readonly (readonly [key: string, value: string])[] {
  return Object.entries(labels)
    .filter(([key, value]) => isSelectable(key, value))
    .sort(([a], [b]) => (a < b ? -1 : 1));
}
