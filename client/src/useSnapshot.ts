import { l10n, Uri, window, type QuickPickItem } from 'vscode';
import { USE_SOURCE } from '../../server/src/protocol/methods.ts';
import type { SourceChoice } from '../../server/src/protocol/sources.ts';
import { NO_FOLDER, pickFolder, shownPath } from './folders.ts';
import { label, sentence } from './hostileText.ts';
import type { RememberedSource, SourceMemory } from './rememberedSource.ts';
import type { ServerSession } from './serverSession.ts';
import { snapshotFiles } from './snapshotFiles.ts';

export interface SourceSwitch {
  readonly session: ServerSession;
  readonly memory: SourceMemory;
  readonly onChosen: (folder: string) => void;
}

interface FileItem extends QuickPickItem {
  /** Absent on the row that opens the file dialog. */
  readonly path?: string;
}

export async function useSnapshot(parts: SourceSwitch): Promise<void> {
  const folder = await pickFolder();
  if (folder === undefined) return;
  const path = await pickFile(folder);
  if (path !== undefined) await use(parts, folder, { kind: 'snapshot', path });
}

export async function useFiles(parts: SourceSwitch): Promise<void> {
  const folder = await pickFolder();
  if (folder !== undefined) await use(parts, folder, { kind: 'files' });
}

async function use(
  { session, memory, onChosen }: SourceSwitch,
  folder: string,
  source: Exclude<RememberedSource, { kind: 'context' }>,
): Promise<void> {
  const choice: SourceChoice = { folder, ...source };
  const { problem } = await session.request(USE_SOURCE, choice);
  if (problem !== undefined) {
    await window.showErrorMessage(sentence(problem));
    return;
  }
  await memory.set(folder, source);
  onChosen(folder);
}

async function pickFile(folder: string): Promise<string | undefined> {
  const items: FileItem[] = (await snapshotFiles()).map((path) => ({
    label: `$(json) ${label(shownPath(path))}`,
    path,
  }));
  if (items.length === 0) return openDialog(folder);
  items.push({ label: `$(folder-opened) ${l10n.t('Another file…')}` });
  const picked = await window.showQuickPick(items, {
    title: l10n.t('Take pods and policies from a snapshot'),
    placeHolder: l10n.t('What “bulkhead snapshot” or “kubectl get … -o json” wrote'),
  });
  if (picked === undefined) return undefined;
  return picked.path ?? openDialog(folder);
}

async function openDialog(folder: string): Promise<string | undefined> {
  const chosen = await window.showOpenDialog({
    title: l10n.t('Take pods and policies from a snapshot'),
    openLabel: l10n.t('Use snapshot'),
    filters: { [l10n.t('Snapshots')]: ['json', 'yaml', 'yml'] },
    ...(folder === NO_FOLDER ? {} : { defaultUri: Uri.parse(folder) }),
  });
  return chosen?.[0]?.fsPath;
}
