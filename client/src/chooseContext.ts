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
  await connectChosen(chooser, false);
}

/**
 * Connects to the context that a person picks now.
 *
 * @param beside for a comparison alone: where the folder's pods come from stays as it is
 * @returns the folder and the context's name; undefined where nothing came of it, which the person has been told
 */
export async function connectChosen(
  chooser: ContextChooser,
  beside: boolean,
): Promise<{ readonly folder: string; readonly context: string } | undefined> {
  if (!workspace.isTrusted) {
    await explainTrust();
    return undefined;
  }
  const folder = await pickFolder();
  if (folder === undefined) return undefined;
  const context = await pickContext(chooser, folder);
  if (context === undefined) return undefined;
  if (context.problem !== undefined) {
    await explainFailure(chooser, { folder, context, beside }, context.problem);
    return undefined;
  }
  if (!(await agreesToRun(context, chooser.consents))) return undefined;
  const title = l10n.t('Connecting to {0}', sentence(context.name, 100));
  const outcome = await withCancel(title, (cancel) =>
    chooser.prompts.during(() => connect(chooser, { folder, context, beside }, cancel)),
  );
  if (outcome === undefined) return undefined;
  if (!outcome.ok) {
    await explainFailure(chooser, { folder, context, beside }, outcome.problem);
    return undefined;
  }
  if (!beside) chooser.onChosen(folder);
  return { folder, context: context.name };
}

interface Attempt {
  readonly folder: string;
  readonly context: ContextSummary;
  readonly beside: boolean;
}

async function connect(
  { session, memory }: ContextChooser,
  { folder, context: { name, identity, exec }, beside }: Attempt,
  cancel: CancellationToken,
): Promise<ConnectOutcome> {
  const choice = {
    folder,
    context: name,
    identity,
    ...(exec === undefined ? {} : { execConsent: exec.identity }),
    ...(beside && { beside }),
  };
  const proxy = editorProxy();
  const outcome = await session.request(
    CONNECT,
    { ...choice, ...(proxy === undefined ? {} : { editorProxy: proxy }) },
    cancel,
  );
  if (outcome.ok && !beside) {
    await memory.set(folder, withContext(memory.get(folder), { context: name, identity }, outcome.kept ?? []));
  }
  return outcome;
}

async function explainFailure(
  chooser: ContextChooser,
  { folder, context, beside }: Attempt,
  problem: string,
): Promise<void> {
  const another = l10n.t('Choose another');
  const diagnose = l10n.t('Diagnose');
  const chosen = await window.showErrorMessage(sentence(`${context.name}: ${problem}`), another, diagnose);
  if (chosen === another) await connectChosen(chooser, beside);
  if (chosen === diagnose) await diagnoseContext(chooser, folder, context);
}
