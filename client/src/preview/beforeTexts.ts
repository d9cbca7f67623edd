import { commands, l10n, Uri, window, workspace, type QuickPickItem } from 'vscode';
import type { PanelBefore, PanelState } from '../../../server/src/protocol/panel.ts';
import type { PreviewBefore } from '../../../server/src/protocol/preview.ts';
import { COMMANDS } from '../commandIds.ts';
import { shownPath } from '../folders.ts';
import { label } from '../hostileText.ts';
import { snapshotFiles } from '../snapshotFiles.ts';
import { isServedDocument } from '../servedDocuments.ts';
import { revisionsOf, textsOfRevision } from './gitTexts.ts';

/** A snapshot larger than this is better chosen as the source, in bytes: it crosses two processes on its way here. */
const LARGEST = 256 * 1024 * 1024;

/** What a panel compares with, with the texts that the server does not read by itself. */
export async function beforeTexts({
  uri,
  before,
  after,
}: PanelState): Promise<PreviewBefore | { readonly problem: string }> {
  switch (before.kind) {
    case 'source':
    case 'context':
      return before;
    case 'snapshot': {
      const file = Uri.file(before.path);
      try {
        const { size } = await workspace.fs.stat(file);
        if (size > LARGEST) return { problem: l10n.t('{0} is too large to compare with.', shownPath(before.path)) };
        const text = new TextDecoder().decode(await workspace.fs.readFile(file));
        return { kind: 'snapshot', label: shownPath(before.path), text };
      } catch {
        return { problem: l10n.t('{0} cannot be read.', shownPath(before.path)) };
      }
    }
    case 'revision': {
      const document = Uri.parse(uri);
      const folder = workspace.getWorkspaceFolder(document)?.uri ?? document;
      const uris =
        after.kind === 'document'
          ? [document]
          : after.kind === 'unsaved'
            ? workspace.textDocuments.filter((each) => each.isDirty && isServedDocument(each)).map((each) => each.uri)
            : undefined;
      const files = await textsOfRevision(before.revision, folder, uris);
      return 'problem' in files ? files : { kind: 'texts', label: before.revision, files };
    }
  }
}

interface BeforeItem extends QuickPickItem {
  readonly choose: () => Promise<PanelBefore | undefined>;
}

/** A person chooses with what a panel compares. */
export async function chooseBefore(state: PanelState): Promise<PanelBefore | undefined> {
  const items: BeforeItem[] = [
    {
      label: `$(database) ${l10n.t('The chosen source as it is')}`,
      description: l10n.t('the cluster, the snapshot or the saved files'),
      choose: async () => ({ kind: 'source' }),
    },
    {
      label: `$(git-commit) ${l10n.t('A Git revision…')}`,
      description: l10n.t('the document as it was'),
      choose: () => chooseRevision(state.uri),
    },
    {
      label: `$(server-environment) ${l10n.t('Another context…')}`,
      description: l10n.t('contacted for this alone'),
      // It opens what it has chosen by itself.
      choose: async () => void (await commands.executeCommand(COMMANDS.compareContext)),
    },
    {
      label: `$(json) ${l10n.t('A snapshot…')}`,
      description: l10n.t('another cluster, or this one at another time'),
      choose: chooseSnapshot,
    },
  ];
  const picked = await window.showQuickPick(items, { title: l10n.t('Compare with') });
  return picked?.choose();
}

/** A commit, a branch or a tag; any other name may be typed. */
export async function chooseRevision(uri: string): Promise<PanelBefore | undefined> {
  const revisions = await revisionsOf(Uri.parse(uri));
  if (revisions.length === 0) {
    await window.showInformationMessage(l10n.t('This document is in no Git repository that the editor knows.'));
    return undefined;
  }
  const items = revisions.map(({ name, detail }) => ({ label: label(name), description: label(detail), name }));
  const picked = await window.showQuickPick(items, {
    title: l10n.t('Compare with a Git revision'),
    matchOnDescription: true,
  });
  return picked === undefined ? undefined : { kind: 'revision', revision: picked.name };
}

async function chooseSnapshot(): Promise<PanelBefore | undefined> {
  const found = (await snapshotFiles()).map((path) => ({ label: `$(json) ${label(shownPath(path))}`, path }));
  const other = { label: `$(folder-opened) ${l10n.t('Another file…')}`, path: undefined };
  const picked = await window.showQuickPick([...found, other], { title: l10n.t('Compare with a snapshot') });
  if (picked === undefined) return undefined;
  const path = picked.path ?? (await window.showOpenDialog({ openLabel: l10n.t('Compare') }))?.[0]?.fsPath;
  return path === undefined ? undefined : { kind: 'snapshot', path };
}
