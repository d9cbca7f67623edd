import { matchNamespaces, matchPods, type PodScope } from '../engine/matchPods.ts';
import type { FieldPath } from '../model/manifest.ts';
import type { OffsetRange, SourceRange } from '../model/sourceRange.ts';
import type { WorkloadRef } from '../model/workload.ts';
import { lineIndex } from '../syntax/lineIndex.ts';
import type { ManifestObject, PlacedDocument } from '../syntax/manifestDocument.ts';
import type { WorkspaceSnapshot } from '../workspace/snapshot.ts';
import { namedPortNumbers } from './namedPorts.ts';
import { ObjectPlaces, templatePath, type Place, type PlaceOptions } from './objectPlaces.ts';
import { peerScope, peersField, targetScope } from './policyPlaces.ts';
import { byName } from './podText.ts';
import { policyViews, type PolicyView } from './policyViews.ts';
import { NAMESPACE_NAME, textTokens } from './textTokens.ts';
import { entriesOf, itemsOf, nodeAt, scalarOf, valueOf } from './textNodes.ts';
import { documentAt } from '../syntax/documentAt.ts';

export interface Definition {
  /** The word that leads there. */
  readonly origin: SourceRange;
  readonly places: readonly Place[];
}

/** More places than a person looks through. */
export const MOST_PLACES = 500;

/**
 * Where what a word of a policy asks for is written: from a selector or a label to the pods' templates and namespaces
 * that it matches, from a port's name to the containers that have it, from a namespace's name to the namespace.
 */
export function definition(
  snapshot: WorkspaceSnapshot,
  uri: string,
  offset: number,
  options: Pick<PlaceOptions, 'views'>,
): Definition | undefined {
  const file = snapshot.files.get(uri)?.file;
  const cursor = cursorAt(snapshot, uri, offset);
  if (file === undefined || cursor === undefined) return undefined;
  const places = new ObjectPlaces(snapshot, { uri, ...options });
  const found = placesOf(snapshot, uri, cursor, places);
  if (found === undefined || found.length === 0) return undefined;
  const { placed, range } = cursor;
  const origin = lineIndex(file.text).range({ start: placed.start + range.start, end: placed.start + range.end });
  return { origin, places: unique(found).slice(0, MOST_PLACES) };
}

/** A word of an object's text. */
export interface Cursor {
  readonly placed: PlacedDocument;
  readonly manifest: ManifestObject;
  /** In the object. */
  readonly path: FieldPath;
  /** In the document. */
  readonly range: OffsetRange;
}

/** Undefined between the words: in blanks, comments and punctuation. */
export function cursorAt(snapshot: WorkspaceSnapshot, uri: string, offset: number): Cursor | undefined {
  const view = snapshot.files.get(uri);
  const placed = view && documentAt(view.file.parsed, offset);
  if (placed === undefined || placed.document.objects.length === 0) return undefined;
  const { document, start } = placed;
  const at = offset - start;
  const found = at <= document.text.length ? document.sourceMap.pathAt(at) : undefined;
  if (found === undefined) return undefined;
  const token = textTokens(document).find((one) => one.start <= at && at <= one.end);
  const range = token ?? wordRange(document, found);
  if (range === undefined || range.start > at || at > range.end) return undefined;
  const manifest = document.objects.find(({ path }) => path.every((step, index) => found.path[index] === step));
  if (manifest === undefined) return undefined;
  const path = found.path.slice(manifest.path.length);
  return { placed, manifest, path, range: { start: range.start, end: range.end } };
}

