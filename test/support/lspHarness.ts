/**
 * Drives the built language server over standard input and output, as an editor does: what tests wait for is always an
 * answer, a notification or a condition on them, never a time. Long, because it is one client.
 */
import { PREVIEW } from '../../server/src/features/codeLens.ts';
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import {
  createMessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
  type CancellationToken,
  type ClientCapabilities,
  type CodeAction,
  type CodeLens,
  type Diagnostic,
  type DocumentDiagnosticReport,
  type Hover,
  type InitializeResult,
  type InlayHint,
  type MessageConnection,
  type PublishDiagnosticsParams,
  type Range,
  type WorkDoneProgressBegin,
  type WorkDoneProgressEnd,
  type WorkDoneProgressReport,
} from 'vscode-languageserver/node';
import type { NotificationMethod, RequestMethod } from '../../server/src/protocol/methods.ts';
import type { LoginPromptParams } from '../../server/src/protocol/contexts.ts';
import type { GuardState } from '../../server/src/protocol/apply.ts';
import { GUARD, LOGIN_PROMPT, STATUS } from '../../server/src/protocol/methods.ts';
import type { ServerStatus } from '../../server/src/protocol/status.ts';

const SERVER = fileURLToPath(new URL('../../out/server.cjs', import.meta.url));

export type WorkDone = WorkDoneProgressBegin | WorkDoneProgressReport | WorkDoneProgressEnd;

export interface HarnessOptions {
  /** Paths of the window's folders. */
  readonly folders?: readonly string[];
  /** The `bulkhead` section, for every folder. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Laid over those of a client that can do everything. */
  readonly capabilities?: ClientCapabilities;
  readonly initializationOptions?: Readonly<Record<string, unknown>>;
  readonly environment?: Readonly<Record<string, string>>;
  /** The program's arguments; absent: the bundle over stdio. */
  readonly server?: readonly string[];
}

/** A client that can do everything, as VS Code can. */
const FULL: ClientCapabilities = {
  workspace: {
    configuration: true,
    workspaceFolders: true,
    workspaceEdit: { documentChanges: true, resourceOperations: ['create'] },
    diagnostics: { refreshSupport: true },
    codeLens: { refreshSupport: true },
    inlayHint: { refreshSupport: true },
  },
  textDocument: { diagnostic: { dynamicRegistration: false }, publishDiagnostics: { relatedInformation: true } },
};

export class LspHarness {
  readonly connection: MessageConnection;
  readonly initialized: InitializeResult;
  /** What the server wrote to its log at the level of an error. */
  readonly errors: string[] = [];
  /** Every `bulkhead/status`, in order. */
  readonly statuses: ServerStatus[] = [];
  /** What login programs have asked of a person, oldest first. */
  readonly loginPrompts: LoginPromptParams[] = [];
  /** Where guarded changes stood, in the order told. */
  readonly guards: GuardState[] = [];
  /** What the server shows of its own long work, in order. */
  readonly progress: WorkDone[] = [];
  readonly published = new Map<string, PublishDiagnosticsParams>();
  /** The methods of all requests that the server made, in order. */
  readonly asked: string[] = [];
  /** How often each kind of answer was asked to be refreshed. */
  readonly refreshes = new Map<string, number>();
  readonly #child: ChildProcess;
  readonly #settings: { value: Readonly<Record<string, unknown>> };
  readonly #waiting = new Set<() => void>();
  readonly #versions = new Map<string, number>();
  readonly #texts = new Map<string, string>();

  private constructor(
    child: ChildProcess,
    connection: MessageConnection,
    initialized: InitializeResult,
    settings: { value: Readonly<Record<string, unknown>> },
  ) {
    this.#child = child;
    this.connection = connection;
    this.initialized = initialized;
    this.#settings = settings;
  }

