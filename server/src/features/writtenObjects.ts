import type { FieldPath } from '../model/manifest.ts';
import { workloadKind } from '../syntax/objects/workload.ts';
import type { ManifestObject } from '../syntax/manifestDocument.ts';
import type { PlacedObject } from '../workspace/objectTable.ts';
import type { FileView, WorkspaceSnapshot } from '../workspace/snapshot.ts';
import { heldObjects, type HeldObject, type ObjectPlace } from './heldObjects.ts';

/** A workload, Service or Namespace of a file: where it stands in the text, and which object it is. */
export interface WrittenObject extends ObjectPlace {
  readonly file: FileView;
  readonly sort: 'workload' | 'service' | 'namespace';
  readonly kind: string;
  /** `''` for a Namespace. */
  readonly namespace: string;
  readonly name: string;
  /** `Deployment/shop/web`, as the object tables have it. */
  readonly key: string;
  /** What the last readable text makes of it; absent where that is nothing. */
  readonly object?: PlacedObject['object'];
  /** The text cannot be decoded as it stands. */
  readonly held: boolean;
}

/** In the order of the text, which alone decides which there are. A patch is no object of its own. */
export function writtenObjects(snapshot: WorkspaceSnapshot, uri: string): readonly WrittenObject[] {
  const file = snapshot.files.get(uri);
  if (file === undefined || file.file.fragment) return [];
  const own = snapshot.manifests.files.get(uri) ?? [];
  const isMeant = (manifest: ManifestObject): boolean => sortOf(manifest) !== undefined && manifest.name !== '';
  const found = file.file.parsed.documents.flatMap((placed): readonly HeldObject[] => {
    const present = placed.document.objects.filter(isMeant);
    return file.held.has(placed.start)
      ? heldObjects(
          placed,
          present,
          own.filter(({ origin }) => isMeant(origin.manifest)),
        )
      : present.map((manifest) => ({ placed, manifest }));
  });
  return found.flatMap(({ placed, manifest, earlier }): readonly WrittenObject[] => {
    const sort = sortOf(manifest);
    if (sort === undefined) return [];
    // An overlay may give it another name and namespace.
    const built = own.findLast(({ origin }) => origin.manifest === manifest);
    const place = sort === 'namespace' ? '' : manifest.namespace === '' ? file.namespace.name : manifest.namespace;
    const key = built?.key ?? earlier?.key ?? `${manifest.kind}/${place}/${manifest.name}`;
    const object = (built ?? earlier ?? own.findLast((other) => other.key === key))?.object;
    return [
      {
        file,
        placed,
        manifest,
        sort,
        kind: manifest.kind,
        namespace: built?.namespace ?? earlier?.namespace ?? place,
        name: key.slice(key.lastIndexOf('/') + 1),
        key,
        held: file.held.has(placed.start),
        ...(object === undefined ? {} : { object }),
      },
    ];
  });
}

/** The object that a lens, made from an earlier text, speaks of. */
export function findWrittenObject(snapshot: WorkspaceSnapshot, uri: string, key: string): WrittenObject | undefined {
  return writtenObjects(snapshot, uri).findLast((object) => object.key === key);
}

function sortOf({ apiVersion, kind }: ManifestObject): WrittenObject['sort'] | undefined {
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
  if (workloadKind({ group, kind }) !== undefined) return 'workload';
  if (apiVersion !== 'v1') return undefined;
  return kind === 'Service' ? 'service' : kind === 'Namespace' ? 'namespace' : undefined;
}

/** Where the object begins in the file. */
export function startOf({ placed, manifest }: ObjectPlace, path: FieldPath = []): number {
  return placed.start + placed.document.sourceMap.nearest([...manifest.path, ...path]).start;
}
