import { EventEmitter, l10n, workspace, type Disposable, type TextDocumentContentProvider, type Uri } from 'vscode';
import { OBJECT, STATUS } from '../../server/src/protocol/methods.ts';
import { OBJECT_SCHEME, objectOfQuery } from '../../server/src/protocol/objects.ts';
import type { ServerSession } from './serverSession.ts';

/** A person who types is not looking at the other side, in ms. */
const REST = 300;

/** Read-only documents of objects that no file holds: what the server's source knows of them, as YAML. */
export function objectDocuments(session: Pick<ServerSession, 'request' | 'onNotification'>): Disposable {
  const changed = new EventEmitter<Uri>();
  const shown = (): readonly Uri[] =>
    workspace.textDocuments.flatMap(({ uri }) => (uri.scheme === OBJECT_SCHEME ? [uri] : []));
  // Whatever changes what is known changes the status as well.
  session.onNotification(STATUS, () => {
    for (const uri of shown()) changed.fire(uri);
  });
  let resting: NodeJS.Timeout | undefined;
  const listening = [
    workspace.registerTextDocumentContentProvider(OBJECT_SCHEME, objectTexts(session, changed)),
    // One that stands beside a document has all the rest from it.
    workspace.onDidChangeTextDocument(({ document }) => {
      const edited = document.uri.toString();
      const beside = shown().filter(({ query }) => {
        const object = objectOfQuery(query);
        return object?.inDocument === true && object.document === edited;
      });
      if (beside.length === 0) return;
      clearTimeout(resting);
      resting = setTimeout(() => {
        for (const uri of beside) changed.fire(uri);
      }, REST);
    }),
  ];
  return {
    dispose: () => {
      clearTimeout(resting);
      for (const disposable of listening) disposable.dispose();
    },
  };
}

export function objectTexts(
  session: Pick<ServerSession, 'request'>,
  changed: EventEmitter<Uri>,
): TextDocumentContentProvider {
  return {
    onDidChange: changed.event,
    provideTextDocumentContent: async (uri) => {
      const object = objectOfQuery(uri.query);
      // Anybody can make such a URI.
      if (object === undefined) return `# ${l10n.t('This address names no object.')}\n`;
      const { text, held } = await session.request(OBJECT, object);
      if (held !== true) return text;
      const address = uri.toString();
      return workspace.textDocuments.find((document) => document.uri.toString() === address)?.getText() ?? text;
    },
  };
}
