import { pathText } from '../analysis/check.ts';
import { count, listSome, qualifiedName, shownName } from '../analysis/wording.ts';
import { podLabelUse } from '../engine/labelUse.ts';
import {
  matchNamespaces,
  matchPeer,
  type MatchedWorkload,
  type PodMatches,
  type PodScope,
} from '../engine/matchPods.ts';
import { ruleReach } from '../engine/ruleReach.ts';
import type { MatchItem, MatchList, MatchesParams } from '../protocol/matches.ts';
import type { WorkspaceSnapshot } from '../workspace/snapshot.ts';
import { manifestText } from './differenceText.ts';
import { locationOf } from './matchLocation.ts';
import { objectMatches } from './objectMatches.ts';
import { missesOf, plainCause } from './podMisses.ts';
import { peerScope, rulePlaces, selectorPlaces, type RulePlace } from './policyPlaces.ts';
import { findPolicyView, type PolicyView } from './policyViews.ts';
import { allPodsKnowledge, byName, doubtTexts, podsText, scopeKnowledge, scopeNamespaces } from './podText.ts';
import { peerKnowledge, selectedPods } from './ruleText.ts';
import { manifestDifferences } from './sourceComparison.ts';
import type { PodKnowledge } from './sourceText.ts';

/** The list behind a lens or a count: workloads that lead to their manifests, namespaces, address ranges. */
export function matches(snapshot: WorkspaceSnapshot, { uri, policy, path, object }: MatchesParams): MatchList {
  if (object !== undefined) return objectMatches(snapshot, uri, object);
  const view = findPolicyView(snapshot, uri, policy);
  if (view === undefined) return { title: 'The policy is no longer in this text', items: [] };
  const label = /^([^#]*)#([^=]*)(?:=(.*))?$/s.exec(path);
  if (label !== null) return labelList(snapshot, view, label) ?? GONE;
  const rule = rulePlaces(view).find((place) => pathText(place.path) === path);
  if (rule !== undefined) return ruleList(snapshot, view, rule);
  const selector = selectorPlaces(view).find((place) => pathText(place.path) === path);
  if (selector?.scope !== undefined) {
    return selector.kind === 'peerNamespaces'
      ? namespaceList(snapshot, selector.scope)
      : selectorList(snapshot, selector.scope);
  }
  return blockList(snapshot, view, path) ?? GONE;
}

const GONE: MatchList = { title: 'This is no longer in the text', items: [] };

/** The values of a label among the pods that a selector looks at, or the pods that have one of them. */
function labelList(
  snapshot: WorkspaceSnapshot,
  view: PolicyView,
  [, path, key = '', value]: readonly string[],
): MatchList | undefined {
  const scope = selectorPlaces(view).find((place) => pathText(place.path) === path)?.scope;
  if (scope === undefined) return undefined;
  const { values } = podLabelUse(snapshot.universe.cluster, key, scopeNamespaces(snapshot, scope));
  if (value !== undefined) {
    const owners = values.find((entry) => entry.value === value)?.owners ?? [];
    return podList(snapshot, scope.namespace, { certain: owners, possible: [] }, scopeKnowledge(snapshot, scope));
  }
  return {
    title: count(values.length, `value of ${key}`, `values of ${key}`),
    items: values.map((entry) => ({
      label: `${key}=${entry.value}`,
      description: podsText(entry.owners, (ref) => shownName(ref.name)),
      detail: listSome(
        byName(entry.owners, scope.namespace).map(({ workload }) => shownName(workload.name)),
        5,
      ),
    })),
  };
}

function selectorList(snapshot: WorkspaceSnapshot, scope: PodScope): MatchList {
  const pods = matchPeer(snapshot.universe.cluster, scope.namespace, scope);
  const knowledge = scopeKnowledge(snapshot, scope);
  const { items, title } = podList(snapshot, scope.namespace, pods, knowledge);
  if (items.length > 0 || knowledge.kind === 'unknown') return { title, items };
  return withMisses(snapshot, title, [scope], scope.namespace);
}

/** Where no pod matches, those that nearly do: what a person looks for then. */
function withMisses(snapshot: WorkspaceSnapshot, title: string, scopes: readonly PodScope[], own: string): MatchList {
  const items = scopes
    .flatMap((scope) => missesOf(snapshot, scope, false))
    .flatMap(({ cause, workloads }) =>
      byName(workloads, own).map(({ workload, pods }) =>
        workloadItem(snapshot, own, { workload, text: count(pods, 'pod') }, `misses: ${plainCause(cause)}`),
      ),
    );
  return items.length === 0 ? { title, items } : { title: `${title}; these miss by one thing`, items };
}

function ruleList(snapshot: WorkspaceSnapshot, { state }: PolicyView, { direction, index }: RulePlace): MatchList {
  if (state.kind !== 'evaluated') return { title: `Not evaluated: ${state.why}`, items: [] };
  const { policy } = state;
  const reach = ruleReach(snapshot.universe.cluster, policy, direction, index);
  if (reach === undefined) return { title: 'This rule cannot be read yet', items: [] };
  const rule = policy[direction]?.[index] ?? {};
  const knowledge = reach.everyone ? allPodsKnowledge(snapshot) : peerKnowledge(snapshot, policy, rule);
  const { title, items } = podList(snapshot, policy.namespace, selectedPods(rule, reach), knowledge);
  const ranges = [
    ...reach.reach.cidrs.map((label) => ({ label, description: 'addresses outside' })),
    ...reach.reach.possibleCidrs.map((label) => ({ label, description: 'addresses outside, perhaps' })),
  ];
  if (ranges.length === 0) {
    if (items.length > 0 || knowledge.kind === 'unknown') return { title, items };
    const scopes = (rule.peers ?? []).flatMap((peer) => peerScope(policy, peer) ?? []);
    return withMisses(snapshot, title, scopes, policy.namespace);
  }
  const addresses = count(ranges.length, 'address range');
  return { title: items.length === 0 ? addresses : `${title} · ${addresses}`, items: [...items, ...ranges] };
}

function blockList(snapshot: WorkspaceSnapshot, { written }: PolicyView, path: string): MatchList | undefined {
  for (const direction of ['ingress', 'egress'] as const) {
    for (const [rule, { peers = [] }] of (written?.[direction] ?? []).entries()) {
      const field = direction === 'ingress' ? 'from' : 'to';
      const peer = peers.find((_, index) => path === `spec.${direction}[${rule}].${field}[${index}]`);
      if (written === undefined || peer === undefined) continue;
      const pods = matchPeer(snapshot.universe.cluster, written.namespace, peer);
      return podList(snapshot, written.namespace, pods, allPodsKnowledge(snapshot));
    }
  }
  return undefined;
}

function namespaceList(snapshot: WorkspaceSnapshot, scope: PodScope): MatchList {
  const { cluster } = snapshot.universe;
  const { certain, possible } = matchNamespaces(
    cluster,
    scope.namespaceSelector ?? { matchLabels: {}, matchExpressions: [] },
  );
  const item = (name: string, detail?: string): MatchItem => {
    const { certain } = matchPeer(cluster, name, { podSelector: { matchLabels: {}, matchExpressions: [] } });
    return {
      label: name,
      description: `Namespace · ${podsText(certain, (ref) => shownName(ref.name))}`,
      ...(detail === undefined ? {} : { detail }),
      ...locationOf(snapshot, '', `Namespace//${name}`),
    };
  };
  return {
    title: certain.length === 0 ? 'No namespace is known that matches' : count(certain.length, 'namespace'),
    items: [...certain.map((name) => item(name)), ...possible.map((name) => item(name, 'perhaps: labels not known'))],
  };
}

function podList(
  snapshot: WorkspaceSnapshot,
  own: string,
  { certain, possible }: PodMatches,
  knowledge: PodKnowledge,
): { readonly title: string; readonly items: readonly MatchItem[] } {
  if (knowledge.kind === 'unknown') return { title: sentence(knowledge.text), items: [] };
  const pods = podsText(certain, (ref) => shownName(ref.name));
  const title = certain.length === 0 ? 'No pod matches' : `${sentence(pods)} · ${count(certain.length, 'workload')}`;
  const why = knowledge.kind === 'partly' ? ` · ${knowledge.why}` : '';
  const items = byName(certain, own).map((workload) => workloadItem(snapshot, own, described(workload)));
  const doubtful = byName(possible, own).map((workload) => {
    const [doubt = 'not known'] = doubtTexts(snapshot.universe.cluster, [workload]);
    return workloadItem(snapshot, own, described(workload), `perhaps: ${doubt}`);
  });
  return { title: `${title}${why}`, items: [...items, ...doubtful] };
}

function described({ workload, pods, of, podsUnknown }: MatchedWorkload): Described {
  const text =
    podsUnknown === true
      ? 'number of pods not written'
      : pods < of
        ? `${pods} of ${count(of, 'pod')}`
        : count(pods, 'pod');
  return { workload, text };
}

interface Described {
  readonly workload: MatchedWorkload['workload'];
  readonly text: string;
}

function workloadItem(
  snapshot: WorkspaceSnapshot,
  own: string,
  { workload, text }: Described,
  doubt?: string,
): MatchItem {
  const { namespace, name, kind } = workload;
  const detail = doubt ?? manifestDetail(snapshot, workload);
  return {
    label: qualifiedName(namespace === own ? { name } : { namespace, name }),
    description: `${kind} · ${text}`,
    ...(detail === undefined ? {} : { detail }),
    ...locationOf(snapshot, namespace, `${kind}/${namespace}/${name}`),
  };
}

/** The place that an item leads to may say something else than the pods that it stands for. */
function manifestDetail(snapshot: WorkspaceSnapshot, workload: MatchedWorkload['workload']): string | undefined {
  const [first] = manifestDifferences(snapshot, workload);
  return first === undefined ? undefined : `its manifest ${manifestText(first)}`;
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
