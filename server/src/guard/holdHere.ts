import type { LoginPrompt } from '../workspace/clusterModule.ts';
import type { OpenedSession, SessionOptions } from '../workspace/clusterSession.ts';
import { systemFiles } from './durableFiles.ts';
import type { HelperInput } from './helper.ts';
import { runHelper } from './helper.ts';
import { readHelperStatus, writeHelperStatus } from './helperStatus.ts';
import { ownIdentity } from './processIdentity.ts';
import type { StartHelper } from './startHelper.ts';
import { repeat } from './repeat.ts';
import { systemTimes } from './times.ts';

export interface HereParts {
  readonly openSession: (options: SessionOptions) => Promise<OpenedSession>;
  /** The login program asks something of the person who is there; undefined: it has ended. */
  readonly onPrompt: (prompt: LoginPrompt | undefined) => void;
  /** One line without secrets. */
  readonly log: (line: string) => void;
}

/** A person may have to sign in on another device. */
const SIGN_IN_LIMIT_MS = 5 * 60_000;
const LOOK_MS = 50;

/**
 * This process itself holds a guard and rolls back at its deadline: where only a person can sign in, who is here. It does
 * what a helper process does (`runHelper`), with a login of its own, for as long as this process runs; when that has
 * ended nobody holds the guard, and the next start asks about it.
 */
export function inThisProcess(input: HelperInput, { openSession, onPrompt, log }: HereParts): StartHelper {
  return async (folder) => {
    let isOver = false;
    let giveUp = (): void => undefined;
    const running = runHelper(folder, input, {
      files: systemFiles,
      times: systemTimes,
      openSession: async (options) => {
        const opened = await openSession(options);
        if (opened.ok) giveUp = () => opened.session.close();
        return opened;
      },
      // It does not, and whoever is asked is told so.
      outlives: () => ({ answer: 'yes' }),
      onPrompt,
      pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      every: repeat,
      random: Math.random,
      log,
    });
    const ended = running
      .catch(async (error: unknown) => {
        log(`The guard is not held any more: ${String(error)}`);
        // This process goes on, and would be taken to hold it.
        await writeHelperStatus(systemFiles, folder, { process: ownIdentity(), state: 'done', at: '' });
      })
      .catch(() => undefined)
      .finally(() => (isOver = true));
    const limit = performance.now() + SIGN_IN_LIMIT_MS;
    for (;;) {
      const status = await readHelperStatus(systemFiles, folder);
      if (status !== undefined && status.state !== 'proving') return status;
      if (isOver) return undefined;
      if (performance.now() > limit) {
        giveUp();
        await ended;
        return undefined;
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  };
}
