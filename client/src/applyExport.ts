import { env, l10n, window, workspace, type QuickPickItem } from 'vscode';
import type { ApplyPreview, ExportText } from '../../server/src/protocol/apply.ts';
import { EXPORT_APPLY } from '../../server/src/protocol/methods.ts';
import { whatChanges } from './applyQuestion.ts';
import type { ServerSession } from './serverSession.ts';

interface ExportItem extends QuickPickItem {
  readonly text: keyof ExportText;
  /** The language of a new document; absent: into the clipboard. */
  readonly language?: string;
}

/** Gives what would be sent to somebody who may send it, or to the repository that a GitOps program reads. */
export async function exportPreview(session: Pick<ServerSession, 'request'>, preview: ApplyPreview): Promise<void> {
  const picked = await window.showQuickPick(exportItems(), {
    title: l10n.t('Export {0}', whatChanges(preview)),
    placeHolder: l10n.t('Nothing is sent to the cluster'),
  });
  if (picked === undefined) return;
  const texts = await session.request(EXPORT_APPLY, { id: preview.id });
  const content = texts[picked.text];
  if (picked.language === undefined) {
    await env.clipboard.writeText(content);
    await window.showInformationMessage(l10n.t('Copied.'));
    return;
  }
  await window.showTextDocument(await workspace.openTextDocument({ language: picked.language, content }));
}

function exportItems(): readonly ExportItem[] {
  return [
    { label: l10n.t('Manifests as a new document'), text: 'manifests', language: 'yaml' },
    { label: l10n.t('Markdown for a pull request, into the clipboard'), text: 'markdown' },
    { label: l10n.t('kubectl line, into the clipboard'), text: 'kubectl' },
    { label: l10n.t('Markdown for a pull request, as a new document'), text: 'markdown', language: 'markdown' },
    { label: l10n.t('Manifests, into the clipboard'), text: 'manifests' },
  ];
}
