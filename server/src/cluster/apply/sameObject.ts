import type { JsonValue } from '../../model/manifest.ts';
import { asList, asMap, isJsonMap, type JsonMap } from '../../syntax/objects/jsonAccess.ts';

/**
 * A NetworkPolicy's spec as the API server would give it back: defaults filled in (SetDefaults_NetworkPolicy and
 * SetDefaults_NetworkPolicyPort of k8s.io/kubernetes/pkg/apis/networking/v1), and without what its encoder leaves out:
 * nulls, empty lists, empty maps other than selectors.
 */
export function defaultedSpec(spec: JsonValue | undefined): JsonMap {
  const { podSelector = {}, policyTypes, ...rest } = asMap(encoded(spec ?? {}));
  const rules = (field: 'ingress' | 'egress'): JsonMap => {
    const list = asList(rest[field]);
    return list.length === 0 ? {} : { [field]: list.map(withProtocols) };
  };
  const types = asList(policyTypes);
  const implied = asList(rest['egress']).length > 0 ? ['Ingress', 'Egress'] : ['Ingress'];
  return {
    ...rest,
    podSelector,
    ...rules('ingress'),
    ...rules('egress'),
    policyTypes: types.length > 0 ? [...types] : implied,
  };
}

/**
 * Paths at which two values differ (`spec.ingress[0].ports`), the first ones. Lists of the same length are compared item
 * by item, others are one difference.
 */
export function differences(a: JsonValue | undefined, b: JsonValue | undefined, path: string): readonly string[] {
  const found: string[] = [];
  compare(a, b, path, found);
  return found;
}

/** Whether two states of an object say the same, whoever wrote it and however often. */
export function isSameState(a: JsonMap, b: JsonMap): boolean {
  return differences(withoutBookkeeping(a), withoutBookkeeping(b), '').length === 0;
}

const MOST = 20;

function compare(a: JsonValue | undefined, b: JsonValue | undefined, path: string, found: string[]): void {
  if (a === b || found.length >= MOST) return;
  if (Array.isArray(a) && Array.isArray(b) && a.length === b.length) {
    for (const [index, item] of a.entries()) compare(item, b[index], `${path}[${index}]`, found);
  } else if (isJsonMap(a) && isJsonMap(b)) {
    for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
      const inner = path === '' ? key : `${path}.${key}`;
      compare(own(a, key), own(b, key), inner, found);
    }
  } else {
    found.push(path);
  }
}

function own(map: JsonMap, key: string): JsonValue | undefined {
  return Object.hasOwn(map, key) ? map[key] : undefined;
}

function withoutBookkeeping(object: JsonMap): JsonValue {
  const {
    managedFields: _managed,
    resourceVersion: _version,
    generation: _generation,
    ...metadata
  } = asMap(object['metadata']);
  return { ...object, metadata: metadata as JsonValue };
}

/** Pointers, which an encoder writes even where they point to something empty. */
const POINTERS: ReadonlySet<string> = new Set(['podSelector', 'namespaceSelector', 'ipBlock']);

function encoded(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map((item) => encoded(item ?? {}));
  if (!isJsonMap(value)) return value;
  const entries = Object.entries(value).flatMap(([key, item]): [string, JsonValue][] => {
    if (item === null) return [];
    const inner = key === 'matchLabels' ? labelValues(item) : TEXTS.has(key) ? texts(item) : encoded(item);
    const isEmpty = Array.isArray(inner) ? inner.length === 0 : isJsonMap(inner) && Object.keys(inner).length === 0;
    return isEmpty && !(POINTERS.has(key) && isJsonMap(inner)) ? [] : [[key, inner]];
  });
  return Object.fromEntries(entries);
}

/** Lists of strings. */
const TEXTS: ReadonlySet<string> = new Set(['values', 'except', 'policyTypes']);

function texts(list: JsonValue): JsonValue {
  return Array.isArray(list) ? list.map((item) => item ?? '') : list;
}

/** A null among strings decodes as an empty one. */
function labelValues(labels: JsonValue): JsonValue {
  return Object.fromEntries(Object.entries(asMap(labels)).map(([key, value]) => [key, value ?? '']));
}

function withProtocols(rule: JsonValue): JsonValue {
  const { ports, ...rest } = asMap(rule);
  const list = asList(ports);
  if (list.length === 0) return rest;
  return { ...rest, ports: list.map((port) => ({ protocol: 'TCP', ...asMap(port) })) };
}
