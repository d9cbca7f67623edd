import type { Connection } from 'vscode-languageserver/node';
import type { RunIntentsParams } from '../../protocol/intents.ts';
import { INTENTS, KEEP_INTENT, RUN_INTENTS, type RequestMethod } from '../../protocol/methods.ts';
import type { Dispatcher } from '../dispatch.ts';
import type { Server } from '../server.ts';

interface IntentHandlers {
  readonly connection: Connection;
  readonly dispatcher: Dispatcher;
  readonly server: () => Server | undefined;
}

/** Requests about intent tests. */
export function registerIntents({ connection, dispatcher, server }: IntentHandlers): void {
  const onRequest = <P, R>(method: RequestMethod<P, R>, fallback: R, handler: (params: P) => R): void => {
    connection.onRequest<unknown, never>(method.name, dispatcher.wrap<P, R, R>(method.name, fallback, handler));
  };
  onRequest(INTENTS, { files: [] }, ({ folder }) => server()?.intents.list(folder) ?? { files: [] });
  connection.onRequest<unknown, never>(
    RUN_INTENTS.name,
    dispatcher.wrap(RUN_INTENTS.name, { results: [] }, async (params: RunIntentsParams, { isCancelled }) => {
      return (await server()?.intents.run(params, isCancelled)) ?? { results: [] };
    }),
  );
  onRequest(KEEP_INTENT, FAILED, (params) => server()?.intents.keep(params) ?? FAILED);
}

const FAILED = { problem: 'That failed; the log says why.' };
