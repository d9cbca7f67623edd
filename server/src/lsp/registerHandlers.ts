import type {
  CodeActionParams,
  CodeLensParams,
  CompletionParams,
  Connection,
  DocumentDiagnosticParams,
  DocumentDiagnosticReport,
  HoverParams,
  InlayHintParams,
  TextDocuments,
  WorkspaceDiagnosticParams,
} from 'vscode-languageserver/node';
import {
  DidChangeWatchedFilesNotification,
  DocumentDiagnosticReportKind,
  FileChangeType,
} from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { pageOf } from '../analysis/pages.ts';
import { codeLensPlaces, resolveCodeLens } from '../features/codeLens.ts';
import { complete, resolveCompletion } from '../features/completion/complete.ts';
import { hover } from '../features/hover.ts';
import { inlayHints } from '../features/inlayHint.ts';
import { matches } from '../features/matches.ts';
import { sourceLinks } from '../features/renderedSource.ts';
import { boundContext, boundContexts } from '../workspace/boundContext.ts';
import { pathOfUri } from '../workspace/fileUri.ts';
import { DEFAULT_SETTINGS } from '../workspace/settings.ts';
import {
  CHECK_PAGE,
  CONNECT,
  CONTEXTS,
  CURSOR,
  DIAGNOSE,
  DISCONNECT,
  MATCHES,
  NAMESPACES,
  READ_ROLE,
  REFRESH,
  RENDER,
  SCOPES,
  USE_SCOPE,
  USE_SOURCE,
  type RequestMethod,
} from '../protocol/methods.ts';
import type { ConnectOutcome, ContextChoice } from '../protocol/contexts.ts';
import type { RenderParams } from '../protocol/render.ts';
import { registerApply } from './apply/registerApply.ts';
import { ofDocument, type Asked, type Register } from './asked.ts';
import { codeActionsAt } from './codeActionHandler.ts';
import { diagnoseLive } from './diagnoseLive.ts';
import { registerChanges } from './changes/registerChanges.ts';
import type { Dispatcher } from './dispatch.ts';
import type { FolderSession } from './folderSession.ts';
import { registerIntents } from './intents/registerIntents.ts';
import { listContexts, type LiveParts } from './liveSource.ts';
import { namespaceList } from './namespaceList.ts';
import { registerNavigation } from './navigationHandlers.ts';
import { registerPath } from './path/registerPath.ts';
import { registerPreview } from './preview/registerPreview.ts';
import type { Server } from './server.ts';
import { registerStructure } from './structureHandlers.ts';
import { readRoleOf } from './readRoleHandler.ts';
import { scopeList } from './scopeList.ts';
import { toDiagnostics } from './toProtocol.ts';

export interface HandlerParts {
  readonly connection: Connection;
  readonly documents: TextDocuments<TextDocument>;
  readonly dispatcher: Dispatcher;
  readonly live: LiveParts;
  /** Undefined until `initialize` has been answered. */
  readonly server: () => Server | undefined;
}

/** Every request and notification in one place, a line each. */
export function registerHandlers(parts: HandlerParts): void {
  registerDocuments(parts);
  registerFeatures(parts);
  registerOwnMethods(parts);
  registerApply(parts);
  registerChanges(parts);
  registerIntents(parts);
  registerPreview(parts);
  registerPath(parts);
}

function registerDocuments({ connection, documents, server }: HandlerParts): void {
  documents.onDidOpen(({ document }) => server()?.opened(document));
  documents.onDidChangeContent(({ document }) => server()?.edited(document));
  documents.onDidClose(({ document }) => server()?.closed(document));
  documents.listen(connection);
  connection.onDidChangeConfiguration(({ settings }: { settings: unknown }) =>
    server()?.settingsChanged(isRecord(settings) ? settings['bulkhead'] : undefined),
  );
  connection.onNotification(DidChangeWatchedFilesNotification.type, async ({ changes }) => {
    const sessions = server()?.folders.all() ?? [];
    for (const { uri, type } of changes) {
      // A folder within a folder: the file takes part in both.
      for (const session of sessions) await session.fileChanged(uri, type === FileChangeType.Deleted);
    }
  });
}

