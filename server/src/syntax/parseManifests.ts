import type { ManifestDocument, ParsedText, PlacedDocument } from './manifestDocument.ts';
import { cutDocuments } from './documentMarkers.ts';
import { readDocument } from './readDocument.ts';
import { sharedEnd, sharedStart } from './sharedText.ts';
import { hasTemplateMark, needsTemplateEngine } from './templateText.ts';

/**
 * Reads a text of manifests: YAML of any number of documents, or JSON. Never throws, whatever the text.
 *
 * @param previous an earlier state of the same text: documents that did not change are taken over, so
 *   that a keystroke costs one document, not the file.
 */
export function parseManifests(text: string, previous?: ReadText): ParsedText {
  if (needsTemplateEngine(text)) return TEMPLATE;
  const slices = cutDocuments(text);
  const reuse = reusable(previous?.parsed.documents ?? []);
  const unchanged = previous && untouched(previous, text, slices.length);
  const documents: PlacedDocument[] = slices.map(({ start, end }, index) => {
    const same = unchanged?.(index, start, end);
    if (same !== undefined) return same;
    const document = reuse(text.slice(start, end)) ?? readDocument(detached(text, start, end, previous));
    return { start, document };
  });
  if (hasTemplateMark(text) && documents.some(({ document }) => isBrokenByTemplate(document))) return TEMPLATE;
  return { documents, template: false };
}

/** A text with what was read from it. */
export interface ReadText {
  readonly text: string;
  readonly parsed: ParsedText;
}

const TEMPLATE: ParsedText = { documents: [], template: true };

/**
 * Finds what an edit has not touched: the same document in the same place from the start, or from the end. The two
 * texts are compared once for all documents.
 */
function untouched(
  { text: before, parsed: { documents } }: ReadText,
  text: string,
  count: number,
): (index: number, start: number, end: number) => PlacedDocument | undefined {
  const head = sharedStart(before, text);
  const tail = sharedEnd(before, text, Math.min(before.length, text.length) - head);
  const shift = text.length - before.length;
  const at = (index: number, start: number, length: number): PlacedDocument | undefined => {
    const placed = documents[index];
    return placed?.start === start && placed.document.text.length === length ? placed : undefined;
  };
  return (index, start, end) => {
    if (end <= head) return at(index, start, end - start);
    if (start < text.length - tail) return undefined;
    const known = at(documents.length - count + index, start - shift, end - start);
    return known && (shift === 0 ? known : { start, document: known.document });
  };
}

/** Finds a document that moved; the table is built only when one is looked for. */
function reusable(known: readonly PlacedDocument[]): (text: string) => ManifestDocument | undefined {
  let byText: Map<string, ManifestDocument> | undefined;
  return (text) => {
    if (known.length === 0) return undefined;
    byText ??= new Map(known.map(({ document }) => [document.text, document]));
    return byText.get(text);
  };
}

/**
 * A slice keeps the whole text that it is cut from alive. Documents that outlive many states of a buffer must not
 * hold on to each of them, so there the slice is copied; on the first reading all of them share one text.
 */
function detached(text: string, start: number, end: number, previous: ReadText | undefined): string {
  const slice = text.slice(start, end);
  return previous === undefined ? slice : ` ${slice}`.slice(1);
}

/** `"{{ include "x" . }}"` closes its quotes too early: what looks like a fault of the YAML is the template's. */
function isBrokenByTemplate({ text, problems }: ManifestDocument): boolean {
  return problems.some(({ range }) => {
    const start = text.lastIndexOf('\n', range.start - 1) + 1;
    const end = text.indexOf('\n', range.start);
    return hasTemplateMark(text.slice(start, end < 0 ? text.length : end));
  });
}
