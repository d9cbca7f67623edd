import type { OffsetRange, Position, SourceRange } from '../model/sourceRange.ts';
import { sharedEnd, sharedStart } from './sharedText.ts';

/** Offset ↔ position of one text, both in UTF-16 units as in LSP. Lines end at `\n`, `\r\n` or `\r`. */
export interface LineIndex {
  position(offset: number): Position;
  offset(position: Position): number;
  range(range: OffsetRange): SourceRange;
}

export function lineIndex(text: string): LineIndex {
  const starts = startsOf(text);
  const position = (offset: number): Position => {
    const clamped = Math.max(0, Math.min(offset, text.length));
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= clamped) low = middle;
      else high = middle - 1;
    }
    return { line: low, character: clamped - (starts[low] ?? 0) };
  };
  return {
    position,
    offset: ({ line, character }) => {
      if (line >= starts.length) return text.length;
      const start = starts[Math.max(0, line)] ?? 0;
      const next = starts[line + 1] ?? text.length;
      return Math.min(start + Math.max(0, character), next);
    },
    range: ({ start, end }) => ({ start: position(start), end: position(end) }),
  };
}

interface MeasuredText {
  readonly text: string;
  readonly starts: readonly number[];
}

/** The texts that were measured last, the latest first: every answer about a document asks for the same one. */
let recent: readonly MeasuredText[] = [];
const MOST_RECENT = 4;

function startsOf(text: string): readonly number[] {
  const known = recent.find((measured) => measured.text === text);
  if (known !== undefined) return known.starts;
  const [latest] = recent;
  const measured = { text, starts: latest === undefined ? scanned(text) : afterEdit(latest, text) };
  recent = [measured, ...recent.slice(0, MOST_RECENT - 1)];
  return measured.starts;
}

/** A text that is mostly another one that was measured is looked at only where the two differ. */
function afterEdit({ text: before, starts }: MeasuredText, text: string): readonly number[] {
  if (Math.abs(text.length - before.length) > text.length / 2) return scanned(text);
  const head = sharedStart(before, text);
  const tail = sharedEnd(before, text, Math.min(before.length, text.length) - head);
  if (head + tail < text.length / 2) return scanned(text);
  const shift = text.length - before.length;
  const result: number[] = [];
  // A line's start is told by the unit in front of it and its own: both have to be among the common ones.
  for (const start of starts) {
    if (start > 0 && start >= head) break;
    result.push(start);
  }
  if (result.length === 0) result.push(0);
  scan(text, Math.max(0, head - 1), text.length - tail, result);
  for (let index = firstAfter(starts, before.length - tail); index < starts.length; index++) {
    result.push((starts[index] ?? 0) + shift);
  }
  return result;
}

function firstAfter(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) > offset) high = middle;
    else low = middle + 1;
  }
  return low;
}

function scanned(text: string): readonly number[] {
  const starts = [0];
  scan(text, 0, text.length, starts);
  return starts;
}

/** Adds the starts of the lines whose ends stand between two offsets. */
function scan(text: string, from: number, to: number, starts: number[]): void {
  for (let i = from; i < to; i++) {
    const unit = text.charCodeAt(i);
    if (unit === 10 || (unit === 13 && text.charCodeAt(i + 1) !== 10)) starts.push(i + 1);
  }
}
