import type { Node, Pair, YAMLMap } from 'yaml';
import { isAlias, isCollection, isMap, isPair, isScalar, isSeq, visit } from 'yaml';
import type { FieldPath } from '../model/manifest.ts';
import type { OffsetRange } from '../model/sourceRange.ts';
import type { SourceMap } from './manifestDocument.ts';
import { isMergeKey, keyText, scalarText } from './yamlTree.ts';

/** What stands at a path: a map entry has a key; the value is null where nothing is written. */
interface Place {
  readonly key?: Node;
  readonly value: Node | null;
}

/** Field path ↔ range over a syntax tree, partial trees of broken texts included. */
export class TreeSourceMap implements SourceMap {
  readonly #root: Node | null;
  readonly #text: string;
  #anchors: readonly Node[] | undefined;

  constructor(root: Node | null, text: string) {
    this.#root = root;
    this.#text = text;
  }

  /** The syntax tree, for edits. */
  get root(): Node | null {
    return this.#root;
  }

  entry(path: FieldPath): OffsetRange | undefined {
    const place = this.#find(path);
    if (place === undefined) return undefined;
    const key = rangeOfKey(place);
    const value = this.#valueRange(place);
    return key === undefined ? value : { start: key.start, end: Math.max(key.end, value?.end ?? key.end) };
  }

