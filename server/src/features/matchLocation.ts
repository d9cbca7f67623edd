import type { MatchItem } from '../protocol/matches.ts';
import { lineIndex } from '../syntax/lineIndex.ts';
import type { WorkspaceSnapshot } from '../workspace/snapshot.ts';

/** Where the object is written, if one of the folder's files does. */
export function locationOf(
  { manifests }: WorkspaceSnapshot,
  namespace: string,
  key: string,
): Pick<MatchItem, 'location'> {
  const origin = manifests.namespaces.get(namespace)?.get(key)?.at(-1)?.origin;
  if (origin === undefined) return {};
  const { file, placed, manifest } = origin;
  const start = placed.start + placed.document.sourceMap.nearest(manifest.path).start;
  return { location: { uri: file.uri, ...lineIndex(file.text).position(start) } };
}
