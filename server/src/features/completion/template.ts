import { isPlainString, scalarSource } from '../../syntax/yamlScalar.ts';
import type { WritingStyle } from './writingStyle.ts';

/**
 * What a completion writes, whatever the style of the document: scalars, lists, maps (a Map, because keys come from
 * clusters and may be called `__proto__`) and the places that are left to the person.
 */
export type Template = string | number | boolean | readonly Template[] | TemplateMap | Blank;
export type TemplateMap = ReadonlyMap<string, Template>;

/** A place to fill in. */
export interface Blank {
  /** Written there until something else is; without one the place stays empty. */
  readonly given?: string;
  /** What it may be. */
  readonly choices?: readonly string[];
  /** What goes there is a string: JSON has it in quotes, YAML what would not be read as one. */
  readonly isText?: true;
  /** What goes there is a map: in block style the place is a line of its own. */
  readonly isMap?: true;
}

export function mapOf(entries: Readonly<Record<string, Template>>): TemplateMap {
  return new Map(Object.entries(entries));
}

/** A piece of text, or a place for the cursor with what stands in it. */
export type Piece = string | { readonly given: string; readonly choices: readonly string[] };

const EMPTY: Piece = { given: '', choices: [] };

/** How a template is laid out where it goes. */
export interface Layout {
  readonly style: WritingStyle;
  readonly flow: boolean;
}

/** The entries of a map, the first one where the cursor is, the others in the same column. */
export function writeEntries(map: TemplateMap, column: number, layout: Layout): readonly Piece[] {
  if (layout.flow) return joined([...map].map((entry) => flowEntry(entry, layout)));
  const pieces: Piece[] = [];
  for (const [key, value] of map) {
    if (pieces.length > 0) pieces.push(lineAt(column));
    pieces.push(`${scalarSource(key, { flow: false, json: false })}:`, ...writeAfterKey(value, column, layout));
  }
  return pieces;
}

/** What stands behind a key in block style, its blank included; `column` is the key's. */
export function writeAfterKey(value: Template, column: number, layout: Layout): readonly Piece[] {
  const { style } = layout;
  if (isBlank(value) && value.isMap === true) return [lineAt(column + style.indent), EMPTY];
  if (isFlat(value)) return [' ', ...writeFlow(value, layout)];
  if (value instanceof Map) {
    const below = column + style.indent;
    return [lineAt(below), ...writeEntries(value, below, layout)];
  }
  const below = column + style.dash;
  return [lineAt(below), ...writeItems(value as readonly Template[], below, layout)];
}

/** The items of a list, the first one where the cursor is; `column` is that of the dashes. */
export function writeItems(items: readonly Template[], column: number, layout: Layout): readonly Piece[] {
  return items.flatMap((item, index): Piece[] => [
    ...(index === 0 ? [] : [lineAt(column)]),
    '- ',
    ...writeItem(item, column + 2, layout),
  ]);
}

/** What stands behind a dash. */
export function writeItem(item: Template, column: number, layout: Layout): readonly Piece[] {
  if (isFlat(item)) return writeFlow(item, layout);
  return item instanceof Map
    ? writeEntries(item, column, layout)
    : writeItems(item as readonly Template[], column, layout);
}

export function writeFlow(value: Template, layout: Layout): readonly Piece[] {
  const { json } = layout.style;
  if (typeof value !== 'object') return [scalarSource(value, { flow: layout.flow, json })];
  if (value instanceof Map) {
    if (value.size === 0) return ['{}'];
    return ['{ ', ...joined([...value].map((entry) => flowEntry(entry, layout))), ' }'];
  }
  if (isListed(value)) return ['[', ...joined(value.map((item) => writeFlow(item, layout))), ']'];
  const { given = '', choices = [], isText, isMap } = value as Blank;
  if (isMap === true) return ['{ ', EMPTY, ' }'];
  const piece = { given, choices };
  const isPlain = given === '' || isPlainString(given, layout.flow);
  return isText === true && (json || !isPlain) ? ['"', piece, '"'] : [piece];
}

/** A whole JSON text, on as many lines as people give it. */
export function writeJson(value: Template, layout: Layout, column = 0): readonly Piece[] {
  if (isFlat(value)) return writeFlow(value, layout);
  const below = lineAt(column + layout.style.indent);
  const parts = value instanceof Map ? [...value] : (value as readonly Template[]).map((item) => ['', item] as const);
  const inner = parts.flatMap(([key, item], index): readonly Piece[] => [
    index === 0 ? below : `,${below}`,
    ...(value instanceof Map ? [`${JSON.stringify(key)}: `] : []),
    ...writeJson(item, layout, column + layout.style.indent),
  ]);
  return value instanceof Map ? ['{', ...inner, lineAt(column), '}'] : ['[', ...inner, lineAt(column), ']'];
}

function flowEntry([key, value]: readonly [string, Template], layout: Layout): readonly Piece[] {
  const { json } = layout.style;
  return [`${scalarSource(key, { flow: true, json })}: `, ...writeFlow(value, { ...layout, flow: true })];
}

function isFlat(value: Template): boolean {
  if (typeof value !== 'object') return true;
  if (value instanceof Map) return value.size === 0;
  return !isListed(value) || value.length === 0;
}

function isBlank(value: Template): value is Blank {
  return typeof value === 'object' && !(value instanceof Map) && !isListed(value);
}

function isListed(value: Template): value is readonly Template[] {
  return Array.isArray(value);
}

function joined(parts: readonly (readonly Piece[])[]): readonly Piece[] {
  return parts.flatMap((part, index) => (index === 0 ? part : [', ', ...part]));
}

function lineAt(column: number): string {
  return `\n${' '.repeat(column)}`;
}

/** The text with nothing to fill in: for clients that know no snippets. */
export function plainText(pieces: readonly Piece[]): string {
  return pieces.map((piece) => (typeof piece === 'string' ? piece : piece.given)).join('');
}

/** LSP's snippet syntax; the cursor ends in the last empty place, else behind everything. */
export function snippetText(pieces: readonly Piece[]): string {
  const last = pieces.findLastIndex((piece) => typeof piece !== 'string' && piece.given === '');
  let stop = 0;
  const parts = pieces.map((piece, index) => {
    if (typeof piece === 'string') return piece.replace(/[\\$}]/g, '\\$&');
    if (index === last) return '$0';
    stop += 1;
    if (piece.choices.length > 0)
      return `\${${stop}|${piece.choices.map((choice) => choice.replace(/[\\,|]/g, '\\$&')).join(',')}|}`;
    return `\${${stop}:${piece.given.replace(/[\\$}]/g, '\\$&')}}`;
  });
  return parts.join('');
}

export function hasBlanks(pieces: readonly Piece[]): boolean {
  return pieces.some((piece) => typeof piece !== 'string');
}