  static async start(options: HarnessOptions = {}): Promise<LspHarness> {
    if (!existsSync(SERVER)) throw new Error('out/server.cjs is missing: run "npm run build" first.');
    const child = spawn(process.execPath, options.server ?? [SERVER, '--stdio'], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, ...options.environment },
    });
    const connection = createMessageConnection(
      new StreamMessageReader(child.stdout),
      new StreamMessageWriter(child.stdin),
    );
    const settings = { value: options.settings ?? {} };
    const capabilities = { ...FULL, ...options.capabilities };
    const early: [string, unknown][] = [];
    let harness: LspHarness | undefined;
    const hear = (method: string, params: unknown): void => {
      if (harness === undefined) early.push([method, params]);
      else harness.#heard(method, params);
    };
    connection.onNotification((method, params) => hear(method, params));
    connection.onUnhandledProgress(({ value }) => hear('$/progress', value));
    const asked: string[] = [];
    connection.onRequest((method, params) => {
      (harness?.asked ?? asked).push(method);
      if (method === 'workspace/configuration') {
        const { items } = params as { items: readonly { section?: string }[] };
        return items.map(({ section }) => (section === 'bulkhead' ? settings.value : null));
      }
      hear(method, params);
      return null;
    });
    connection.listen();
    const initialized = await connection.sendRequest<InitializeResult>('initialize', {
      processId: process.pid,
      ...rootsOf(options.folders ?? [], capabilities),
      capabilities,
      initializationOptions: { clientKind: 'bulkhead', trusted: true, ...options.initializationOptions },
    });
    harness = new LspHarness(child, connection, initialized, settings);
    harness.asked.push(...asked);
    for (const [method, params] of early) harness.#heard(method, params);
    await connection.sendNotification('initialized', {});
    return harness;
  }

  async open(uri: string, text: string, languageId = 'yaml'): Promise<void> {
    this.#versions.set(uri, 1);
    this.#texts.set(uri, text);
    await this.connection.sendNotification('textDocument/didOpen', {
      textDocument: { uri, languageId, version: 1, text },
    });
  }

  /** Replaces the first occurrence of a piece of the text, as an incremental edit. */
  async replace(uri: string, piece: string, by: string): Promise<void> {
    const text = this.textOf(uri);
    const start = text.indexOf(piece);
    if (start < 0) throw new Error(`"${piece}" does not stand in ${uri}`);
    const range = { start: positionAt(text, start), end: positionAt(text, start + piece.length) };
    await this.edit(uri, range, by);
  }

  async edit(uri: string, range: Range, newText: string): Promise<void> {
    const text = this.textOf(uri);
    const version = (this.#versions.get(uri) ?? 0) + 1;
    this.#versions.set(uri, version);
    this.#texts.set(uri, text.slice(0, offsetAt(text, range.start)) + newText + text.slice(offsetAt(text, range.end)));
    await this.connection.sendNotification('textDocument/didChange', {
      textDocument: { uri, version },
      contentChanges: [{ range, text: newText }],
    });
  }

  async close(uri: string): Promise<void> {
    await this.connection.sendNotification('textDocument/didClose', { textDocument: { uri } });
  }

  textOf(uri: string): string {
    return this.#texts.get(uri) ?? '';
  }

  /** The hover at the first occurrence of a piece of the text, as plain Markdown. */
  async hover(uri: string, piece: string): Promise<string | undefined> {
    const position = positionAt(this.textOf(uri), this.textOf(uri).indexOf(piece));
    const hover = await this.connection.sendRequest<Hover | null>('textDocument/hover', {
      textDocument: { uri },
      position,
    });
    return hover === null ? undefined : (hover.contents as { readonly value: string }).value;
  }

  /** `LINE title` of every lens, resolved. The one that opens the preview stands in every policy's row and is left out. */
  async lenses(uri: string): Promise<readonly string[]> {
    return this.titles(await this.lensPlaces(uri));
  }

  async lensPlaces(uri: string): Promise<readonly CodeLens[]> {
    const params = { textDocument: { uri } };
    const lenses = (await this.connection.sendRequest<CodeLens[] | null>('textDocument/codeLens', params)) ?? [];
    return lenses.filter(({ command }) => command?.command !== PREVIEW);
  }

  /** `LINE title` of lenses that may be of an earlier text. */
  async titles(places: readonly CodeLens[]): Promise<readonly string[]> {
    const resolved = await Promise.all(
      places.map((lens) =>
        lens.command === undefined
          ? this.connection.sendRequest<CodeLens>('codeLens/resolve', lens)
          : Promise.resolve(lens),
      ),
    );
    return resolved.map(({ range, command }) => `${range.start.line + 1} ${command?.title ?? ''}`);
  }

  /** `LINE label` of every inlay hint of the document. */
  async inlays(uri: string): Promise<readonly string[]> {
    const range = { start: { line: 0, character: 0 }, end: { line: 100_000, character: 0 } };
    const hints = await this.connection.sendRequest<InlayHint[] | null>('textDocument/inlayHint', {
      textDocument: { uri },
      range,
    });
    return (hints ?? []).map(({ position, label }) => {
      const text = typeof label === 'string' ? label : label.map(({ value }) => value).join('');
      return `${position.line + 1} ${text}`;
    });
  }

  diagnosticReport(uri: string, previousResultId?: string): Promise<DocumentDiagnosticReport> {
    return this.connection.sendRequest<DocumentDiagnosticReport>('textDocument/diagnostic', {
      textDocument: { uri },
      ...(previousResultId === undefined ? {} : { previousResultId }),
    });
  }

  async diagnostics(uri: string): Promise<readonly Diagnostic[]> {
    const report = await this.diagnosticReport(uri);
    return report.kind === 'full' ? report.items : [];
  }

  /** `LINE:COLUMN code message`, as people number lines. */
  async findings(uri: string): Promise<readonly string[]> {
    return shown(await this.diagnostics(uri));
  }

  codeActions(uri: string, range: Range): Promise<CodeAction[] | null> {
    return this.connection.sendRequest<CodeAction[] | null>('textDocument/codeAction', {
      textDocument: { uri },
      range,
      context: { diagnostics: [] },
    });
  }

  request<P, R>(method: RequestMethod<P, R>, params: P, token?: CancellationToken): Promise<R> {
    return token === undefined
      ? this.connection.sendRequest<R>(method.name, params)
      : this.connection.sendRequest<R>(method.name, params, token);
  }

  notify<P>(method: NotificationMethod<P>, params: P): Promise<void> {
    return this.connection.sendNotification(method.name, params as object);
  }

  async changeSettings(settings: Readonly<Record<string, unknown>>): Promise<void> {
    this.#settings.value = settings;
    await this.connection.sendNotification('workspace/didChangeConfiguration', { settings: null });
  }

  /** @param type 1 created, 2 changed, 3 deleted */
  async fileChanged(file: string, type: 1 | 2 | 3): Promise<void> {
    await this.connection.sendNotification('workspace/didChangeWatchedFiles', {
      changes: [{ uri: uriOfPath(file), type }],
    });
  }

  /** Waits until a condition holds, looked at again whenever the server has said anything. */
  async until(condition: () => boolean | Promise<boolean>): Promise<void> {
    for (;;) {
      const heard = new Promise<void>((resolve) => this.#waiting.add(resolve));
      if (await condition()) return;
      await heard;
    }
  }

  /** Waits until every folder's files have been read. */
  async read(): Promise<void> {
    await this.until(() => this.statuses.at(-1)?.busy === false);
  }

  async stop(): Promise<void> {
    await this.connection.sendRequest('shutdown');
    const gone = new Promise<void>((resolve) => this.#child.once('exit', () => resolve()));
    await this.connection.sendNotification('exit');
    await gone;
    this.connection.dispose();
  }

  #heard(method: string, params: unknown): void {
    if (method === STATUS.name) this.statuses.push(params as ServerStatus);
    else if (method === LOGIN_PROMPT.name) this.loginPrompts.push(params as LoginPromptParams);
    else if (method === GUARD.name) this.guards.push(params as GuardState);
    else if (method === '$/progress') this.progress.push(params as WorkDone);
    else if (method === 'textDocument/publishDiagnostics') {
      const published = params as PublishDiagnosticsParams;
      this.published.set(published.uri, published);
    } else if (method === 'window/logMessage') {
      const { type, message } = params as { readonly type: number; readonly message: string };
      if (type === 1) this.errors.push(message);
      return;
    } else if (method.endsWith('/refresh')) this.refreshes.set(method, (this.refreshes.get(method) ?? 0) + 1);
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const resume of waiting) resume();
  }
}

/** A client that knows no folders names one root. */
function rootsOf(folders: readonly string[], { workspace }: ClientCapabilities): object {
  const uris = folders.map((folder) => ({ uri: uriOfPath(folder), name: path.basename(folder) }));
  return workspace?.workspaceFolders === true
    ? { rootUri: null, workspaceFolders: uris }
    : { rootUri: uris[0]?.uri ?? null };
}

export function uriOfPath(file: string): string {
  return pathToFileURL(file).href;
}

/** `LINE:COLUMN code message` of each. */
export function shown(diagnostics: readonly Diagnostic[]): readonly string[] {
  return diagnostics.map(
    ({ range: { start }, code, message }) =>
      `${start.line + 1}:${start.character + 1} ${code ?? ''} ${typeof message === 'string' ? message : message.value}`,
  );
}

function positionAt(text: string, offset: number): Range['start'] {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length - 1, character: before.at(-1)?.length ?? 0 };
}

function offsetAt(text: string, { line, character }: Range['start']): number {
  const lines = text.split('\n').slice(0, line);
  return lines.reduce((sum, each) => sum + each.length + 1, 0) + character;
}
