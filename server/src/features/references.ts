import { matchPods, type PodScope } from '../engine/matchPods.ts';
import { mentionsOfNamespace, mentionsOfPods, type PolicyMention } from '../engine/policyMentions.ts';
import type { LabelSelector } from '../model/labels.ts';
import type { FieldPath, WorkloadObject } from '../model/manifest.ts';
import type { Peer } from '../model/networkPolicy.ts';
import { workloadId, type Pod, type Service } from '../model/workload.ts';
import type { PlacedObject } from '../workspace/objectTable.ts';
import { isNetworkPolicy } from '../workspace/placeObjects.ts';
import type { WorkspaceSnapshot } from '../workspace/snapshot.ts';
import { cursorAt, definition, MOST_PLACES, unique, type Cursor } from './definition.ts';
import { ObjectPlaces, templatePath, type Place, type PlaceOptions } from './objectPlaces.ts';
import { peersField } from './policyPlaces.ts';

export interface ReferenceOptions extends Pick<PlaceOptions, 'views'> {
  /** Whether the object that is asked about is one of the places. */
  readonly declaration: boolean;
}

/**
 * Where policies speak of an object: from a workload, a Service or a namespace to the selectors, peers and rules that
 * select or admit its pods, from one of its labels to those that ask for that label. From a policy's own selectors it
 * leads to what they match. The answer is that of the lenses: rules without effect take no part.
 */
export function references(
  snapshot: WorkspaceSnapshot,
  uri: string,
  offset: number,
  options: ReferenceOptions,
): readonly Place[] {
  const cursor = cursorAt(snapshot, uri, offset);
  if (cursor === undefined) return [];
  if (isNetworkPolicy(cursor.manifest)) {
    const inSpec = cursor.path[0] === 'spec';
    return inSpec ? (definition(snapshot, uri, offset, options)?.places ?? []) : [];
  }
  const places = new ObjectPlaces(snapshot, { uri, views: options.views });
  const found = objectsAt(snapshot, uri, cursor).flatMap((placed) => {
    const mentions = mentionsOf(snapshot, placed, cursor);
    if (mentions === undefined) return [];
    const own = options.declaration ? places.object(placed) : [];
    return [...own, ...mentions.flatMap(({ policy, paths }) => places.policy(policy, paths))];
  });
  return unique(found).slice(0, MOST_PLACES);
}

/** What an object's text makes: in an overlay an object may take part under another name, or more than once. */
function objectsAt(
  { manifests }: WorkspaceSnapshot,
  uri: string,
  { placed, manifest }: Cursor,
): readonly PlacedObject[] {
  const samePath = (path: FieldPath): boolean => JSON.stringify(path) === JSON.stringify(manifest.path);
  return (manifests.files.get(uri) ?? []).filter(
    ({ origin }) => origin.placed.start === placed.start && samePath(origin.manifest.path),
  );
}

interface Mentioned {
  readonly policy: PolicyMention['policy'];
  /** The first of these that is written is meant. */
  readonly paths: readonly FieldPath[];
}

function mentionsOf(
  snapshot: WorkspaceSnapshot,
  { object }: PlacedObject,
  cursor: Cursor,
): readonly Mentioned[] | undefined {
  const { cluster } = snapshot.universe;
  switch (object.type) {
    case 'workload': {
      const label = labelOf(cursor.path, templatePath(object.workload.kind));
      if (!isAbout(cursor.path, object.workload)) return undefined;
      return placed(mentionsOfPods(cluster, podsOf(snapshot, object.workload)), 'podSelector', label);
    }
    case 'service':
      return isIdentity(cursor.path) || cursor.path[1] === 'selector'
        ? placed(mentionsOfPods(cluster, podsBehind(snapshot, object.service)), 'podSelector', undefined)
        : undefined;
    case 'namespace': {
      if (!isIdentity(cursor.path)) return undefined;
      const { name } = object.namespace;
      const label = labelOf(cursor.path, []);
      const named = placed(mentionsOfNamespace(cluster, name), 'namespaceSelector', label);
      return label === undefined ? [...named, ...policiesIn(snapshot, name)] : named;
    }
    case 'networkPolicy':
    case 'rejectedPolicy':
    case 'ingress':
    case 'endpoints':
    case 'foreignPolicy':
      return undefined;
  }
}

