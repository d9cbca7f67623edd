import type { CancellationToken } from 'vscode-languageserver/node';
import { LSPErrorCodes, ResponseError } from 'vscode-languageserver/node';
import type { Log } from './log.ts';

/** A handler's view of cancellation: long loops await `checkpoint`, which yields and throws `Cancelled`. */
export interface Cancellation {
  readonly isCancelled: () => boolean;
  /** For work outside of this process. */
  readonly signal: () => AbortSignal;
}

export class Cancelled extends Error {}

export interface Dispatcher {
  /**
   * Wraps a handler: yields once, so that a queued `$/cancelRequest` is seen before work starts; a cancelled request
   * answers RequestCancelled; whatever else is thrown is logged and answered with the fallback, so that one fault
   * never takes the editor's features down.
   */
  wrap<P, R, F>(
    name: string,
    fallback: F,
    handler: (params: P, cancellation: Cancellation) => R | Promise<R>,
  ): (params: P, token: CancellationToken) => Promise<R | F | ResponseError<never>>;
}

/** `yieldOnce` and `now` are injected, so that tests need neither timers nor sleeps. */
export function dispatcher(log: Log, yieldOnce: () => Promise<void>, now: () => number): Dispatcher {
  return {
    wrap: (name, fallback, handler) => async (params, token) => {
      await yieldOnce();
      const cancelled = (): ResponseError<never> => new ResponseError(LSPErrorCodes.RequestCancelled, 'Cancelled');
      if (token.isCancellationRequested) return cancelled();
      const started = now();
      try {
        const result = await handler(params, {
          isCancelled: () => token.isCancellationRequested,
          signal: () => {
            const controller = new AbortController();
            token.onCancellationRequested(() => controller.abort());
            return controller.signal;
          },
        });
        log.trace(`${name} ${(now() - started).toFixed(1)} ms`);
        return token.isCancellationRequested ? cancelled() : result;
      } catch (error) {
        if (error instanceof Cancelled || token.isCancellationRequested) return cancelled();
        log.error(`${name} failed: ${describe(error)}`);
        return fallback;
      }
    },
  };
}

/** For the log only: a stack never reaches a person's screen. */
function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
