import { l10n, Range, Uri, window, workspace, WorkspaceEdit } from 'vscode';
import type { PanelEdit } from '../../../server/src/protocol/panel.ts';
import { visible } from '../hostileText.ts';
import { showDocument } from './showDocument.ts';

/**
 * Takes a proposal into the editor, as an edit that can be undone and is not saved. Only documents of the window's
 * folders, and such as are open, are written.
 */
export async function takeEdits(proposals: readonly PanelEdit[]): Promise<void> {
  const edit = new WorkspaceEdit();
  for (const { uri: address, create, edits } of proposals) {
    const uri = Uri.parse(address, true);
    const isOpen = workspace.textDocuments.some((document) => document.uri.toString() === uri.toString());
    if (!isOpen && workspace.getWorkspaceFolder(uri) === undefined) {
      return void (await window.showErrorMessage(l10n.t('{0} is not in this window.', visible(uri.path))));
    }
    if (create === true) edit.createFile(uri, { ignoreIfExists: true });
    for (const { range, newText } of edits) {
      const { start, end } = range;
      edit.replace(uri, new Range(start.line, start.character, end.line, end.character), newText);
    }
  }
  if (!(await workspace.applyEdit(edit))) {
    return void (await window.showErrorMessage(
      l10n.t('The edit could not be made: the document has changed meanwhile.'),
    ));
  }
  const [first] = proposals;
  if (first !== undefined) await showDocument(first.uri);
}

/** Saves a picture where a person says. */
export async function saveFile(name: string, base64: string): Promise<void> {
  const folder = workspace.workspaceFolders?.[0]?.uri;
  const target = await window.showSaveDialog(
    folder === undefined ? {} : { defaultUri: Uri.joinPath(folder, name.replaceAll(/[^\w.-]/g, '-')) },
  );
  if (target !== undefined) await workspace.fs.writeFile(target, Buffer.from(base64, 'base64'));
}