/** `metadata`, `kind` and what else names an object as a whole. */
function isIdentity([first]: FieldPath): boolean {
  return first === undefined || first === 'kind' || first === 'apiVersion' || first === 'metadata';
}

/** Whether a field of a workload says which pods it makes. */
function isAbout(path: FieldPath, { kind }: WorkloadObject): boolean {
  if (isIdentity(path)) return path[1] !== 'namespace';
  const template = templatePath(kind);
  if (path[0] === 'spec' && path[1] === 'selector') return true;
  const inTemplate = template.every((step, index) => path[index] === step);
  return path.length <= template.length || (inTemplate && path[template.length] === 'metadata');
}

function labelOf(path: FieldPath, template: FieldPath): string | undefined {
  const at = [...template, 'metadata', 'labels'];
  const label = path[at.length];
  return typeof label === 'string' && at.every((step, index) => path[index] === step) ? label : undefined;
}

/** The pods that the answer knows of a workload; those of its text where it knows none. */
function podsOf({ universe }: WorkspaceSnapshot, workload: WorkloadObject): readonly Pod[] {
  const { workloads } = universe.cluster.pods;
  const known = workloads.get(workloadId(workload));
  if (known !== undefined) return known.pods;
  const { controller } = workload;
  const above = controller && workloads.get(workloadId({ ...controller, namespace: workload.namespace }));
  return above?.pods ?? workload.pods;
}

function podsBehind({ universe }: WorkspaceSnapshot, { namespace, selector }: Service): readonly Pod[] {
  if (selector === undefined) return [];
  const podSelector = { matchLabels: selector, matchExpressions: [] };
  const { certain, possible } = matchPods(universe.cluster, { namespace, podSelector } satisfies PodScope);
  const matches = ({ labels, unknownLabels = [] }: Pod): boolean =>
    Object.entries(selector).every(
      ([key, value]) => unknownLabels.includes(key) || (Object.hasOwn(labels, key) && labels[key] === value),
    );
  return [...certain, ...possible].flatMap(
    ({ id }) => universe.cluster.pods.workloads.get(id)?.pods.filter(matches) ?? [],
  );
}

function policiesIn({ universe }: WorkspaceSnapshot, namespace: string): readonly Mentioned[] {
  const policies = universe.cluster.policiesByNamespace.get(namespace) ?? [];
  return policies.map(({ policy }) => ({
    policy,
    paths: [
      ['metadata', 'namespace'],
      ['metadata', 'name'],
    ],
  }));
}

/**
 * The fields of policies that mentions mean.
 *
 * @param label only those that ask for this label
 */
function placed(
  mentions: readonly PolicyMention[],
  part: 'podSelector' | 'namespaceSelector',
  label: string | undefined,
): readonly Mentioned[] {
  return mentions.flatMap(({ policy, place }): readonly Mentioned[] => {
    if (place.kind === 'rule')
      return label === undefined ? [{ policy, paths: [['spec', place.direction, place.rule]] }] : [];
    const selecting: Peer | undefined =
      place.kind === 'peer'
        ? policy[place.direction]?.[place.rule]?.peers?.[place.peer]
        : { podSelector: policy.podSelector };
    const at: FieldPath =
      place.kind === 'targets'
        ? ['spec']
        : ['spec', place.direction, place.rule, peersField(place.direction), place.peer];
    if (selecting === undefined) return [];
    if (label !== undefined) {
      const path = labelPath(selecting[part], label);
      return path === undefined ? [] : [{ policy, paths: [[...at, part, ...path]] }];
    }
    return [{ policy, paths: [...partsOf(selecting, part).map((field) => [...at, field]), at] }];
  });
}

/** The selectors of a peer, the one that is asked about first. */
function partsOf(peer: Peer, first: 'podSelector' | 'namespaceSelector'): readonly string[] {
  const parts = [first, 'podSelector', 'namespaceSelector', 'ipBlock'] as const;
  return parts.filter((part) => peer[part] !== undefined);
}

/** Where a selector asks for a label. */
function labelPath(selector: LabelSelector | undefined, label: string): FieldPath | undefined {
  if (selector === undefined) return undefined;
  if (Object.hasOwn(selector.matchLabels, label)) return ['matchLabels', label];
  const index = selector.matchExpressions.findIndex(({ key }) => key === label);
  return index < 0 ? undefined : ['matchExpressions', index, 'key'];
}
