import type { Node, YAMLMap, YAMLSeq } from 'yaml';
import { isMap } from 'yaml';
import type { FieldPath, JsonValue } from '../model/manifest.ts';
import { fieldIndex } from './fieldOrder.ts';
import type { TextChange } from './textChange.ts';
import { endOf, startOf, type EditedDocument, type EntryPlace } from './yamlPlace.ts';
import { entrySource, inlineSource, itemSource, keySource } from './yamlSource.ts';
import { columnOf, indentOfLine, lineEnd, lineStart } from './yamlStyle.ts';
import { keyText } from './yamlTree.ts';

/** A collection that gets one more entry. */
export interface Target {
  readonly path: FieldPath;
  readonly node: YAMLMap | YAMLSeq;
  readonly flow: boolean;
}

/** Adds an entry with a key to a map, or an item to a list, which must not be an empty block. */
export function insertEntry(
  edited: EditedDocument,
  target: Target,
  key: string | undefined,
  value: JsonValue,
): readonly TextChange[] | undefined {
  const { node } = target;
  if (isMap(node) !== (key !== undefined)) return undefined;
  if (node.items.length === 0) return intoEmptyFlow(edited, target, key, value);
  const { index, before } = spot(node, key);
  const place = placeOf(target, index);
  if (target.flow) return intoFlow(edited, target, place, before, key, value);
  const start = startOf(edited, place);
  const end = endOf(edited, place);
  if (start === undefined || end === undefined) return undefined;
  const { text, style } = edited;
  const column = columnOf(text, start);
  const source = key === undefined ? itemSource(value, column, style) : entrySource(key, value, column, style);
  const gap = `${style.newline}${' '.repeat(column)}`;
  if (before) return [insertion(start, `${source}${gap}`)];
  return [insertion(lineEnd(text, end), `${gap}${source}`)];
}

/** Where people look for a field: behind those that usually stand before it, else at the end. */
function spot(node: YAMLMap | YAMLSeq, key: string | undefined): { index: number; before: boolean } {
  const last = { index: node.items.length - 1, before: false };
  const order = key === undefined || !isMap(node) ? undefined : fieldIndex(key);
  if (order === undefined || !isMap(node)) return last;
  const known = node.items.map((pair) => fieldIndex(keyText(pair.key)));
  if (known.some((other) => other === undefined)) return last;
  const index = known.findLastIndex((other) => other !== undefined && other < order);
  return index < 0 ? { index: 0, before: true } : { index, before: false };
}

function intoEmptyFlow(
  { text, style }: EditedDocument,
  { node }: Target,
  key: string | undefined,
  value: JsonValue,
): readonly TextChange[] | undefined {
  const start = node.range?.[0];
  const end = node.range?.[1];
  if (start === undefined || end === undefined || text.slice(start + 1, end - 1).trim() !== '') return undefined;
  const collection: JsonValue = key === undefined ? [value] : Object.fromEntries([[key, value]]);
  const newText = inlineSource(collection, style, { flow: true, column: indentOfLine(text, start) });
  return [{ range: { start, end }, newText }];
}

function intoFlow(
  edited: EditedDocument,
  { node }: Target,
  place: EntryPlace,
  before: boolean,
  key: string | undefined,
  value: JsonValue,
): readonly TextChange[] | undefined {
  const { text, style } = edited;
  const start = startOf(edited, place);
  const end = endOf(edited, place);
  const open = node.range?.[0];
  if (start === undefined || end === undefined || open === undefined) return undefined;
  const isOnOwnLine = text.slice(lineStart(text, start), start).trim() === '' && lineStart(text, start) > open;
  const column = isOnOwnLine ? columnOf(text, start) : indentOfLine(text, start);
  const written = inlineSource(value, style, { flow: true, column });
  const source = key === undefined ? written : `${keySource(key, style, true)}${style.colon}${written}`;
  const gap = isOnOwnLine ? `${style.newline}${' '.repeat(column)}` : style.colon.slice(1);
  if (before) return [insertion(start, `${source},${gap}`)];
  const eol = lineEnd(text, end);
  const rest = /^([ \t]*,)?[ \t]*(?:#.*)?$/.exec(text.slice(end, eol));
  if (!isOnOwnLine || rest === null) return [insertion(end, `,${gap}${source}`)];
  const hasComma = rest[1] !== undefined;
  const isLast = place.index === node.items.length - 1;
  const line = `${gap}${source}${hasComma ? ',' : ''}`;
  // A comma behind the last item is kept behind the last item; between items there is one anyway.
  if (hasComma) return [insertion(eol, line)];
  if (!isLast) return [insertion(end, `,${gap}${source}`)];
  return eol === end ? [insertion(end, `,${line}`)] : [insertion(end, ','), insertion(eol, line)];
}

function placeOf({ path, node, flow }: Target, index: number): EntryPlace {
  if (isMap(node)) {
    const pair = node.items[index];
    if (pair !== undefined) {
      const value = pair.value as Node | null;
      return { path: [...path, keyText(pair.key)], container: node, index, pair, value, flow };
    }
  }
  return { path: [...path, index], container: node, index, value: node.items[index] as Node | null, flow };
}

function insertion(at: number, newText: string): TextChange {
  return { range: { start: at, end: at }, newText };
}
