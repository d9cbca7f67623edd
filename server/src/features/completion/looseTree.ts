import type { FieldPath, JsonValue } from '../../model/manifest.ts';
import { resolvePlain } from '../../syntax/goScalar.ts';

/**
 * What a text that may be broken seems to say: a tree that is read from indentation and brackets alone, so that there
 * is one while a person is in the middle of a word. It is no parse: nobody but completion may believe it.
 */
export type LooseNode = LooseMap | LooseList | LooseScalar;

export interface LooseMap {
  readonly kind: 'map';
  readonly flow: boolean;
  /** Of its keys in block style; 0 in flow style. */
  readonly column: number;
  readonly entries: LooseEntry[];
}

export interface LooseEntry {
  readonly key: string;
  readonly quoted: boolean;
  readonly start: number;
  readonly end: number;
  value: LooseNode | undefined;
}

export interface LooseList {
  readonly kind: 'list';
  readonly flow: boolean;
  /** Of its dashes in block style; 0 in flow style. */
  readonly column: number;
  readonly items: (LooseNode | undefined)[];
}

export interface LooseScalar {
  readonly kind: 'scalar';
  readonly text: string;
  readonly quoted: boolean;
  readonly start: number;
  readonly end: number;
}

/** A collection around a place, and the entry or item of it that the place belongs to. */
export interface LooseStep {
  readonly node: LooseMap | LooseList;
  /** Undefined in a map where the place is that of a new key. */
  readonly step: string | number | undefined;
  /** The map's entry of that key. */
  readonly entry?: LooseEntry | undefined;
}

export function pathOf(trail: readonly LooseStep[]): FieldPath {
  return trail.flatMap(({ step }) => step ?? []);
}

export function nodeAt(root: LooseNode | undefined, path: FieldPath): LooseNode | undefined {
  let node = root;
  for (const step of path) {
    if (node?.kind === 'map') node = node.entries.findLast(({ key }) => key === step)?.value;
    else if (node?.kind === 'list' && typeof step === 'number') node = node.items[step];
    else return undefined;
  }
  return node;
}

/** As plain JSON, scalars as Go reads them; `without` leaves out the entry or item that a person is writing. */
export function jsonOf(node: LooseNode | undefined, without?: number): JsonValue {
  if (node === undefined) return null;
  if (node.kind === 'scalar') return node.quoted ? node.text : resolvePlain(node.text);
  if (node.kind === 'list') {
    return node.items.filter((item) => !isAt(item, without)).map((item) => jsonOf(item, without));
  }
  const entries = node.entries.filter(({ start, end, value }) => !within(start, end, without) && !isAt(value, without));
  return Object.fromEntries(entries.map(({ key, value }) => [key, jsonOf(value, without)]));
}

function isAt(node: LooseNode | undefined, offset: number | undefined): boolean {
  return node?.kind === 'scalar' && within(node.start, node.end, offset);
}

function within(start: number, end: number, offset: number | undefined): boolean {
  return offset !== undefined && start <= offset && offset <= end;
}
