import type { ClusterObject } from '../model/manifest.ts';
import type { Origin } from './sourceFile.ts';

/** An object with its namespace filled in and the place where it is written. */
export interface PlacedObject {
  readonly object: ClusterObject;
  /** `NetworkPolicy/shop/web`: kind, namespace and name, what makes two manifests the same object. */
  readonly key: string;
  /** Where it lives; `''` for cluster-scoped objects. */
  readonly namespace: string;
  readonly origin: Origin;
}

/**
 * The objects of all files, grouped by namespace, so that one edited file costs only its own namespaces. Immutable:
 * `withFile` returns a new table that shares what did not change.
 */
export interface ObjectTable {
  readonly files: ReadonlyMap<string, readonly PlacedObject[]>;
  /** Per namespace and key the objects in the order of the files; the last one is the one that counts. */
  readonly namespaces: ReadonlyMap<string, ReadonlyMap<string, readonly PlacedObject[]>>;
}

export const EMPTY_TABLE: ObjectTable = { files: new Map(), namespaces: new Map() };

/**
 * Puts (or with no objects removes) a file's objects. `order` compares two file URIs and decides which of two
 * objects of the same key is the later one.
 */
export function withFile(
  table: ObjectTable,
  uri: string,
  objects: readonly PlacedObject[],
  order: (a: string, b: string) => number,
): { readonly table: ObjectTable; readonly touched: ReadonlySet<string> } {
  const old = table.files.get(uri) ?? [];
  const files = new Map(table.files);
  if (objects.length === 0) files.delete(uri);
  else files.set(uri, objects);
  // Grouped once: a file may hold hundreds of namespaces, and this runs at every keystroke.
  const leaving = Map.groupBy(old, ({ namespace }) => namespace);
  const coming = Map.groupBy(objects, ({ namespace }) => namespace);
  const touched = new Set([...leaving.keys(), ...coming.keys()]);
  const namespaces = new Map(table.namespaces);
  for (const namespace of touched) {
    const before = namespaces.get(namespace);
    const [gone, come] = [leaving.get(namespace) ?? [], coming.get(namespace) ?? []];
    const after = (isAllOf(gone, before) ? eachOnce(come) : undefined) ?? exchanged(before, gone, come, order);
    if (after.size === 0) namespaces.delete(namespace);
    else namespaces.set(namespace, after);
  }
  return { table: { files, namespaces }, touched };
}

/** Whether a namespace is written in one file alone, where no name stands twice: the common case, and a cheap one. */
function isAllOf(
  objects: readonly PlacedObject[],
  keys: ReadonlyMap<string, readonly PlacedObject[]> | undefined,
): boolean {
  if (keys?.size !== objects.length) return false;
  let index = 0;
  for (const list of keys.values()) {
    if (list.length !== 1 || list[0] !== objects[index]) return false;
    index += 1;
  }
  return true;
}

/** The objects by key; undefined where a name stands twice. */
function eachOnce(objects: readonly PlacedObject[]): ReadonlyMap<string, readonly PlacedObject[]> | undefined {
  const keys = new Map<string, readonly PlacedObject[]>();
  for (const placed of objects) keys.set(placed.key, [placed]);
  return keys.size === objects.length ? keys : undefined;
}

function exchanged(
  before: ReadonlyMap<string, readonly PlacedObject[]> | undefined,
  gone: readonly PlacedObject[],
  come: readonly PlacedObject[],
  order: (a: string, b: string) => number,
): ReadonlyMap<string, readonly PlacedObject[]> {
  const keys = new Map(before);
  for (const placed of gone) removeFrom(keys, placed);
  for (const placed of come) insertInto(keys, placed, order);
  return keys;
}

/** Builds a table from many files at once, in the order given. */
export function tableOf(files: Iterable<readonly [uri: string, objects: readonly PlacedObject[]]>): ObjectTable {
  const byFile = new Map<string, readonly PlacedObject[]>();
  const namespaces = new Map<string, Map<string, PlacedObject[]>>();
  for (const [uri, objects] of files) {
    if (objects.length === 0) continue;
    byFile.set(uri, objects);
    for (const placed of objects) {
      let keys = namespaces.get(placed.namespace);
      if (keys === undefined) namespaces.set(placed.namespace, (keys = new Map()));
      const list = keys.get(placed.key);
      if (list === undefined) keys.set(placed.key, [placed]);
      else list.push(placed);
    }
  }
  return { files: byFile, namespaces };
}

/** The objects that count: the last one of every key. */
export function* effectiveObjects(table: ObjectTable, namespace?: string): Generator<PlacedObject> {
  const groups = namespace === undefined ? table.namespaces.values() : [table.namespaces.get(namespace) ?? new Map()];
  for (const keys of groups) {
    for (const list of keys.values()) {
      const last = list.at(-1);
      if (last !== undefined) yield last;
    }
  }
}

export function objectKey(object: ClusterObject): { readonly key: string; readonly namespace: string } {
  switch (object.type) {
    case 'networkPolicy':
    case 'rejectedPolicy':
      return keyed('NetworkPolicy', object.policy.namespace, object.policy.name);
    case 'namespace':
      return { key: `Namespace//${object.namespace.name}`, namespace: '' };
    case 'workload':
      return keyed(object.workload.kind, object.workload.namespace, object.workload.name);
    case 'service':
      return keyed('Service', object.service.namespace, object.service.name);
    case 'ingress':
      return keyed('Ingress', object.ingress.namespace, object.ingress.name);
    case 'endpoints':
      return keyed(object.endpoints.kind, object.endpoints.namespace, object.endpoints.name);
    case 'foreignPolicy':
      return keyed(`${object.policy.kind}.${object.policy.group}`, object.policy.namespace ?? '', object.policy.name);
  }
}

function keyed(kind: string, namespace: string, name: string): { key: string; namespace: string } {
  return { key: `${kind}/${namespace}/${name}`, namespace };
}

function removeFrom(keys: Map<string, readonly PlacedObject[]>, placed: PlacedObject): void {
  const rest = (keys.get(placed.key) ?? []).filter((other) => other !== placed);
  if (rest.length === 0) keys.delete(placed.key);
  else keys.set(placed.key, rest);
}

function insertInto(
  keys: Map<string, readonly PlacedObject[]>,
  placed: PlacedObject,
  order: (a: string, b: string) => number,
): void {
  const list = keys.get(placed.key) ?? [];
  const at = list.findIndex((other) => order(other.origin.file.uri, placed.origin.file.uri) > 0);
  keys.set(placed.key, at < 0 ? [...list, placed] : list.toSpliced(at, 0, placed));
}
