import type { Connection } from 'vscode-languageserver/node';
import type { AnsweredLenses } from './answeredLenses.ts';
import type { Client } from './capabilities.ts';
import type { Log } from './log.ts';
import { throttle, type Clock, type Throttle } from './scheduler.ts';

/** At most once a second, in ms. */
const INTERVAL = 1000;
/** A person who has not typed for this long is not typing, in ms. */
const QUIET = 500;

/**
 * Asks the client for new answers after a change that it does not know of. What a person types is answered at once by
 * the requests that the client sends itself; everything else waits its turn.
 */
export function refresher(
  connection: Connection,
  client: Client,
  clock: Clock,
  log: Log,
  lenses: AnsweredLenses,
  publish: () => void,
): Throttle {
  const ask = (what: string, asked: Promise<void>): void => {
    asked.catch((error: unknown) => log.trace(`${what} were not refreshed: ${String(error)}`));
  };
  const showsOthers = (): boolean => {
    try {
      return lenses.isStale();
    } catch (error) {
      log.error(`Lenses were not compared: ${String(error)}`);
      return true;
    }
  };
  return throttle(clock, INTERVAL, QUIET, () => {
    if (client.pullsDiagnostics) ask('Diagnostics', connection.languages.diagnostics.refresh());
    else publish();
    if (client.refreshesLenses && showsOthers()) ask('Lenses', connection.sendRequest('workspace/codeLens/refresh'));
    if (client.refreshesInlayHints) ask('Inlay hints', connection.languages.inlayHint.refresh());
  });
}
