import type { ParsedText, PlacedDocument } from './manifestDocument.ts';

/** The document in which an offset of the text stands, or that ends in front of it; undefined before the first one. */
export function documentAt({ documents }: ParsedText, offset: number): PlacedDocument | undefined {
  let low = -1;
  let high = documents.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((documents[middle]?.start ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return documents[low];
}
