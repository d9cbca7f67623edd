import type { OffsetRange, Position, SourceRange } from '../model/sourceRange.ts';

/** Offset ↔ position of one text, both in UTF-16 units as in LSP. Lines end at `\n`, `\r\n` or `\r`. */
export interface LineIndex {
  position(offset: number): Position;
  offset(position: Position): number;
  range(range: OffsetRange): SourceRange;
}

export function lineIndex(text: string): LineIndex {
  const starts = lineStarts(text);
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

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit === 10 || (unit === 13 && text.charCodeAt(i + 1) !== 10)) starts.push(i + 1);
  }
  return starts;
}
