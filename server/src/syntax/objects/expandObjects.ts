import type { FieldPath, JsonValue } from '../../model/manifest.ts';
import type { JsonMap } from './jsonAccess.ts';
import { asList, asMap, asString, isJsonMap } from './jsonAccess.ts';

/** An object on its own and where it stands in the value it comes from. */
export interface ExpandedObject {
  readonly path: FieldPath;
  readonly value: JsonValue;
}

/**
 * The objects of a document: itself, the items of a List or of a typed list (`PodList`, whose items may leave out
 * their apiVersion and kind), or the objects of an OpenShift Template with its parameters' defaults filled in.
 */
export function expandObjects(value: JsonValue | undefined): readonly ExpandedObject[] {
  const objects: ExpandedObject[] = [];
  if (value !== undefined) expand(value, [], objects, 0);
  return objects;
}

const MAX_NESTING = 8;

function expand(value: JsonValue, path: FieldPath, into: ExpandedObject[], depth: number): void {
  if (!isJsonMap(value) || depth > MAX_NESTING) return;
  const kind = asString(value['kind']);
  if (isTemplate(value, kind)) {
    const fill = parameterFiller(value);
    for (const [index, object] of asList(value['objects']).entries()) {
      expand(fill(object, 0), [...path, 'objects', index], into, depth + 1);
    }
  } else if (kind.endsWith('List') && Array.isArray(value['items'])) {
    const itemKind = kind.slice(0, -'List'.length);
    for (const [index, item] of value['items'].entries()) {
      expand(withType(item, value['apiVersion'], itemKind), [...path, 'items', index], into, depth + 1);
    }
  } else {
    into.push({ path, value });
  }
}

function withType(item: JsonValue, apiVersion: JsonValue | undefined, kind: string): JsonValue {
  if (kind === '' || !isJsonMap(item) || apiVersion === undefined) return item;
  if (item['kind'] !== undefined && item['apiVersion'] !== undefined) return item;
  return { apiVersion, kind, ...item };
}

function isTemplate(value: JsonMap, kind: string): boolean {
  return kind === 'Template' && asString(value['apiVersion']).startsWith('template.openshift.io/');
}

/** `${NAME}` becomes the default's text, a whole value `${{NAME}}` the default read as JSON (template.openshift.io/v1). */
function parameterFiller(template: JsonMap): (value: JsonValue, depth: number) => JsonValue {
  const defaults = new Map<string, string>();
  for (const item of asList(template['parameters'])) {
    const { name, value } = asMap(item);
    if (typeof name === 'string' && typeof value === 'string') defaults.set(name, value);
    else if (typeof name === 'string' && (typeof value === 'number' || typeof value === 'boolean'))
      defaults.set(name, String(value));
  }
  const filled = (written: string): string =>
    written.replaceAll(/\$\{([a-zA-Z0-9_]+)\}/g, (all, name: string) => defaults.get(name) ?? all);
  const scalar = (written: string): JsonValue => {
    const whole = /^\$\{\{([a-zA-Z0-9_]+)\}\}$/.exec(written)?.[1];
    const value = whole === undefined ? undefined : defaults.get(whole);
    return value === undefined ? filled(written) : asJson(value);
  };
  const fill = (value: JsonValue, depth: number): JsonValue => {
    if (typeof value === 'string') return value.includes('${') ? scalar(value) : value;
    if (typeof value !== 'object' || value === null || depth > 100) return value;
    if (Array.isArray(value)) return value.map((item) => fill(item, depth + 1));
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [filled(key), fill(item, depth + 1)]));
  };
  return fill;
}

function asJson(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return text;
  }
}
