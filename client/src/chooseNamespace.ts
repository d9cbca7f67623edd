import { ConfigurationTarget, l10n, window, workspace } from 'vscode';
import { NAMESPACES } from '../../server/src/protocol/methods.ts';
import type { NamespaceSummary } from '../../server/src/protocol/namespaces.ts';
import { NO_FOLDER, pickFolder, scopeOf } from './folders.ts';
import { namespaceItems, type NamespaceItem } from './namespaceItems.ts';
import type { ServerSession } from './serverSession.ts';

/** Sets `bulkhead.namespace` of the folder: known namespaces are offered, any other can be typed. */
export async function chooseNamespace(session: ServerSession): Promise<void> {
  const folder = await pickFolder();
  if (folder === undefined) return;
  const { namespaces } = await session.request(NAMESPACES, { folder });
  const settings = workspace.getConfiguration('bulkhead', scopeOf(folder));
  const current = settings.get<string>('namespace', '');
  const picked = await pick(namespaces, current);
  if (picked === undefined || picked.namespace === current) return;
  const target = folder === NO_FOLDER ? ConfigurationTarget.Global : ConfigurationTarget.WorkspaceFolder;
  await settings.update('namespace', picked.namespace === '' ? undefined : picked.namespace, target);
}

/** A picker that also takes what is typed, which `showQuickPick` does not. */
function pick(known: readonly NamespaceSummary[], current: string): Promise<NamespaceItem | undefined> {
  const picker = window.createQuickPick<NamespaceItem>();
  picker.title = l10n.t('Namespace of manifests that name none');
  picker.placeholder = l10n.t('Choose one or type its name');
  picker.matchOnDescription = true;
  picker.items = namespaceItems(known, current, '');
  picker.onDidChangeValue((typed) => {
    picker.items = namespaceItems(known, current, typed.trim());
  });
  return new Promise((resolve) => {
    picker.onDidAccept(() => {
      resolve(picker.selectedItems[0]);
      picker.hide();
    });
    picker.onDidHide(() => {
      resolve(undefined);
      picker.dispose();
    });
    picker.show();
  });
}
