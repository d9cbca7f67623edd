import { Uri, window, workspace } from 'vscode';

/** How a window without a folder is named towards the server and in memory. */
export const NO_FOLDER = '';

/** The folders of the window as the server knows them: their URIs. */
export function allFolders(): readonly string[] {
  const folders = workspace.workspaceFolders ?? [];
  return folders.length === 0 ? [NO_FOLDER] : folders.map(({ uri }) => uri.toString());
}

/** The folder as the scope of a setting. */
export function scopeOf(folder: string): Uri | undefined {
  return folder === NO_FOLDER ? undefined : Uri.parse(folder);
}

/** The folder that a command means: the active editor's, else the only one, else a person picks. */
export async function pickFolder(): Promise<string | undefined> {
  const folders = workspace.workspaceFolders ?? [];
  const active = window.activeTextEditor && workspace.getWorkspaceFolder(window.activeTextEditor.document.uri);
  const folder = active ?? (folders.length > 1 ? await window.showWorkspaceFolderPick() : folders[0]);
  if (folder === undefined) return folders.length === 0 ? NO_FOLDER : undefined;
  return folder.uri.toString();
}

/** A path for people: relative to its folder where it lies in one. */
export function shownPath(path: string): string {
  return workspace.asRelativePath(Uri.file(path), (workspace.workspaceFolders?.length ?? 0) > 1);
}
