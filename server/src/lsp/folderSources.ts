import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ConnectOutcome, ContextChoice } from '../protocol/contexts.ts';
import type { SourceChoice } from '../protocol/sources.ts';
import { boundContexts } from '../workspace/boundContext.ts';
import type { FolderSource } from '../workspace/folderSource.ts';
import type { FolderWorkspace } from '../workspace/folderWorkspace.ts';
import { connectLive, type LiveCluster, type LiveParts } from './liveSource.ts';
import { namespacesToRead } from './readRoleHandler.ts';
import type { Clock } from './scheduler.ts';
import { readSnapshotSource, watchFile } from './snapshotSource.ts';

/** The source in use: what it last said, and what keeps it up to date. */
interface ActiveSource {
  source: FolderSource;
  readonly refresh: () => void;
  readonly dispose: () => void;
  readonly live?: () => LiveCluster | undefined;
}

/** A cluster that files are answered from. */
export interface Answering {
  readonly live: LiveCluster;
  /** The context to whose files alone it answers; undefined: to all others, because it was chosen last. */
  readonly bound: string | undefined;
}

const FILES: ActiveSource = { source: { kind: 'files' }, refresh: () => undefined, dispose: () => undefined };

/**
 * Where one folder's pods come from, over every choice of a person and every change of a setting. A choice that fails
 * leaves the source before it in use; the newer of two choices wins, whichever is read first.
 *
 * A context to which a `bulkhead.yaml` binds files stays connected for these when another context is chosen, so that the
 * files of `clusters/dev` and `clusters/prod` are each answered by their own cluster. Files or a snapshot take the place
 * of all contexts.
 */
export class FolderSources {
  readonly #folder: FolderWorkspace;
  readonly #root: string | undefined;
  readonly #live: LiveParts;
  readonly #clock: Clock;
  readonly #changed: () => void;
  #active: ActiveSource = FILES;
  /** Contexts that answer for the files that are bound to them, beside what was chosen last. */
  readonly #kept = new Map<string, ActiveSource>();
  /** Whose states show: the one in use, or the one that is being tried in its place. */
  #shown: ActiveSource = FILES;
  /** Contexts with which something is compared: nothing is answered from them otherwise. */
  readonly #beside = new Map<string, ActiveSource>();
  /** The choice that was made last: what belongs to an older one is dropped. */
  #choice = 0;

  /** @param root the folder's path on disk; undefined where it has none */
  constructor(folder: FolderWorkspace, root: string | undefined, live: LiveParts, clock: Clock, changed: () => void) {
    this.#folder = folder;
    this.#root = root;
    this.#live = live;
    this.#clock = clock;
    this.#changed = changed;
  }

  /** @returns one sentence where the choice could not be followed */
  async choose(choice: SourceChoice): Promise<string | undefined> {
    if (choice.kind === 'files') {
      this.#choice += 1;
      this.#use(FILES);
      return undefined;
    }
    return this.#useSnapshot(choice.path);
  }

