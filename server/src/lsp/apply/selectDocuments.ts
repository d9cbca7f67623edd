import type { ApplyScope } from '../../protocol/apply.ts';
import { lineIndex } from '../../syntax/lineIndex.ts';
import { applyDocuments, type ApplyDocument, type ApplySelection } from '../../workspace/apply/applyDocuments.ts';
import { bindingProblem, boundContext } from '../../workspace/boundContext.ts';
import { pathOfUri } from '../../workspace/fileUri.ts';
import type { FolderWorkspace } from '../../workspace/folderWorkspace.ts';
import type { FileView, WorkspaceSnapshot } from '../../workspace/snapshot.ts';

export type Selected =
  | { readonly problem: string; readonly chooseContext?: true }
  | {
      readonly selection: ApplySelection;
      readonly documents: readonly ApplyDocument[];
      /** A file from whose cluster all of them are meant. */
      readonly meantFor: string;
    };

/**
 * What a person means by documents, files and folders, a selection in one of them or a few policies; the Namespaces
 * that they have ticked come first. One sentence where it may not be changed from here at all.
 */
export function selectDocuments(folder: FolderWorkspace, snapshot: WorkspaceSnapshot, scope: ApplyScope): Selected {
  if (snapshot.source.kind === 'files' && snapshot.source.indexing !== undefined) {
    return { problem: 'The folder is still being read. Try again in a moment.' };
  }
  const views = scope.uris.flatMap((uri) => viewsOf(folder, snapshot, uri));
  const [first] = views;
  if (first === undefined) return { problem: 'There is no manifest in what was chosen.' };
  const contexts = new Set(views.map(({ file }) => boundContext(folder, file.uri)?.context));
  const [one, other] = [...contexts].flatMap((context) => context ?? []);
  if (one !== undefined && other !== undefined) {
    return { problem: `What was chosen is meant for ${one} and for ${other} (bulkhead.yaml). Choose files of one.` };
  }
  if (new Set(views.map(({ file }) => folder.boundSourceOf(file.uri))).size > 1) {
    return { problem: `Only some of what was chosen is meant for ${one ?? ''} (bulkhead.yaml). Choose files of one.` };
  }
  for (const view of views) {
    const bound = bindingProblem(folder, view.file.uri);
    if (bound !== undefined) return { problem: bound, chooseContext: true };
    const problem = builtProblem(folder, view);
    if (problem !== undefined) return { problem };
  }
  const namespaces = new Map(views.map(({ file, namespace }) => [file.uri, namespace.name]));
  const selection = applyDocuments(
    views.map(({ file }) => file),
    {
      namespaceOf: ({ uri }) => namespaces.get(uri) ?? 'default',
      isMeant: (file, placed) => touches(scope, file.text, placed.start, placed.document.text.length),
    },
  );
  const isWanted = ({ target: { namespace, name } }: ApplyDocument): boolean =>
    scope.policies === undefined || scope.policies.includes(`${namespace}/${name}`);
  const ticked = selection.namespaces.filter(({ target }) => scope.namespaces?.includes(target.name) === true);
  return {
    selection,
    documents: [...ticked, ...selection.policies.filter(isWanted)],
    meantFor: first.file.uri,
  };
}

/** The file of a URI, or every file below it. */
function viewsOf(folder: FolderWorkspace, snapshot: WorkspaceSnapshot, uri: string): readonly FileView[] {
  const own = snapshot.files.get(uri);
  if (own !== undefined) return [own];
  const below = `${pathOfUri(uri).replace(/\/$/, '')}/`;
  return [...snapshot.files.keys()].sort().flatMap((each) => {
    const view = pathOfUri(each).startsWith(below) ? snapshot.files.get(each) : undefined;
    return view === undefined || !folder.snapshotAround(each).manifests.files.has(each) ? [] : [view];
  });
}

/** What is written in a base is not what Kustomize makes of it: another namespace, other names and labels. */
function builtProblem(folder: FolderWorkspace, { file }: FileView): string | undefined {
  const scope = folder.scopesOf(file.uri).find(({ kind }) => kind === 'kustomization');
  if (scope === undefined) return undefined;
  const name = file.uri.slice(file.uri.lastIndexOf('/') + 1);
  return `Kustomize builds ${decodeURIComponent(name)}, and may change it: render the overlay and apply what it gives.`;
}

function touches({ lines }: ApplyScope, text: string, start: number, length: number): boolean {
  if (lines === undefined) return true;
  const index = lineIndex(text);
  const [first, last] = [index.position(start).line, index.position(start + length).line];
  return lines.some((range) => range.start <= last && first <= range.end);
}
