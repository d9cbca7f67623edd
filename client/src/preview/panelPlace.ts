import { Uri, workspace } from 'vscode';
import { NO_FOLDER } from '../folders.ts';

/** The folder of the window that a panel's document belongs to: its own, else the first. */
export function folderOf(uri: string): string {
  const folder =
    (uri === '' ? undefined : workspace.getWorkspaceFolder(Uri.parse(uri))) ?? workspace.workspaceFolders?.[0];
  return folder?.uri.toString() ?? NO_FOLDER;
}

/** Where a question without a comparison is asked: in the document's scope, or, without a document, in the folder. */
export function placeOf(uri: string): { readonly folder: string; readonly uri?: string } {
  const folder = folderOf(uri);
  return uri === '' || uri === folder ? { folder } : { folder, uri };
}
