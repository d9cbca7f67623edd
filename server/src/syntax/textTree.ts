import type { Node, Pair, YAMLMap, YAMLSeq } from 'yaml';
import { isMap, isScalar, isSeq } from 'yaml';
import type { OffsetRange } from '../model/sourceRange.ts';
import { keyText, scalarText } from './yamlTree.ts';

/**
 * A document as it is written: every entry and item with its place, also those that a later key of the same name
 * replaces, and as much of a broken text as can be told. Ranges are relative to the document's text; a parent's range
 * holds those of its children.
 */
export type TextNode = TextMap | TextList | TextScalar | TextAlias;

export interface TextMap extends OffsetRange {
  readonly kind: 'map';
  /** In braces. */
  readonly flow: boolean;
  readonly entries: readonly TextEntry[];
}

/** A key with its value; the range holds both. */
export interface TextEntry extends OffsetRange {
  readonly key: string;
  /** Without quotes. */
  readonly keyRange: OffsetRange;
  readonly value: TextNode | undefined;
}

export interface TextList extends OffsetRange {
  readonly kind: 'list';
  /** In brackets. */
  readonly flow: boolean;
  readonly items: readonly TextItem[];
}

/** In block style the range begins at the dash. */
export interface TextItem extends OffsetRange {
  readonly value: TextNode | undefined;
}

export interface TextScalar extends OffsetRange {
  readonly kind: 'scalar';
  /** Without quotes and escapes, before it is resolved. */
  readonly text: string;
  /** The text between the quotes; the whole range where there are none. */
  readonly inner: OffsetRange;
}

/** `*name`; what it stands for is written elsewhere. */
export interface TextAlias extends OffsetRange {
  readonly kind: 'alias';
}

/** Undefined for an empty document. Costs a walk over the whole tree. */
export function textTree(root: Node | null, text: string): TextNode | undefined {
  return new TreeReader(text).read(root, 0);
}

/** Deeper than any object, and shallow enough for those who walk the tree. */
const MAX_DEPTH = 200;

class TreeReader {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  read(node: Node | null | undefined, depth: number): TextNode | undefined {
    const range = node?.range;
    if (!node || !range || depth > MAX_DEPTH) return undefined;
    const [start] = range;
    if (isMap(node)) return this.#map(node, start, depth);
    if (isSeq(node)) return this.#list(node, start, depth);
    // The end of a block scalar takes in the line break behind it.
    const end = this.#trimmed(start, range[1]);
    if (!isScalar(node)) return { kind: 'alias', start, end };
    return end === start
      ? undefined
      : { kind: 'scalar', start, end, text: scalarText(node) ?? '', inner: this.#inner(start, end) };
  }

  #map(map: YAMLMap, start: number, depth: number): TextMap {
    const entries: TextEntry[] = [];
    for (const pair of map.items as Pair<Node | null, Node | null>[]) {
      const key = pair.key?.range;
      if (!key) continue;
      const value = this.read(pair.value, depth + 1);
      const end = Math.max(this.#trimmed(key[0], key[1]), value?.end ?? 0);
      const keyRange = this.#inner(key[0], this.#trimmed(key[0], key[1]));
      entries.push({ start: key[0], end, key: keyText(pair.key), keyRange, value });
    }
    const flow = map.flow === true;
    return { kind: 'map', flow, start, end: this.#collectionEnd(map, start, flow, entries), entries };
  }

  #list(list: YAMLSeq, start: number, depth: number): TextList {
    const items: TextItem[] = [];
    const flow = list.flow === true;
    let behind = start;
    for (const item of list.items as (Node | null)[]) {
      const value = this.read(item, depth + 1);
      const from = item?.range?.[0] ?? behind;
      const dash = flow ? -1 : this.#dash(behind, from);
      const first = dash >= 0 ? dash : (value?.start ?? from);
      const last = Math.max(dash + 1, value?.end ?? first);
      items.push({ start: first, end: last, value });
      behind = last;
    }
    return { kind: 'list', flow, start, end: this.#collectionEnd(list, start, flow, items), items };
  }

  /** A block collection ends with its last entry: what YAML counts to it beyond that are blank lines and comments. */
  #collectionEnd(node: Node, start: number, flow: boolean, parts: readonly OffsetRange[]): number {
    const last = parts.at(-1)?.end ?? start;
    return flow ? Math.max(last, this.#trimmed(start, node.range?.[1] ?? start)) : last;
  }

  /** The dash of an item: the first at the start of its line, or where the list begins. */
  #dash(from: number, to: number): number {
    DASH.lastIndex = from;
    const found = DASH.exec(this.#text);
    return found === null || DASH.lastIndex > to + 1 ? -1 : DASH.lastIndex - 1;
  }

  #inner(start: number, end: number): OffsetRange {
    const first = this.#text.charAt(start);
    const isQuoted = (first === '"' || first === "'") && end - start > 1 && this.#text.charAt(end - 1) === first;
    return isQuoted ? { start: start + 1, end: end - 1 } : { start, end };
  }

  #trimmed(start: number, end: number): number {
    let at = Math.min(end, this.#text.length);
    while (at > start && ' \t\r\n'.includes(this.#text.charAt(at - 1))) at--;
    return at;
  }
}

/** Not in a comment: before the dash stands nothing but spaces, or other dashes of lists in lists. */
const DASH = /(?<=(?:^|\n)[ \t]*(?:[-?:][ \t]+)*)-(?=[ \t\r\n]|$)/g;
