import type { Connection } from 'vscode-languageserver/node';
import {
  CHANGE_TEXT,
  EXPORT_JOURNAL,
  POLICY_CHANGES,
  VERIFY_JOURNAL,
  type RequestMethod,
} from '../../protocol/methods.ts';
import type { Dispatcher } from '../dispatch.ts';
import type { Server } from '../server.ts';

interface ChangeHandlers {
  readonly connection: Connection;
  readonly dispatcher: Dispatcher;
  readonly server: () => Server | undefined;
}

const FAILED = 'Bulkhead could not do that. The log says more.';

/** Requests about changes by other hands and about the journal. */
export function registerChanges({ connection, dispatcher, server }: ChangeHandlers): void {
  const onRequest = <P, R>(method: RequestMethod<P, R>, fallback: R, handler: (params: P) => R | Promise<R>): void => {
    connection.onRequest<unknown, never>(method.name, dispatcher.wrap<P, R, R>(method.name, fallback, handler));
  };
  onRequest(POLICY_CHANGES, NOTHING, () => server()?.changes.changes() ?? NOTHING);
  onRequest(CHANGE_TEXT, {}, ({ address }) => {
    const text = server()?.changes.text(address);
    return text === undefined ? {} : { text };
  });
  const unverified = { intact: false, text: FAILED };
  onRequest(VERIFY_JOURNAL, unverified, () => server()?.changes.verify() ?? unverified);
  const empty = { text: '', lines: 0 };
  onRequest(EXPORT_JOURNAL, empty, ({ format }) => server()?.changes.export(format) ?? empty);
}

const NOTHING = { changes: [], watched: [] };
