import type { Node, Pair, Scalar, YAMLMap, YAMLSeq } from 'yaml';
import { isAlias, isMap, isScalar, isSeq } from 'yaml';
import type { FieldPath, JsonValue } from '../model/manifest.ts';
import type { OffsetRange } from '../model/sourceRange.ts';
import { resolvePlain } from './goScalar.ts';
import { goQuote } from './goText.ts';
import type { LineIndex } from './lineIndex.ts';
import { lineIndex } from './lineIndex.ts';
import type { DuplicateKey } from './manifestDocument.ts';
import { isMergeKey, isPlain, keyOf, rangeOf, scalarText } from './yamlTree.ts';

/** What Go's YAML reader and its conversion to JSON make of a tree. */
export interface GoValue {
  /** Undefined for an empty document. */
  readonly value: JsonValue | undefined;
  readonly duplicateKeys: readonly DuplicateKey[];
  /** What Go refuses although the YAML is well-formed: an unknown anchor, NaN, a map as a key. */
  readonly faults: readonly GoFault[];
}

export interface GoFault {
  readonly message: string;
  readonly range: OffsetRange;
}

export function toGoValue(root: Node | null, text: string): GoValue {
  const reader = new GoReader(text);
  const value = root === null ? undefined : readAll(reader, root);
  return { value: value ?? undefined, duplicateKeys: reader.duplicateKeys, faults: reader.allFaults() };
}

function readAll(reader: GoReader, root: Node): JsonValue | undefined {
  try {
    return reader.read(root);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    reader.faults.push({ message: 'the document is nested too deeply to be read', range: { start: 0, end: 0 } });
    return undefined;
  }
}

/** go.yaml.in/yaml v2 stops a document when aliases make up too much of what it decodes. */
const MANY_ALIASED = 100;
const MANY_DECODED = 1000;
const SMALL_DOCUMENT = 400_000;
const LARGE_DOCUMENT = 4_000_000;

type JsonMap = { [key: string]: JsonValue };

class GoReader {
  readonly duplicateKeys: DuplicateKey[] = [];
  readonly faults: GoFault[] = [];
  readonly #text: string;
  #lines: LineIndex | undefined;
  /** An anchor stands for the last node before the alias that carries it. */
  readonly #anchors = new Map<string, Node>();
  readonly #open = new Set<Node>();
  /** Where the reader is. */
  readonly #path: (string | number)[] = [];
  #decoded = 0;
  #aliased = 0;
  #aliasDepth = 0;
  #bomb = false;
  /** How many flow collections are open. */
  #flow = 0;
  /** Numbers that JSON does not have. Go meets them last, and only those that no later key of their name replaces. */
  #unsupported: { readonly path: FieldPath; readonly fault: GoFault }[] = [];

  constructor(text: string) {
    this.#text = text;
  }

  allFaults(): readonly GoFault[] {
    return [...this.faults, ...this.#unsupported.map(({ fault }) => fault)];
  }

  read(node: unknown): JsonValue {
    this.#count();
    if (this.#bomb) return null;
    if (isAlias(node)) return this.#alias(node.source, node);
    const anchor = isScalar(node) || isMap(node) || isSeq(node) ? node.anchor : undefined;
    if (anchor !== undefined) this.#anchor(anchor, node as Node);
    if (isScalar(node)) return this.#scalar(node);
    if (isSeq(node)) {
      return this.#within(node, () => node.items.map((item, index) => this.#at(index, item)));
    }
    if (isMap(node)) {
      const map: JsonMap = {};
      this.#within(node, () => this.#entries(node, map, new Set()));
      return map;
    }
    return null;
  }

  #at(segment: string | number, node: unknown): JsonValue {
    this.#path.push(segment);
    const value = this.read(node);
    this.#path.pop();
    return value;
  }

  #entries(node: YAMLMap, into: JsonMap, seen: Set<string>): void {
    for (const pair of node.items) {
      if (isMergeKey(pair.key)) this.#merge(pair, into, seen);
      else this.#entry(pair, into, seen);
      if (this.#bomb) return;
    }
  }

  #entry(pair: Pair, into: JsonMap, seen: Set<string>): void {
    const key = this.#key(pair.key);
    if (key === undefined) return;
    const text = keyOf(key);
    const identity = `${typeof key}:${text}`;
    if (seen.has(identity)) this.#forgetUnsupported([...this.#path, text]);
    const value = this.#at(text, pair.value);
    if (seen.has(identity)) this.#duplicate(pair, key, [...this.#path, text]);
    seen.add(identity);
    setEntry(into, text, value);
  }