function registerFeatures({ connection, documents, dispatcher, server }: HandlerParts): void {
  const register: Register = (name, fallback, uriOf, handler) =>
    dispatcher.wrap(name, fallback, (params: Parameters<typeof uriOf>[0], cancellation) => {
      const uri = uriOf(params);
      const document = documents.get(uri);
      const running = server();
      const session = running?.folders.of(uri);
      if (document === undefined || running === undefined || session === undefined) return fallback as never;
      return handler({ document, session, snapshot: running.snapshotOf(session, uri) }, params, running, cancellation);
    });
  registerStructure({ connection, documents, register });
  registerNavigation({ connection, dispatcher, register, server });
  connection.onCompletion(
    register('completion', null, ofDocument, ({ snapshot, document }, { position }: CompletionParams, { client }) =>
      complete(
        snapshot,
        { uri: document.uri, text: document.getText() },
        document.offsetAt(position),
        client.completion,
      ),
    ),
  );
  connection.onCompletionResolve(resolveCompletion);

  connection.onHover(
    register('hover', null, ofDocument, ({ snapshot, session, document }, { position }: HoverParams, server) =>
      hover(snapshot, document.uri, document.offsetAt(position), {
        commandLinks: server.client.own,
        pageOf: server.protocolOptions(session).pageOf,
      }),
    ),
  );
  connection.onDocumentLinks(
    register('documentLink', null, ofDocument, ({ snapshot, session, document }) =>
      sourceLinks(snapshot, document.uri, pathOfUri(session.workspace.uri)),
    ),
  );
  connection.onCodeLens(
    register('codeLens', null, ofDocument, ({ snapshot }, { textDocument: { uri } }: CodeLensParams, server) => {
      const places = codeLensPlaces(snapshot, uri, server.client.own);
      server.lenses.answered(uri, places);
      return places;
    }),
  );
  connection.onCodeLensResolve(async (lens, token) => {
    const uri = lensUri(lens.data);
    if (uri === undefined) return lens;
    return register(
      'codeLens/resolve',
      lens,
      () => uri,
      ({ snapshot }, _, server) => {
        const resolved = resolveCodeLens(snapshot, lens, server.client.own);
        server.lenses.resolved(uri, lens, resolved);
        return resolved;
      },
    )(lens, token);
  });
  connection.languages.inlayHint.on(
    register('inlayHint', null, ofDocument, ({ snapshot, document }, { range }: InlayHintParams, { client }) =>
      inlayHints(snapshot, document.uri, range, client.own),
    ),
  );
  const ofOpen = register<DocumentDiagnosticParams, DocumentDiagnosticReport, DocumentDiagnosticReport>(
    'diagnostic',
    NO_DIAGNOSTICS,
    ofDocument,
    (asked, { previousResultId }, server) => diagnosticReport(asked, previousResultId, server),
  );
  const ofClosed = dispatcher.wrap(
    'diagnostic',
    NO_DIAGNOSTICS,
    ({ textDocument: { uri } }: DocumentDiagnosticParams) => server()?.closedReport(uri) ?? NO_DIAGNOSTICS,
  );
  // Clients ask a last time for a document that they have just closed.
  connection.languages.diagnostics.on((params, token) =>
    documents.get(params.textDocument.uri) === undefined ? ofClosed(params, token) : ofOpen(params, token),
  );
  connection.languages.diagnostics.onWorkspace(
    dispatcher.wrap('workspaceDiagnostic', { items: [] }, async (params: WorkspaceDiagnosticParams, cancellation) => {
      const running = server();
      return running === undefined ? { items: [] } : running.reports.pull(params, cancellation);
    }),
  );
  connection.onCodeAction(
    register('codeAction', null, ofDocument, (asked, { range, context }: CodeActionParams, server) =>
      codeActionsAt(asked, range, context, server),
    ),
  );
}