  /** A setting is there before anybody looks: a file that it names in vain leaves nothing to answer from. */
  async followSetting(snapshot: string): Promise<void> {
    if (snapshot === '') return void this.choose({ folder: this.#folder.uri, kind: 'files' });
    const label = path.basename(snapshot);
    const choice = this.#choice + 1;
    const problem = await this.#useSnapshot(snapshot);
    if (problem === undefined || choice !== this.#choice) return;
    const watching = watchFile(this.#resolve(snapshot), this.#clock, () => void this.followSetting(snapshot));
    this.#use({
      source: { kind: 'none', label, problem },
      refresh: () => void this.followSetting(snapshot),
      dispose: watching,
    });
  }

  /** @param signal a person gives up waiting: what was used before is used on */
  async connect(choice: ContextChoice, signal: AbortSignal): Promise<ConnectOutcome> {
    if (choice.beside === true) return this.#connectBeside(choice, signal);
    const turn = ++this.#choice;
    const before = this.#active;
    let live: LiveCluster | undefined;
    const next: ActiveSource = {
      source: before.source,
      refresh: () => live?.connection.refresh(),
      dispose: () => live?.connection.close(),
      live: () => live,
    };
    this.#shown = next;
    this.#keep(before, choice.context);
    const outcome = await connectLive(this.#live, {
      choice,
      settings: this.#folder.settings,
      namespaces: [...namespacesToRead(this.#folder)],
      publish: (source) => this.#publish(next, source),
      signal,
    });
    if (outcome.ok) live = outcome.live;
    if (turn !== this.#choice) {
      next.dispose();
      return { ok: false, problem: 'Another source was chosen meanwhile.' };
    }
    if (!outcome.ok) {
      this.#letGo(this.#keptFor(before));
      this.#show(before);
      return outcome;
    }
    this.#active = next;
    this.#drop(choice.context);
    this.disconnect(choice.context);
    if (this.#keptFor(before) === undefined) before.dispose();
    const kept = [...this.#kept.keys()];
    return { ok: true, ...(kept.length > 0 && { kept }) };
  }

  /** A context with which nothing is compared any more. */
  disconnect(context: string): void {
    this.#beside.get(context)?.dispose();
    if (this.#beside.delete(context)) this.#folder.setBeside(context, undefined);
  }

  refresh(): void {
    for (const active of this.#all()) active.refresh();
  }

  /** Files or settings may name other namespaces now, or bind files to other contexts. */
  follow(): void {
    const namespaces = [...namespacesToRead(this.#folder)];
    for (const { connection } of this.lives) connection.tryNamespaces(namespaces);
    if (this.#kept.size === 0) return;
    const bound = new Set(boundContexts(this.#folder.configurations()).map(({ context }) => context));
    for (const context of this.#kept.keys()) if (!bound.has(context)) this.#drop(context);
  }

  /** Every cluster that is connected. */
  get lives(): readonly LiveCluster[] {
    return this.#all().flatMap((active) => active.live?.() ?? []);
  }

  /** The cluster that a file's pods come from; undefined where they come from elsewhere. */
  liveOf(uri: string): LiveCluster | undefined {
    return this.answeringFor(uri)?.live;
  }

  answeringFor(uri: string): Answering | undefined {
    const context = this.#folder.boundSourceOf(uri);
    return this.answering.find(({ bound }) => bound === context);
  }

  /** What a person has chosen is being tried: its states show already, and nothing else may be changed in its place. */
  get isConnecting(): boolean {
    return this.#shown !== this.#active;
  }

  /** Clusters that files are answered from, what was chosen last first; not before it is connected. */
  get answering(): readonly Answering[] {
    const all = [[undefined, this.#shown] as const, ...this.#kept];
    return all.flatMap(([bound, active]) => {
      const live = active.live?.();
      return live === undefined ? [] : [{ live, bound }];
    });
  }

  dispose(): void {
    this.#choice += 1;
    for (const active of this.#all()) active.dispose();
    this.#kept.clear();
    this.#beside.clear();
  }

  #all(): readonly ActiveSource[] {
    return [this.#active, ...this.#kept.values(), ...this.#beside.values()];
  }

  async #connectBeside(choice: ContextChoice, signal: AbortSignal): Promise<ConnectOutcome> {
    const { context } = choice;
    if (this.lives.some((live) => live.context.name === context && live.context.identity === choice.identity)) {
      return { ok: true };
    }
    let isWanted = true;
    const outcome = await connectLive(this.#live, {
      choice,
      settings: this.#folder.settings,
      namespaces: [...namespacesToRead(this.#folder)],
      publish: (source) => {
        if (!isWanted) return;
        this.#folder.setBeside(context, source);
        this.#changed();
      },
      signal,
    });
    if (!outcome.ok) {
      isWanted = false;
      this.#folder.setBeside(context, undefined);
      return outcome;
    }
    const { live } = outcome;
    const next: ActiveSource = {
      source: FILES.source,
      refresh: () => live.connection.refresh(),
      dispose: () => {
        isWanted = false;
        live.connection.close();
      },
      live: () => live,
    };
    this.#beside.get(context)?.dispose();
    this.#beside.set(context, next);
    return { ok: true };
  }

  /** Leaves the context in use to the files that are bound to it. */
  #keep(active: ActiveSource, next: string): void {
    const context = active.live?.()?.context.name;
    if (context === undefined || context === next || this.#kept.has(context)) return;
    if (!boundContexts(this.#folder.configurations()).some((bound) => bound.context === context)) return;
    this.#kept.set(context, active);
    this.#folder.keepBound(context);
  }

  #keptFor(active: ActiveSource): string | undefined {
    return [...this.#kept].find(([, kept]) => kept === active)?.[0];
  }

  /** What was kept of a context is no longer, because nothing needs it or it is the one in use. */
  #drop(context: string): void {
    this.#kept.get(context)?.dispose();
    this.#letGo(context);
  }

  #letGo(context: string | undefined): void {
    if (context === undefined || !this.#kept.delete(context)) return;
    this.#folder.dropBound(context);
    this.#changed();
  }

  async #useSnapshot(file: string): Promise<string | undefined> {
    const turn = ++this.#choice;
    this.#folder.expectSource();
    const resolved = this.#resolve(file);
    const read = await readSnapshotSource(resolved);
    if (read.ok) this.#folder.setSavedCluster(pathToFileURL(resolved).href);
    if (turn !== this.#choice) return undefined;
    if (!read.ok) {
      this.#show(this.#active);
      return read.problem;
    }
    for (const problem of read.problems) this.#live.log.warn(`${file}: ${problem}`);
    const { label } = read;
    const reload = async (): Promise<void> => {
      const again = await readSnapshotSource(resolved);
      this.#publish(active, again.ok ? again.source : { kind: 'none', label, problem: again.problem });
    };
    const active: ActiveSource = {
      source: read.source,
      refresh: () => void reload(),
      dispose: watchFile(resolved, this.#clock, () => void reload()),
    };
    this.#use(active);
    return undefined;
  }

  #resolve(file: string): string {
    return path.isAbsolute(file) ? file : path.resolve(this.#root ?? '.', file);
  }

  #use(active: ActiveSource): void {
    const before = this.#active;
    this.#active = active;
    this.#letGo(this.#keptFor(before));
    for (const context of this.#kept.keys()) this.#drop(context);
    this.#show(active);
    before.dispose();
  }

  #show(active: ActiveSource): void {
    this.#shown = active;
    this.#publish(active, active.source);
  }

  #publish(active: ActiveSource, source: FolderSource): void {
    active.source = source;
    const bound = this.#keptFor(active);
    if (this.#shown !== active && bound === undefined) return;
    this.#folder.setSource(source, bound);
    this.#changed();
  }
}
