import type { CursorToken, Scan } from './cursorSpot.ts';
import { isBlankAt, isTemplateAt, lineAt, readQuoted, startsNew } from './looseText.ts';
import type { LooseEntry, LooseList, LooseMap, LooseNode, LooseStep } from './looseTree.ts';

/** An open bracket. */
interface Bracket {
  readonly node: LooseMap | LooseList;
  /** The entry that is being written; undefined where a new one begins. */
  entry: LooseEntry | undefined;
  colon: boolean;
  /** A list's item stands since the last comma. */
  filled: boolean;
}

/**
 * Reads a collection in flow style from its opening bracket to the one that closes it, or to where it was evidently
 * left open: a line that is a key or an item of the block around it (in the column `owner` or before it).
 */
export function readFlow(
  scan: Scan,
  start: number,
  owner: number,
  trail: readonly LooseStep[],
): { readonly node: LooseNode; readonly end: number } {
  const { text } = scan;
  const root = collection(text[start] as '{' | '[');
  const open: Bracket[] = [newBracket(root)];
  const put = (value: LooseNode): void => putValue(open.at(-1) as Bracket, value);
  let at = start + 1;
  while (at < scan.end && open.length > 0) {
    const top = open.at(-1) as Bracket;
    const gap = at;
    at = skipGap(text, at, scan.end, owner);
    gapSpot(scan, open, trail, gap, Math.abs(at));
    if (at < 0) return { node: root, end: -at };
    if (at >= scan.end) break;
    const unit = text[at] as string;
    if (unit === '#') {
      const { end } = lineAt(text, at, scan.end);
      if (!scan.passed && scan.cursor > at && scan.cursor <= end) scan.passed = true;
      at = end;
    } else if ((unit === '{' || unit === '[') && !isTemplateAt(text, at)) {
      const node = collection(unit);
      put(node);
      open.push(newBracket(node));
      at += 1;
    } else if (unit === '}' || unit === ']') {
      open.pop();
      at += 1;
    } else if (unit === ',') {
      top.entry = undefined;
      top.colon = false;
      top.filled = false;
      at += 1;
    } else if (unit === ':' && top.entry !== undefined && !top.colon) {
      top.colon = true;
      at += 1;
    } else at = readScalar(scan, open, trail, at, owner);
  }
  return { node: root, end: Math.min(at, scan.end) };
}

/** Reads a key, a value or an item; returns what follows it. */
function readScalar(
  scan: Scan,
  open: readonly Bracket[],
  trail: readonly LooseStep[],
  at: number,
  owner: number,
): number {
  const { text, cursor } = scan;
  const top = open.at(-1) as Bracket;
  const quote = text[at] === '"' ? '"' : text[at] === "'" ? "'" : '';
  const lineEnd = lineAt(text, at, scan.end).end;
  const quoted = quote === '' ? undefined : readQuoted(text, at, lineEnd, owner < 0, owner);
  const end = quoted?.end ?? plainFlowEnd(text, at, lineEnd);
  const token: CursorToken = { start: at, end, quote, closed: quoted?.closed ?? true };
  const value = quoted?.text ?? text.slice(at, end);
  const isName = top.node.kind === 'map' && !(top.entry !== undefined && top.colon && top.entry.value === undefined);
  const behind = token.closed && quote !== '' && cursor === end;
  const onIt = !scan.passed && cursor >= at && cursor <= end;
  if (isName) {
    const entry: LooseEntry = { key: value, quoted: quote !== '', start: at, end, value: undefined };
    top.node.entries.push(entry);
    top.entry = entry;
    top.colon = false;
    if (onIt && !behind) spot(scan, open, trail, token, true);
  } else {
    if (onIt && !behind) spot(scan, open, trail, token, false);
    putValue(top, { kind: 'scalar', text: value, quoted: quote !== '', start: at, end });
  }
  if (onIt && behind) scan.passed = true;
  return Math.max(end, at + 1);
}

/** What can be written between two marks: a name, a value, an item; nothing where a comma is missing. */
function gapSpot(scan: Scan, open: readonly Bracket[], trail: readonly LooseStep[], from: number, to: number): void {
  const { text, cursor } = scan;
  if (scan.passed || cursor < from || cursor > to) return;
  const next = text[to] ?? '';
  // A word that begins here is the cursor's.
  if (cursor === to && to < scan.end && !/[{}[\],:#]/.test(next)) return;
  const top = open.at(-1) as Bracket;
  const { node, entry, colon, filled } = top;
  if (node.kind === 'list') {
    if (filled || next === '{' || next === '[') scan.passed = true;
    else spot(scan, open, trail, undefined, false);
  } else if (entry === undefined) {
    // A bracket where a name belongs is a fault that nothing written before it mends.
    if (next === '{' || next === '[' || next === ':') scan.passed = true;
    else spot(scan, open, trail, undefined, true);
  } else if (colon && entry.value === undefined && !hasValue(text, cursor, to)) {
    spot(scan, open, trail, undefined, false);
  } else scan.passed = true;
}

/** Whether the value stands behind the cursor: on its line, or in brackets. */
function hasValue(text: string, cursor: number, next: number): boolean {
  const unit = text[next] ?? '';
  if (unit === '{' || unit === '[') return true;
  return !/[},\]#]/.test(unit) && unit !== '' && !text.slice(cursor, next).includes('\n');
}

function spot(
  scan: Scan,
  open: readonly Bracket[],
  trail: readonly LooseStep[],
  token: CursorToken | undefined,
  name: boolean,
): void {
  const inner = open.map(({ node, entry, filled }, index): LooseStep => {
    const last = index === open.length - 1;
    if (node.kind === 'list') return { node, step: last ? node.items.length : node.items.length - (filled ? 1 : 0) };
    return last && name ? { node, step: undefined, entry } : { node, step: entry?.key, entry };
  });
  scan.spot = {
    place: 'flow',
    trail: [...trail, ...inner],
    ...(token === undefined ? {} : { token }),
    column: 0,
    name,
  };
  scan.passed = true;
}

function putValue(bracket: Bracket, value: LooseNode): void {
  if (bracket.node.kind === 'list') {
    bracket.node.items.push(value);
    bracket.filled = true;
  } else if (bracket.entry !== undefined) bracket.entry.value ??= value;
}

/** Blanks and line breaks; negative where the block around goes on, which means that the brackets were left open. */
function skipGap(text: string, from: number, end: number, owner: number): number {
  let at = from;
  while (at < end && isBlankAt(text, at)) {
    if (text[at] === '\n' && owner >= 0 && startsNew(text, at - 1, owner)) return -at;
    at += 1;
  }
  return at;
}

function plainFlowEnd(text: string, start: number, lineEnd: number): number {
  let end = start;
  for (let at = start; at < lineEnd; at += 1) {
    const unit = text[at] as string;
    if (/[,[\]{}]/.test(unit) && !isTemplateAt(text, start)) break;
    if (unit === ':' && (isBlankAt(text, at + 1) || /[,[\]{}]/.test(text[at + 1] ?? ''))) break;
    if (unit === '#' && isBlankAt(text, at - 1)) break;
    if (!isBlankAt(text, at)) end = at + 1;
  }
  return end;
}

function collection(bracket: '{' | '['): LooseMap | LooseList {
  return bracket === '{'
    ? { kind: 'map', flow: true, column: 0, entries: [] }
    : { kind: 'list', flow: true, column: 0, items: [] };
}

function newBracket(node: LooseMap | LooseList): Bracket {
  return { node, entry: undefined, colon: false, filled: false };
}
