import { EventEmitter, l10n, workspace, type Disposable, type TextDocumentContentProvider, type Uri } from 'vscode';
import { OBJECT, STATUS } from '../../server/src/protocol/methods.ts';
import { OBJECT_SCHEME, objectOfQuery } from '../../server/src/protocol/objects.ts';
import type { ServerSession } from './serverSession.ts';

/** Read-only documents of objects that no file holds: what the server's source knows of them, as YAML. */
export function objectDocuments(session: Pick<ServerSession, 'request' | 'onNotification'>): Disposable {
  const changed = new EventEmitter<Uri>();
  // Whatever changes what is known changes the status as well.
  session.onNotification(STATUS, () => {
    for (const { uri } of workspace.textDocuments) if (uri.scheme === OBJECT_SCHEME) changed.fire(uri);
  });
  return workspace.registerTextDocumentContentProvider(OBJECT_SCHEME, objectTexts(session, changed));
}

export function objectTexts(
  session: Pick<ServerSession, 'request'>,
  changed: EventEmitter<Uri>,
): TextDocumentContentProvider {
  return {
    onDidChange: changed.event,
    provideTextDocumentContent: async ({ query }) => {
      const object = objectOfQuery(query);
      // Anybody can make such a URI.
      if (object === undefined) return `# ${l10n.t('This address names no object.')}\n`;
      const { text } = await session.request(OBJECT, object);
      return text;
    },
  };
}
