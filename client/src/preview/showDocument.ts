import { Uri, ViewColumn, window, workspace, type TextEditor } from 'vscode';

/** Shows a document where it is open already, or else in the first column: never in front of the panel. */
export async function showDocument(address: string): Promise<TextEditor> {
  const uri = Uri.parse(address, true);
  const open = window.visibleTextEditors.find(({ document }) => document.uri.toString() === uri.toString());
  const document = await workspace.openTextDocument(uri);
  return window.showTextDocument(document, { viewColumn: open?.viewColumn ?? ViewColumn.One, preview: false });
}
