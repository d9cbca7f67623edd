import type { JsonValue } from '../../model/manifest.ts';

export type JsonMap = { readonly [key: string]: JsonValue };

/** The value as a map; an empty map where it is none, so that reading on gives undefined. */
export function asMap(value: JsonValue | undefined): JsonMap {
  return isJsonMap(value) ? value : EMPTY_MAP;
}

export function isJsonMap(value: JsonValue | undefined): value is { [key: string]: JsonValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function asList(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : EMPTY_LIST;
}

/** A string; `''` for anything else, as the API server reads an absent or null string. */
export function asString(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}

const EMPTY_MAP: JsonMap = Object.freeze({});
const EMPTY_LIST: readonly JsonValue[] = Object.freeze([]);
