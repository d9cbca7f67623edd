import { commands, l10n, ProgressLocation, window, workspace } from 'vscode';
import type { ConnectOutcome, ContextSummary } from '../../server/src/protocol/contexts.ts';
import { CONNECT, CONTEXTS } from '../../server/src/protocol/methods.ts';
import { contextItems, type ContextItem } from './contextItems.ts';
import { agreesToRun, type ExecConsents } from './execConsent.ts';
import { pickFolder } from './folders.ts';
import { visible } from './hostileText.ts';
import type { SourceMemory } from './rememberedSource.ts';
import type { ServerSession } from './serverSession.ts';

export interface ContextChooser {
  readonly session: ServerSession;
  readonly memory: SourceMemory;
  readonly consents: ExecConsents;
  /** What was said of the folder's choice before does not hold any more. */
  readonly onChosen: (folder: string) => void;
}

/** Lists what the kubeconfig names, which contacts nothing; only the context that a person picks is tried. */
export async function chooseContext(chooser: ContextChooser): Promise<void> {
  if (!workspace.isTrusted) return explainTrust();
  const folder = await pickFolder();
  if (folder === undefined) return;
  const context = await pickContext(chooser, folder);
  if (context === undefined || !(await agreesToRun(context, chooser.consents))) return;
  const outcome = await window.withProgress(
    { location: ProgressLocation.Notification, title: l10n.t('Connecting to {0}', visible(context.name)) },
    () => connect(chooser, folder, context),
  );
  if (outcome.ok) chooser.onChosen(folder);
  else await explainFailure(chooser, context, outcome.problem);
}

async function explainTrust(): Promise<void> {
  const manage = l10n.t('Manage workspace trust');
  const chosen = await window.showWarningMessage(
    l10n.t('No cluster is contacted from a workspace that is not trusted: its files could name the server.'),
    manage,
  );
  if (chosen === manage) await commands.executeCommand('workbench.trust.manage');
}

async function pickContext({ session, memory }: ContextChooser, folder: string): Promise<ContextSummary | undefined> {
  const list = await session.request(CONTEXTS, { folder });
  if (list.contexts.length === 0) {
    const why =
      list.problem ?? l10n.t('No context in {0}.', list.files.map(visible).join(', ') || l10n.t('any kubeconfig'));
    await window.showWarningMessage(why);
    return undefined;
  }
  const remembered = memory.get(folder);
  const items = contextItems(list, remembered?.kind === 'context' ? remembered : undefined);
  const picked = await window.showQuickPick<ContextItem>(items, {
    title: l10n.t('Take pods and policies from a cluster'),
    placeHolder: list.problem ?? l10n.t('Only the context that you pick is contacted'),
    matchOnDescription: true,
    matchOnDetail: true,
  });
  return picked?.context;
}

async function connect(
  { session, memory }: ContextChooser,
  folder: string,
  context: ContextSummary,
): Promise<ConnectOutcome> {
  const { name, identity, exec } = context;
  const outcome = await session.request(CONNECT, {
    folder,
    context: name,
    identity,
    ...(exec === undefined ? {} : { execConsent: exec.identity }),
  });
  if (outcome.ok) await memory.set(folder, { kind: 'context', context: name, identity });
  return outcome;
}

async function explainFailure(chooser: ContextChooser, context: ContextSummary, problem: string): Promise<void> {
  const another = l10n.t('Choose another');
  const chosen = await window.showErrorMessage(`${visible(context.name)}: ${visible(problem)}`, another);
  if (chosen === another) await chooseContext(chooser);
}
