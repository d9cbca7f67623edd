import type { FieldPath, JsonValue } from '../model/manifest.ts';

type JsonMap = { [key: string]: JsonValue };

/** Edits of a value by path: they make copies and change nothing in place. Undefined where the path does not fit. */

export function valueAt(value: JsonValue | undefined, path: FieldPath): JsonValue | undefined {
  let at = value;
  for (const step of path) {
    if (Array.isArray(at)) at = typeof step === 'number' ? at[step] : undefined;
    else at = isMap(at) && typeof step === 'string' && Object.hasOwn(at, step) ? at[step] : undefined;
  }
  return at;
}

/** Absent and null parents are made; an index may be that of the next item. */
export function withValue(value: JsonValue | undefined, path: FieldPath, to: JsonValue): JsonValue | undefined {
  const [step, ...rest] = path;
  if (step === undefined) return to;
  if (value === undefined || value === null) return nestedValue(path, to);
  const inner = withValue(valueAt(value, [step]), rest, to);
  if (inner === undefined) return undefined;
  if (Array.isArray(value)) {
    if (typeof step !== 'number' || step < 0 || step > value.length) return undefined;
    return [...value.slice(0, step), inner, ...value.slice(step + 1)];
  }
  if (!isMap(value) || typeof step !== 'string') return undefined;
  return Object.fromEntries([...Object.entries(value).filter(([key]) => key !== step), [step, inner]]);
}

export function withoutEntry(value: JsonValue | undefined, path: FieldPath): JsonValue | undefined {
  const step = path.at(-1);
  const parent = path.slice(0, -1);
  const container = valueAt(value, parent);
  if (step === undefined || valueAt(container, [step]) === undefined) return undefined;
  if (Array.isArray(container)) {
    return withValue(
      value,
      parent,
      container.filter((_, index) => index !== step),
    );
  }
  if (!isMap(container)) return undefined;
  return withValue(value, parent, Object.fromEntries(Object.entries(container).filter(([key]) => key !== step)));
}

export function withKey(value: JsonValue | undefined, path: FieldPath, to: string): JsonValue | undefined {
  const step = path.at(-1);
  const container = valueAt(value, path.slice(0, -1));
  if (step === undefined || !isMap(container) || !Object.hasOwn(container, step)) return undefined;
  if (step !== to && Object.hasOwn(container, to)) return undefined;
  const entries = Object.entries(container).map(([key, item]) => [key === step ? to : key, item] as const);
  return withValue(value, path.slice(0, -1), Object.fromEntries(entries));
}

/** A value with parents for a path; a list can only begin with its first item. */
export function nestedValue(path: FieldPath, value: JsonValue): JsonValue | undefined {
  let nested = value;
  for (const step of path.toReversed()) {
    if (typeof step === 'string') nested = Object.fromEntries([[step, nested]]);
    else if (step === 0) nested = [nested];
    else return undefined;
  }
  return nested;
}

export function isSameJson(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  if (a === b) return true;
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((item, index) => isSameJson(item, b[index]));
  }
  if (!isMap(a) || !isMap(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && isSameJson(a[key], b[key]))
  );
}

function isMap(value: JsonValue | undefined): value is JsonMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
