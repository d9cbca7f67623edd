import type { ExecPlugin } from '../workspace/clusterModule.ts';
import { ApiError } from './apiFault.ts';
import { LONGEST_WAIT_MS } from './backoff.ts';
import type { ExecCredential, ExecRun } from './execCredential.ts';
import { runExecPlugin } from './execCredential.ts';

/** The credential of one exec plug-in: asked for consent, run once for concurrent requests, kept until it expires. */
export interface ExecLogin {
  credential(): Promise<ExecCredential>;
  /**
   * The server refused what `credential` gave: the next call runs the plug-in again. False where the credential is so
   * new that another one would be no better (requests that were refused together ask together).
   */
  refused(): boolean;
  /** A person asks again: forgets a refusal and a failure. */
  retry(): void;
}

/** A credential this close to its end is not used any more. */
const EXPIRY_MARGIN_MS = 10_000;
/** A plug-in that fails may open a browser each time: it is left alone this long, doubling up to the longest wait. */
const FIRST_REST_MS = LONGEST_WAIT_MS;
const LONGEST_REST_MS = 600_000;
/** A credential younger than this is not asked for again because the server refused it. */
const NEW_MS = 10_000;

export function execLogin(
  run: Omit<ExecRun, 'program'>,
  plugin: ExecPlugin,
  allow: (plugin: ExecPlugin) => boolean | Promise<boolean>,
): ExecLogin {
  const { clock } = run;
  let kept: ExecCredential | undefined;
  let keptAt = -Infinity;
  let running: Promise<ExecCredential> | undefined;
  let failure: { readonly error: ApiError; readonly until: number } | undefined;
  let rest = FIRST_REST_MS;

  const login = async (): Promise<ExecCredential> => {
    try {
      if (!(await allow(plugin))) {
        throw new ApiError({ kind: 'login', why: `The login program ${plugin.command} was not allowed to run.` });
      }
      kept = await runExecPlugin({ ...run, program: plugin.path });
      keptAt = clock.now();
      rest = FIRST_REST_MS;
      return kept;
    } catch (error) {
      const problem =
        error instanceof ApiError ? error : new ApiError({ kind: 'login', why: 'The login program could not be run.' });
      failure = { error: problem, until: clock.now() + rest };
      rest = Math.min(rest * 2, LONGEST_REST_MS);
      throw problem;
    } finally {
      running = undefined;
    }
  };

  return {
    credential: async () => {
      if (kept !== undefined && (kept.expiresAt ?? Infinity) - EXPIRY_MARGIN_MS > clock.now()) return kept;
      if (running !== undefined) return running;
      if (failure !== undefined && clock.now() < failure.until) throw failure.error;
      failure = undefined;
      kept = undefined;
      running = login();
      return running;
    },
    refused: () => {
      if (clock.now() - keptAt < NEW_MS) return false;
      kept = undefined;
      return true;
    },
    retry: () => {
      failure = undefined;
      rest = FIRST_REST_MS;
    },
  };
}
