import type { ManifestDocument, PlacedDocument } from '../syntax/manifestDocument.ts';

/**
 * A document of an open text over its edits. While its text cannot be decoded or is half typed, `accepted` stands for
 * it in every answer.
 */
export interface DocumentSlot {
  readonly placed: PlacedDocument;
  /** The last state that was accepted; the present one itself where nothing is held. */
  readonly accepted: ManifestDocument | undefined;
}

export function isHeld({ placed, accepted }: DocumentSlot): boolean {
  return accepted !== undefined && accepted !== placed.document;
}

/**
 * The slots after an edit. Documents that did not change keep theirs; what stands between them takes over the
 * accepted states in order where their number is the same, else by the objects that both name.
 */
export function nextSlots(
  before: readonly DocumentSlot[],
  documents: readonly PlacedDocument[],
  isAcceptable: (placed: PlacedDocument) => boolean,
): readonly DocumentSlot[] {
  const from = aligned(before, documents);
  return documents.map((placed, index): DocumentSlot => {
    const old = from[index];
    if (old?.accepted === placed.document) return { placed, accepted: placed.document };
    if (isAcceptable(placed)) return { placed, accepted: placed.document };
    // A state without any object, such as the first line of one, has nothing to answer with.
    return { placed, accepted: old?.accepted?.objects.length === 0 ? undefined : old?.accepted };
  });
}

function aligned(
  before: readonly DocumentSlot[],
  documents: readonly PlacedDocument[],
): readonly (DocumentSlot | undefined)[] {
  const same = (a: DocumentSlot | undefined, b: PlacedDocument | undefined): boolean =>
    a !== undefined && a.placed.document === b?.document;
  const shorter = Math.min(before.length, documents.length);
  let head = 0;
  while (head < shorter && same(before[head], documents[head])) head++;
  let tail = 0;
  while (tail < shorter - head && same(before.at(-1 - tail), documents.at(-1 - tail))) tail++;
  const middle = before.slice(head, before.length - tail);
  const edited = documents.slice(head, documents.length - tail);
  const taken = edited.length === middle.length ? middle : byNames(middle, edited);
  return [...before.slice(0, head), ...taken, ...before.slice(before.length - tail)];
}

function byNames(
  before: readonly DocumentSlot[],
  documents: readonly PlacedDocument[],
): readonly (DocumentSlot | undefined)[] {
  const left = new Set(before);
  return documents.map(({ document }) => {
    const names = new Set(namesOf(document));
    for (const slot of left) {
      const known = slot.accepted === undefined ? [] : namesOf(slot.accepted);
      if (!known.some((name) => names.has(name))) continue;
      left.delete(slot);
      return slot;
    }
    return undefined;
  });
}

function namesOf({ objects }: ManifestDocument): readonly string[] {
  return objects.map(({ kind, namespace, name }) => `${kind}/${namespace}/${name}`);
}
