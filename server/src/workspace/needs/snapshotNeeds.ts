import type { UniverseParts } from '../universe.ts';
import type { WorkspaceSnapshot } from '../snapshot.ts';
import type { DeclaringFile } from './lookup.ts';
import type { Need } from './need.ts';
import { needsOf } from './needsOf.ts';

/** What is needed in a universe (a snapshot's own, or the cluster alone), by what the folder's files say. */
export function snapshotNeeds(
  { files, manifests, references, universe }: WorkspaceSnapshot,
  parts: UniverseParts = universe.parts,
): readonly Need[] {
  return needsOf({ parts, manifests, files: declaring(files), references });
}

function* declaring(files: WorkspaceSnapshot['files']): Generator<DeclaringFile> {
  for (const uri of files.keys()) {
    const view = files.get(uri);
    if (view !== undefined) yield { file: view.file, namespace: view.namespace.name };
  }
}
