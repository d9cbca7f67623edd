import type { CancellationToken, ResponseError } from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { WorkspaceSnapshot } from '../workspace/snapshot.ts';
import type { Cancellation } from './dispatch.ts';
import type { FolderSession } from './folderSession.ts';
import type { Server } from './server.ts';

/** What a request about a document is answered from: one state, from its start to its end. */
export interface Asked {
  readonly document: TextDocument;
  readonly session: FolderSession;
  readonly snapshot: WorkspaceSnapshot;
}

/** Wraps a handler of requests about one open document; one that is not open gets the fallback. */
export type Register = <P, R, F>(
  name: string,
  fallback: F,
  uriOf: (params: NoInfer<P>) => string,
  handler: (asked: Asked, params: P, server: Server, cancellation: Cancellation) => R | Promise<R>,
) => (params: P, token: CancellationToken) => Promise<R | F | ResponseError<never>>;

/** The document that a request is about. */
export function ofDocument({ textDocument }: { readonly textDocument: { readonly uri: string } }): string {
  return textDocument.uri;
}
