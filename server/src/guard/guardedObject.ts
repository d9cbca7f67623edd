import { createHash } from 'node:crypto';
import type { JsonValue } from '../model/manifest.ts';
import { asList, asMap, asString, isJsonMap } from '../syntax/objects/jsonAccess.ts';

export type JsonObject = { readonly [key: string]: JsonValue };

/** An object without what only the server keeps of it: who wrote which field. */
export function withoutManagedFields(object: JsonObject): JsonObject {
  const { managedFields: _, ...metadata } = asMap(object['metadata']);
  return { ...object, metadata };
}

/**
 * SHA-256 over what a rollback restores and a person writes: spec, labels and annotations, whatever the order of their
 * keys. Two objects with the same hash do the same to traffic.
 */
export function contentHash(object: JsonObject): string {
  const { labels, annotations } = asMap(object['metadata']);
  const content = { spec: object['spec'] ?? {}, labels: labels ?? {}, annotations: annotations ?? {} };
  return createHash('sha256').update(canonical(content)).digest('hex');
}

export interface Identity {
  readonly uid: string;
  readonly resourceVersion: string;
}

export function identityOfObject(object: JsonObject): Identity {
  const { uid, resourceVersion } = asMap(object['metadata']);
  return { uid: asString(uid), resourceVersion: asString(resourceVersion) };
}

/** Who changed an object last, as its managed fields tell: a program, never a person. */
export interface FieldManager {
  readonly manager: string;
  readonly operation: string;
  /** ISO 8601, whole seconds. */
  readonly time: string;
}

/**
 * The manager that wrote last; one that is not `ours` where any wrote since the second in which we did. Undefined where
 * the object says nothing.
 */
export function lastManager(object: JsonObject, ours: string, since: string | undefined): FieldManager | undefined {
  const entries = asList(asMap(object['metadata'])['managedFields'])
    .map((entry) => {
      const { manager, operation, time } = asMap(entry);
      return { manager: asString(manager), operation: asString(operation), time: asString(time) };
    })
    .filter(({ manager, time }) => manager !== '' && time !== '')
    .sort((a, b) => Date.parse(b.time) - Date.parse(a.time));
  const from = since === undefined ? -Infinity : Math.floor(Date.parse(since) / 1000) * 1000;
  return entries.find(({ manager, time }) => manager !== ours && Date.parse(time) >= from) ?? entries[0];
}

/** JSON with the keys of every map in order. */
function canonical(value: JsonValue | undefined): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (!isJsonMap(value)) return JSON.stringify(value ?? null);
  const fields = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`);
  return `{${fields.join(',')}}`;
}
