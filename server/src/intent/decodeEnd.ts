import { parseAddress, parseCidr } from '../engine/address.ts';
import type { LabelRequirement, LabelSelector } from '../model/labels.ts';
import type { FieldPath, JsonValue } from '../model/manifest.ts';
import { dnsLabelFaults, labelKeyFaults, labelValueFaults } from '../syntax/apiServer/names.ts';
import { isJsonMap, type JsonMap } from '../syntax/objects/jsonAccess.ts';
import type { EndPart, IntentEnd, Who } from './intentFile.ts';
import { END_FIELDS } from './intentFields.ts';

/** Told of everything that is wrong, one sentence each. */
export type Fault = (path: FieldPath, message: string, part?: 'key' | 'value') => void;

/** Undefined where anything of it is wrong, which has been told then. */
export function decodeEnd(value: JsonValue, path: FieldPath, fault: Fault): IntentEnd | undefined {
  const items = Array.isArray(value) ? value : [value];
  if (items.length === 0) {
    fault(path, 'This list names nobody: write at least one end, such as shop/web.');
    return undefined;
  }
  const parts = items.flatMap((item, index) => {
    const at = Array.isArray(value) ? [...path, index] : path;
    return decodePart(item, at, fault) ?? [];
  });
  return parts.length === items.length ? { parts } : undefined;
}

function decodePart(value: JsonValue, path: FieldPath, fault: Fault): EndPart | undefined {
  if (!isJsonMap(value)) {
    const who = decodeWord(value, path, fault);
    return who === undefined ? undefined : { who: [who], except: [] };
  }
  let isSound = knownKeys(value, path, Object.keys(END_FIELDS), fault);
  const groups = GROUPS.filter((keys) => keys.some((key) => given(value, key) !== undefined));
  const [keys, second] = groups;
  if (keys === undefined) {
    if (isSound) fault(path, `Say who is meant: ${WHO_KEYS}.`);
    return undefined;
  }
  if (second !== undefined) {
    const [one = '', other = ''] = [keys, second].map((group) => group.find((key) => given(value, key) !== undefined));
    fault([...path, other], `${one} and ${other} cannot stand together: write two ends as a list.`, 'key');
    isSound = false;
  }
  const who = decodeGroup(keys[0] ?? '', value, path, fault);
  const excepted = given(value, 'except');
  const except = excepted === undefined ? [] : decodeExcept(excepted, [...path, 'except'], fault);
  if (!isSound || who === undefined || except === undefined) return undefined;
  return { who, except };
}

/** Keys that say together who is meant; two groups cannot stand together. */
const GROUPS: readonly (readonly string[])[] = [
  ['who'],
  ['namespace', 'labels', 'namespaceLabels'],
  ['service'],
  ['cidr'],
  ['outside'],
];
const WHO_KEYS = 'who, namespace, labels, namespaceLabels, service, cidr or outside';

function decodeGroup(group: string, value: JsonMap, path: FieldPath, fault: Fault): readonly Who[] | undefined {
  switch (group) {
    case 'who':
      return all(value, path, 'who', fault, (item, at) => decodeWord(item, at, fault));
    case 'namespace': {
      const who = decodePods(value, path, fault);
      return who === undefined ? undefined : [who];
    }
    case 'service': {
      const who = decodeService(given(value, 'service') ?? null, [...path, 'service'], fault);
      return who === undefined ? undefined : [who];
    }
    case 'cidr':
      return all(value, path, 'cidr', fault, (item, at) => decodeCidr(item, at, fault));
    default: {
      const namespaces = decodeNamespaces(value, path, 'outside', fault);
      return namespaces === undefined ? undefined : [{ kind: 'outside', namespaces }];
    }
  }
}

function decodeExcept(value: JsonValue, path: FieldPath, fault: Fault): readonly Who[] | undefined {
  const end = decodeEnd(value, path, fault);
  if (end === undefined) return undefined;
  const nested = end.parts.findIndex(({ except }) => except.length > 0);
  if (nested < 0) return end.parts.flatMap(({ who }) => who);
  const at = Array.isArray(value) ? [...path, nested] : path;
  fault([...at, 'except'], 'An except has no except of its own: name what stays as another end of a list.', 'key');
  return undefined;
}

function decodeWord(value: JsonValue, path: FieldPath, fault: Fault): Who | undefined {
  if (typeof value !== 'string' || value === '') {
    fault(path, `Say who is meant, such as shop/web, shop/*, any pod, internet, 10.0.0.0/8, or keys: ${WHO_KEYS}.`);
    return undefined;
  }
  if (value === 'any pod') return { kind: 'pods' };
  if (value === 'internet' || value === 'anywhere') return { kind: value };
  if (parseAddress(value) !== undefined) return { kind: 'address', address: value };
  if (parseCidr(value) !== undefined) return { kind: 'cidr', cidr: value };
  const named = /^([^/]+)\/([^/[\]]+)(?:\[([A-Za-z]+)\])?$/.exec(value);
  const [, namespace = '', name = '', workloadKind] = named ?? [];
  if (named === null || dnsLabelFaults(namespace).length > 0) {
    const hint = /^[a-z0-9.-]+$/.test(value) ? ` A workload is named with its namespace, such as shop/${value}.` : '';
    fault(
      path,
      `${value} names no end: write namespace/name, namespace/*, any pod, internet, anywhere, an address or a CIDR.${hint}`,
    );
    return undefined;
  }
  if (name === '*') return { kind: 'pods', namespaces: [namespace] };
  return { kind: 'named', namespace, name, ...(workloadKind === undefined ? {} : { workloadKind }) };
}

