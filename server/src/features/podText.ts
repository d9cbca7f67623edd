import { count, shownName, thousands } from '../analysis/wording.ts';
import type { CompiledCluster } from '../engine/compiledCluster.ts';
import {
  matchNamespaces,
  matchPods,
  type MatchedWorkload,
  type PodMatches,
  type PodScope,
} from '../engine/matchPods.ts';
import { namespaceFacts } from '../engine/namespaceFacts.ts';
import type { WorkloadRef } from '../model/workload.ts';
import type { WorkspaceSnapshot } from '../workspace/snapshot.ts';
import { plain } from './markdown.ts';
import { noNamespaceKnown, podKnowledge, type PodKnowledge } from './sourceText.ts';

/** Pods as an answer counts them, together with how much of them is known. */
export interface KnownPods {
  readonly pods: PodMatches;
  readonly knowledge: PodKnowledge;
}

export function knownPods(snapshot: WorkspaceSnapshot, scope: PodScope): KnownPods {
  const { cluster } = snapshot.universe;
  return { pods: matchPods(cluster, scope), knowledge: scopeKnowledge(snapshot, scope) };
}

/** How much is known of the pods that a selector looks at. */
export function scopeKnowledge(snapshot: WorkspaceSnapshot, scope: PodScope): PodKnowledge {
  if (scope.namespaceSelector === undefined) return podKnowledge(snapshot, [scope.namespace]);
  const looked = [...scopeNamespaces(snapshot, scope)];
  return looked.length === 0 ? noNamespaceKnown(snapshot) : podKnowledge(snapshot, looked);
}

/** The namespaces whose pods a selector looks at, those that only may be meant included. */
export function scopeNamespaces({ universe }: WorkspaceSnapshot, scope: PodScope): ReadonlySet<string> {
  if (scope.namespaceSelector === undefined) return new Set([scope.namespace]);
  const { certain, possible } = matchNamespaces(universe.cluster, scope.namespaceSelector);
  return new Set([...certain, ...possible]);
}

/** How much is known of all pods there are. */
export function allPodsKnowledge(snapshot: WorkspaceSnapshot): PodKnowledge {
  return podKnowledge(snapshot, [...namespaceFacts(snapshot.universe.cluster).keys()]);
}

/** `5 pods`, `4 pods and those of node-exporter` (whose number is written nowhere), `no pod`. */
export function podsText(
  workloads: readonly MatchedWorkload[],
  name = (ref: WorkloadRef) => plain(shownName(ref.name)),
): string {
  const numbered = workloads.filter(({ podsUnknown }) => podsUnknown === undefined);
  const unnumbered = workloads.filter(({ podsUnknown }) => podsUnknown === true);
  const pods = podSum(numbered);
  if (unnumbered.length === 0) return pods === 0 ? 'no pod' : count(pods, 'pod');
  return pods === 0
    ? `the pods of ${whose(unnumbered, name)}`
    : `${count(pods, 'pod')} and ${thoseOf(unnumbered, name)}`;
}

/** `those of node-exporter`, `those of 2 workloads`: pods beside others that have a number. */
export function thoseOf(workloads: readonly MatchedWorkload[], name: (ref: WorkloadRef) => string): string {
  return `those of ${whose(workloads, name)}`;
}

function whose(workloads: readonly MatchedWorkload[], name: (ref: WorkloadRef) => string): string {
  const [first] = workloads;
  return workloads.length === 1 && first !== undefined ? name(first.workload) : count(workloads.length, 'workload');
}

/** What may match beyond what does: `perhaps 2 more`, `perhaps also the pods of web`; `perhaps 2 pods` on its own. */
export function perhapsText({ certain, possible }: PodMatches): string | undefined {
  if (possible.length === 0) return undefined;
  if (certain.length === 0) return `perhaps ${podsText(possible)}`;
  return possible.some(({ podsUnknown }) => podsUnknown === true)
    ? `perhaps also ${podsText(possible)}`
    : `perhaps ${thousands(podSum(possible))} more`;
}

/** A count that stands at the end of a line or in a lens: `5 pods`, `5 pods · perhaps 2 more`, or why there is none. */
export function countText({ pods, knowledge }: KnownPods): string {
  if (knowledge.kind === 'unknown') return knowledge.text;
  const perhaps = perhapsText(pods);
  const certain = pods.certain.length === 0 ? (perhaps === undefined ? ['0 pods'] : []) : [podsText(pods.certain)];
  const parts = [...certain, ...(perhaps === undefined ? [] : [perhaps])];
  return [...parts, ...(knowledge.kind === 'partly' ? [knowledge.why] : [])].join(' · ');
}

export function podSum(workloads: readonly MatchedWorkload[]): number {
  return workloads.reduce((sum, { pods }) => sum + pods, 0);
}

/** In the order of namespaces and names, `web` before `web-canary`; the policy's own namespace comes first. */
export function byName<T extends { readonly workload: WorkloadRef }>(
  workloads: readonly T[],
  own?: string,
): readonly T[] {
  const key = ({ workload: { namespace, name, kind } }: T): string =>
    [namespace === own ? '' : namespace, name, kind].join('\0');
  return workloads.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}

export function namespacesOf(workloads: readonly MatchedWorkload[]): readonly string[] {
  return [...new Set(workloads.map(({ workload }) => workload.namespace))];
}

/** Why pods only may match, in one clause each: the node's network, labels or addresses that are not known. */
export function doubtTexts(cluster: CompiledCluster, possible: readonly MatchedWorkload[]): readonly string[] {
  const onNode = possible.filter(({ id }) => cluster.pods.workloads.get(id)?.pods.some((pod) => pod.hostNetwork));
  const others = possible.length - onNode.length;
  return [
    ...(onNode.length > 0
      ? ["on their node's network, where policies apply or not as the network plug-in does it"]
      : []),
    ...(others > 0 ? ['depends on labels, addresses or placeholders that are not known'] : []),
  ];
}
