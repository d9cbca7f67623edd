import { l10n, window, workspace, type CancellationToken } from 'vscode';
import type { ConnectOutcome, ContextSummary } from '../../server/src/protocol/contexts.ts';
import { CONNECT } from '../../server/src/protocol/methods.ts';
import { diagnoseContext, type Diagnosing } from './diagnose.ts';
import { editorProxy } from './editorProxy.ts';
import { agreesToRun } from './execConsent.ts';
import { pickFolder } from './folders.ts';
import { sentence } from './hostileText.ts';
import { explainTrust, pickContext } from './pickContext.ts';
import { withContext } from './rememberedSource.ts';
import { withCancel } from './withCancel.ts';

export interface ContextChooser extends Diagnosing {
  /** What was said of the folder's choice before does not hold any more. */
  readonly onChosen: (folder: string) => void;
}

/** Lists what the kubeconfig names, which contacts nothing; only the context that a person picks is tried. */
export async function chooseContext(chooser: ContextChooser): Promise<void> {
  if (!workspace.isTrusted) return explainTrust();
  const folder = await pickFolder();
  if (folder === undefined) return;
  const context = await pickContext(chooser, folder);
  if (context === undefined) return;
  if (context.problem !== undefined) return explainFailure(chooser, folder, context, context.problem);
  if (!(await agreesToRun(context, chooser.consents))) return;
  const title = l10n.t('Connecting to {0}', sentence(context.name, 100));
  const outcome = await withCancel(title, (cancel) =>
    chooser.prompts.during(() => connect(chooser, folder, context, cancel)),
  );
  if (outcome === undefined) return;
  if (outcome.ok) chooser.onChosen(folder);
  else await explainFailure(chooser, folder, context, outcome.problem);
}

async function connect(
  { session, memory }: ContextChooser,
  folder: string,
  { name, identity, exec }: ContextSummary,
  cancel: CancellationToken,
): Promise<ConnectOutcome> {
  const choice = { folder, context: name, identity, ...(exec === undefined ? {} : { execConsent: exec.identity }) };
  const proxy = editorProxy();
  const outcome = await session.request(
    CONNECT,
    { ...choice, ...(proxy === undefined ? {} : { editorProxy: proxy }) },
    cancel,
  );
  if (outcome.ok) {
    await memory.set(folder, withContext(memory.get(folder), { context: name, identity }, outcome.kept ?? []));
  }
  return outcome;
}

async function explainFailure(
  chooser: ContextChooser,
  folder: string,
  context: ContextSummary,
  problem: string,
): Promise<void> {
  const another = l10n.t('Choose another');
  const diagnose = l10n.t('Diagnose');
  const chosen = await window.showErrorMessage(sentence(`${context.name}: ${problem}`), another, diagnose);
  if (chosen === another) await chooseContext(chooser);
  if (chosen === diagnose) await diagnoseContext(chooser, folder, context);
}
