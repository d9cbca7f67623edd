import { Uri, ViewColumn, window, workspace, type TextEditor } from 'vscode';

/** Shows a document where it is open already, or else in the first column: never in front of the panel. */
export async function showDocument(address: string): Promise<TextEditor> {
  const uri = Uri.parse(address, true);
  // A host in a file's address is looked up on the network as soon as the file is opened.
  if (uri.scheme === 'file' && uri.authority !== '' && workspace.getWorkspaceFolder(uri) === undefined) {
    throw new Error(`${address} is on another host, and in no folder of this window`);
  }
  const open = window.visibleTextEditors.find(({ document }) => document.uri.toString() === uri.toString());
  const document = await workspace.openTextDocument(uri);
  return window.showTextDocument(document, { viewColumn: open?.viewColumn ?? ViewColumn.One, preview: false });
}
