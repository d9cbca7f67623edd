import { l10n, Range, Uri, window, workspace, WorkspaceEdit } from 'vscode';
import type { KeepIntentParams } from '../../../server/src/protocol/intents.ts';
import { KEEP_INTENT } from '../../../server/src/protocol/methods.ts';
import { sentence } from '../hostileText.ts';
import type { ServerSession } from '../serverSession.ts';
import { showDocument } from './showDocument.ts';

/** Writes an answer into the nearest file of intent tests, as an edit that can be undone, and shows it there. */
export async function keepAsTest(
  session: Pick<ServerSession, 'request'>,
  uri: string,
  params: Omit<KeepIntentParams, 'uri'>,
): Promise<void> {
  const kept = await session.request(KEEP_INTENT, { ...params, uri });
  if ('problem' in kept) return void (await window.showErrorMessage(sentence(kept.problem)));
  const file = Uri.parse(kept.uri, true);
  const edit = new WorkspaceEdit();
  if (kept.isNew) edit.createFile(file, { ignoreIfExists: true });
  for (const { range, newText } of kept.edits) {
    const { start, end } = range;
    edit.replace(file, new Range(start.line, start.character, end.line, end.character), newText);
  }
  if (!(await workspace.applyEdit(edit))) {
    return void (await window.showErrorMessage(
      l10n.t('The test could not be written: the file has changed meanwhile.'),
    ));
  }
  const editor = await showDocument(kept.uri);
  editor.revealRange(editor.document.lineAt(editor.document.lineCount - 1).range);
}
