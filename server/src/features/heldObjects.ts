import type { ManifestObject, PlacedDocument } from '../syntax/manifestDocument.ts';
import type { PlacedObject } from '../workspace/objectTable.ts';

/** An object in a text. */
export interface ObjectPlace {
  readonly placed: PlacedDocument;
  readonly manifest: ManifestObject;
}

export interface HeldObject extends ObjectPlace {
  /** What the last readable text made of it, with its places moved into the present text; absent for a new object. */
  readonly earlier?: PlacedObject;
}

/**
 * The objects of a document that is held: each as the present text has it, beside what it was in the last readable
 * text. One that a fault hides from the parser stands where it stood, so that what is said of it does not come and go
 * with every bracket.
 *
 * @param present those that can be read from the present text
 * @param own what the file's last readable texts hold, of the same sort
 */
export function heldObjects(
  placed: PlacedDocument,
  present: readonly ManifestObject[],
  own: readonly PlacedObject[],
): readonly HeldObject[] {
  // An overlay may take in a manifest several times, each under another name: the last one stands for it.
  const left = new Map<ManifestObject, PlacedObject>();
  for (const object of own) {
    if (object.origin.placed.start === placed.start) left.set(object.origin.manifest, object);
  }
  const take = (manifest: ManifestObject | undefined): PlacedObject | undefined => {
    const taken = manifest && left.get(manifest);
    if (manifest !== undefined) left.delete(manifest);
    return taken;
  };
  const byName = present.map((manifest) => take([...left.keys()].find((other) => hasSameName(manifest, other))));
  // A name may be half typed too: then the object at the same place is meant.
  const found = present.map(
    ({ kind }, index) => byName[index] ?? take([...left.keys()].find((other) => other.kind === kind)),
  );
  return [
    ...present.map((manifest, index): HeldObject => {
      const earlier = found[index];
      return { placed, manifest, ...(earlier === undefined ? {} : { earlier }) };
    }),
    ...[...left.values()].flatMap((earlier): readonly HeldObject[] => {
      const place = { placed: earlier.origin.placed, manifest: earlier.origin.manifest };
      return isWritten(place) ? [{ ...place, earlier }] : [];
    }),
  ];
}

/** Whether anything is left in the present text of what stood at a path of an earlier one. */
export function isWritten({ placed, manifest }: ObjectPlace, path: readonly (string | number)[] = []): boolean {
  const range = placed.document.sourceMap.value([...manifest.path, ...path]);
  return range !== undefined && range.start < range.end;
}

function hasSameName(a: ManifestObject, b: ManifestObject): boolean {
  return a.kind === b.kind && a.namespace === b.namespace && a.name === b.name;
}