function decodeService(value: JsonValue, path: FieldPath, fault: Fault): Who | undefined {
  const [, namespace, name] = (typeof value === 'string' ? /^([^/]+)\/([^/]+)$/.exec(value) : null) ?? [];
  if (namespace === undefined || name === undefined) {
    fault(path, 'A Service is written as namespace/name, such as shop/db.');
    return undefined;
  }
  return { kind: 'service', namespace, name };
}

function decodeCidr(value: JsonValue, path: FieldPath, fault: Fault): Who | undefined {
  if (typeof value === 'string' && parseCidr(value) !== undefined) return { kind: 'cidr', cidr: value };
  if (typeof value === 'string' && parseAddress(value) !== undefined) return { kind: 'address', address: value };
  fault(path, 'Expected a range of addresses such as 10.0.0.0/8 or 2001:db8::/32.');
  return undefined;
}

function decodePods(value: JsonMap, path: FieldPath, fault: Fault): Who | undefined {
  const read = <T>(key: string, decode: () => T | undefined): { readonly value?: T } | undefined => {
    if (given(value, key) === undefined) return {};
    const decoded = decode();
    return decoded === undefined ? undefined : { value: decoded };
  };
  const labelsAt = (key: string): LabelSelector | undefined =>
    decodeLabels(given(value, key) ?? null, [...path, key], fault);
  const namespaces = read('namespace', () => decodeNamespaces(value, path, 'namespace', fault));
  const labels = read('labels', () => labelsAt('labels'));
  const namespaceLabels = read('namespaceLabels', () => labelsAt('namespaceLabels'));
  if (namespaces === undefined || labels === undefined || namespaceLabels === undefined) return undefined;
  return {
    kind: 'pods',
    ...(namespaces.value === undefined ? {} : { namespaces: namespaces.value }),
    ...(labels.value === undefined ? {} : { labels: labels.value }),
    ...(namespaceLabels.value === undefined ? {} : { namespaceLabels: namespaceLabels.value }),
  };
}

function decodeNamespaces(value: JsonMap, path: FieldPath, key: string, fault: Fault): readonly string[] | undefined {
  return all(value, path, key, fault, (item, at) => {
    if (typeof item === 'string' && dnsLabelFaults(item).length === 0) return item;
    fault(at, 'Expected the name of a namespace, such as shop.');
    return undefined;
  });
}

/** Equality, one of several values, or `*` for any value; several keys all have to hold. */
function decodeLabels(value: JsonValue, path: FieldPath, fault: Fault): LabelSelector | undefined {
  if (!isJsonMap(value) || Object.keys(value).length === 0) {
    fault(path, 'Expected labels with their values, such as { app: web }.');
    return undefined;
  }
  const equal: [string, string][] = [];
  const matchExpressions: LabelRequirement[] = [];
  let isSound = true;
  for (const [key, given] of Object.entries(value)) {
    const at = [...path, key];
    if (labelKeyFaults(key, WORDING).length > 0) {
      fault(at, `${key} is no label’s key.`, 'key');
      isSound = false;
    } else if (given === '*') {
      matchExpressions.push({ key, operator: 'Exists', values: [] });
    } else {
      const values = (Array.isArray(given) ? given : [given]).map(labelValue);
      if (values.length === 0 || values.includes(undefined)) {
        fault(at, `Expected a value of ${key}, a list of values, or "*" for any; put numbers and booleans in quotes.`);
        isSound = false;
      } else if (Array.isArray(given)) {
        matchExpressions.push({ key, operator: 'In', values: values as string[] });
      } else equal.push([key, values[0] as string]);
    }
  }
  return isSound ? { matchLabels: Object.fromEntries(equal), matchExpressions } : undefined;
}

function labelValue(value: JsonValue): string | undefined {
  return typeof value === 'string' && labelValueFaults(value, WORDING).length === 0 ? value : undefined;
}

/** Only whether there is a fault is asked here, never in which words. */
const WORDING = { labels: 'label key' } as const;

/** One value or a list of them; undefined where any is wrong. */
function all<T>(
  map: JsonMap,
  path: FieldPath,
  key: string,
  fault: Fault,
  read: (item: JsonValue, at: FieldPath) => T | undefined,
): readonly T[] | undefined {
  const value = given(map, key) ?? null;
  const items = Array.isArray(value) ? value : [value];
  if (items.length === 0) {
    fault([...path, key], `${key} is an empty list: name at least one.`);
    return undefined;
  }
  const found = items.flatMap((item, index) => {
    const one = read(item, Array.isArray(value) ? [...path, key, index] : [...path, key]);
    return one === undefined ? [] : [one];
  });
  return found.length === items.length ? found : undefined;
}

/** What stands at a key; nothing where it holds nothing. */
export function given(map: JsonMap, key: string): JsonValue | undefined {
  return Object.hasOwn(map, key) ? (map[key] ?? undefined) : undefined;
}

/** False where a key is not among those that are known, which is told. */
export function knownKeys(map: JsonMap, path: FieldPath, keys: readonly string[], fault: Fault): boolean {
  let isSound = true;
  for (const key of Object.keys(map)) {
    if (keys.includes(key)) continue;
    fault([...path, key], `Unknown key ${key}; known are ${keys.join(', ')}.`, 'key');
    isSound = false;
  }
  return isSound;
}
