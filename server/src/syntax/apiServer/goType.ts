/** A Go type as the API server's JSON decoder sees it; `name` is how the decoder spells it in its errors. */
export type GoType =
  | { readonly kind: 'struct'; readonly name: string; readonly fields: ReadonlyMap<string, GoType> }
  | { readonly kind: 'list'; readonly name: string; readonly item: GoType }
  | { readonly kind: 'map'; readonly name: string; readonly item: GoType }
  | { readonly kind: 'string' | 'int32' | 'int64' | 'bool'; readonly name: string }
  /** Types that decode themselves; their errors end the decoding at once. */
  | { readonly kind: 'intOrString' | 'time' | 'anything'; readonly name: string };

export function struct(name: string, fields: Readonly<Record<string, GoType>>): GoType {
  return { kind: 'struct', name, fields: new Map(Object.entries(fields)) };
}

export function listOf(item: GoType): GoType {
  return { kind: 'list', name: `[]${item.name}`, item };
}

export function mapOf(item: GoType): GoType {
  return { kind: 'map', name: `map[string]${item.name}`, item };
}

export function named(name: string): GoType {
  return { kind: 'string', name };
}

export const STRING: GoType = named('string');
export const BOOL: GoType = { kind: 'bool', name: 'bool' };
export const INT32: GoType = { kind: 'int32', name: 'int32' };
export const INT64: GoType = { kind: 'int64', name: 'int64' };
/** Its two alternatives decode into an int32 and a string, and their errors say so. */
export const INT_OR_STRING: GoType = { kind: 'intOrString', name: 'int32' };
export const TIME: GoType = { kind: 'time', name: 'string' };
/** A value of any form (FieldsV1). */
export const ANYTHING: GoType = { kind: 'anything', name: 'v1.FieldsV1' };
