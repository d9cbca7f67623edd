import type { Node, Pair, YAMLMap, YAMLSeq } from 'yaml';
import { isAlias, isCollection, isMap, isPair, isScalar, isSeq } from 'yaml';
import type { FieldPath } from '../model/manifest.ts';
import type { OffsetRange } from '../model/sourceRange.ts';
import type { ManifestDocument, SourceMap } from './manifestDocument.ts';
import { TreeSourceMap } from './sourceMap.ts';
import { columnOf, lineEnd, styleOf, type YamlStyle } from './yamlStyle.ts';
import { isMergeKey, keyText, parseTree } from './yamlTree.ts';

/** A document that is to be edited. */
export interface EditedDocument {
  readonly text: string;
  readonly root: Node;
  readonly style: YamlStyle;
  readonly sourceMap: SourceMap;
}

/** An entry of a map or an item of a list, where it is written. */
export interface EntryPlace {
  readonly path: FieldPath;
  readonly container: YAMLMap | YAMLSeq;
  readonly index: number;
  /** Absent for a list's item. */
  readonly pair?: Pair;
  readonly value: Node | null;
  /** The container, or one that it is in, is in flow style. */
  readonly flow: boolean;
}

/** How far a path is written. */
export interface Walk {
  /** The innermost entry that is written; undefined where not even the first step is. */
  readonly place: EntryPlace | undefined;
  /** What that entry holds; the root where there is none. */
  readonly node: Node | null;
  /** The node is in flow style, or in something that is. */
  readonly flow: boolean;
  readonly steps: number;
}

/** Undefined for a text that is broken or has nothing in it. */
export function editedDocument(document: ManifestDocument): EditedDocument | undefined {
  const { text, sourceMap, problems } = document;
  if (problems.some(({ severity }) => severity === 'error') || LONE_RETURN.test(text)) return undefined;
  if (sourceMap instanceof TreeSourceMap) {
    const { root } = sourceMap;
    return root === null ? undefined : { text, root, style: styleOf(text, root), sourceMap };
  }
  const { root, problems: found } = parseTree(text);
  if (root === null || found.some(({ severity }) => severity === 'error')) return undefined;
  return { text, root, style: styleOf(text, root), sourceMap: new TreeSourceMap(root, text) };
}

/** Follows a path as far as it is written. Undefined where an alias or a merge decides what stands there. */
export function walk({ root }: EditedDocument, path: FieldPath): Walk | undefined {
  let place: EntryPlace | undefined;
  let node: Node | null = root;
  let flow = false;
  for (let steps = 0; ; steps++) {
    if (isAlias(node)) return undefined;
    flow ||= isCollection(node) && node.flow === true;
    const step = path[steps];
    if (step === undefined) return { place, node, flow, steps };
    const next: EntryPlace | 'merged' | undefined = entryOf(node, step, path.slice(0, steps + 1), flow);
    if (next === 'merged') return undefined;
    if (next === undefined) return { place, node, flow, steps };
    place = next;
    node = next.value;
  }
}

function entryOf(
  node: Node | null,
  step: string | number,
  path: FieldPath,
  flow: boolean,
): EntryPlace | 'merged' | undefined {
  if (isSeq(node)) {
    if (typeof step !== 'number' || step < 0 || step >= node.items.length) return undefined;
    return { path, container: node, index: step, value: node.items[step] as Node | null, flow };
  }
  if (!isMap(node) || typeof step !== 'string') return undefined;
  const index = node.items.findLastIndex(({ key }) => !isMergeKey(key) && keyText(key) === step);
  const pair = node.items[index];
  if (pair !== undefined) return { path, container: node, index, pair, value: pair.value as Node | null, flow };
  return node.items.some(({ key }) => isMergeKey(key)) ? 'merged' : undefined;
}

/** Nothing is written where the value could stand. */
export function isEmptyNode(node: Node | null): boolean {
  return node === null || (isScalar(node) && node.range?.[0] === node.range?.[1]);
}

/** Where a value's text stands; undefined where nothing is written. */
export function valueRange({ text, sourceMap }: EditedDocument, place: EntryPlace): OffsetRange | undefined {
  if (isEmptyNode(place.value)) return undefined;
  const range = sourceMap.value(place.path);
  if (range === undefined || !endsWithKey(place.value)) return range;
  // The source map leaves out the colon of a last key without a value.
  const colon = /^[ \t]*:/.exec(text.slice(range.end, range.end + 200));
  return { start: range.start, end: range.end + (colon?.[0].length ?? 0) };
}

/** Whether the last thing in a block is a key that has no value. */
function endsWithKey(node: Node | null): boolean {
  let at: unknown = node;
  while (isCollection(at) && at.flow !== true) {
    const last: unknown = at.items.at(-1);
    if (isPair(last) && isEmptyNode(last.value as Node | null)) return true;
    at = isPair(last) ? last.value : last;
  }
  return false;
}

/** Behind the colon or dash that a value follows; undefined where the mark is written in a way that we do not edit. */
export function behindMark(edited: EditedDocument, place: EntryPlace): number | undefined {
  if (place.pair === undefined) {
    const dash = dashOf(edited, place);
    return dash === undefined ? undefined : dash + 1;
  }
  const end = (place.pair.key as Node | null)?.range?.[1];
  const colon = end === undefined ? null : /^[ \t]*:/.exec(edited.text.slice(end, end + 200));
  return end === undefined || colon === null ? undefined : end + colon[0].length;
}

/** Where an entry begins: its key, or its item's dash (in flow style the item itself). */
export function startOf(edited: EditedDocument, place: EntryPlace): number | undefined {
  if (place.pair !== undefined) return (place.pair.key as Node | null)?.range?.[0];
  return place.flow ? (place.value?.range?.[0] ?? undefined) : dashOf(edited, place);
}

/** Where an entry's own text ends, comments behind it left out. */
export function endOf(edited: EditedDocument, place: EntryPlace): number | undefined {
  return valueRange(edited, place)?.end ?? behindMark(edited, place) ?? keyEnd(place);
}

function keyEnd({ pair }: EntryPlace): number | undefined {
  return (pair?.key as Node | null | undefined)?.range?.[1];
}

/** The dash of a block list's item, found behind the nearest item before it that has text. */
function dashOf({ text, sourceMap }: EditedDocument, { container, index, path }: EntryPlace): number | undefined {
  const first = container.range?.[0];
  if (container.flow === true || first === undefined || text.charAt(first) !== '-') return undefined;
  const column = columnOf(text, first);
  const before = container.items.slice(0, index).findLastIndex((item) => !isEmptyNode(item as Node | null));
  let dash: number | undefined = first;
  let at = before < 0 ? first : sourceMap.value([...path.slice(0, -1), before])?.end;
  for (let step = Math.max(before, 0); step < index && at !== undefined; step++) at = dash = nextDash(text, at, column);
  return at === undefined ? undefined : dash;
}

/** The first dash in a column on the lines behind an offset. */
function nextDash(text: string, from: number, column: number): number | undefined {
  for (let at = lineEnd(text, from); at < text.length; at = lineEnd(text, at)) {
    at = text.indexOf('\n', at) + 1;
    if (at === 0) return undefined;
    const content = at + (/^ */.exec(text.slice(at, at + column + 1))?.[0].length ?? 0);
    const isDash = text.charAt(content) === '-' && /^\s?$/.test(text.charAt(content + 1));
    if (content - at === column && isDash) return content;
  }
  return undefined;
}

const LONE_RETURN = /\r(?!\n)/;
