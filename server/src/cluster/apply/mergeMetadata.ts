import type { JsonValue } from '../../model/manifest.ts';
import { asMap, isJsonMap, type JsonMap } from '../../syntax/objects/jsonAccess.ts';

/** Where `kubectl apply` keeps the document that it applied last. */
export const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** Metadata that the API server alone decides; a document that was copied from a cluster holds it. */
const OF_THE_SERVER: ReadonlySet<string> = new Set([
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'managedFields',
  'selfLink',
]);

/** Fields of metadata that an update of an existing object merges; what else the live object has stays. */
const MERGED: ReadonlySet<string> = new Set(['name', 'namespace', 'labels', 'annotations']);
const OF_THE_LIVE_OBJECT: ReadonlySet<string> = new Set(['finalizers', 'ownerReferences', 'generateName']);

/** The document as it can be sent for a new object, and what of it is not sent. */
export function newObject(document: JsonMap): { readonly object: JsonMap; readonly notSent: readonly string[] } {
  const metadata = asMap(document['metadata']);
  const { kept, left } = withoutFields(metadata, OF_THE_SERVER);
  const { status: _status, ...rest } = document;
  const annotations = withoutLastApplied(metadata['annotations']);
  return {
    object: {
      ...rest,
      metadata: { ...kept, ...(annotations !== undefined && { annotations }) },
    },
    notSent: [...left, ...(document['status'] === undefined ? [] : ['status'])],
  };
}

/**
 * A live object's metadata with a document's labels and annotations merged into it as `kubectl apply` does: the
 * document's keys win; keys that the last applied document had and this one has not are removed; what others wrote
 * stays. Without a last applied document nothing is removed. Fields that metadata does not have go along, so that the
 * server's strict decoding refuses them.
 */
export function mergedMetadata(
  document: JsonMap,
  live: JsonMap,
): { readonly metadata: JsonMap; readonly notSent: readonly string[] } {
  const written = asMap(document['metadata']);
  const there = asMap(live['metadata']);
  const base = lastApplied(there);
  const annotations = mergedMap(
    asMap(base['annotations']),
    withoutLastApplied(written['annotations']),
    there['annotations'],
  );
  const labels = mergedMap(asMap(base['labels']), written['labels'], there['labels']);
  const unknown = withoutFields(written, new Set([...OF_THE_SERVER, ...MERGED, ...OF_THE_LIVE_OBJECT]));
  const { managedFields: _managed, labels: _labels, annotations: _annotations, ...stays } = there;
  const isKept = asMap(there['annotations'])[LAST_APPLIED] !== undefined;
  const truth = isKept ? { [LAST_APPLIED]: lastAppliedText(newObject(document).object) } : undefined;
  const allAnnotations = isKept ? { ...asMap(annotations), ...truth } : annotations;
  return {
    metadata: {
      ...unknown.kept,
      ...stays,
      ...(labels !== undefined && { labels }),
      ...(allAnnotations !== undefined && { annotations: allAnnotations }),
    },
    notSent: unknown.left.filter((path) => !MERGED.has(path.slice('metadata.'.length))),
  };
}

/**
 * What `kubectl apply` would keep for a document: itself as JSON without this annotation, keys in order, with
 * annotations even where there are none, `<`, `>` and `&` escaped and a line break at the end (GetModifiedConfiguration
 * in k8s.io/kubectl).
 */
export function lastAppliedText(document: JsonMap): string {
  const metadata = asMap(document['metadata']);
  const annotations = withoutLastApplied(metadata['annotations']) ?? {};
  const text = JSON.stringify(sorted({ ...document, metadata: { ...metadata, annotations } }));
  return `${text.replaceAll(/[<>&\u2028\u2029]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)}\n`;
}

/** The document that was applied last; nothing where there is none or it cannot be read. */
function lastApplied(metadata: JsonMap): JsonMap {
  const text = asMap(metadata['annotations'])[LAST_APPLIED];
  if (typeof text !== 'string') return {};
  try {
    return asMap(asMap(JSON.parse(text) as JsonValue)['metadata']);
  } catch {
    return {};
  }
}

/** Undefined where nothing is left, or the value itself where it is no map: the server says what is wrong with it. */
function mergedMap(base: JsonMap, written: JsonValue | undefined, live: JsonValue | undefined): JsonValue | undefined {
  if (written !== undefined && written !== null && !isJsonMap(written)) return written;
  const own = new Map(Object.entries(asMap(written)));
  const merged = new Map(Object.entries(asMap(live)));
  for (const key of Object.keys(base)) if (!own.has(key)) merged.delete(key);
  for (const [key, value] of own) merged.set(key, value);
  return merged.size === 0 ? undefined : Object.fromEntries(merged);
}

function withoutLastApplied(annotations: JsonValue | undefined): JsonValue | undefined {
  if (!isJsonMap(annotations)) return annotations;
  return Object.fromEntries(Object.entries(annotations).filter(([key]) => key !== LAST_APPLIED));
}

function withoutFields(
  metadata: JsonMap,
  fields: ReadonlySet<string>,
): { readonly kept: JsonMap; readonly left: readonly string[] } {
  const entries = Object.entries(metadata);
  return {
    kept: Object.fromEntries(entries.filter(([key]) => !fields.has(key))),
    left: entries.flatMap(([key]) => (fields.has(key) ? [`metadata.${key}`] : [])),
  };
}

function sorted(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map((item) => sorted(item));
  if (!isJsonMap(value)) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item)]));
}
