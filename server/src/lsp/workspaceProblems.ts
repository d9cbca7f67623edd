import type { Finding } from '../analysis/finding.ts';
import { AnswerStates } from '../workspace/answerStates.ts';
import { RENDERED_SCHEME } from '../workspace/fileUri.ts';
import type { FolderWorkspace } from '../workspace/folderWorkspace.ts';
import type { WorkspaceSnapshot } from '../workspace/snapshot.ts';
import type { Cancellation } from './dispatch.ts';
import type { Clock } from './scheduler.ts';

/** Work is given up for what came in meanwhile after so many milliseconds. */
const SLICE = 8;
/** While a person types, the files that are not open can wait, in ms. */
const QUIET = 1000;
/** So long after one round comes the next, in ms: while a folder is being read, everything changes all the time. */
const PAUSE = 1000;

/** What there is to say of one file that is not open; `id` is undefined where nothing more is said of it. */
export interface FileReport {
  readonly uri: string;
  readonly id: string | undefined;
  readonly findings: readonly Finding[];
  readonly folder: FolderWorkspace;
}

export interface WorkspaceProblemsParts {
  readonly folders: () => readonly FolderWorkspace[];
  readonly folderOf: (uri: string) => FolderWorkspace | undefined;
  readonly findings: (folder: FolderWorkspace, snapshot: WorkspaceSnapshot, uri: string) => readonly Finding[];
  readonly clock: Clock;
  readonly yieldOnce: () => Promise<void>;
}

/**
 * The problems of files that no editor shows, where a folder's setting wants them. A file is judged again only when
 * something that its findings are made from has changed.
 */
export class WorkspaceProblems {
  readonly #parts: WorkspaceProblemsParts;
  readonly #states = new AnswerStates();
  /** By URI: in which state of its scope and of itself a file was judged last. */
  readonly #told = new Map<
    string,
    { readonly state: string; readonly file: unknown; readonly id: string; readonly empty: boolean }
  >();
  readonly #waiting = new Set<() => void>();
  #lastEdit = -Infinity;
  #lastRound = -Infinity;
  #changes = 0;
  #ids = 0;

  constructor(parts: WorkspaceProblemsParts) {
    this.#parts = parts;
  }

  /** A person types: what is not open waits until they stop. */
  edited(): void {
    this.#lastEdit = this.#parts.clock.now();
    this.changed();
  }

  /** The editor tells of an open file by itself, and forgets what it was told before once that is closed. */
  opened(uri: string): void {
    this.#told.delete(uri);
    this.changed();
  }

  /** Something that findings are made from has changed. */
  changed(): void {
    this.#changes += 1;
    this.#waiting.forEach((wake) => wake());
  }

  /**
   * The files of which something else is to be said than a client was told. Where there is none it waits for a change:
   * clients ask again as soon as they are answered.
   *
   * @param told the ids of what the client knows, by URI
   */
  async pull(told: ReadonlyMap<string, string>, cancellation: Cancellation): Promise<readonly FileReport[]> {
    const signal = cancellation.signal();
    for (;;) {
      await this.#quiet(signal);
      const changes = this.#changes;
      this.#lastRound = this.#parts.clock.now();
      const reports = await this.news(told, cancellation);
      if (reports.length > 0 || cancellation.isCancelled()) return reports;
      if (changes === this.#changes) await this.#change(signal);
    }
  }

  /** One round over all files; it ends early when a person types, with what it has so far. */
  async news(told: ReadonlyMap<string, string>, cancellation: Cancellation): Promise<readonly FileReport[]> {
    const { clock, yieldOnce, folders } = this.#parts;
    const reports: FileReport[] = [];
    const edit = this.#lastEdit;
    let slice = clock.now();
    const wanted = new Set<string>();
    for (const folder of folders()) {
      if (folder.settings.problems !== 'workspace') continue;
      for (const uri of folder.diskFiles()) {
        // What a chart renders to is shown when somebody looks at it.
        if (uri.startsWith(`${RENDERED_SCHEME}:`)) continue;
        wanted.add(uri);
        const report = this.#judge(folder, uri, told.get(uri));
        if (report !== undefined) reports.push(report);
        if (clock.now() - slice < SLICE) continue;
        await yieldOnce();
        if (cancellation.isCancelled() || this.#lastEdit !== edit) return reports;
        slice = clock.now();
      }
    }
    for (const uri of told.keys()) {
      const folder = wanted.has(uri) ? undefined : this.#parts.folderOf(uri);
      // An open file is told of by itself.
      if (folder === undefined || folder.hasDocument(uri)) continue;
      this.#told.delete(uri);
      reports.push({ uri, id: undefined, findings: [], folder });
    }
    return reports;
  }

  dispose(): void {
    this.changed();
  }

  #judge(folder: FolderWorkspace, uri: string, known: string | undefined): FileReport | undefined {
    if (folder.hasDocument(uri) || this.#parts.folderOf(uri) !== folder) return undefined;
    const snapshot = folder.snapshot(uri);
    const file = snapshot.files.get(uri)?.file;
    const state = `${folder.uri} ${this.#states.of(folder, snapshot)}`;
    const last = this.#told.get(uri);
    if (last?.state === state && last.file === file && (last.id === known || (last.empty && known === undefined))) {
      return undefined;
    }
    const findings = this.#parts.findings(folder, snapshot, uri);
    this.#ids += 1;
    const id = `file-${this.#ids}`;
    const empty = findings.length === 0;
    this.#told.set(uri, { state, file, id, empty });
    return empty && known === undefined ? undefined : { uri, id, findings, folder };
  }

  /** Until a person has stopped typing, and the last round is some time ago. */
  async #quiet(signal: AbortSignal): Promise<void> {
    const { clock } = this.#parts;
    for (let left = this.#left(); left > 0 && !signal.aborted; left = this.#left()) {
      await new Promise<void>((resolve) => {
        clock.after(left, resolve);
      });
    }
  }

  #left(): number {
    return Math.max(this.#lastEdit + QUIET, this.#lastRound + PAUSE) - this.#parts.clock.now();
  }

  async #change(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    await new Promise<void>((resolve) => {
      const wake = (): void => {
        this.#waiting.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      this.#waiting.add(wake);
      signal.addEventListener('abort', wake);
    });
  }
}
