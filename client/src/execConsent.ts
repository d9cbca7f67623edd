import { l10n, window, type Memento } from 'vscode';
import type { ContextSummary, ExecPlugin } from '../../server/src/protocol/contexts.ts';
import { visible } from './hostileText.ts';

/** A person's consent to credential plug-ins, by what exactly would run; over all workspaces. */
export interface ExecConsents {
  has(exec: ExecPlugin): boolean;
  add(exec: ExecPlugin): Promise<void>;
}

const KEY = 'execConsents';

export function execConsents(state: Memento): ExecConsents {
  const read = (): readonly string[] => {
    const stored = state.get<unknown>(KEY);
    return Array.isArray(stored) ? stored.filter((item) => typeof item === 'string') : [];
  };
  return {
    has: ({ identity }) => read().includes(identity),
    add: ({ identity }) => Promise.resolve(state.update(KEY, [...new Set([...read(), identity])])),
  };
}

/** Shows what the context's kubeconfig would run, once, and asks. True where the person agrees or nothing would run. */
export async function agreesToRun(context: ContextSummary, consents: ExecConsents): Promise<boolean> {
  const { exec } = context;
  if (exec === undefined || consents.has(exec)) return true;
  const run = l10n.t('Run and connect');
  const chosen = await window.showWarningMessage(
    l10n.t('To sign in to “{0}”, its kubeconfig runs a program', visible(context.name)),
    { modal: true, detail: execDetail(exec) },
    run,
  );
  if (chosen !== run) return false;
  await consents.add(exec);
  return true;
}

/** Nothing is shortened: what is not shown could be what matters. Of the environment only names are known. */
export function execDetail({ command, path, args, env, installHint }: ExecPlugin): string {
  return [
    l10n.t('Command: {0}', quoted(command)),
    ...(path === undefined || path === command ? [] : [l10n.t('Program: {0}', quoted(path))]),
    args.length === 0
      ? l10n.t('No arguments')
      : l10n.t('Arguments:\n{0}', args.map((arg) => `    ${quoted(arg)}`).join('\n')),
    env.length === 0
      ? l10n.t('No environment variables are set for it.')
      : l10n.t('Sets the environment variables: {0}', env.map(visible).join(', ')),
    ...(installHint === undefined ? [] : [l10n.t('Its install hint: {0}', visible(installHint))]),
    l10n.t('You are asked again when any of this changes.'),
  ].join('\n\n');
}

/** Quotes where the eye could not see where an argument ends. */
function quoted(text: string): string {
  const shown = visible(text);
  return shown === '' || /[\s"']/.test(shown) ? JSON.stringify(shown) : shown;
}
