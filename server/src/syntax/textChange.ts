import type { OffsetRange } from '../model/sourceRange.ts';

/** One replacement in a text, in offsets of that text as it was before. */
export interface TextChange {
  readonly range: OffsetRange;
  readonly newText: string;
}

/** The text after changes that do not overlap, in any order; of two at one offset the earlier in the list stands first. */
export function applyChanges(text: string, changes: readonly TextChange[]): string {
  let result = '';
  let at = 0;
  for (const { range, newText } of [...changes].sort((a, b) => a.range.start - b.range.start)) {
    result += text.slice(at, range.start) + newText;
    at = range.end;
  }
  return result + text.slice(at);
}

/** One step of an edit: the changes that it makes to a text, or undefined where it cannot be done. */
export type TextStep = (text: string) => readonly TextChange[] | undefined;

/**
 * Several edits after one another as changes of the first text: each step sees what the steps before it wrote. Bytes
 * that no step touches are in no change. Undefined as soon as a step cannot be done.
 */
export function changesInSteps(text: string, steps: readonly TextStep[]): readonly TextChange[] | undefined {
  let pieces: readonly Piece[] = [{ start: 0, end: text.length }];
  let current = text;
  for (const step of steps) {
    const changes = step(current);
    if (changes === undefined) return undefined;
    pieces = changed(pieces, changes);
    current = applyChanges(current, changes);
  }
  return gaps(pieces, text.length);
}

/** What a text is made of: stretches of the first text, and text that a step wrote. */
type Piece = OffsetRange | string;

function lengthOf(piece: Piece): number {
  return typeof piece === 'string' ? piece.length : piece.end - piece.start;
}

function changed(pieces: readonly Piece[], changes: readonly TextChange[]): readonly Piece[] {
  const result: Piece[] = [];
  let at = 0;
  for (const { range, newText } of [...changes].sort((a, b) => a.range.start - b.range.start)) {
    result.push(...cut(pieces, at, range.start), newText);
    at = range.end;
  }
  result.push(...cut(pieces, at, Infinity));
  return result.filter((piece) => lengthOf(piece) > 0);
}

/** The part of the pieces between two offsets. */
function cut(pieces: readonly Piece[], from: number, to: number): readonly Piece[] {
  const result: Piece[] = [];
  let at = 0;
  for (const piece of pieces) {
    const start = Math.max(from - at, 0);
    const end = Math.min(to - at, lengthOf(piece));
    if (start < end) {
      result.push(
        typeof piece === 'string' ? piece.slice(start, end) : { start: piece.start + start, end: piece.start + end },
      );
    }
    at += lengthOf(piece);
  }
  return result;
}

function gaps(pieces: readonly Piece[], length: number): readonly TextChange[] {
  const changes: TextChange[] = [];
  let at = 0;
  let newText = '';
  for (const piece of [...pieces, { start: length, end: length }]) {
    if (typeof piece === 'string') {
      newText += piece;
      continue;
    }
    if (piece.start > at || newText !== '') changes.push({ range: { start: at, end: piece.start }, newText });
    newText = '';
    at = piece.end;
  }
  return changes;
}
