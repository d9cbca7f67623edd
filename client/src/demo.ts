import { commands, l10n, Uri, window, workspace, type ExtensionContext } from 'vscode';
import { isDemoFolder } from './demoFolder.ts';
import type { SourceMemory } from './rememberedSource.ts';

/** The demo shop out of the extension, in a folder of the extension's own storage. */
export interface Demo {
  /** Opens it in a new window; a copy that is there already is kept or made anew, as the person says. */
  open(): Promise<void>;
  /**
   * A memory in which the demo's folder has its saved cluster chosen, so that no setting has to be read from a folder
   * that nobody has trusted yet.
   */
  remembering(memory: SourceMemory): SourceMemory;
}

export function demo({ extensionUri, globalStorageUri, extension }: ExtensionContext): Demo {
  const { version } = extension.packageJSON as { readonly version: string };
  const origin = Uri.joinPath(extensionUri, 'client', 'demo');
  const storage = Uri.joinPath(globalStorageUri, 'demo');
  // A new version of the extension brings a new demo; the copy of the old one stays as it was left.
  const copy = Uri.joinPath(storage, version, 'shop');
  return {
    open: async () => {
      const isThere = await exists(copy);
      const afresh = isThere ? await asksForFreshCopy() : true;
      if (afresh === undefined) return;
      if (afresh) {
        if (isThere) await workspace.fs.delete(copy, { recursive: true });
        await workspace.fs.copy(origin, copy);
      }
      await commands.executeCommand('vscode.openFolder', copy, { forceNewWindow: true });
    },
    remembering: (memory) => ({
      get: (folder) => {
        const chosen = memory.get(folder);
        if (chosen !== undefined || !isDemoFolder(folder, storage.toString())) return chosen;
        return { kind: 'snapshot', path: Uri.joinPath(Uri.parse(folder), 'cluster.json').fsPath };
      },
      set: (folder, source) => memory.set(folder, source),
    }),
  };
}

/** Undefined: the person has changed their mind. */
async function asksForFreshCopy(): Promise<boolean | undefined> {
  const kept = { label: `$(folder-opened) ${l10n.t('Open it as you left it')}`, afresh: false };
  const fresh = {
    label: `$(discard) ${l10n.t('Open a fresh copy')}`,
    description: l10n.t('your changes to the demo are lost'),
    afresh: true,
  };
  const picked = await window.showQuickPick([kept, fresh], { title: l10n.t('The demo shop') });
  return picked?.afresh;
}

async function exists(uri: Uri): Promise<boolean> {
  try {
    await workspace.fs.stat(uri);
    return true;
  } catch {
    return false;
  }
}
