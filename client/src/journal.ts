import { l10n, Selection, Uri, window, workspace, type QuickPickItem } from 'vscode';
import type { JournalFormat } from '../../server/src/protocol/changes.ts';
import { EXPORT_JOURNAL, VERIFY_JOURNAL } from '../../server/src/protocol/methods.ts';
import { sentence } from './hostileText.ts';
import type { ServerSession } from './serverSession.ts';

type Asking = Pick<ServerSession, 'request'>;

/** Tells whether each line of the journal follows from the one before it. */
export async function verifyJournal(session: Asking): Promise<void> {
  const { intact, text, path, line } = await session.request(VERIFY_JOURNAL, {});
  const open = l10n.t('Open the journal');
  const actions = path === undefined ? [] : [open];
  const shown = sentence(text);
  const chosen = await (intact
    ? window.showInformationMessage(shown, ...actions)
    : window.showWarningMessage(shown, ...actions));
  if (chosen !== open || path === undefined) return;
  const editor = await window.showTextDocument(await workspace.openTextDocument(Uri.file(path)));
  if (line === undefined || line > editor.document.lineCount) return;
  const { range } = editor.document.lineAt(line - 1);
  editor.selection = new Selection(range.start, range.start);
  editor.revealRange(range);
}

interface FormatItem extends QuickPickItem {
  readonly format: JournalFormat;
  readonly language: string;
}

/** Opens the journal's lines as a new document, in a form for another program or for a report. */
export async function openExport(session: Asking): Promise<void> {
  const picked = await window.showQuickPick(formatItems(), {
    title: l10n.t('Export the journal'),
    placeHolder: l10n.t('As a new document, to be saved wherever you like'),
  });
  if (picked === undefined) return;
  const { text, lines } = await session.request(EXPORT_JOURNAL, { format: picked.format });
  if (lines === 0) {
    await window.showInformationMessage(l10n.t('The journal is empty.'));
    return;
  }
  const document = await workspace.openTextDocument({ language: picked.language, content: text });
  await window.showTextDocument(document);
}

export function formatItems(): readonly FormatItem[] {
  return [
    { label: l10n.t('JSON lines'), description: l10n.t('as it is kept'), format: 'jsonl', language: 'jsonl' },
    { label: l10n.t('CSV'), description: l10n.t('for a spreadsheet'), format: 'csv', language: 'plaintext' },
    { label: l10n.t('Markdown table'), description: l10n.t('for a report'), format: 'md', language: 'markdown' },
  ];
}
