import { setImmediate as yieldOnce } from 'node:timers/promises';
import type { Connection, DocumentDiagnosticReport, TextDocuments } from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { Finding } from '../analysis/finding.ts';
import { GUARD, INTENTS_CHANGED, POLICIES_CHANGED, STATUS } from '../protocol/methods.ts';
import { PREVIEW_CHANGED } from '../protocol/preview.ts';
import { isRevision } from '../workspace/fileUri.ts';
import { SETTLING } from '../workspace/folderFile.ts';
import { readSettings, type Settings } from '../workspace/settings.ts';
import type { FolderWorkspace } from '../workspace/folderWorkspace.ts';
import type { WorkspaceSnapshot } from '../workspace/snapshot.ts';
import { AnsweredLenses } from './answeredLenses.ts';
import { ApplyDesk } from './apply/applyDesk.ts';
import type { Client } from './capabilities.ts';
import { ChangeDesk } from './changes/changeDesk.ts';
import { DocumentFindings, findingsOf } from './diagnostics.ts';
import { Folders } from './folders.ts';
import { FolderSession, type Progress } from './folderSession.ts';
import { IntentDesk } from './intents/intentDesk.ts';
import type { LiveParts } from './liveSource.ts';
import type { Log } from './log.ts';
import { PreviewDesk } from './preview/previewDesk.ts';
import { refresher } from './refresher.ts';
import { throttle, type Clock, type Throttle } from './scheduler.ts';
import { toDiagnostics, type ProtocolOptions } from './toProtocol.ts';
import { WorkspaceReports } from './workspaceReports.ts';

/** The status item follows at most this often, in ms. */
const STATUS_INTERVAL = 250;

export interface ServerParts {
  readonly connection: Connection;
  readonly documents: TextDocuments<TextDocument>;
  readonly client: Client;
  readonly clock: Clock;
  readonly date: () => number;
  readonly log: Log;
  readonly live: Omit<LiveParts, 'trusted' | 'log' | 'follow'>;
  /** Path of `guard.cjs`. */
  readonly guardProgram: string;
  /** Path of `layout.cjs`. */
  readonly layoutProgram: string;
}

/** The findings of an open document in one state of its folder. */
interface KnownFindings {
  readonly session: FolderSession;
  readonly revision: number;
  readonly findings: readonly Finding[];
  readonly document: DocumentFindings;
}

/**
 * Everything that lives from `initialize` to `shutdown`: the folders, and what tells the client that they changed. Long,
 * because whatever comes from the client may change what every other answer is made from, and here it is told once.
 */
export class Server {
  readonly folders: Folders;
  readonly client: Client;
  readonly lenses: AnsweredLenses;
  /** The problems of files that are not open. */
  readonly reports: WorkspaceReports;
  /** Changes of clusters. */
  readonly apply: ApplyDesk;
  /** Changes of policies by other hands, and the journal. */
  readonly changes: ChangeDesk;
  /** Tests of what is meant. */
  readonly intents: IntentDesk;
  /** The preview panels that are open. */
  readonly preview: PreviewDesk;
  readonly #parts: ServerParts;
  readonly #refresh: Throttle;
  readonly #status: Throttle;
  /** Of a client that cannot be asked, or that does not answer. */
  #settings: Readonly<Record<string, unknown>>;
  #active: string | undefined;
  #lastStatus = '';
  #settling: (() => void) | undefined;
  readonly #pushed = new Set<string>();
  readonly #findings = new Map<string, KnownFindings>();
  #pushing = false;

