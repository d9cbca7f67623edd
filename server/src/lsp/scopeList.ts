import { scopeName } from '../features/scopeText.ts';
import type { ScopeList } from '../protocol/scopes.ts';
import { pathOfUri, sourcePath } from '../workspace/fileUri.ts';
import type { FolderWorkspace } from '../workspace/folderWorkspace.ts';
import type { ScopeKind } from '../workspace/scopes.ts';
import { relative } from '../workspace/scopeView.ts';

/** The scopes that a person may choose from for a document. */
export function scopeList(workspace: FolderWorkspace, uri: string): ScopeList {
  const root = pathOfUri(workspace.uri).replace(/\/$/, '');
  const { chosenScope } = workspace;
  return {
    folder: workspace.uri,
    scopes: workspace.scopesOf(uri).map(({ folder, kind }) => ({
      scope: folder,
      label: scopeName({ kind, name: kind === 'folder' ? '' : relative(sourcePath(folder), root) }),
      because: MARKERS[kind],
    })),
    current: workspace.scopeOf(uri).folder,
    ...(chosenScope === undefined ? {} : { chosen: chosenScope }),
  };
}

const MARKERS: Readonly<Record<ScopeKind, string>> = {
  folder: '',
  bulkhead: 'bulkhead.yaml',
  chart: 'Chart.yaml',
  kustomization: 'kustomization.yaml',
  rendered: 'as rendered',
};
