import type { JsonValue } from '../model/manifest.ts';
import { scalarSource } from './yamlScalar.ts';
import type { YamlStyle } from './yamlStyle.ts';

export type Collection = JsonValue[] | { [key: string]: JsonValue };

export function isCollectionValue(value: JsonValue): value is Collection {
  return typeof value === 'object' && value !== null;
}

export function isEmptyCollection(value: Collection): boolean {
  return (Array.isArray(value) ? value : Object.keys(value)).length === 0;
}

/** A value on one line: a scalar, or a collection in flow style. JSON documents of many lines get lines of their own. */
export function inlineSource(value: JsonValue, style: YamlStyle, context: { flow: boolean; column: number }): string {
  if (!isCollectionValue(value)) return scalarSource(value, { flow: context.flow, json: style.json });
  if (style.json) return jsonSource(value, style, context.column);
  return flowSource(value, style);
}

export function keySource(key: string, style: YamlStyle, flow: boolean): string {
  return scalarSource(key, { flow, json: style.json });
}

/** A non-empty collection in block style; the first line starts at the column, which is not written. */
export function blockSource(value: Collection, column: number, style: YamlStyle): string {
  const gap = `${style.newline}${' '.repeat(column)}`;
  if (Array.isArray(value)) return value.map((item) => itemSource(item, column, style)).join(gap);
  return Object.entries(value)
    .map(([key, item]) => entrySource(key, item, column, style))
    .join(gap);
}

/** `key: value` of a block map whose keys stand at the column. */
export function entrySource(key: string, value: JsonValue, column: number, style: YamlStyle): string {
  const written = keySource(key, style, false);
  if (!isCollectionValue(value) || isEmptyCollection(value)) {
    return `${written}: ${inlineSource(value, style, { flow: false, column })}`;
  }
  const below = columnBelow(value, column, style);
  return `${written}:${style.newline}${' '.repeat(below)}${blockSource(value, below, style)}`;
}

/** `- value` of a block list whose dashes stand at the column. */
export function itemSource(value: JsonValue, column: number, style: YamlStyle): string {
  const dash = `-${' '.repeat(style.dashGap)}`;
  if (!isCollectionValue(value) || isEmptyCollection(value)) {
    return `${dash}${inlineSource(value, style, { flow: false, column })}`;
  }
  return `${dash}${blockSource(value, column + dash.length, style)}`;
}

/** Where the keys or dashes of a value stand whose own key stands at the column. */
export function columnBelow(value: Collection, column: number, style: YamlStyle): number {
  return column + (Array.isArray(value) ? style.listIndent : style.indent);
}

function flowSource(value: JsonValue, style: YamlStyle): string {
  if (!isCollectionValue(value)) return scalarSource(value, { flow: true, json: false });
  if (Array.isArray(value)) return `[${value.map((item) => flowSource(item, style)).join(', ')}]`;
  const entries = Object.entries(value).map(
    ([key, item]) => `${keySource(key, style, true)}: ${flowSource(item, style)}`,
  );
  return entries.length === 0 ? '{}' : `{${style.padding}${entries.join(', ')}${style.padding}}`;
}

function jsonSource(value: Collection, style: YamlStyle, column: number): string {
  if (style.lines) {
    return JSON.stringify(value, null, style.indent).replaceAll('\n', `${style.newline}${' '.repeat(column)}`);
  }
  const space = style.colon.slice(1);
  const write = (part: JsonValue): string => {
    if (!isCollectionValue(part)) return JSON.stringify(part);
    if (Array.isArray(part)) return `[${part.map(write).join(`,${space}`)}]`;
    const entries = Object.entries(part).map(([key, item]) => `${JSON.stringify(key)}${style.colon}${write(item)}`);
    return `{${entries.join(`,${space}`)}}`;
  };
  return write(value);
}
