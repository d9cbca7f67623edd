import type { FolderWorkspace } from './folderWorkspace.ts';
import type { WorkspaceSnapshot } from './snapshot.ts';

/**
 * Tells whether two snapshots of one scope give the same answers about a file that is the same in both: every change
 * anywhere in a folder makes new snapshots, and most of them change nothing for most files.
 */
export class AnswerStates {
  readonly #known = new WeakMap<FolderWorkspace, Map<string, { snapshot: WorkspaceSnapshot; number: number }>>();
  #next = 0;

  /** A name of the state that is the same for as long as the answers are. */
  of(folder: FolderWorkspace, snapshot: WorkspaceSnapshot): string {
    let scopes = this.#known.get(folder);
    if (scopes === undefined) this.#known.set(folder, (scopes = new Map()));
    const known = scopes.get(snapshot.scope.folder);
    const isKnown = known !== undefined && isSameState(known.snapshot, snapshot);
    const number = isKnown ? known.number : (this.#next += 1);
    // The later of two like snapshots is compared with next, and the earlier let go.
    scopes.set(snapshot.scope.folder, { snapshot, number });
    return `${snapshot.scope.folder} ${number}`;
  }
}

function isSameState(a: WorkspaceSnapshot, b: WorkspaceSnapshot): boolean {
  if (a.revision === b.revision) return true;
  return (
    a.universe.cluster === b.universe.cluster &&
    a.intended.cluster === b.intended.cluster &&
    a.settings === b.settings &&
    isSameSource(a, b) &&
    hasSameValues(a.universe.parts.contents, b.universe.parts.contents) &&
    hasSameValues(a.manifests.namespaces, b.manifests.namespaces)
  );
}

/** What is known is told by the source and by how far it has been read. */
export function isSameSource({ source: a }: WorkspaceSnapshot, { source: b }: WorkspaceSnapshot): boolean {
  if (a.kind !== b.kind) return false;
  if (a.kind === 'files' && b.kind === 'files') return (a.indexing === undefined) === (b.indexing === undefined);
  return 'state' in a && 'state' in b && a.state === b.state && a.label === b.label;
}

function hasSameValues<K, V>(a: ReadonlyMap<K, V>, b: ReadonlyMap<K, V>): boolean {
  if (a.size !== b.size) return false;
  for (const [key, value] of a) if (b.get(key) !== value) return false;
  return true;
}
