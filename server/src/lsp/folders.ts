import type { TextDocument } from 'vscode-languageserver-textdocument';
import { isInFolder, isRevision } from '../workspace/fileUri.ts';
import type { FolderSession } from './folderSession.ts';

/**
 * The window's folders, each with its own state. A document belongs to the innermost folder that it lies in; one that
 * lies in none, such as an unsaved one, belongs to the first, so that it is answered from the pods that the window
 * works with. A window without folders has one session, `''`.
 */
export class Folders {
  readonly #create: (uri: string) => FolderSession;
  readonly #sessions = new Map<string, FolderSession>();

  constructor(create: (uri: string) => FolderSession) {
    this.#create = create;
  }

  all(): readonly FolderSession[] {
    return [...this.#sessions.values()];
  }

  /** The folder as a client names it; the first where it names none that is known. */
  named(uri: string): FolderSession | undefined {
    return this.#sessions.get(normal(uri)) ?? (uri === '' ? this.#sessions.values().next().value : undefined);
  }

  of(uri: string): FolderSession | undefined {
    let innermost: FolderSession | undefined;
    for (const session of this.#sessions.values()) {
      const folder = session.workspace.uri;
      if (isInFolder(uri, folder) && folder.length > (innermost?.workspace.uri.length ?? -1)) innermost = session;
    }
    return innermost ?? this.#sessions.values().next().value;
  }

  /** Makes the sessions those of these folders and gives every open document to its folder. Returns the new ones. */
  set(uris: readonly string[], documents: readonly TextDocument[]): readonly FolderSession[] {
    const wanted = new Set(uris.length === 0 ? [''] : uris.map(normal));
    for (const [uri, session] of this.#sessions) {
      if (wanted.has(uri)) continue;
      session.dispose();
      this.#sessions.delete(uri);
    }
    const added = [...wanted].filter((uri) => !this.#sessions.has(uri)).map((uri) => this.#create(uri));
    const known = new Map([...this.#sessions, ...added.map((session) => [session.workspace.uri, session] as const)]);
    this.#sessions.clear();
    for (const uri of wanted) {
      const session = known.get(uri);
      if (session !== undefined) this.#sessions.set(uri, session);
    }
    for (const document of documents) if (!isRevision(document.uri)) this.#adopt(document);
    return added;
  }

  #adopt(document: TextDocument): void {
    const owner = this.of(document.uri);
    for (const session of this.#sessions.values()) {
      const has = session.workspace.hasDocument(document.uri);
      if (session === owner && !has) session.workspace.openDocument(document.uri, document.getText());
      else if (session !== owner && has) session.workspace.closeDocument(document.uri);
    }
  }
}

function normal(uri: string): string {
  return uri.replace(/\/$/, '');
}
