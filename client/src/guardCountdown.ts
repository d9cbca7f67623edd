import { l10n, ProgressLocation, window, type Progress } from 'vscode';
import type { GuardState } from '../../server/src/protocol/apply.ts';
import { COMMANDS, type CommandId } from './commandIds.ts';
import { sentence } from './hostileText.ts';

/** The notification that stays while a guarded change may still be kept. */
export interface Countdown {
  /** What the cluster says meanwhile. */
  observe(observed: readonly string[]): void;
  /** A second has passed. */
  tick(): void;
  end(): void;
}

/**
 * A progress, because that alone stays until it is over and goes by itself then. What can be done comes first: of a
 * long text VS Code shows the beginning. It names the time of day instead of the seconds that are left, because a text
 * that changes all the time could not be clicked.
 */
export function countdown({ id, context, seconds, text }: GuardState): Countdown {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const keep = link(COMMANDS.keepChange, l10n.t('Keep'), id);
  const rollBack = link(COMMANDS.rollBackNow, l10n.t('Roll back now'), id);
  const at = new Date(Date.now() + seconds * 1000).toLocaleTimeString();
  const [what, where] = [sentence(text, 100), sentence(context, 100)];
  let progress: Progress<{ message?: string; increment?: number }> | undefined;
  let message = '';
  const show = (observed: readonly string[]): void => {
    message = [
      l10n.t('{0} or {1}? {2} in {3} rolls back at {4} unless kept.', keep, rollBack, what, where, at),
      ...observed.map((line) => sentence(/[.!?]$/.test(line) ? line : `${line}.`, 200)),
    ].join(' ');
    progress?.report({ message });
  };
  void window.withProgress({ location: ProgressLocation.Notification }, (given) => {
    progress = given;
    show([]);
    return promise;
  });
  return {
    observe: show,
    // Without the message VS Code would take it away; one that is the same it does not draw anew.
    tick: () => progress?.report({ message, increment: 100 / Math.max(1, seconds) }),
    end: () => resolve(undefined),
  };
}

/** VS Code makes a link of it. */
function link(command: CommandId, title: string, id: string): string {
  const argument = encodeURIComponent(JSON.stringify([id])).replace(/[()']/g, (each) => {
    return `%${each.charCodeAt(0).toString(16)}`;
  });
  return `[${title}](command:${command}?${argument})`;
}
