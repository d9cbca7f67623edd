import { count, qualifiedName } from '../analysis/wording.ts';
import type { CompiledPolicy } from '../engine/compilePolicy.ts';
import { NO } from '../engine/match.ts';
import { mentionsOfNamespace, mentionsOfPods, type PolicyMention } from '../engine/policyMentions.ts';
import type { Direction, NetworkPolicy } from '../model/networkPolicy.ts';
import type { Pod } from '../model/workload.ts';
import { workloadId } from '../model/workload.ts';
import type { MatchItem, MatchList } from '../protocol/matches.ts';
import type { WorkspaceSnapshot } from '../workspace/snapshot.ts';
import { locationOf } from './matchLocation.ts';
import { objectTitle, workloadGroups } from './objectText.ts';
import { directionState, type PodGroup } from './podIsolation.ts';
import { DIRECTIONS } from './policyPlaces.ts';
import { servicePods } from './servicePods.ts';
import { findWrittenObject, type WrittenObject } from './writtenObjects.ts';

/** The policies behind the lens of a workload, a Service or a Namespace: each leads to its manifest. */
export function objectMatches(snapshot: WorkspaceSnapshot, uri: string, key: string): MatchList {
  const object = findWrittenObject(snapshot, uri, key);
  if (object === undefined) return { title: 'This is no longer in the text', items: [] };
  return { title: objectTitle(snapshot, object), items: itemsOf(snapshot, object) };
}

function itemsOf(snapshot: WorkspaceSnapshot, object: WrittenObject): readonly MatchItem[] {
  const { cluster } = snapshot.universe;
  if (object.sort === 'namespace') {
    const own = [...(cluster.policiesByNamespace.get(object.name) ?? [])].sort(byKey);
    return [
      ...own.map((policy) => item(snapshot, policy.policy, isolatesText(policy))),
      ...admitting(snapshot, mentionsOfNamespace(cluster, object.name), object.name),
    ];
  }
  const service = object.object?.type === 'service' ? servicePods(snapshot, object.object.service) : undefined;
  const groups = service?.groups ?? workloadGroups(snapshot, object) ?? [];
  const isolating = isolatingPolicies(snapshot, groups);
  const pods = groups.flatMap(({ podClass }) => {
    const members = cluster.pods.membersOf(podClass.id);
    const [first] = members.filter(({ workload }) => isMeant(workload.id, object, service?.workloads));
    return first?.pods.slice(0, 1) ?? [];
  });
  return [...isolating, ...admitting(snapshot, mentionsOfPods(cluster, pods satisfies readonly Pod[]), undefined)];
}

function isMeant(id: string, object: WrittenObject, of: readonly { readonly id: string }[] | undefined): boolean {
  return of === undefined ? id === workloadId(object) : of.some((workload) => workload.id === id);
}

function isolatingPolicies(snapshot: WorkspaceSnapshot, groups: readonly PodGroup[]): readonly MatchItem[] {
  const { cluster } = snapshot.universe;
  const found = new Map<string, { policy: CompiledPolicy; certain: Direction[]; perhaps: Direction[] }>();
  for (const direction of DIRECTIONS) {
    const { by, perhapsBy } = directionState(cluster, groups, direction);
    for (const [policies, sure] of [
      [by, true],
      [perhapsBy, false],
    ] as const) {
      for (const policy of policies) {
        let entry = found.get(policy.key);
        if (entry === undefined) found.set(policy.key, (entry = { policy, certain: [], perhaps: [] }));
        (sure ? entry.certain : entry.perhaps).push(direction);
      }
    }
  }
  return [...found.values()]
    .sort((a, b) => byKey(a.policy, b.policy))
    .map(({ policy: { policy }, certain, perhaps }) => {
      const parts = [
        ...(certain.length > 0 ? [`isolates ${certain.join(' and ')}`] : []),
        ...(perhaps.length > 0 ? [`perhaps isolates ${perhaps.join(' and ')}`] : []),
      ];
      return item(snapshot, policy, parts.join(', '));
    });
}

function isolatesText({ ingress, egress }: CompiledPolicy): string {
  const directions = DIRECTIONS.filter((direction) => (direction === 'ingress' ? ingress : egress).isolates !== NO);
  return `isolates ${directions.join(' and ')}`;
}

/** Policies whose rules name the pods or the namespace as a peer; those that let everyone through name nobody. */
function admitting(
  snapshot: WorkspaceSnapshot,
  mentions: readonly PolicyMention[],
  own: string | undefined,
): readonly MatchItem[] {
  const byPolicy = new Map<NetworkPolicy, { readonly rules: Set<string>; perhaps: boolean }>();
  for (const { policy, place, perhaps } of mentions) {
    if (place.kind !== 'peer' || (own !== undefined && policy.namespace === own)) continue;
    let entry = byPolicy.get(policy);
    if (entry === undefined) byPolicy.set(policy, (entry = { rules: new Set(), perhaps: true }));
    entry.rules.add(`${place.direction} rule ${place.rule + 1}`);
    if (perhaps === undefined) entry.perhaps = false;
  }
  return [...byPolicy]
    .sort(([a], [b]) => (`${a.namespace}/${a.name}` < `${b.namespace}/${b.name}` ? -1 : 1))
    .map(([policy, { rules, perhaps }]) =>
      item(
        snapshot,
        policy,
        `${perhaps ? 'perhaps has' : 'has'} it as a peer`,
        rules.size > 3 ? count(rules.size, 'rule') : [...rules].join(', '),
      ),
    );
}

function item(snapshot: WorkspaceSnapshot, policy: NetworkPolicy, what: string, detail?: string): MatchItem {
  const { namespace, name } = policy;
  return {
    label: qualifiedName(policy),
    description: `NetworkPolicy · ${what}`,
    ...(detail === undefined ? {} : { detail }),
    ...locationOf(snapshot, namespace, `NetworkPolicy/${namespace}/${name}`),
  };
}

function byKey(a: { readonly key: string }, b: { readonly key: string }): number {
  return a.key < b.key ? -1 : 1;
}
