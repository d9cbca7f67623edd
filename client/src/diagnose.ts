import { EventEmitter, l10n, Uri, window, workspace, type Disposable } from 'vscode';
import type { ContextChoice, ContextSummary } from '../../server/src/protocol/contexts.ts';
import { CONTEXTS, DIAGNOSE } from '../../server/src/protocol/methods.ts';
import { editorProxy } from './editorProxy.ts';
import { agreesToRun, type ExecConsents } from './execConsent.ts';
import { pickFolder } from './folders.ts';
import { label, sentence, visible } from './hostileText.ts';
import type { LoginPrompts } from './loginPrompts.ts';
import { explainTrust, pickContext, type ContextPicker } from './pickContext.ts';
import type { RememberedContext } from './rememberedSource.ts';
import { withCancel } from './withCancel.ts';

export interface Diagnosing extends ContextPicker {
  readonly consents: ExecConsents;
  readonly prompts: LoginPrompts;
  readonly diagnoses: DiagnosisDocuments;
}

/** Tries the connection of the folder's chosen context, else of one that a person picks now. */
export async function diagnose(parts: Diagnosing): Promise<void> {
  if (!workspace.isTrusted) return explainTrust();
  const folder = await pickFolder();
  if (folder === undefined) return;
  const remembered = parts.memory.get(folder);
  if (remembered?.kind !== 'context') {
    const picked = await pickContext(parts, folder);
    if (picked !== undefined) await diagnoseContext(parts, folder, picked);
    return;
  }
  const chosen = await pickRemembered(remembered);
  if (chosen === undefined) return;
  const { contexts } = await parts.session.request(CONTEXTS, { folder });
  const context = contexts.find(({ name }) => name === chosen.context);
  // What was chosen counts, not what the name leads to now: the diagnosis says so and contacts nothing.
  const { context: name, identity } = chosen;
  if (context === undefined) return show(parts, { folder, context: name, identity });
  await diagnoseContext(parts, folder, { ...context, identity });
}

/** One of the contexts that a folder is connected to. */
async function pickRemembered({
  context,
  identity,
  others = [],
}: RememberedContext & { readonly others?: readonly RememberedContext[] }): Promise<RememberedContext | undefined> {
  if (others.length === 0) return { context, identity };
  const items = [{ context, identity }, ...others].map((each) => ({ label: label(each.context), each }));
  return (await window.showQuickPick(items, { title: l10n.t('Which connection is to be tried?') }))?.each;
}

/** @param context as the person chose it */
export async function diagnoseContext(parts: Diagnosing, folder: string, context: ContextSummary): Promise<void> {
  const { exec, name, identity } = context;
  // A program that is not there needs no consent; without consent its step says so and the server is tried all the same.
  const agreed = exec !== undefined && exec.path !== undefined && (await agreesToRun(context, parts.consents));
  await show(parts, { folder, context: name, identity, ...(agreed ? { execConsent: exec.identity } : {}) });
}

async function show({ session, prompts, diagnoses }: Diagnosing, choice: ContextChoice): Promise<void> {
  const proxy = editorProxy();
  const outcome = await withCancel(l10n.t('Trying the connection to {0}', sentence(choice.context, 100)), (cancel) =>
    prompts.during(() =>
      session.request(DIAGNOSE, { ...choice, ...(proxy === undefined ? {} : { editorProxy: proxy }) }, cancel),
    ),
  );
  if (outcome !== undefined) await diagnoses.show(choice.context, outcome.text);
}

const SCHEME = 'bulkhead-diagnosis';

/** Read-only documents of diagnoses, the last one of each context. */
export interface DiagnosisDocuments extends Disposable {
  show(context: string, text: string): Promise<void>;
}

export function diagnosisDocuments(): DiagnosisDocuments {
  const texts = new Map<string, string>();
  const changed = new EventEmitter<Uri>();
  const registration = workspace.registerTextDocumentContentProvider(SCHEME, {
    onDidChange: changed.event,
    provideTextDocumentContent: ({ query }) => texts.get(query) ?? '',
  });
  return {
    show: async (context, text) => {
      texts.set(context, text);
      // The name is data: only the query holds it as it is.
      const title = `Connection to ${visible(context)
        .replace(/[^\w.@:-]+/g, '_')
        .slice(0, 80)}.txt`;
      const uri = Uri.from({ scheme: SCHEME, path: `/${title}`, query: context });
      changed.fire(uri);
      await window.showTextDocument(await workspace.openTextDocument(uri), { preview: true });
    },
    dispose: () => {
      registration.dispose();
      changed.dispose();
    },
  };
}
