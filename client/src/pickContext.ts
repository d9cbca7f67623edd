import { commands, l10n, window } from 'vscode';
import type { ContextList, ContextSummary } from '../../server/src/protocol/contexts.ts';
import { CONTEXTS } from '../../server/src/protocol/methods.ts';
import { contextItems, type ContextItem } from './contextItems.ts';
import { label } from './hostileText.ts';
import { machineText } from './machine.ts';
import { explainNoContext } from './missingKubeconfig.ts';
import type { SourceMemory } from './rememberedSource.ts';
import type { ServerSession } from './serverSession.ts';

export interface ContextPicker {
  readonly session: ServerSession;
  readonly memory: SourceMemory;
}

/** Lists what the kubeconfig names, which contacts nothing, and lets a person pick. */
export async function pickContext(
  { session, memory }: ContextPicker,
  folder: string,
): Promise<ContextSummary | undefined> {
  const uri = window.activeTextEditor?.document.uri.toString();
  const ask = (): Promise<ContextList> => session.request(CONTEXTS, { folder, ...(uri === undefined ? {} : { uri }) });
  let list = await ask();
  while (list.contexts.length === 0) {
    if (!(await explainNoContext(list))) return undefined;
    list = await ask();
  }
  const machine = label(machineText(list.machine), 40);
  const remembered = memory.get(folder);
  const items = contextItems(list, remembered?.kind === 'context' ? remembered : undefined);
  const picked = await window.showQuickPick<ContextItem>(items, {
    title: l10n.t('Take pods and policies from a cluster (contexts of {0})', machine),
    placeHolder: list.problem ?? l10n.t('Only the context that you pick is contacted'),
    matchOnDescription: true,
    matchOnDetail: true,
  });
  return picked?.context;
}

export async function explainTrust(): Promise<void> {
  const manage = l10n.t('Manage workspace trust');
  const chosen = await window.showWarningMessage(
    l10n.t('No cluster is contacted from a workspace that is not trusted: its files could name the server.'),
    manage,
  );
  if (chosen === manage) await commands.executeCommand('workbench.trust.manage');
}
