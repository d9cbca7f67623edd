import type { OffsetRange } from '../../model/sourceRange.ts';
import type { CursorSpot, CursorToken, Frame, LooseDocument, Scan } from './cursorSpot.ts';
import type { LooseEntry, LooseList, LooseMap, LooseNode, LooseStep } from './looseTree.ts';
import { readFlow } from './looseFlow.ts';
import { isBlankAt, isTemplateAt, lineAt, readQuoted, type TextLine } from './looseText.ts';

/** Reads a document between two offsets, at any state of writing, and finds the cursor in it. */
export function scanLoosely(text: string, { start, end }: OffsetRange, cursor: number): LooseDocument {
  const scan: Scan = { text, end, cursor, frames: [], root: undefined, spot: undefined, passed: false };
  let at = start;
  while (at <= end) at = readLine(scan, lineAt(text, at, end));
  return scan.spot === undefined ? { root: scan.root } : { root: scan.root, spot: scan.spot };
}

/** Returns where the next line to be read begins. */
function readLine(scan: Scan, line: TextLine): number {
  const { text, cursor, frames } = scan;
  const onLine = !scan.passed && line.start <= cursor && cursor < line.next;
  const { first } = line;
  if (first >= line.end) {
    if (onLine) capture(scan, { place: 'line', trail: trailOf(scan), column: cursor - line.start });
    return line.next;
  }
  const isDash = text[first] === '-' && isBlankAt(text, first + 1);
  const skipped = text[first] === '#' || (text[first] === '%' && first === line.start) || isTemplateAt(text, first);
  if (skipped) {
    scan.passed ||= onLine;
    return line.next;
  }
  // A word that may become a key changes nothing yet: what follows is read as if the line were blank.
  const word = onLine && !isDash && cursor >= first ? wordAt(scan, first, line) : undefined;
  if (word !== undefined) {
    if (cursor > word.end) scan.passed = true;
    else capture(scan, { place: 'line', trail: trailOf(scan), token: word, column: first - line.start });
    return line.next;
  }
  if (onLine && cursor < first) scan.passed = true;
  popTo(frames, first - line.start, isDash);
  return readContent(scan, line, first);
}

