import { isCollection, isScalar } from 'yaml';
import type { JsonValue } from '../model/manifest.ts';
import type { OffsetRange } from '../model/sourceRange.ts';
import type { TextChange } from './textChange.ts';
import { behindMark, startOf, valueRange, type EditedDocument, type EntryPlace } from './yamlPlace.ts';
import { scalarSource } from './yamlScalar.ts';
import {
  blockSource,
  columnBelow,
  inlineSource,
  isCollectionValue,
  isEmptyCollection,
  type Collection,
} from './yamlSource.ts';
import { columnOf, indentOfLine, lineEnd, lineStart } from './yamlStyle.ts';

/** Writes another value where one is written, or where one could be. Undefined where it is not clear how. */
export function replaceValue(
  edited: EditedDocument,
  place: EntryPlace,
  value: JsonValue,
): readonly TextChange[] | undefined {
  const old = valueRange(edited, place);
  const mark = behindMark(edited, place);
  if (mark !== undefined && old !== undefined && hasProperties(edited.text.slice(mark, old.start))) return undefined;
  if (isBlock(edited, place, value)) return mark === undefined ? undefined : withBlock(edited, place, value, mark, old);
  const column = indentOfLine(edited.text, mark ?? old?.start ?? 0);
  const newText =
    isScalar(place.value) && typeof value === 'string'
      ? scalarSource(value, { flow: place.flow, json: edited.style.json, ...quotesOf(place.value.type) })
      : inlineSource(value, edited.style, { flow: place.flow, column });
  if (old === undefined) {
    // In flow style a key may stand without a colon.
    const key = place.flow ? startOf(edited, place) : undefined;
    const at = mark ?? (key === undefined ? undefined : edited.sourceMap.key(place.path)?.end);
    return at === undefined ? undefined : [insertion(at, `${mark === undefined ? ':' : ''} ${newText}`)];
  }
  const isBehindMark = mark === undefined || !edited.text.slice(mark, old.start).includes('\n');
  if (isBehindMark) return [{ range: old, newText }];
  // A block below its key becomes one line: a comment behind the key stays there.
  return [insertion(mark, ` ${newText}`), removal({ start: lineEnd(edited.text, mark), end: old.end })];
}

function isBlock({ style }: EditedDocument, place: EntryPlace, value: JsonValue): value is Collection {
  if (!isCollectionValue(value) || isEmptyCollection(value) || place.flow || style.json) return false;
  const { value: old } = place;
  return !(isCollection(old) && old.flow === true && old.items.length > 0);
}

function withBlock(
  edited: EditedDocument,
  place: EntryPlace,
  value: Collection,
  mark: number,
  old: OffsetRange | undefined,
): readonly TextChange[] | undefined {
  const { text, style } = edited;
  const isBelow = old !== undefined && text.slice(mark, old.start).includes('\n');
  const key = place.pair === undefined ? undefined : startOf(edited, place);
  if (isBelow) {
    const column = columnOf(text, old.start);
    const isSameKind = text.charAt(old.start) === '-' ? Array.isArray(value) : !Array.isArray(value);
    const below = isSameKind || key === undefined ? column : columnBelow(value, columnOf(text, key), style);
    const newText = `${' '.repeat(below)}${blockSource(value, below, style)}`;
    return [{ range: { start: lineStart(text, old.start), end: old.end }, newText }];
  }
  if (key === undefined && old !== undefined) {
    return [{ range: old, newText: blockSource(value, columnOf(text, old.start), style) }];
  }
  const column = key === undefined ? columnOf(text, mark) + 1 : columnBelow(value, columnOf(text, key), style);
  const block = blockSource(value, column, style);
  const end = lineEnd(text, old?.end ?? mark);
  const rest = text.slice(old?.end ?? mark, end);
  const newText =
    key === undefined && rest.trim() === '' ? ` ${block}` : `${style.newline}${' '.repeat(column)}${block}`;
  if (rest.trim() === '') return [{ range: { start: mark, end }, newText }];
  return [...(old === undefined ? [] : [removal({ start: mark, end: old.end })]), insertion(end, newText)];
}

/** An anchor or a tag between a key and its value: they would stay and mean something else. */
function hasProperties(between: string): boolean {
  return between.replaceAll(/(?:^|\s)#.*/g, '').trim() !== '';
}

function quotesOf(type: string | undefined): { quotes?: 'single' | 'double' } {
  if (type === 'QUOTE_SINGLE') return { quotes: 'single' };
  return type === 'QUOTE_DOUBLE' ? { quotes: 'double' } : {};
}

function insertion(at: number, newText: string): TextChange {
  return { range: { start: at, end: at }, newText };
}

function removal(range: OffsetRange): TextChange {
  return { range, newText: '' };
}
