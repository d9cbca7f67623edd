import { window, type Disposable, type TextEditor } from 'vscode';
import { CURSOR } from '../../server/src/protocol/methods.ts';
import { isServedDocument } from './servedDocuments.ts';
import type { ServerSession } from './serverSession.ts';

/**
 * Tells the server the line of the cursor, when it changes: while it stands on a key without a value, that key is not
 * judged yet.
 */
export function reportCursor(session: ServerSession): Disposable {
  let last = '';
  const report = (editor: TextEditor | undefined): void => {
    if (editor === undefined || !isServedDocument(editor.document)) return;
    const uri = editor.document.uri.toString();
    const { line } = editor.selection.active;
    const place = `${uri}#${line}`;
    if (place === last) return;
    last = place;
    session.notify(CURSOR, { uri, line });
  };
  const listening = [
    window.onDidChangeTextEditorSelection(({ textEditor }) => {
      if (textEditor === window.activeTextEditor) report(textEditor);
    }),
    window.onDidChangeActiveTextEditor(report),
    session.onDidChangeState((state) => {
      if (state !== 'running') return;
      last = '';
      report(window.activeTextEditor);
    }),
  ];
  return {
    dispose: () => {
      for (const disposable of listening) disposable.dispose();
    },
  };
}
