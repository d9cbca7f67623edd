import { baseName, sourcePath } from './fileUri.ts';
import type { ObjectTable } from './objectTable.ts';
import type { ScopeState } from './scopeState.ts';
import type { FileView, ScopeView, WrittenTwice } from './snapshot.ts';

/** When a chart or an overlay was rendered. `stale`: a file that it was rendered from has changed since. */
export interface Rendering {
  /** The source's path. */
  readonly folder: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  stale: boolean;
}

/** What answers say of the scope that they are given in. */
export function scopeView(
  { scope, plan, manifests }: ScopeState,
  root: string,
  scopes: number,
  rendering?: Rendering,
): ScopeView {
  const name = scope.kind === 'folder' ? '' : relative(sourcePath(scope.folder), root);
  return {
    kind: scope.kind,
    folder: scope.folder,
    name,
    isOnly: scopes === 0 || (scopes === 1 && scope.folder === root),
    gaps: plan?.gaps ?? [],
    ...(rendering === undefined ? {} : { rendering: { at: rendering.at, stale: rendering.stale } }),
    writtenTwice: () => writtenTwice(manifests),
  };
}

/** A file that an overlay takes in lives in the overlay's namespace, whatever it says itself. */
export function viewInScope(view: FileView, { plan, scope }: ScopeState): FileView {
  if (scope.kind !== 'kustomization') return view;
  const namespace = namespaceIn(view, plan);
  return namespace === undefined ? view : { ...view, namespace: { name: namespace, from: 'kustomization' } };
}

function namespaceIn(view: FileView, plan: ScopeState['plan']): string | undefined {
  const layers = plan?.files.get(view.path)?.at(-1) ?? [];
  return layers.findLast(({ kustomization }) => kustomization.namespace !== undefined)?.kustomization.namespace;
}

const known = new WeakMap<ObjectTable, readonly WrittenTwice[]>();

function writtenTwice(table: ObjectTable): readonly WrittenTwice[] {
  const cached = known.get(table);
  if (cached !== undefined) return cached;
  const found: WrittenTwice[] = [];
  for (const keys of table.namespaces.values()) {
    for (const [key, providers] of keys) {
      const files = [...new Set(providers.map(({ origin }) => origin.file.uri))];
      if (files.length > 1) found.push({ key, files });
    }
  }
  known.set(table, found);
  return found;
}

/** As a person would name a folder: by its path in the window's, which itself goes by its own name. */
export function relative(folder: string, root: string): string {
  if (folder === root) return baseName(folder);
  return root !== '' && folder.startsWith(`${root}/`) ? folder.slice(root.length + 1) : folder;
}
