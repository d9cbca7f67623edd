import type { ManifestDocument, ParsedText, PlacedDocument } from './manifestDocument.ts';
import { cutDocuments } from './documentMarkers.ts';
import { readDocument } from './readDocument.ts';
import { hasTemplateMark, needsTemplateEngine } from './templateText.ts';

/**
 * Reads a text of manifests: YAML of any number of documents, or JSON. Never throws, whatever the text.
 *
 * @param previous the result for an earlier state of the same text: documents that did not change are taken over, so
 *   that a keystroke costs one document, not the file.
 */
export function parseManifests(text: string, previous?: ParsedText): ParsedText {
  if (needsTemplateEngine(text)) return TEMPLATE;
  const slices = cutDocuments(text);
  const known = previous?.documents ?? [];
  const reuse = reusable(known);
  const documents: PlacedDocument[] = slices.map(({ start, end }, index) => {
    // The common case is compared without hashing: the same document in the same place, or in the same place from the end.
    const same = [known[index], known[known.length - slices.length + index]].find(
      (placed) => placed?.document.text.length === end - start && text.startsWith(placed.document.text, start),
    );
    const document =
      same?.document ?? reuse(text.slice(start, end)) ?? readDocument(detached(text, start, end, previous));
    return { start, document };
  });
  if (hasTemplateMark(text) && documents.some(({ document }) => isBrokenByTemplate(document))) return TEMPLATE;
  return { documents, template: false };
}

const TEMPLATE: ParsedText = { documents: [], template: true };

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
function detached(text: string, start: number, end: number, previous: ParsedText | undefined): string {
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