/** A key, a scalar, or a collection in brackets; what stands between the entries of a block is none of them. */
function wordRange(
  { sourceMap, text }: PlacedDocument['document'],
  { path, part }: { readonly path: FieldPath; readonly part: 'key' | 'value' },
): OffsetRange | undefined {
  if (part === 'key') return sourceMap.key(path);
  const range = sourceMap.value(path);
  const isWord = sourceMap.scalar(path) !== undefined || /[[{]/.test(text.charAt(range?.start ?? text.length));
  return isWord ? range : undefined;
}

function placesOf(
  snapshot: WorkspaceSnapshot,
  uri: string,
  cursor: Cursor,
  places: ObjectPlaces,
): readonly Place[] | undefined {
  const { path, manifest, placed } = cursor;
  const file = snapshot.files.get(uri);
  const own = manifest.namespace === '' ? file?.namespace.name : manifest.namespace;
  if (own === undefined) return undefined;
  if (path[0] === 'metadata' && path[1] === 'namespace') return places.namespace(own, [['metadata', 'name']]);
  const view = policyViews(snapshot, uri).find((one) => one.placed === placed && one.manifest === manifest);
  if (view !== undefined) return policyPlaces(snapshot, view, cursor, places);
  if (manifest.kind === 'Service' && path[0] === 'spec') return servicePlaces(snapshot, own, cursor, places);
  return undefined;
}

function policyPlaces(
  snapshot: WorkspaceSnapshot,
  view: PolicyView,
  { path, placed, manifest }: Cursor,
  places: ObjectPlaces,
): readonly Place[] | undefined {
  const selector = selectorAt(view, path);
  if (selector !== undefined) {
    const { scope, isNamespaces, inside } = selector;
    const node = nodeAt(placed.document.textTree(), [...manifest.path, ...path.slice(0, path.length - inside.length)]);
    const key = labelKey(node, inside);
    return isNamespaces ? namespacePlaces(snapshot, scope, key, places) : podPlaces(snapshot, scope, key, places);
  }
  const [, direction, rule, list, port, field] = path;
  if ((direction !== 'ingress' && direction !== 'egress') || typeof rule !== 'number') return undefined;
  if (list !== 'ports' || typeof port !== 'number' || field !== 'port' || view.state.kind !== 'evaluated')
    return undefined;
  const name = view.written?.[direction]?.[rule]?.ports?.[port]?.port;
  if (typeof name !== 'string') return undefined;
  const numbers = namedPortNumbers(snapshot.universe.cluster, view.state.policy, direction, rule, port);
  const workloads = numbers.flatMap((one) => (one.number === 'none' ? [] : one.workloads));
  return portPlaces(snapshot, workloads, name, places);
}

interface SelectorAt {
  readonly scope: PodScope;
  readonly isNamespaces: boolean;
  /** What of the path lies in the selector. */
  readonly inside: FieldPath;
}

/** The selector of a policy that a path lies in. */
export function selectorAt({ written }: PolicyView, path: FieldPath): SelectorAt | undefined {
  const [spec, field, rule, list, peer, part] = path;
  if (spec !== 'spec' || written === undefined) return undefined;
  if (field === 'podSelector') return { scope: targetScope(written), isNamespaces: false, inside: path.slice(2) };
  if ((field !== 'ingress' && field !== 'egress') || typeof rule !== 'number' || typeof peer !== 'number')
    return undefined;
  if (list !== peersField(field) || (part !== 'podSelector' && part !== 'namespaceSelector')) return undefined;
  const known = written[field]?.[rule]?.peers?.[peer];
  const scope = known && peerScope(written, known);
  return scope && { scope, isNamespaces: part === 'namespaceSelector', inside: path.slice(6) };
}

/** The key of the label that a path in a selector names; undefined for the selector as a whole. */
export function labelKey(selector: ReturnType<typeof nodeAt>, inside: FieldPath): string | undefined {
  const [field, at] = inside;
  if (field === 'matchLabels') return typeof at === 'string' ? at : undefined;
  if (field !== 'matchExpressions' || typeof at !== 'number') return undefined;
  return scalarOf(valueOf(itemsOf(valueOf(selector, 'matchExpressions'))[at]?.value, 'key'));
}

function podPlaces(
  { universe }: WorkspaceSnapshot,
  scope: PodScope,
  key: string | undefined,
  places: ObjectPlaces,
): readonly Place[] {
  const { certain, possible } = matchPods(universe.cluster, scope);
  return byName(uniqueWorkloads([...certain, ...possible]), scope.namespace)
    .slice(0, MOST_PLACES)
    .flatMap(({ workload }) => places.workload(workload, labelPaths(key)));
}

function uniqueWorkloads<T extends { readonly id: string }>(workloads: readonly T[]): readonly T[] {
  return [...new Map(workloads.map((workload) => [workload.id, workload])).values()];
}

/** Where a pod's template says that it has a label. */
function labelPaths(key: string | undefined): readonly FieldPath[] {
  return [...(key === undefined ? [] : [['metadata', 'labels', key]]), ['metadata', 'labels'], ['metadata']];
}

function namespacePlaces(
  { universe }: WorkspaceSnapshot,
  { namespaceSelector = { matchLabels: {}, matchExpressions: [] } }: PodScope,
  key: string | undefined,
  places: ObjectPlaces,
): readonly Place[] {
  const { certain, possible } = matchNamespaces(universe.cluster, namespaceSelector);
  const paths = key === NAMESPACE_NAME ? [['metadata', 'name']] : labelPaths(key);
  return [...certain, ...possible].slice(0, MOST_PLACES).flatMap((name) => places.namespace(name, paths));
}

function portPlaces(
  { manifests }: WorkspaceSnapshot,
  workloads: readonly WorkloadRef[],
  name: string,
  places: ObjectPlaces,
): readonly Place[] {
  return workloads.slice(0, MOST_PLACES).flatMap((ref) => {
    const { kind, namespace } = ref;
    const origin = manifests.namespaces.get(namespace)?.get(`${kind}/${namespace}/${ref.name}`)?.at(-1)?.origin;
    const tree = origin && nodeAt(origin.placed.document.textTree(), origin.manifest.path);
    const pod = origin && nodeAt(tree, templatePath(origin.manifest.kind));
    const path = containerPortPath(pod, name);
    return places.workload(ref, [...(path === undefined ? [] : [path]), ['spec', 'containers'], ['spec']]);
  });
}

/** The path of the container port that has a name, in a pod's template. */
function containerPortPath(template: ReturnType<typeof nodeAt>, name: string): FieldPath | undefined {
  const spec = valueOf(template, 'spec');
  for (const list of ['containers', 'initContainers']) {
    for (const [container, { value }] of itemsOf(valueOf(spec, list)).entries()) {
      const port = itemsOf(valueOf(value, 'ports')).findIndex((one) => scalarOf(valueOf(one.value, 'name')) === name);
      if (port >= 0) return ['spec', list, container, 'ports', port, 'name'];
    }
  }
  return undefined;
}

/** From a Service's selector, or the name of a port that it leads to, to the pods behind it. */
function servicePlaces(
  snapshot: WorkspaceSnapshot,
  namespace: string,
  { path, placed, manifest }: Cursor,
  places: ObjectPlaces,
): readonly Place[] | undefined {
  const node = nodeAt(placed.document.textTree(), manifest.path);
  const labels = entriesOf(valueOf(valueOf(node, 'spec'), 'selector')).map(
    ({ key, value }) => [key, scalarOf(value) ?? ''] as const,
  );
  if (labels.length === 0) return undefined;
  const scope = { namespace, podSelector: { matchLabels: Object.fromEntries(labels), matchExpressions: [] } };
  const [, field, at, part] = path;
  if (field === 'selector') return podPlaces(snapshot, scope, typeof at === 'string' ? at : undefined, places);
  const target = nodeAt(node, path);
  if (field !== 'ports' || part !== 'targetPort' || target?.kind !== 'scalar' || /^\d+$/.test(target.text))
    return undefined;
  const { certain, possible } = matchPods(snapshot.universe.cluster, scope);
  const workloads = byName(uniqueWorkloads([...certain, ...possible]), namespace);
  return portPlaces(
    snapshot,
    workloads.map(({ workload }) => workload),
    target.text,
    places,
  );
}

/** Two ways to one place are one. */
export function unique(places: readonly Place[]): readonly Place[] {
  return [...new Map(places.map((place) => [JSON.stringify([place.uri, place.selection]), place])).values()];
}