/** A scalar without a colon, alone on its line. */
function wordAt(scan: Scan, start: number, line: TextLine): CursorToken | undefined {
  const { text } = scan;
  if (/[{[|>&!*]/.test(text[start] ?? '') || keyAt(scan, start, line) !== undefined) return undefined;
  const quote = text[start];
  if (quote !== '"' && quote !== "'") return { start, end: plainEnd(text, start, line.end), quote: '', closed: true };
  const { end, closed } = readQuoted(text, start, line.end, true);
  return { start, end, quote, closed };
}

/** Reads what stands on a line from its first character: dashes, a key, a value. */
function readContent(scan: Scan, line: TextLine, first: number): number {
  const { text, cursor } = scan;
  let at = first;
  let dashed = false;
  while (text[at] === '-' && isBlankAt(text, at + 1)) {
    openList(scan, at - line.start);
    const after = at + 1;
    at = skipBlanks(text, after, line.end);
    dashed = true;
    if (at >= line.end || text[at] === '#') return emptyValue(scan, line, after, at, 'dash');
    if (!scan.passed && cursor >= after && cursor < at) scan.passed = true;
  }
  const key = keyAt(scan, at, line);
  if (key === undefined) {
    const place = dashed ? 'dash' : 'line';
    return readValue(scan, line, at, place);
  }
  openMap(scan, at - line.start);
  const frame = scan.frames.at(-1) as Frame;
  const entry: LooseEntry = { key: key.text, quoted: key.quote !== '', start: at, end: key.end, value: undefined };
  (frame.node as LooseMap).entries.push(entry);
  frame.step = key.text;
  frame.entry = entry;
  if (!scan.passed && cursor >= at && cursor <= key.end) {
    const token = { start: at, end: key.end, quote: key.quote, closed: true };
    capture(scan, { place: 'name', trail: trailOf(scan), token, column: at - line.start });
  }
  const after = key.colon + 1;
  const value = skipBlanks(text, after, line.end);
  if (value >= line.end || text[value] === '#') return emptyValue(scan, line, after, value, 'afterKey');
  if (!scan.passed && cursor > key.end && cursor < value) scan.passed = true;
  return readValue(scan, line, value, 'afterKey');
}

/** Nothing stands behind a key or a dash but perhaps a comment. */
function emptyValue(scan: Scan, line: TextLine, after: number, at: number, place: 'dash' | 'afterKey'): number {
  const { cursor } = scan;
  if (!scan.passed && cursor >= after && cursor < line.next) {
    if (cursor <= at) capture(scan, { place, trail: trailOf(scan), column: cursor - line.start });
    else scan.passed = true;
  }
  return line.next;
}

function readValue(scan: Scan, line: TextLine, from: number, place: 'line' | 'dash' | 'afterKey'): number {
  const { text, cursor } = scan;
  const owner = scan.frames.at(-1)?.node.column ?? -1;
  const at = skipProperties(text, from, line.end);
  const first = text[at] ?? '';
  const token = (start: number, end: number, quote: CursorToken['quote'], closed: boolean): boolean => {
    if (scan.passed || cursor < start || cursor > end || (closed && quote !== '' && cursor === end)) return false;
    capture(scan, {
      place,
      trail: trailOf(scan),
      token: { start, end, quote, closed },
      column: start - line.start,
    });
    return true;
  };
  if (first === '|' || first === '>') return skipBlockScalar(scan, line, owner);
  if ((first === '{' || first === '[') && !isTemplateAt(text, at)) {
    const flow = readFlow(scan, at, owner, trailOf(scan));
    setValue(scan, flow.node);
    const rest = lineAt(text, flow.end, scan.end);
    if (cursor >= line.start && cursor < rest.next) scan.passed = true;
    return rest.next;
  }
  if (first === '"' || first === "'") {
    const quoted = readQuoted(text, at, line.end, false, owner);
    const oneLine = quoted.end <= line.end;
    if (oneLine) token(at, quoted.end, first, quoted.closed);
    setValue(scan, { kind: 'scalar', text: quoted.text, quoted: true, start: at, end: quoted.end });
    const rest = lineAt(text, quoted.end, scan.end);
    if (cursor >= line.start && cursor < rest.next) scan.passed = true;
    return rest.next;
  }
  const end = plainEnd(text, at, line.end);
  if (!isTemplateAt(text, at)) token(at, end, '', true);
  setValue(scan, { kind: 'scalar', text: text.slice(at, end), quoted: false, start: at, end });
  if (cursor >= line.start && cursor < line.next) scan.passed = true;
  return line.next;
}

/** The lines of a literal or folded scalar are text. */
function skipBlockScalar(scan: Scan, header: TextLine, owner: number): number {
  setValue(scan, { kind: 'scalar', text: '', quoted: true, start: header.end, end: header.end });
  let line = header;
  for (let at = header.next; at <= scan.end; at = line.next) {
    const next = lineAt(scan.text, at, scan.end);
    const blank = next.first >= next.end;
    const onIt = scan.cursor >= next.start && scan.cursor < next.next;
    const column = blank && onIt ? scan.cursor - next.start : next.first - next.start;
    if ((!blank || onIt) && column <= owner) break;
    line = next;
  }
  if (scan.cursor >= header.start && scan.cursor < line.next) scan.passed = true;
  return line.next;
}

/** Closes what a line at this column ends; dashes may stand in the column of the key above them. */
function popTo(frames: Frame[], column: number, isDash: boolean): void {
  for (let top = frames.at(-1); top !== undefined; top = frames.at(-1)) {
    const { kind, column: own } = top.node;
    if (own < column || (own === column && (kind === 'map' || isDash))) return;
    frames.pop();
  }
}

function openList(scan: Scan, column: number): void {
  const top = scan.frames.at(-1);
  if (top?.node.kind === 'list' && top.node.column === column) {
    top.step = top.node.items.push(undefined) - 1;
    return;
  }
  const node: LooseList = { kind: 'list', flow: false, column, items: [undefined] };
  setValue(scan, node);
  scan.frames.push({ node, step: 0, entry: undefined });
}

function openMap(scan: Scan, column: number): void {
  const top = scan.frames.at(-1);
  if (top?.node.kind === 'map' && top.node.column === column) return;
  const node: LooseMap = { kind: 'map', flow: false, column, entries: [] };
  setValue(scan, node);
  scan.frames.push({ node, step: undefined, entry: undefined });
}

/** A second value of the same key is a fault of the text; the first one stays. */
function setValue(scan: Scan, value: LooseNode): void {
  const top = scan.frames.at(-1);
  if (top === undefined) scan.root ??= value;
  else if (top.node.kind === 'list') top.node.items[top.step as number] ??= value;
  else if (top.entry !== undefined) top.entry.value ??= value;
}

function keyAt(
  { text }: Scan,
  start: number,
  line: TextLine,
): { readonly text: string; readonly end: number; readonly colon: number; readonly quote: '' | '"' | "'" } | undefined {
  const quote = text[start];
  if (quote === '"' || quote === "'") {
    const { end, closed, text: name } = readQuoted(text, start, line.end, true);
    const colon = skipBlanks(text, end, line.end);
    if (!closed || text[colon] !== ':' || colon >= line.end) return undefined;
    return { text: name, end, colon, quote };
  }
  if (quote === undefined || /[{[|>&!*%@`?]/.test(quote)) return undefined;
  for (let at = start; at < line.end; at += 1) {
    if (text[at] === '#' && isBlankAt(text, at - 1)) return undefined;
    if (text[at] !== ':' || !isBlankAt(text, at + 1)) continue;
    const end = at - (/\s*$/.exec(text.slice(start, at))?.[0].length ?? 0);
    return { text: text.slice(start, end), end, colon: at, quote: '' };
  }
  return undefined;
}

function plainEnd(text: string, start: number, lineEnd: number): number {
  let end = start;
  for (let at = start; at < lineEnd; at += 1) {
    if (text[at] === '#' && isBlankAt(text, at - 1)) break;
    if (!isBlankAt(text, at)) end = at + 1;
  }
  return end;
}

/** Anchors and tags before a value. */
function skipProperties(text: string, from: number, lineEnd: number): number {
  let at = from;
  while (text[at] === '&' || text[at] === '!') {
    while (at < lineEnd && !isBlankAt(text, at)) at += 1;
    at = skipBlanks(text, at, lineEnd);
  }
  return at;
}

function skipBlanks(text: string, from: number, end: number): number {
  let at = from;
  while (at < end && isBlankAt(text, at)) at += 1;
  return at;
}

function capture(scan: Scan, spot: CursorSpot): void {
  scan.spot = spot;
  scan.passed = true;
}

function trailOf({ frames }: Scan): readonly LooseStep[] {
  return frames.map(({ node, step, entry }) => ({ node, step, entry }));
}