  /** In the order of the text: what comes later wins, also a merge over a key that is written before it. */
  #merge(pair: Pair, into: JsonMap, seen: Set<string>): void {
    const sources = isSeq(pair.value) ? pair.value.items.toReversed() : [pair.value];
    for (const source of sources) {
      const target = isAlias(source) ? this.#target(source.source, source) : source;
      if (target === undefined) continue;
      if (!isMap(target)) {
        this.#fault('map merge requires map or sequence of maps as the value', source as Node);
        continue;
      }
      if (isAlias(source)) this.#aliasDepth++;
      this.#count();
      this.#within(target, () => this.#entries(target, into, seen));
      if (isAlias(source)) this.#aliasDepth--;
    }
  }

  #anchor(name: string, node: Node): void {
    if (!/^[\w-]+(?:[?:,\]}%@`]|$)/.test(name))
      this.#fault('did not find expected alphabetic or numeric character', node);
    this.#anchors.set(name, node);
  }

  #alias(name: string, node: Node): JsonValue {
    const target = this.#target(name, node);
    if (target === undefined) return null;
    this.#aliasDepth++;
    const flow = this.#flow;
    this.#flow = 0;
    const value = this.read(target);
    this.#flow = flow;
    this.#aliasDepth--;
    return value;
  }

  #target(name: string, alias: Node): Node | undefined {
    const target = this.#anchors.get(name);
    if (target === undefined) this.#fault(`unknown anchor '${name}' referenced`, alias);
    else if (this.#open.has(target)) this.#fault(`anchor '${name}' value contains itself`, alias);
    else return target;
    return undefined;
  }

  #scalar(node: Scalar): JsonValue {
    const value = this.#resolve(node);
    if (typeof value === 'number' && !Number.isFinite(value)) {
      const message = `json: unsupported value: ${Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf'}`;
      const range = rangeOf(node) ?? { start: 0, end: 0 };
      this.#unsupported.push({ path: [...this.#path], fault: { message, range } });
      return null;
    }
    return value;
  }

  #forgetUnsupported(replaced: FieldPath): void {
    this.#unsupported = this.#unsupported.filter(
      ({ path }) => !replaced.every((segment, index) => path[index] === segment),
    );
  }

  #resolve(node: Scalar): string | number | boolean | null {
    const text = this.#textOf(node);
    const tag = node.tag?.startsWith('tag:yaml.org,2002:') ? node.tag.slice('tag:yaml.org,2002:'.length) : node.tag;
    if (this.#flow > 0 && isPlain(node) && text.startsWith(':'))
      this.#fault('did not find expected node content', node);
    if (tag === undefined) return isPlain(node) ? resolvePlain(text) : text;
    const wanted = TAGGED[tag];
    if (wanted === undefined) return text;
    const value = resolvePlain(text);
    if (!wanted(value)) this.#fault(`cannot decode ${kindOf(value)} \`${text}\` as a !!${tag}`, node);
    return value;
  }

  /** Go adds no line break to a block scalar whose last line ends with the text. */
  #textOf(node: Scalar): string {
    const text = scalarText(node) ?? '';
    const isBlock = node.type === 'BLOCK_LITERAL' || node.type === 'BLOCK_FOLDED';
    const toTheEnd = isBlock && (node.range?.[1] ?? 0) >= this.#text.length && !this.#text.endsWith('\n');
    return toTheEnd && text.endsWith('\n') ? text.slice(0, -1) : text;
  }

  #key(node: unknown): string | number | boolean | undefined {
    this.#count();
    const scalar = isAlias(node) ? this.#target(node.source, node) : node;
    if (scalar === null || scalar === undefined || isScalar(scalar)) {
      if (isScalar(node) && node.anchor !== undefined) this.#anchor(node.anchor, node);
      const key = isScalar(scalar) ? this.#resolve(scalar) : null;
      if (key !== null) return key;
      if (isAlias(node) && scalar === undefined) return undefined;
      this.#fault('unsupported map key of type: %!s(<nil>)', node as Node);
      return undefined;
    }
    this.#fault('invalid map key: a key is a scalar', node as Node);
    return undefined;
  }

  #duplicate(pair: Pair, key: string | number | boolean, path: FieldPath): void {
    const keyRange = rangeOf(pair.key as Node) ?? { start: 0, end: 0 };
    const at = valueStart(pair) ?? keyRange.end;
    this.#lines ??= lineIndex(this.#text);
    const line = this.#lines.position(at).line + 1;
    this.duplicateKeys.push({ path, range: keyRange, line, key: typeof key === 'string' ? goQuote(key) : String(key) });
  }

  #within<T>(node: YAMLMap | YAMLSeq, build: () => T): T {
    this.#open.add(node);
    if (node.flow === true) this.#flow++;
    const value = build();
    if (node.flow === true) this.#flow--;
    this.#open.delete(node);
    return value;
  }

  #count(): void {
    this.#decoded++;
    if (this.#aliasDepth > 0) this.#aliased++;
    if (this.#bomb || this.#aliased <= MANY_ALIASED || this.#decoded <= MANY_DECODED) return;
    if (this.#aliased / this.#decoded <= allowedRatio(this.#decoded)) return;
    this.#bomb = true;
    this.faults.push({ message: 'document contains excessive aliasing', range: { start: 0, end: 0 } });
  }

  #fault(message: string, node: Node): void {
    this.faults.push({ message, range: rangeOf(node) ?? { start: 0, end: 0 } });
  }
}

/** Where Go sees a value begin: an empty value at its colon, hence on its key's line. */
function valueStart({ key, value }: Pair): number | undefined {
  if (isScalar(value) && value.value === '' && isPlain(value)) return rangeOf(key as Node)?.end;
  return rangeOf(value as Node | null)?.start;
}

/** A plain assignment to `__proto__` would set the prototype. */
function setEntry(map: JsonMap, key: string, value: JsonValue): void {
  if (key === '__proto__')
    Object.defineProperty(map, key, { value, enumerable: true, configurable: true, writable: true });
  else map[key] = value;
}

const TAGGED: Readonly<Record<string, (value: string | number | boolean | null) => boolean>> = {
  int: (value) => typeof value === 'number' && Number.isInteger(value),
  float: (value) => typeof value === 'number',
  bool: (value) => typeof value === 'boolean',
  null: (value) => value === null,
};

function kindOf(value: string | number | boolean | null): string {
  if (value === null) return '!!null';
  if (typeof value === 'string') return '!!str';
  if (typeof value === 'boolean') return '!!bool';
  return Number.isInteger(value) ? '!!int' : '!!float';
}

function allowedRatio(decoded: number): number {
  if (decoded <= SMALL_DOCUMENT) return 0.99;
  if (decoded >= LARGE_DOCUMENT) return 0.1;
  return 0.99 - (0.89 * (decoded - SMALL_DOCUMENT)) / (LARGE_DOCUMENT - SMALL_DOCUMENT);
}
