import type { Node, YAMLSeq } from 'yaml';
import { isMap, isPair, isScalar, isSeq } from 'yaml';
import type { JsonValue } from '../model/manifest.ts';

/** How a document is written, as far as an edit has to do the same. */
export interface YamlStyle {
  readonly newline: '\n' | '\r\n';
  /** The document is JSON: keys and strings have double quotes, nothing is in block style. */
  readonly json: boolean;
  /** A JSON document that gives every entry its line. */
  readonly lines: boolean;
  /** Columns between a key and the keys below it. */
  readonly indent: number;
  /** Columns between a key and the dashes below it. */
  readonly listIndent: number;
  /** Spaces between a dash and what stands behind it. */
  readonly dashGap: number;
  /** What stands inside the braces of a flow map. */
  readonly padding: '' | ' ';
  readonly colon: ':' | ': ';
}

/** What Prettier writes. */
export const DEFAULT_STYLE: YamlStyle = {
  newline: '\n',
  json: false,
  lines: false,
  indent: 2,
  listIndent: 2,
  dashGap: 1,
  padding: ' ',
  colon: ': ',
};

/** The style of a document's first place that shows it; where none does, what Prettier writes. */
export function styleOf(text: string, root: Node | null): YamlStyle {
  const json = isJson(text, root);
  const seen: Seen = {};
  look(root, text, seen, 0);
  return {
    newline: text.includes('\r\n') ? '\r\n' : '\n',
    json,
    lines: json && text.trim().includes('\n'),
    indent: seen.indent ?? 2,
    listIndent: seen.listIndent ?? seen.indent ?? 2,
    dashGap: seen.dashGap ?? 1,
    padding: seen.padding ?? (json ? '' : ' '),
    colon: json && !/":\s/.test(text) ? ':' : ': ',
  };
}

interface Seen {
  indent?: number;
  listIndent?: number;
  dashGap?: number;
  padding?: '' | ' ';
}

function isJson(text: string, root: Node | null): boolean {
  if (!((isMap(root) || isSeq(root)) && root.flow === true)) return false;
  try {
    JSON.parse(text) as JsonValue;
    return true;
  } catch {
    return false;
  }
}

/** Deeper than manifests go nobody looks. */
const DEEPEST = 50;

function look(node: unknown, text: string, seen: Seen, depth: number): void {
  if (depth > DEEPEST || (seen.indent && seen.listIndent !== undefined && seen.padding !== undefined)) return;
  if (isSeq(node)) {
    if (node.flow !== true) seen.dashGap ??= dashGapOf(node, text);
    for (const item of node.items) look(item, text, seen, depth + 1);
    return;
  }
  if (!isMap(node)) return;
  const start = node.range?.[0];
  if (node.flow === true && node.items.length > 0 && start !== undefined) {
    seen.padding ??= text.charAt(start + 1) === ' ' ? ' ' : '';
    const first: unknown = node.items[0]?.key;
    if (isScalar(first) && first.range && text.slice(start, first.range[0]).includes('\n')) {
      seen.indent ??= Math.max(1, columnOf(text, first.range[0]) - indentOfLine(text, start));
    }
  }
  for (const pair of node.items) {
    const { key, value } = pair;
    if (node.flow !== true && isPair(pair) && isScalar(key) && key.range) {
      const column = columnOf(text, key.range[0]);
      const below = (isMap(value) || isSeq(value)) && value.flow !== true ? value.range?.[0] : undefined;
      if (below !== undefined && text.slice(key.range[1], below).includes('\n')) {
        const distance = columnOf(text, below) - column;
        if (isMap(value) && distance > 0) seen.indent ??= distance;
        if (isSeq(value) && distance >= 0) seen.listIndent ??= distance;
      }
    }
    look(value, text, seen, depth + 1);
  }
}

/** More than this is a mistake that nobody wants repeated. */
const WIDEST_GAP = 7;

function dashGapOf({ items, range }: YAMLSeq, text: string): number {
  const dash = range?.[0] ?? 0;
  const start = (items[0] as Node | null)?.range?.[0] ?? dash;
  const between = text.slice(dash + 1, start);
  return /^ +$/.test(between) ? Math.min(between.length, WIDEST_GAP) : 1;
}

export function columnOf(text: string, offset: number): number {
  const start = lineStart(text, offset);
  return offset - start - (start === 0 && text.startsWith('\ufeff') ? 1 : 0);
}

export function lineStart(text: string, offset: number): number {
  return offset <= 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1;
}

/** The end of an offset's line, before its line break. */
export function lineEnd(text: string, offset: number): number {
  const newline = text.indexOf('\n', offset);
  if (newline < 0) return text.length;
  return newline > offset && text.charAt(newline - 1) === '\r' ? newline - 1 : newline;
}

export function indentOfLine(text: string, offset: number): number {
  const start = lineStart(text, offset);
  const end = text.slice(start).search(/[^ ]/);
  return end < 0 ? 0 : end;
}
