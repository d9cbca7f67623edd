import { l10n, Range, Uri, window, workspace, WorkspaceEdit, type TextDocument } from 'vscode';
import type { PanelEdit } from '../../../server/src/protocol/panel.ts';
import { visible } from '../hostileText.ts';
import { isServedDocument } from '../servedDocuments.ts';
import { showDocument } from './showDocument.ts';

/**
 * Takes a proposal into the editor, as an edit that can be undone and is not saved. Only manifests of the window's
 * folders, and such as are open, are written, and only where they still are what the proposal was made for: the page
 * says what is to be written, and a person may have typed meanwhile.
 */
export async function takeEdits(proposals: readonly PanelEdit[]): Promise<void> {
  const edit = new WorkspaceEdit();
  for (const { uri: address, version, edits } of proposals) {
    const uri = Uri.parse(address, true);
    const document = workspace.textDocuments.find((each) => each.uri.toString() === uri.toString());
    if (document === undefined ? !isManifestOfWindow(uri) : !isServedDocument(document)) {
      return void (await window.showErrorMessage(l10n.t('{0} is no manifest of this window.', visible(uri.path))));
    }
    if (!isStill(document, version)) return void (await window.showErrorMessage(CHANGED()));
    for (const { range, newText } of edits) {
      const { start, end } = range;
      edit.replace(uri, new Range(start.line, start.character, end.line, end.character), newText);
    }
  }
  if (!(await workspace.applyEdit(edit))) return void (await window.showErrorMessage(CHANGED()));
  const [first] = proposals;
  if (first !== undefined) await showDocument(first.uri);
}

const CHANGED = (): string => l10n.t('The edit could not be made: the document has changed meanwhile.');

/** A file that was not open when the proposal was made is still as it is on disk. */
function isStill(document: TextDocument | undefined, version: number | undefined): boolean {
  return version === undefined ? document?.isDirty !== true : document?.version === version;
}

/** Folders that begin with a dot hold what programs are told, such as an editor's tasks. */
function isManifestOfWindow(uri: Uri): boolean {
  const folder = workspace.getWorkspaceFolder(uri);
  if (folder === undefined || !/\.(?:ya?ml|json)$/.test(uri.path)) return false;
  return !uri.path.slice(folder.uri.path.length).includes('/.');
}

/** Saves a picture where a person says. */
export async function saveFile(name: string, base64: string): Promise<void> {
  const folder = workspace.workspaceFolders?.[0]?.uri;
  const target = await window.showSaveDialog(
    folder === undefined ? {} : { defaultUri: Uri.joinPath(folder, name.replaceAll(/[^\w.-]/g, '-')) },
  );
  if (target !== undefined) await workspace.fs.writeFile(target, Buffer.from(base64, 'base64'));
}