  key(path: FieldPath): OffsetRange | undefined {
    const place = this.#find(path);
    return place && (rangeOfKey(place) ?? this.#valueRange(place));
  }

  value(path: FieldPath): OffsetRange | undefined {
    const place = this.#find(path);
    return place && this.#valueRange(place);
  }

  nearest(path: FieldPath): OffsetRange {
    for (let length = path.length; length >= 0; length--) {
      const place = this.#find(path.slice(0, length));
      const range = place && (rangeOfKey(place) ?? this.#head(place.value));
      if (range !== undefined) return range;
    }
    return firstWord(this.#text);
  }

  scalar(path: FieldPath): string | undefined {
    const value = this.#find(path)?.value;
    return scalarText(isAlias(value) ? this.#target(value.source, value) : value);
  }

  pathAt(offset: number): { readonly path: FieldPath; readonly part: 'key' | 'value' } | undefined {
    const path: (string | number)[] = [];
    let node: Node | null = this.#root;
    if (node === null) return undefined;
    for (;;) {
      if (isMap(node)) {
        const pair = this.#pairAt(node, offset);
        if (pair === undefined) return { path, part: 'value' };
        path.push(keyText(pair.key));
        const key = (pair.key as Node | null)?.range;
        if (key && offset <= key[1]) return { path, part: 'key' };
        node = pair.value as Node | null;
      } else if (isSeq(node)) {
        const index: number = node.items.findLastIndex((item) => covers(item as Node | null, offset));
        if (index < 0) return { path, part: 'value' };
        path.push(index);
        node = node.items[index] as Node | null;
      } else {
        return { path, part: 'value' };
      }
      if (!isCollection(node) || !covers(node, offset)) return { path, part: 'value' };
    }
  }

  #find(path: FieldPath): Place | undefined {
    let place: Place = { value: this.#root };
    for (const segment of path) {
      const container = isAlias(place.value) ? this.#target(place.value.source, place.value) : place.value;
      let next: Place | undefined;
      if (isMap(container)) next = this.#lookUp(container, String(segment), 0);
      else if (isSeq(container) && typeof segment === 'number' && segment < container.items.length) {
        next = { value: container.items[segment] as Node | null };
      }
      if (next === undefined) return undefined;
      place = next;
    }
    return place.value === null && path.length === 0 ? undefined : place;
  }

  /** The entry that counts: the last one, what a merge brings in included. */
  #lookUp(map: YAMLMap, key: string, depth: number): Place | undefined {
    for (const pair of map.items.toReversed()) {
      if (!isMergeKey(pair.key)) {
        if (keyText(pair.key) === key) return { key: pair.key as Node, value: pair.value as Node | null };
        continue;
      }
      if (depth > 50) continue;
      for (const source of isSeq(pair.value) ? pair.value.items : [pair.value]) {
        const target = isAlias(source) ? this.#target(source.source, source) : source;
        const found = isMap(target) ? this.#lookUp(target, key, depth + 1) : undefined;
        if (found !== undefined) return found;
      }
    }
    return undefined;
  }

  #pairAt(map: YAMLMap, offset: number): Pair | undefined {
    const pair = map.items.findLast((item) => ((item.key as Node | null)?.range?.[0] ?? Infinity) <= offset);
    if (pair === undefined) return undefined;
    const end = Math.max((pair.key as Node).range?.[1] ?? 0, endOf(pair.value as Node | null));
    if (offset <= end) return pair;
    // Behind an entry on its own line, where its value is about to be typed.
    const line = this.#text.slice(end, offset);
    return line.includes('\n') ? undefined : pair;
  }

  #target(name: string, alias: Node): Node | undefined {
    this.#anchors ??= anchoredNodes(this.#root);
    const before = alias.range?.[0] ?? 0;
    return this.#anchors.findLast((node) => anchorOf(node) === name && (node.range?.[0] ?? 0) < before);
  }

  #valueRange(place: Place): OffsetRange | undefined {
    const key = rangeOfKey(place);
    const { value } = place;
    if (!value?.range || (isScalar(value) && value.range[0] === value.range[1])) {
      return key
        ? { start: key.end, end: key.end }
        : value?.range
          ? { start: value.range[0], end: value.range[1] }
          : undefined;
    }
    const start = value.range[0];
    return { start, end: Math.max(start, trimmedEnd(this.#text, contentEnd(value))) };
  }

  /** What to underline of a value that has no key: all of a flow collection or scalar, a block map's first key. */
  #head(value: Node | null): OffsetRange | undefined {
    if (isMap(value) && !value.flow) return this.#firstOf(value.items[0]);
    if (isSeq(value) && !value.flow) return this.#head((value.items[0] as Node | undefined) ?? null);
    return this.#valueRange({ value });
  }

  #firstOf(pair: Pair | undefined): OffsetRange | undefined {
    return isPair(pair) ? rangeOfKey({ key: pair.key as Node, value: null }) : undefined;
  }
}

function rangeOfKey({ key }: Place): OffsetRange | undefined {
  return key?.range ? { start: key.range[0], end: key.range[1] } : undefined;
}

function covers(node: Node | null, offset: number): boolean {
  return node?.range ? node.range[0] <= offset && offset <= node.range[2] : false;
}

function endOf(node: Node | null): number {
  return node?.range?.[1] ?? 0;
}

/** A block collection's own range takes in the comments behind it; its content ends with its last entry. */
function contentEnd(node: Node): number {
  let current = node;
  for (;;) {
    const last: unknown = isCollection(current) && !current.flow ? current.items.at(-1) : undefined;
    const next = isPair(last) ? (written(last.value) ?? last.key) : last;
    if (!isNode(next)) return current.range?.[1] ?? 0;
    current = next;
  }
}

function written(value: unknown): unknown {
  return isScalar(value) && value.range?.[0] === value.range?.[1] ? undefined : value;
}

function isNode(value: unknown): value is Node {
  return isScalar(value) || isCollection(value) || isAlias(value);
}

function trimmedEnd(text: string, end: number): number {
  let at = end;
  while (at > 0 && ' \t\r\n'.includes(text.charAt(at - 1))) at--;
  return at;
}

function anchorOf(node: Node): string | undefined {
  return isScalar(node) || isCollection(node) ? node.anchor : undefined;
}

function anchoredNodes(root: Node | null): readonly Node[] {
  const nodes: Node[] = [];
  if (root !== null) {
    visit(root, {
      Node: (_, node) => {
        if (anchorOf(node) !== undefined) nodes.push(node);
      },
    });
  }
  return nodes;
}

function firstWord(text: string): OffsetRange {
  const start = text.search(/\S/);
  if (start < 0) return { start: 0, end: 0 };
  const length = text.slice(start).search(/\s/);
  return { start, end: length < 0 ? text.length : start + length };
}
