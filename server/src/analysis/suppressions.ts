import type { OffsetRange } from '../model/sourceRange.ts';
import type { ParsedText } from '../syntax/manifestDocument.ts';
import { documentAt } from '../syntax/documentAt.ts';

/**
 * Comments that take findings of checks back, for one place or for a file:
 *
 *     # bulkhead-disable-next-line missing-egress, egress-without-dns — reached through a proxy
 *     # bulkhead-disable-file namespace-without-default-deny -- the cluster's baseline does it
 *
 * A reason is welcome and not demanded. The form for a file stands in front of the first line that says something.
 */
export interface Suppression {
  readonly kind: 'line' | 'file';
  /** The comment, from its `#` to the end of its line. */
  readonly range: OffsetRange;
  readonly codes: readonly SuppressedCode[];
  /** The line that is meant, from its start; undefined where none follows. A file: everything. */
  readonly target?: OffsetRange;
  /** A form for a file that stands behind something. */
  readonly late?: true;
}

export interface SuppressedCode {
  readonly code: string;
  readonly range: OffsetRange;
}

const MARK = 'bulkhead-disable-';
const COMMENT = /^[ \t]*(#[ \t]*bulkhead-disable-(next-line|file)(?:[ \t]+([^\r\n]*?))?)[ \t]*$/gm;
/** A dash of any length between spaces begins the reason. */
const REASON = /(?:^|\s)(?:—|–|--?)(?:\s|$)/;
const CODE = /[^\s,]+/g;

export function suppressionsOf(text: string, parsed: ParsedText): readonly Suppression[] {
  if (!text.includes(MARK)) return [];
  const result: Suppression[] = [];
  for (const match of text.matchAll(COMMENT)) {
    const [whole, comment = '', kind, rest = ''] = match;
    const start = match.index + whole.indexOf('#');
    if (isInScalar(parsed, start)) continue;
    const range = { start, end: start + comment.length };
    const codes = codesOf(rest, range.end - rest.length);
    if (kind === 'file') {
      const late = isContent(text.slice(0, start));
      result.push({ kind: 'file', range, codes, ...(late ? { late: true as const } : {}) });
      continue;
    }
    const target = nextLine(text, range.end);
    result.push({ kind: 'line', range, codes, ...(target === undefined ? {} : { target }) });
  }
  return result;
}

/** Whether a suppression takes back a finding of a code that starts at an offset. */
export function covers({ kind, target, late }: Suppression, offset: number): boolean {
  if (kind === 'file') return late !== true;
  return target !== undefined && target.start <= offset && offset <= target.end;
}

function codesOf(rest: string, start: number): readonly SuppressedCode[] {
  const reason = REASON.exec(rest);
  const list = reason === null ? rest : rest.slice(0, reason.index);
  return [...list.matchAll(CODE)].map((match) => ({
    code: match[0],
    range: { start: start + match.index, end: start + match.index + match[0].length },
  }));
}

/** The next line that is neither blank nor a comment. */
function nextLine(text: string, from: number): OffsetRange | undefined {
  for (let at = text.indexOf('\n', from); at >= 0; at = text.indexOf('\n', at + 1)) {
    const end = text.indexOf('\n', at + 1);
    const line = text.slice(at + 1, end < 0 ? text.length : end);
    if (isContent(line)) return { start: at + 1, end: at + 1 + line.length };
  }
  return undefined;
}

/** Whether any line says something: comments, blank lines, markers and directives do not. */
function isContent(lines: string): boolean {
  return /^(?!\ufeff?[ \t]*(?:#|\r?$)|---[ \t]*(?:#|\r?$)|%)/m.test(lines.replace(/^\ufeff/, ''));
}

/** In a block scalar a `#` is text. */
function isInScalar(parsed: ParsedText, offset: number): boolean {
  const placed = documentAt(parsed, offset);
  if (placed === undefined) return false;
  const { sourceMap } = placed.document;
  const at = sourceMap.pathAt(offset - placed.start);
  if (at?.part !== 'value' || sourceMap.scalar(at.path) === undefined) return false;
  const range = sourceMap.value(at.path);
  return range !== undefined && range.start <= offset - placed.start && offset - placed.start < range.end;
}
