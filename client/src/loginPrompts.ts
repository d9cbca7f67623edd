import { commands, env, l10n, Uri, window, type Disposable } from 'vscode';
import type { LoginPromptParams } from '../../server/src/protocol/contexts.ts';
import { LOGIN_PROMPT } from '../../server/src/protocol/methods.ts';
import { label, sentence } from './hostileText.ts';
import type { StatusItems } from './serverStatus.ts';
import type { ServerSession } from './serverSession.ts';

type Asked = LoginPromptParams & { readonly prompt: NonNullable<LoginPromptParams['prompt']> };

/** What login programs ask of a person while they run. It is shown and copied; only a person opens a page. */
export interface LoginPrompts extends Disposable {
  /** While a person waits for a connection that they asked for, what is asked is shown at once, else in the status. */
  during<T>(work: () => Promise<T>): Promise<T>;
  /** Shows what is asked right now. */
  show(): Promise<void>;
}

export interface PromptParts {
  readonly session: Pick<ServerSession, 'onNotification' | 'onDidChangeState'>;
  readonly status: Pick<StatusItems, 'say' | 'asksToSignIn'>;
}

export function loginPrompts({ session, status }: PromptParts): LoginPrompts {
  /** By folder and context: several may sign in for one folder. */
  const asked = new Map<string, Asked>();
  let waiting = 0;

  const changed = (): void => {
    status.asksToSignIn(asked.size > 0);
    void commands.executeCommand('setContext', 'bulkhead.signIn', asked.size > 0);
  };
  const ended = (key: string): void => {
    if (!asked.delete(key)) return;
    status.say(key, undefined);
    changed();
  };
  const show = async (one: Asked): Promise<void> => {
    // Copying is half of it: the page is still to be opened then.
    while (asked.get(keyOf(one)) === one) {
      const actions = promptActions(one);
      const chosen = await window.showInformationMessage(promptText(one), ...actions.map(({ title }) => title));
      const action = actions.find(({ title }) => title === chosen);
      if (action === undefined) return;
      // A message outlives what it asks for.
      if (asked.get(keyOf(one)) !== one) {
        await window.showInformationMessage(
          l10n.t('The login to {0} is over: nothing is asked any more.', sentence(one.context)),
        );
        return;
      }
      if (action.kind === 'open') {
        await env.openExternal(Uri.parse(action.text, true));
        return;
      }
      await env.clipboard.writeText(action.text);
    }
  };

  session.onNotification(LOGIN_PROMPT, ({ folder, context, prompt }) => {
    const key = keyOf({ folder, context });
    if (prompt === undefined) return ended(key);
    const one = { folder, context, prompt };
    asked.set(key, one);
    status.say(key, promptText(one));
    changed();
    if (waiting > 0) void show(one);
  });
  const listening = session.onDidChangeState((state) => {
    // The programs have ended with the server that ran them.
    if (state !== 'running') for (const key of asked.keys()) ended(key);
  });
  return {
    during: async (work) => {
      waiting++;
      try {
        return await work();
      } finally {
        waiting--;
      }
    },
    show: async () => {
      const [first] = asked.values();
      if (first !== undefined) await show(first);
    },
    dispose: () => listening.dispose(),
  };
}

function keyOf({ folder, context }: Pick<LoginPromptParams, 'folder' | 'context'>): string {
  return `sign in ${JSON.stringify([folder, context])}`;
}

/** One line: who asks, and the code. Everything else that the program wrote stays a hint. */
export function promptText({ context, prompt }: Pick<Asked, 'context' | 'prompt'>): string {
  const { program, url, code } = prompt;
  const who = l10n.t('{0} asks you to sign in to {1}', sentence(program), sentence(context));
  const page = url === undefined ? '' : l10n.t(' at {0}', sentence(url, 200));
  return `${who}${page}${code === undefined ? '.' : l10n.t(', with the code {0}.', sentence(code))}`;
}

export interface PromptAction {
  readonly kind: 'open' | 'copy';
  readonly title: string;
  /** The page, or what is copied. */
  readonly text: string;
}

/** Only a page over http or https can be opened, and its host is named before. */
export function promptActions({ prompt: { url, code } }: Pick<Asked, 'prompt'>): readonly PromptAction[] {
  const page = url !== undefined && /^https?:\/\//i.test(url) && URL.canParse(url) ? new URL(url) : undefined;
  return [
    ...(page === undefined
      ? []
      : [{ kind: 'open' as const, title: l10n.t('Open {0}', label(page.host, 40)), text: page.href }]),
    ...(code === undefined ? [] : [{ kind: 'copy' as const, title: l10n.t('Copy code'), text: code }]),
    ...(page === undefined ? [] : [{ kind: 'copy' as const, title: l10n.t('Copy address'), text: page.href }]),
  ];
}
