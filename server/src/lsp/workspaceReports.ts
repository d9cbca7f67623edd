import type { Connection, WorkspaceDiagnosticParams, WorkspaceDiagnosticReport } from 'vscode-languageserver/node';
import type { FolderWorkspace } from '../workspace/folderWorkspace.ts';
import type { Cancellation } from './dispatch.ts';
import { toDiagnostics, type ProtocolOptions } from './toProtocol.ts';
import { WorkspaceProblems, type WorkspaceProblemsParts } from './workspaceProblems.ts';

export interface WorkspaceReportsParts extends WorkspaceProblemsParts {
  readonly connection: Pick<Connection, 'sendDiagnostics'>;
  readonly protocolOptions: (folder: FolderWorkspace) => ProtocolOptions;
}

/** The problems of files that are not open, as a client asks for them or is sent them. */
export class WorkspaceReports {
  readonly problems: WorkspaceProblems;
  readonly #parts: WorkspaceReportsParts;
  /** The ids of what a client that cannot ask was sent last, by URI. */
  readonly #sent = new Map<string, string>();
  #sending = false;

  constructor(parts: WorkspaceReportsParts) {
    this.#parts = parts;
    this.problems = new WorkspaceProblems(parts);
  }

  opened(uri: string): void {
    this.#sent.delete(uri);
    this.problems.opened(uri);
  }

  /** Waits until there is something else to be said than the client knows. */
  async pull(
    { previousResultIds }: WorkspaceDiagnosticParams,
    cancellation: Cancellation,
  ): Promise<WorkspaceDiagnosticReport> {
    const told = new Map(previousResultIds.map(({ uri, value }) => [uri, value]));
    const reports = await this.problems.pull(told, cancellation);
    return {
      items: reports.map(({ uri, id, findings, folder }) => ({
        kind: 'full',
        uri,
        version: null,
        ...(id === undefined ? {} : { resultId: id }),
        items: toDiagnostics(findings, this.#parts.protocolOptions(folder)),
      })),
    };
  }

  /** For clients that cannot pull. */
  async publish(): Promise<void> {
    if (this.#sending) return;
    this.#sending = true;
    try {
      for (const { uri, id, findings, folder } of await this.problems.news(this.#sent, NEVER_CANCELLED)) {
        if (id === undefined) this.#sent.delete(uri);
        else this.#sent.set(uri, id);
        // Opened meanwhile: it is told of by itself.
        if (folder.hasDocument(uri)) continue;
        const diagnostics = toDiagnostics(findings, this.#parts.protocolOptions(folder));
        await this.#parts.connection.sendDiagnostics({ uri, diagnostics });
      }
    } finally {
      this.#sending = false;
    }
  }
}

const NEVER_CANCELLED: Cancellation = { isCancelled: () => false, signal: () => new AbortController().signal };
