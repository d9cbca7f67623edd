import type { TextChange } from './textChange.ts';
import { endOf, startOf, type EditedDocument, type EntryPlace } from './yamlPlace.ts';
import { lineEnd, lineStart } from './yamlStyle.ts';
import type { Node } from 'yaml';

/** Removes one of several entries of a collection. Undefined where its place is not clear. */
export function removeEntry(edited: EditedDocument, place: EntryPlace): readonly TextChange[] | undefined {
  const start = startOf(edited, place);
  const end = endOf(edited, place);
  if (start === undefined || end === undefined) return undefined;
  const range = place.flow ? flowRange(edited, place, start, end) : blockRange(edited.text, start, end);
  return range === undefined ? undefined : [{ range, newText: '' }];
}

function blockRange(text: string, start: number, end: number): TextChange['range'] {
  const line = lineStart(text, start);
  const eol = lineEnd(text, end);
  const next = text.indexOf('\n', eol);
  if (text.slice(line, start).trim() === '') {
    if (next >= 0) return { start: line, end: next + 1 };
    // The text ends without a line break, and shall do so again.
    return { start: line > 0 ? lineEnd(text, lineStart(text, line - 1)) : line, end: eol };
  }
  // The first entry behind a dash: what comes next moves up behind the dash.
  const content = text.slice(eol).search(/\S/);
  return { start, end: content < 0 ? eol : eol + content };
}

function flowRange(
  edited: EditedDocument,
  place: EntryPlace,
  start: number,
  end: number,
): TextChange['range'] | undefined {
  const { container, index } = place;
  const beside = (other: number): EntryPlace => {
    const pair = place.pair === undefined ? undefined : (container.items[other] as EntryPlace['pair']);
    const value = (pair === undefined ? container.items[other] : pair.value) as Node | null;
    return { ...place, index: other, path: [], value, ...(pair === undefined ? {} : { pair }) };
  };
  if (index < container.items.length - 1) {
    const next = startOf(edited, beside(index + 1));
    return next === undefined ? undefined : { start, end: next };
  }
  const before = beside(index - 1);
  const previous = before.value?.range?.[1] ?? (before.pair?.key as Node | null | undefined)?.range?.[1];
  if (previous === undefined) return undefined;
  return edited.text.slice(previous, start).includes('#') ? { start, end } : { start: previous, end };
}
