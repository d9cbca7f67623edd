import { definition } from '../../server/src/features/definition.ts';
import type { Place } from '../../server/src/features/objectPlaces.ts';
import { references } from '../../server/src/features/references.ts';
import { lineIndex } from '../../server/src/syntax/lineIndex.ts';
import type { WorkspaceSnapshot } from '../../server/src/workspace/snapshot.ts';
import { fixture } from './fixture.ts';
import { SHOP } from './shopManifests.ts';
import { snapshotOf, uriOf, type SnapshotOptions } from './snapshotOf.ts';

export const WEB_SERVICE = `apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec: { selector: { app: web }, ports: [{ port: 80, targetPort: http }] }
`;

export interface Asked {
  readonly snapshot: WorkspaceSnapshot;
  readonly uri: string;
  readonly offset: number;
}

/** Where `$0` stands in a file beside the shop's. */
export function asked(marked: string, options: SnapshotOptions = {}, shop: ReadonlyMap<string, string> = SHOP): Asked {
  const { files, cursor } = fixture(marked);
  if (cursor === undefined) throw new Error('the text has no $0');
  const snapshot = snapshotOf(new Map([...shop, ...files]), options);
  return { snapshot, uri: uriOf(cursor.file), offset: cursor.offset };
}

/** `FILE:LINE text`, of a view its path. */
export function shown(snapshot: WorkspaceSnapshot, places: readonly Place[]): readonly string[] {
  return places.map(({ uri, selection }) => {
    const text = snapshot.files.get(uri)?.file.text;
    const where = `${(uri.split('?')[0] ?? '').replace('file:///', '')}:${selection.start.line + 1}`;
    if (text === undefined) return where;
    const lines = lineIndex(text);
    return `${where} ${text.slice(lines.offset(selection.start), lines.offset(selection.end))}`;
  });
}

export function definitions(
  marked: string,
  options?: SnapshotOptions,
  shop?: ReadonlyMap<string, string>,
): readonly string[] {
  const { snapshot, uri, offset } = asked(marked, options, shop);
  return shown(snapshot, definition(snapshot, uri, offset, { views: true })?.places ?? []);
}

export function referring(
  marked: string,
  options?: SnapshotOptions,
  shop?: ReadonlyMap<string, string>,
): readonly string[] {
  const { snapshot, uri, offset } = asked(marked, options, shop);
  return shown(snapshot, references(snapshot, uri, offset, { views: true, declaration: false }));
}
