import type { OffsetRange } from '../model/sourceRange.ts';
import type { ManifestDocument, SourceMap } from '../syntax/manifestDocument.ts';
import { sharedEnd, sharedStart } from '../syntax/sharedText.ts';

/**
 * An earlier state of a document as it lies in the present text: what it says is the earlier text's, where it says it
 * is moved by the edit between the two.
 */
export function heldDocument(earlier: ManifestDocument, present: string): ManifestDocument {
  const moved = moveInto(earlier.text, present);
  const held: ManifestDocument = {
    text: present,
    value: earlier.value,
    problems: [],
    duplicateKeys: [],
    objects: earlier.objects,
    notEvaluated: [],
    // Places of the earlier text alone; whoever walks a text walks the present one.
    textTree: () => undefined,
    get sourceMap() {
      return movedMap(earlier.sourceMap, moved);
    },
  };
  heldStates.add(held);
  return held;
}

const heldStates = new WeakSet<ManifestDocument>();

export function isHeldState(document: ManifestDocument): boolean {
  return heldStates.has(document);
}

function movedMap(map: SourceMap, moved: (range: OffsetRange) => OffsetRange): SourceMap {
  const optional = (range: OffsetRange | undefined): OffsetRange | undefined => range && moved(range);
  return {
    entry: (path) => optional(map.entry(path)),
    key: (path) => optional(map.key(path)),
    value: (path) => optional(map.value(path)),
    nearest: (path) => moved(map.nearest(path)),
    scalar: (path) => map.scalar(path),
    // Positions of the present text mean nothing in the earlier one.
    pathAt: () => undefined,
  };
}

/** Offsets before the edit stay, those behind it move, those in it go to its start. */
function moveInto(earlier: string, present: string): (range: OffsetRange) => OffsetRange {
  const head = sharedStart(earlier, present);
  const tail = sharedEnd(earlier, present, Math.min(earlier.length, present.length) - head);
  const shift = present.length - earlier.length;
  const move = (offset: number): number =>
    offset <= head ? offset : offset >= earlier.length - tail ? offset + shift : head;
  return ({ start, end }) => ({ start: move(start), end: Math.max(move(start), move(end)) });
}