function registerOwnMethods({ connection, dispatcher, live, server }: HandlerParts): void {
  const onRequest = <P, R>(method: RequestMethod<P, R>, fallback: R, handler: (params: P) => R | Promise<R>): void => {
    connection.onRequest<unknown, never>(method.name, dispatcher.wrap<P, R, R>(method.name, fallback, handler));
  };
  const folder = (uri: string): FolderSession | undefined => server()?.folders.named(uri);

  onRequest(MATCHES, { title: 'Not known', items: [] }, (params) => {
    const running = server();
    const session = running?.folders.of(params.uri);
    return running === undefined || session === undefined
      ? { title: 'Not known', items: [] }
      : matches(running.snapshotOf(session, params.uri), params);
  });
  onRequest(CONTEXTS, { contexts: [], files: [], problem: FAILED }, async (params) => {
    const workspace = folder(params.folder)?.workspace;
    const parts = { ...live, trusted: server()?.client.trusted === true };
    const list = await listContexts(parts, workspace?.settings ?? DEFAULT_SETTINGS);
    if (workspace === undefined) return list;
    const { context } = (params.uri === undefined ? undefined : boundContext(workspace, params.uri)) ?? {};
    const bound = boundContexts(workspace.configurations());
    return { ...list, bound, ...(context === undefined ? {} : { boundTo: context }) };
  });
  connection.onRequest<unknown, never>(
    CONNECT.name,
    dispatcher.wrap(CONNECT.name, REFUSED, async (choice: ContextChoice, { signal }): Promise<ConnectOutcome> => {
      const session = folder(choice.folder);
      return session === undefined ? { ok: false, problem: NO_FOLDER } : session.sources.connect(choice, signal());
    }),
  );
  onRequest(DISCONNECT, null, (params) => {
    folder(params.folder)?.sources.disconnect(params.context);
    return null;
  });
  connection.onRequest<unknown, never>(
    DIAGNOSE.name,
    dispatcher.wrap(DIAGNOSE.name, { text: FAILED, failures: 1 }, (choice: ContextChoice, { signal }) => {
      const parts = { ...live, trusted: server()?.client.trusted === true };
      return diagnoseLive(parts, choice, folder(choice.folder)?.workspace.settings ?? DEFAULT_SETTINGS, signal());
    }),
  );
  onRequest(USE_SOURCE, { problem: FAILED }, async (choice) => {
    const session = folder(choice.folder);
    if (session === undefined) return { problem: NO_FOLDER };
    const problem = await session.sources.choose(choice);
    return problem === undefined ? {} : { problem };
  });
  onRequest(SCOPES, { folder: '', scopes: [], current: '' }, ({ uri }) => {
    const session = server()?.folders.of(uri);
    return session === undefined ? { folder: '', scopes: [], current: '' } : scopeList(session.workspace, uri);
  });
  connection.onRequest<unknown, never>(
    RENDER.name,
    dispatcher.wrap(RENDER.name, { problem: FAILED }, (params: RenderParams, { signal }) => {
      const session = server()?.folders.of(params.uri);
      return session?.render(params, signal(), server()?.client.trusted === true) ?? { problem: NO_FOLDER };
    }),
  );
  onRequest(USE_SCOPE, null, (choice) => {
    folder(choice.folder)?.useScope(choice.scope);
    return null;
  });
  onRequest(NAMESPACES, { namespaces: [] }, (params) => {
    const session = folder(params.folder);
    return { namespaces: session === undefined ? [] : namespaceList(session.workspace.snapshot()) };
  });
  onRequest(READ_ROLE, { text: '' }, (params) => {
    const session = folder(params.folder);
    return session === undefined ? { text: '' } : readRoleOf(session.workspace, params);
  });
  onRequest(REFRESH, null, async () => {
    await Promise.all((server()?.folders.all() ?? []).map((session) => session.refresh()));
    return null;
  });
  onRequest(CHECK_PAGE, {}, ({ code }) => {
    const markdown = pageOf(code);
    return markdown === undefined ? {} : { markdown };
  });
  connection.onNotification(CURSOR.name, ({ uri, line }: { uri: string; line: number }) =>
    server()?.cursorMoved(uri, line),
  );
}

const FAILED = 'That failed; the log says why.';
const REFUSED: ConnectOutcome = { ok: false, problem: FAILED };
const NO_FOLDER = 'The window has no such folder.';
const NO_DIAGNOSTICS: DocumentDiagnosticReport = { kind: DocumentDiagnosticReportKind.Full, items: [] };

/** The same text in the same state of everything has the same diagnostics. */
function diagnosticReport(
  { document, session, snapshot }: Asked,
  previous: string | undefined,
  server: Server,
): DocumentDiagnosticReport {
  const resultId = `${snapshot.revision}.${document.version}`;
  if (resultId === previous) return { kind: DocumentDiagnosticReportKind.Unchanged, resultId };
  const findings = server.findings(session, snapshot, document.uri);
  const items = toDiagnostics(findings, server.protocolOptions(session));
  return { kind: DocumentDiagnosticReportKind.Full, resultId, items };
}

/** What a lens carries: the list behind it, which names its document. Clients may send back anything. */
function lensUri(data: unknown): string | undefined {
  const list = isRecord(data) ? data['list'] : undefined;
  const uri = isRecord(list) ? list['uri'] : undefined;
  return typeof uri === 'string' ? uri : undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
