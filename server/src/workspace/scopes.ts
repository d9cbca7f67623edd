import { folderOf, isRenderedPath } from './fileUri.ts';
import type { OverlayPlan } from './kustomize/overlayPlan.ts';

/**
 * Which manifests belong together, so that answers are given among them alone: two charts or overlays of one repository
 * are two worlds that may hold the same names.
 */
export interface Scope {
  /** The folder's path; `''` for everything that a window's folder holds. */
  readonly folder: string;
  readonly kind: ScopeKind;
}

/**
 * What makes a folder a scope: a file of that name, or that it has been rendered; `folder` is the window's own folder.
 */
export type ScopeKind = 'folder' | 'bulkhead' | 'chart' | 'kustomization' | 'rendered';

/** The scope of everything. */
export const WHOLE_FOLDER: Scope = { folder: '', kind: 'folder' };

/** In a folder that several files make a scope the one that says most counts. */
const ORDER: readonly ScopeKind[] = ['folder', 'bulkhead', 'chart', 'kustomization', 'rendered'];

/** The scopes that files like `kustomization.yaml` make, one per folder. */
export function scopesOf(markers: Iterable<Scope>): ReadonlyMap<string, Scope> {
  const scopes = new Map<string, Scope>();
  for (const marker of markers) {
    const known = scopes.get(marker.folder);
    if (known === undefined || ORDER.indexOf(known.kind) < ORDER.indexOf(marker.kind))
      scopes.set(marker.folder, marker);
  }
  return scopes;
}

/**
 * Whether a file takes part in a scope: for an overlay only what its kustomization reaches. What was rendered takes part
 * in its own scope alone, in which it stands for its source.
 */
export function isInScope(path: string, scope: Scope, planOf: (scope: Scope) => OverlayPlan | undefined): boolean {
  if (isRenderedPath(path) || scope.kind === 'rendered')
    return scope.kind === 'rendered' && isInside(path, scope.folder);
  if (scope.kind === 'folder') return true;
  if (scope.kind !== 'kustomization') return isInside(path, scope.folder);
  const plan = planOf(scope);
  return plan !== undefined && (plan.files.has(path) || plan.kustomizations.has(path));
}

/**
 * The scope in which a file is answered where nobody has chosen another: the nearest folder upward that is one and that
 * the file takes part in; else everything.
 */
export function defaultScope(
  path: string,
  scopes: ReadonlyMap<string, Scope>,
  planOf: (scope: Scope) => OverlayPlan | undefined,
): Scope {
  for (let folder = folderOf(path); ; folder = folderOf(folder)) {
    const scope = scopes.get(folder);
    if (scope !== undefined && isInScope(path, scope, planOf)) return scope;
    if (folder === '') return WHOLE_FOLDER;
  }
}

function isInside(path: string, folder: string): boolean {
  return folder === '' || path.startsWith(`${folder}/`);
}
