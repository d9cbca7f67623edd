import { diagnosisText } from '../features/diagnosisText.ts';
import type { ContextChoice } from '../protocol/contexts.ts';
import type { Diagnosis } from '../protocol/diagnosis.ts';
import { connectionEnvironment, UNTRUSTED, type ConnectionSettings, type LiveParts } from './liveSource.ts';

/** Tries the connection to the context that a person chose; in a workspace that is not trusted nothing is tried. */
export async function diagnoseLive(
  parts: LiveParts,
  choice: ContextChoice,
  settings: ConnectionSettings,
  signal: AbortSignal,
): Promise<Diagnosis> {
  if (!parts.trusted) return { text: `${UNTRUSTED}\n`, failures: 1 };
  const module = await parts.load();
  const environment = await connectionEnvironment(parts, settings, choice.editorProxy);
  const running = module.diagnose({
    environment,
    context: choice.context,
    identity: choice.identity,
    allowExec: ({ identity }) => identity === choice.execConsent,
    onPrompt: (prompt) =>
      parts.prompted({ folder: choice.folder, context: choice.context, ...(prompt === undefined ? {} : { prompt }) }),
  });
  signal.addEventListener('abort', running.cancel, { once: true });
  const steps = await running.steps;
  const machine = environment.machine ?? 'this machine';
  const head = { context: choice.context, machine, at: new Date().toISOString().slice(0, 19) + 'Z' };
  return { text: diagnosisText(head, steps), failures: steps.filter(({ state }) => state === 'fail').length };
}
