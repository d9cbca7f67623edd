import type { FieldPath, JsonValue } from '../model/manifest.ts';
import type { PlacedDocument } from '../syntax/manifestDocument.ts';

/** Where a person is writing in a file. */
export interface WritingPlace {
  /** Offset of a character in the line that the cursor stands on, or that was edited last. */
  readonly offset: number;
  /**
   * How a blank line below a key counts: the value may be about to be written there, so for a moment it is as if the
   * cursor still stood on the key.
   */
  readonly below: boolean;
}

/**
 * Whether a document has a key, or a list item, without a value on the line where a person is writing. `podSelector:`
 * alone means every pod to the API server, and hardly ever to the person who has just typed it.
 */
export function isHalfTyped(text: string, { start, document }: PlacedDocument, place: WritingPlace): boolean {
  const offset = place.offset - start;
  if (offset < 0 || offset > document.text.length) return false;
  const line = writtenLine(text, place);
  if (line === undefined || line.start < start) return false;
  const path = document.sourceMap.pathAt(line.start - start + line.column)?.path;
  if (path === undefined) return false;
  const range = document.sourceMap.value(path);
  return valueAt(document.value, path) === null && (range === undefined || range.start === range.end);
}

/** The line with its key's column; undefined where it holds anything but a key or a dash without a value. */
function writtenLine(text: string, { offset, below }: WritingPlace): { start: number; column: number } | undefined {
  let start = startOfLine(text, offset);
  if (below) while (start > 0 && lineAt(text, start).trim() === '') start = startOfLine(text, start - 1);
  const line = lineAt(text, start);
  const match = /^(\s*(?:-\s+)*)([^\s#:{}[\],-][^:#]*:|-)\s*(?:#.*)?$/.exec(line);
  if (match === null) return undefined;
  const [, before = '', word] = match;
  // A list item begins behind its dash.
  return { start, column: before.length + (word === '-' ? 1 : 0) };
}

/** A search from before the text would begin at its first character (ECMA-262, lastIndexOf). */
function startOfLine(text: string, offset: number): number {
  return offset <= 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1;
}

function lineAt(text: string, start: number): string {
  const end = text.indexOf('\n', start);
  return text.slice(start, end < 0 ? text.length : end).replace(/\r$/, '');
}

function valueAt(value: JsonValue | undefined, path: FieldPath): JsonValue | undefined {
  let current = value;
  for (const step of path) {
    if (typeof current !== 'object' || current === null) return undefined;
    const holder = current as Record<string | number, JsonValue>;
    current = Object.hasOwn(holder, step) ? holder[step] : undefined;
  }
  return current;
}