  constructor(parts: ServerParts) {
    const { connection, client, clock, date, log, live } = parts;
    this.#parts = parts;
    this.client = client;
    this.#settings = client.settings;
    this.lenses = new AnsweredLenses({
      now: () => clock.now(),
      snapshotOf: (uri) => {
        const session = parts.documents.get(uri) && this.folders.of(uri);
        return session && this.snapshotOf(session, uri);
      },
      runsCommands: client.own,
    });
    this.#refresh = refresher(connection, client, clock, log, this.lenses, () => {
      this.publishAll();
      this.#background('Problems', this.reports.publish());
    });
    this.reports = new WorkspaceReports({
      connection,
      folders: () => this.folders.all().map(({ workspace }) => workspace),
      folderOf: (uri) => this.folders.of(uri)?.workspace,
      findings: (folder, snapshot, uri) => findingsOf(folder, snapshot, uri),
      protocolOptions: (folder) => this.#protocolOptionsOf(folder),
      clock,
      yieldOnce: () => yieldOnce(),
    });
    this.apply = new ApplyDesk({
      storage: client.storage,
      guardProgram: parts.guardProgram,
      here: {
        openSession: async (options) => (await live.load()).openSession(options),
        prompted: live.prompted,
      },
      trusted: client.trusted,
      sessionOf: (uri) => this.folders.of(uri),
      tellGuard: (state) => void connection.sendNotification(GUARD.name, state),
      yieldOnce: () => yieldOnce(),
      date,
      log,
    });
    this.changes = new ChangeDesk({
      storage: client.storage,
      universeOf: (folder) => this.folders.named(folder)?.workspace.snapshot().universe,
      tell: (changes) => {
        if (client.own) this.#background('Changes', connection.sendNotification(POLICIES_CHANGED.name, changes));
      },
      yieldOnce: () => yieldOnce(),
      clock,
      date,
      log,
    });
    this.intents = new IntentDesk({
      workspaceOf: (folder) => this.folders.named(folder)?.workspace,
      workspaceAround: (uri) => this.folders.of(uri)?.workspace,
      tell: () => this.#background('Tests', connection.sendNotification(INTENTS_CHANGED.name, {})),
      yieldOnce: () => yieldOnce(),
      clock,
      views: client.own,
    });
    // Nobody would hear of them, and nothing of them is kept.
    const follows = client.own || client.storage !== undefined;
    const follow: LiveParts['follow'] = (folder, context) => this.changes.follow(folder, context);
    this.preview = new PreviewDesk({
      folderOf: (uri) => (this.folders.named(uri) ?? this.folders.of(uri))?.workspace,
      tell: (changed) => {
        if (client.own) this.#background('Preview', connection.sendNotification(PREVIEW_CHANGED.name, changed));
      },
      yieldOnce: () => yieldOnce(),
      clock,
      layoutProgram: parts.layoutProgram,
    });
    this.#status = throttle(clock, STATUS_INTERVAL, 0, () => this.#sendStatus());
    this.folders = new Folders(
      (uri) =>
        new FolderSession(uri, {
          clock,
          date,
          log,
          live: { ...live, ...(follows && { follow }), trusted: client.trusted, log },
          yieldOnce: () => yieldOnce(),
          progress: (title) => this.#progress(title),
          changed: () => this.changed(),
        }),
    );
  }

  /** Takes these folders for the window's; new ones are read in the background. */
  setFolders(uris: readonly string[]): void {
    for (const session of this.folders.set(uris, this.#parts.documents.all())) {
      this.#background('Settings', this.#configure(session));
      this.#background('Reading', session.scan());
    }
    this.changed();
  }

  /** @param pushed the settings of a client that sends them along; others are asked */
  async settingsChanged(pushed: unknown): Promise<void> {
    if (isRecord(pushed)) this.#settings = { ...this.client.settings, ...pushed };
    await Promise.all(this.folders.all().map((session) => this.#configure(session)));
  }

  /** What a document of a folder is answered from. */
  snapshotOf({ workspace }: FolderSession, uri: string): WorkspaceSnapshot {
    const revision = isRevision(uri) ? this.#parts.documents.get(uri) : undefined;
    return revision === undefined ? workspace.snapshot(uri) : workspace.snapshotOfRevision(uri, revision.getText());
  }

  opened(document: TextDocument): void {
    // A revision stands beside its file and never in the folder: it would count twice.
    if (!isRevision(document.uri)) {
      this.folders.of(document.uri)?.workspace.openDocument(document.uri, document.getText());
    }
    this.reports.opened(document.uri);
    this.preview.changed();
    this.intents.changed(false);
    this.#lookAt(document.uri);
    this.#publishSoon();
    this.#status.request();
  }

  edited(document: TextDocument): void {
    const session = isRevision(document.uri) ? undefined : this.folders.of(document.uri);
    const text = document.getText();
    if (session === undefined || session.workspace.textOf(document.uri) === text) return;
    this.#refresh.busy();
    session.workspace.editDocument(document.uri, text);
    this.preview.changed();
    this.reports.problems.edited();
    this.#lookAt(document.uri);
    this.intents.changed(true);
    this.#publishSoon();
    this.#settleLater();
    // The client asks again for what was edited; what it means for other documents only we know.
    if (this.#parts.documents.all().length > 1) this.#refresh.request();
    this.#status.request();
  }

  closed(document: TextDocument): void {
    if (isRevision(document.uri)) return;
    this.folders.of(document.uri)?.workspace.closeDocument(document.uri);
    this.#findings.delete(document.uri);
    if (!this.client.pullsDiagnostics && this.#pushed.delete(document.uri)) {
      void this.#parts.connection.sendDiagnostics({ uri: document.uri, diagnostics: [] });
    }
    // Who does not tell of files that change on disk saves them before closing them, more often than not.
    if (!this.client.own && !this.client.registersWatchers) this.#background('Reading', this.#readAgain(document.uri));
    this.changed();
  }

  /** Our own client says where the cursor stands: what else opens or changes a document is not looked at. */
  #lookAt(uri: string): void {
    if (!this.client.own || this.#active === undefined) this.#active = uri;
  }

  cursorMoved(uri: string, line: number): void {
    this.#active = uri;
    let changed = false;
    for (const { workspace } of this.folders.all()) changed = workspace.setCursor(uri, line) || changed;
    if (changed) this.changed();
    else this.#status.request();
  }

  /** What answers are made from has changed other than by a person's typing. */
  changed(): void {
    this.reports.problems.changed();
    this.intents.changed(false);
    this.preview.changed();
    this.#refresh.request();
    this.#status.request();
  }

  /** Worked out once for each state: the same findings are asked for as diagnostics and, again and again, for actions. */
  findings(session: FolderSession, snapshot: WorkspaceSnapshot, uri: string): readonly Finding[] {
    // What is wrong with a text that nobody can edit any more is no problem of today.
    if (isRevision(uri)) return [];
    const known = this.#findings.get(uri);
    if (known?.session === session && known.revision === snapshot.revision) return known.findings;
    if (!session.workspace.hasDocument(uri)) return findingsOf(session.workspace, snapshot, uri);
    const document = known?.session === session ? known.document : new DocumentFindings();
    const findings = findingsOf(session.workspace, snapshot, uri, document);
    this.#findings.set(uri, { session, revision: snapshot.revision, findings, document });
    return findings;
  }

  /** What is said of a file that was just closed: nothing, unless the problems of all files are wanted. */
  closedReport(uri: string): DocumentDiagnosticReport {
    const session = this.folders.of(uri);
    const isWanted = session?.workspace.settings.problems === 'workspace';
    const findings = isWanted ? this.findings(session, session.workspace.snapshot(uri), uri) : [];
    return { kind: 'full', items: isWanted ? toDiagnostics(findings, this.protocolOptions(session)) : [] };
  }

  /** How findings of a folder become positions and links of this client. */
  protocolOptions({ workspace }: FolderSession): ProtocolOptions {
    return this.#protocolOptionsOf(workspace);
  }

  #protocolOptionsOf(workspace: FolderWorkspace): ProtocolOptions {
    const { uriScheme, codeDescription, relatedInformation } = this.client;
    return {
      textOf: (uri) => workspace.textOf(uri),
      pageOf: (code) =>
        uriScheme === undefined || !codeDescription ? undefined : `${uriScheme}://bulkhead.bulkhead/check/${code}`,
      relatedInformation,
    };
  }

  /** For clients that cannot pull. */
  publishAll(): void {
    for (const { uri, version } of this.#parts.documents.all()) {
      const session = this.folders.of(uri);
      if (session === undefined) continue;
      const findings = this.findings(session, session.workspace.snapshot(uri), uri);
      const diagnostics = toDiagnostics(findings, this.protocolOptions(session));
      if (diagnostics.length === 0 && !this.#pushed.has(uri)) continue;
      this.#pushed.add(uri);
      void this.#parts.connection.sendDiagnostics({ uri, version, diagnostics });
    }
  }

  dispose(): void {
    this.apply.dispose();
    this.preview.dispose();
    this.intents.dispose();
    this.reports.problems.dispose();
    this.#settling?.();
    this.#refresh.dispose();
    this.#status.dispose();
    for (const session of this.folders.all()) session.dispose();
    this.changes.dispose();
  }

  async #readAgain(uri: string): Promise<void> {
    for (const session of this.folders.all()) await session.fileChanged(uri, false);
  }

  async #configure(session: FolderSession): Promise<void> {
    await session.applySettings(await this.#readSettings(session.workspace.uri));
  }

  async #readSettings(folder: string): Promise<Settings> {
    const { connection, log } = this.#parts;
    if (!this.client.configuration) return readSettings(this.#settings);
    try {
      const scope = folder === '' ? {} : { scopeUri: folder };
      const [section, exclude]: unknown[] = await connection.workspace.getConfiguration([
        { section: 'bulkhead', ...scope },
        { section: 'files.exclude', ...scope },
      ]);
      // What a client gave when it started stands until it answers with something else for the same key.
      return readSettings(isRecord(section) ? { ...this.#settings, ...section } : this.#settings, exclude);
    } catch (error) {
      log.warn(`The client did not answer for its settings: ${String(error)}`);
      return readSettings(this.#settings);
    }
  }

  /** Edits of one turn are answered together. */
  #publishSoon(): void {
    if (this.client.pullsDiagnostics || this.#pushing) return;
    this.#pushing = true;
    const push = async (): Promise<void> => {
      await yieldOnce();
      this.#pushing = false;
      this.publishAll();
    };
    this.#background('Diagnostics', push());
  }

  /** A key without a value is judged once a person has stopped at it. */
  #settleLater(): void {
    this.#settling?.();
    this.#settling = this.#parts.clock.after(SETTLING + 1, () => {
      let changed = false;
      for (const { workspace } of this.folders.all()) changed = workspace.settle() || changed;
      if (changed) this.changed();
    });
  }

  #sendStatus(): void {
    const [first] = this.folders.all();
    const session = this.#active === undefined ? first : (this.folders.of(this.#active) ?? first);
    if (session === undefined || !this.client.own) return;
    const status = session.status(this.#active);
    const text = JSON.stringify(status);
    if (text === this.#lastStatus) return;
    this.#lastStatus = text;
    this.#background('Status', this.#parts.connection.sendNotification(STATUS.name, status));
  }

  #progress(title: string): Progress {
    if (!this.client.progress) return { report: () => undefined, done: () => undefined };
    let ended = false;
    let last = -1;
    const shown = this.#parts.connection.window.createWorkDoneProgress().then((progress) => {
      if (!ended) progress.begin(title, 0, undefined, false);
      return progress;
    });
    shown.catch(() => undefined);
    return {
      report: (fraction) => {
        const percent = Math.floor(fraction * 100);
        if (percent === last) return;
        last = percent;
        this.#background(
          'Progress',
          shown.then((progress) => void (ended || progress.report(percent))),
        );
      },
      done: () => {
        this.#background(
          'Progress',
          shown.then((progress) => progress.done()),
        );
        ended = true;
      },
    };
  }

  #background(what: string, work: Promise<unknown>): void {
    work.catch((error: unknown) => this.#parts.log.error(`${what} failed: ${String(error)}`));
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
