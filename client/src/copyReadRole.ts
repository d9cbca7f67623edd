import { env, l10n, window, workspace } from 'vscode';
import { READ_ROLE } from '../../server/src/protocol/methods.ts';
import type { ReadRoleParams } from '../../server/src/protocol/readRole.ts';
import { pickFolder } from './folders.ts';
import type { ServerSession } from './serverSession.ts';

/** Puts the least role that Bulkhead reads with on the clipboard, for whoever hands out rights. */
export async function copyReadRole(session: ServerSession): Promise<void> {
  const folder = await pickFolder();
  if (folder === undefined) return;
  const picked = await window.showQuickPick<{ label: string; detail: string; of: ReadRoleParams['of'] }>(
    [
      {
        label: l10n.t('For the whole cluster'),
        detail: l10n.t('One ClusterRole. Every answer can be given with it.'),
        of: 'cluster',
      },
      {
        label: l10n.t('For the namespaces of these files'),
        detail: l10n.t('A Role in each. What lies in other namespaces stays unknown.'),
        of: 'namespaces',
      },
    ],
    { title: l10n.t('The rights that Bulkhead reads with') },
  );
  if (picked === undefined) return;
  const { text } = await session.request(READ_ROLE, { folder, of: picked.of });
  if (text === '') {
    await window.showInformationMessage(l10n.t('These files and bulkhead.namespaces name no namespace.'));
    return;
  }
  await env.clipboard.writeText(text);
  const show = l10n.t('Show');
  const chosen = await window.showInformationMessage(l10n.t('The role is on the clipboard.'), show);
  if (chosen !== show) return;
  await window.showTextDocument(await workspace.openTextDocument({ language: 'yaml', content: text }));
}
