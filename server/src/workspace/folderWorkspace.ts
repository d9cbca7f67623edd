import { AnsweringSource } from './answeringSource.ts';
import type { PlacedConfiguration } from './configuration.ts';
import { configuredContext, isExcluded, matches, nearestConfiguration } from './configuration.ts';
import { FolderFile } from './folderFile.ts';
import { isConfigurationFile, readConfigurationFiles, type FolderConfiguration } from './folderConfiguration.ts';
import { chosenPlugins } from './cni/chosenPlugins.ts';
import { pluginBehaviour } from './cni/pluginBehaviour.ts';
import { NOTHING_KNOWN, sourceView, type FolderSource } from './folderSource.ts';
import { fileKey, fileOfRevision, folderOf, isRenderedPath, pathOfUri, sourcePath } from './fileUri.ts';
import { knowledgeOf } from './knowledge.ts';
import { EMPTY_TABLE, type ObjectTable } from './objectTable.ts';
import { isDecodable, placeFile, type ViewedFile } from './placeFile.ts';
import { problemCache, type ServerProblems } from './serverProblems.ts';
import { ScopeBook } from './scopeBook.ts';
import { WHOLE_FOLDER, type Scope } from './scopes.ts';
import { ScopeState, type PlacedFile } from './scopeState.ts';
import { DEFAULT_SETTINGS, type Settings } from './settings.ts';
import { scopeView, viewInScope, type Rendering } from './scopeView.ts';
import type { FileView, WorkspaceSnapshot } from './snapshot.ts';
import type { SourceFile } from './sourceFile.ts';

/** Scopes that are kept ready; the one that was asked for longest ago is let go first. */
const MOST_SCOPES = 8;

export interface FolderTime {
  /** Milliseconds since 1970, for ages. */
  readonly date: () => number;
  /** Milliseconds on a clock that never jumps, for what is half typed. */
  readonly now: () => number;
}

/**
 * One folder's state: its files with the open documents over them, its settings and where its pods come from. It makes
 * the immutable snapshots that every answer is made from, lazily: a change costs something only when somebody asks.
 *
 * Long, because what a change makes stale is only safe to follow with every change and every cache in one place.
 *
 * Invariant: it does no I/O and has no timers. Whoever owns it feeds it, and calls `settle` once a text has rested.
 */
export class FolderWorkspace {
  readonly uri: string;
  readonly #path: string;
  readonly #time: FolderTime;
  readonly #files = new Map<string, FolderFile>();
  readonly #placedFiles = new Map<string, ViewedFile>();
  readonly #changed = new Set<string>();
  /** Paths of files that were chosen as sources. */
  readonly #saved = new Set<string>();
  readonly #problems = problemCache();
  /** By folder and context, in the order in which they were last asked for. */
  readonly #scopes = new Map<string, ScopeState>();
  readonly #snapshots = new Map<string, WorkspaceSnapshot>();
  #views: ReadonlyMap<string, FileView> | undefined;
  /** The folder with a revision in place of its file, by the revision's URI. */
  readonly #revisions = new Map<string, { readonly text: string; readonly folder: FolderWorkspace }>();
  #settings: Settings = DEFAULT_SETTINGS;
  #indexing: { readonly done: number; readonly total: number } | undefined = { done: 0, total: 0 };
  #listed = true;
  /** What was chosen last. */
  #source = new AnsweringSource();
  /** Contexts that stay connected beside it, for the files that a `bulkhead.yaml` binds to them. */
  readonly #bound = new Map<string, AnsweringSource>();
  /** Contexts with which something is compared, by their names. */
  readonly #beside = new Map<string, FolderSource>();
  #configuration: FolderConfiguration | undefined;
  #book: ScopeBook | undefined;
  /** The folder of the scope that a person has chosen; undefined: each file has its own. */
  #chosenScope: string | undefined;
  /** By the folder of the rendered document. */
  readonly #renderings = new Map<string, Rendering>();
  #revision = 0;

  /** @param uri the folder's; `''` for a window without one */
  constructor(uri: string, time: FolderTime) {
    this.uri = uri;
    this.#path = pathOfUri(uri).replace(/\/$/, '');
    this.#time = time;
  }

  get settings(): Settings {
    return this.#settings;
  }

  /** What was chosen last: it answers for every file that is not bound to another context that is connected. */
  get source(): FolderSource {
    return this.#source.chosen;
  }

  /** Where a file's pods come from. */
  sourceOf(uri: string): FolderSource {
    return this.#from(this.#contextOf(pathOfUri(uri))).chosen;
  }

  /** The context that answers for a file and not for the whole folder; undefined where what was chosen last does. */
  boundSourceOf(uri: string): string | undefined {
    return this.#contextOf(pathOfUri(uri));
  }

  setSettings(settings: Settings): void {
    this.#settings = settings;
    this.#changeAll();
  }

  /** @param progress undefined once every file of the folder has been read */
  setIndexing(progress: { readonly done: number; readonly total: number } | undefined): void {
    this.#indexing = progress;
    this.#stale();
  }

  /** The closed files of the folder cannot be listed: what they lack is not known to be missing. */
  setUnlisted(): void {
    this.#listed = false;
    this.setIndexing(undefined);
  }

  /** What lies on disk; it does not show while an editor holds the file. Returns the URI that the file goes by. */
  putFile(uri: string, text: string): string {
    const file = this.#file(uri, text);
    const isNew = file.disk === undefined && !file.open;
    file.disk = text;
    if (!file.open && (isNew || file.text !== text)) {
      file.setText(text);
      // Decoded now, file by file as they are read, rather than all at once by the first who asks for a snapshot.
      for (const { document } of file.parsed.documents) void document.objects;
      this.#change(file);
    }
    return file.uri;
  }

  /** A file that was chosen as a source holds a cluster: it is no manifest from then on. */
  setSavedCluster(uri: string): void {
    const path = pathOfUri(uri);
    if (this.#saved.has(path)) return;
    this.#saved.add(path);
    const file = this.#files.get(fileKey(uri));
    if (file !== undefined) this.#change(file);
  }

  removeFile(uri: string): void {
    const file = this.#files.get(fileKey(uri));
    if (file !== undefined) this.#removeFromDisk(file);
  }

  /** A folder has gone, or nothing is known any more of what it holds. */
  removeFilesBelow(uri: string): void {
    const below = `${pathOfUri(uri).replace(/\/$/, '')}/`;
    const gone = [...this.#files.values()].filter(({ path }) => path.startsWith(below));
    for (const file of gone) this.#removeFromDisk(file);
  }

  openDocument(uri: string, text: string): void {
    const file = this.#file(uri, text);
    file.uri = uri;
    file.open = true;
    file.setText(text);
    // What it says is accepted now: the first edit may break it before anybody has asked.
    const problemsOf = this.problemsOf({ uri, fragment: this.isPatch(uri) });
    file.settle(this.#time.now(), (document) => isDecodable(document, problemsOf));
    this.#change(file);
  }

  editDocument(uri: string, text: string): void {
    const file = this.#files.get(fileKey(uri));
    if (file === undefined) return;
    file.setText(text, this.#time.now());
    this.#change(file);
  }

  closeDocument(uri: string): void {
    const file = this.#files.get(fileKey(uri));
    if (file === undefined) return;
    file.closed();
    if (file.disk === undefined) return this.#forget(file);
    file.setText(file.disk);
    this.#change(file);
  }

  /** Where the client's cursor stands now, in this folder or elsewhere. Returns whether a document was let go. */
  setCursor(uri: string, line: number): boolean {
    let changed = false;
    for (const file of this.#files.values()) {
      if (!file.open) continue;
      file.setCursor(file.key === fileKey(uri) ? line : undefined);
      changed = this.#settle(file) || changed;
    }
    return changed;
  }

  /** Lets go what was held only for a time. Returns whether anything was. */
  settle(): boolean {
    let changed = false;
    for (const file of this.#files.values()) if (file.open) changed = this.#settle(file) || changed;
    return changed;
  }

  /**
   * Another state of the chosen source, or another source.
   *
   * @param bound the context that was kept beside it, where it is that one's state
   */
  setSource(source: FolderSource, bound?: string): void {
    const from = this.#from(bound);
    const { namespace, version } = from;
    from.set(source, this.#indexing === undefined);
    if (from.namespace !== namespace || from.version !== version) this.#changeAll();
    this.#stale();
  }

  /** Another source is being read: where nothing was known to its end before, nothing is called missing until then. */
  expectSource(): void {
    this.#source.expect(this.#indexing === undefined);
    this.#stale();
  }

  /** The context that is in use answers on for the files that are bound to it, whatever is chosen for the rest. */
  keepBound(context: string): void {
    this.#bound.set(context, this.#source);
    this.#source = this.#source.copy();
    this.#rebind();
  }

  /** A context that was kept has gone: its files are answered as the rest of the folder. */
  dropBound(context: string): void {
    if (this.#bound.delete(context)) this.#rebind();
  }

  hasDocument(uri: string): boolean {
    return this.#files.get(fileKey(uri))?.open === true;
  }

  /** URIs of files that were read from disk. */
  diskFiles(): readonly string[] {
    return [...this.#files.values()].flatMap(({ disk, uri }) => (disk === undefined ? [] : [uri]));
  }

  /** Whether the folder's configuration or settings leave a path out; paths are relative to the folder. */
  excludes(relative: string): boolean {
    const file = this.#path === '' ? relative : `${this.#path}/${relative}`;
    if (matches(this.#settings.exclude, relative)) return true;
    return isExcluded(nearestConfiguration(file, this.#configurations().placed), file);
  }

  configurationOf(uri: string): PlacedConfiguration | undefined {
    return nearestConfiguration(sourcePath(pathOfUri(uri)), this.#configurations().placed);
  }

  /** Every `bulkhead.yaml` of the folder. */
  configurations(): readonly PlacedConfiguration[] {
    return this.#configurations().placed;
  }

  /** The URI of a known file of the folder. */
  uriOfPath(path: string): string | undefined {
    return this.#files.get(`file:${path}`)?.uri ?? [...this.#files.values()].find((file) => file.path === path)?.uri;
  }

  /** The text of a file as it stands now, open or closed. */
  textOf(uri: string): string | undefined {
    return this.#files.get(fileKey(uri))?.text;
  }

  problemsOf({ uri, fragment }: Pick<SourceFile, 'uri' | 'fragment'>): ServerProblems {
    return this.#problems.of(this.#targetVersion(pathOfUri(uri)), fragment);
  }

  /** Namespaces that any file names, whatever its scope. */
  namespaces(): ReadonlySet<string> {
    this.#update();
    const names = new Set<string>();
    for (const { placed } of this.#placedFiles.values())
      for (const { namespace } of placed.objects) names.add(namespace);
    names.delete('');
    return names;
  }

  /** What a scope holds, by the folder that makes it one. */
  objectsOf(folder: string): ObjectTable {
    this.#update();
    const scope = this.#scopeBook().named(folder);
    return scope === undefined ? EMPTY_TABLE : this.#scopeState(scope, null).manifests;
  }

  /**
   * What a chart or an overlay renders to. It is a document of the folder from now on, read-only, that answers in a scope
   * of its own.
   *
   * @param folder the source's path
   */
  putRendering(folder: string, uri: string, text: string): void {
    this.putFile(uri, text);
    this.#renderings.set(folderOf(pathOfUri(uri)), { folder, at: this.#time.date(), stale: false });
    this.#book = undefined;
    this.#configuration = undefined;
    this.#scopes.clear();
    this.#stale();
  }

  /** Answers every file that takes part in it in one scope; undefined: each in its own. */
  chooseScope(folder: string | undefined): void {
    if (this.#chosenScope === folder) return;
    this.#chosenScope = folder;
    this.#stale();
  }

  get chosenScope(): string | undefined {
    return this.#chosenScope;
  }

  /** The scope in which a file is answered. */
  scopeOf(uri: string): Scope {
    this.#update();
    return this.#scopeBook().of(pathOfUri(uri), this.#chosenScope);
  }

  /** Every scope that a file takes part in, the whole folder last. */
  scopesOf(uri: string): readonly Scope[] {
    this.#update();
    return this.#scopeBook().allOf(pathOfUri(uri));
  }

  /** Paths of files that kustomizations name as patches and that are not known: they may mention no kind of ours. */
  unreadPatches(): readonly string[] {
    return [...this.#configurations().fragments].filter((path) => this.#isRead(path) && this.#at(path) === undefined);
  }

  isPatch(uri: string): boolean {
    return this.#configurations().fragments.has(pathOfUri(uri));
  }

  /** Everything that answers about a file are made from; without one, about the whole folder. */
  snapshot(uri?: string): WorkspaceSnapshot {
    this.#update();
    const scope = uri === undefined ? WHOLE_FOLDER : this.scopeOf(uri);
    return this.#snapshot(scope, uri === undefined ? undefined : this.#contextOf(pathOfUri(uri)));
  }

  /** The whole folder, whatever the file's scope, answered from where the file's pods come from. */
  snapshotAround(uri: string): WorkspaceSnapshot {
    return this.snapshotFrom(this.#contextOf(pathOfUri(uri)));
  }

  /** The whole folder as one cluster has it: a context that was kept, or undefined for what was chosen last. */
  snapshotFrom(context: string | undefined): WorkspaceSnapshot {
    this.#update();
    return this.#snapshot(WHOLE_FOLDER, context);
  }

  #snapshot(scope: Scope, context: string | undefined): WorkspaceSnapshot {
    const date = this.#time.date();
    const key = stateKey(scope, context);
    const known = this.#snapshots.get(key);
    // A new second makes new ages, not new answers.
    if (known !== undefined) return date - known.now < 1000 ? known : { ...known, now: date };
    const state = this.#scopeState(scope, context);
    const from = this.#from(context);
    const { answering } = from;
    const sourceState = 'state' in answering ? answering.state : undefined;
    const isFiles = answering.kind === 'files';
    const plugins = chosenPlugins(this.#settings.cni, sourceState?.plugins);
    const behaviour = pluginBehaviour(plugins);
    const { universe, intended } = state.compiled(answering, (source) => from.base(source, behaviour), behaviour);
    const nothing = from.silent || answering.kind === 'none' || (isFiles && !this.#listed);
    this.#revision += 1;
    const snapshot: WorkspaceSnapshot = {
      revision: this.#revision,
      universe,
      intended,
      knowledge: nothing ? NOTHING_KNOWN : knowledgeOf(universe.parts, sourceState, this.#indexing === undefined),
      ...(plugins !== undefined && { plugins }),
      ...(sourceState?.references !== undefined && { references: sourceState.references }),
      source: sourceView(from.chosen, this.#indexing),
      scope: scopeView(state, this.#path, this.#scopeBook().size, this.#renderings.get(scope.folder)),
      table: isFiles ? state.manifests : state.open,
      manifests: state.manifests,
      files: this.#viewsIn(state),
      settings: this.#settings,
      now: date,
    };
    this.#snapshots.set(key, snapshot);
    return snapshot;
  }

  /** One map for all scopes: a folder may have many of both. */
  #viewsIn(state: ScopeState): WorkspaceSnapshot['files'] {
    const views = (this.#views ??= new Map([...this.#placedFiles.values()].map(({ view }) => [view.file.uri, view])));
    return {
      keys: () => views.keys(),
      get: (uri) => {
        const view = views.get(uri);
        return view && viewInScope(view, state);
      },
    };
  }

  /**
   * Everything that answers about a revision of a file are made from: the folder as it stands now with the revision in
   * place of the file, which therefore counts once.
   */
  snapshotOfRevision(uri: string, text: string): WorkspaceSnapshot {
    let revision = this.#revisions.get(uri);
    if (revision?.text !== text) {
      revision = { text, folder: this.#withRevision(uri, text) };
      this.#revisions.set(uri, revision);
    }
    return revision.folder.snapshot(uri);
  }

  #withRevision(uri: string, text: string): FolderWorkspace {
    const other = this.#without(new Set([fileKey(fileOfRevision(uri))]));
    other.openDocument(uri, text);
    return other;
  }

  /** Open documents whose text is not the one on disk; `disk` undefined: there is no such file. */
  unsaved(): readonly { readonly uri: string; readonly disk: string | undefined }[] {
    return [...this.#files.values()].flatMap(({ uri, open, text, disk }) =>
      open && text !== disk ? [{ uri, disk }] : [],
    );
  }

  /** The folder as it stands now with other texts in the place of some files; without a text: without the file. */
  withTexts(files: readonly { readonly uri: string; readonly text?: string | undefined }[]): FolderWorkspace {
    const other = this.#without(new Set(files.map(({ uri }) => fileKey(uri))));
    for (const { uri, text } of files) if (text !== undefined) other.putFile(uri, text);
    return other;
  }

  /** The state of a context that is connected, for files of the folder or for a comparison; undefined where none is. */
  sourceNamed(context: string): FolderSource | undefined {
    const { chosen } = this.#source;
    return (
      this.#bound.get(context)?.chosen ??
      (chosen.kind === 'live' && chosen.label === context ? chosen : this.#beside.get(context))
    );
  }

  /** The state of a context from which nothing is answered, with which something is compared; undefined: it has gone. */
  setBeside(context: string, source: FolderSource | undefined): void {
    if (source === undefined) this.#beside.delete(context);
    else this.#beside.set(context, source);
  }

  /** Shares what does not depend on those files. It follows no later change: a change makes another one. */
  #without(replaced: ReadonlySet<string>): FolderWorkspace {
    this.#update();
    const other = new FolderWorkspace(this.uri, this.#time);
    for (const [key, file] of this.#files) if (!replaced.has(key)) other.#files.set(key, file);
    for (const [key, placed] of this.#placedFiles) if (!replaced.has(key)) other.#placedFiles.set(key, placed);
    for (const path of this.#saved) other.#saved.add(path);
    other.#settings = this.#settings;
    other.#indexing = this.#indexing;
    other.#listed = this.#listed;
    other.#source = this.#source.copy();
    for (const [context, source] of this.#bound) other.#bound.set(context, source.copy());
    other.#chosenScope = this.#chosenScope;
    other.#configuration = this.#configuration;
    return other;
  }

  /** Nothing that was answered holds any more. */
  #stale(): void {
    this.#views = undefined;
    this.#snapshots.clear();
    this.#revisions.clear();
  }

  #file(uri: string, text: string): FolderFile {
    const key = fileKey(uri);
    let file = this.#files.get(key);
    if (file === undefined) this.#files.set(key, (file = new FolderFile(uri, text)));
    return file;
  }

  #removeFromDisk(file: FolderFile): void {
    file.disk = undefined;
    if (!file.open) this.#forget(file);
  }

  #forget(file: FolderFile): void {
    this.#files.delete(file.key);
    this.#change(file);
  }

  #change(file: FolderFile): void {
    this.#changed.add(file.key);
    for (const rendering of this.#renderings.values()) {
      if (this.#isSourceOf(rendering, file.path)) rendering.stale = true;
    }
    this.#stale();
    if (!isConfigurationFile(file.path) && this.#configuration?.fragments.has(file.path) !== true) return;
    this.#configuration = undefined;
    this.#book = undefined;
    this.#scopes.clear();
    this.#changeAll();
  }

  #changeAll(): void {
    for (const key of this.#files.keys()) this.#changed.add(key);
    this.#stale();
  }

  #settle(file: FolderFile): boolean {
    if (this.#changed.has(file.key)) return false;
    const fragment = this.#placedFiles.get(file.key)?.view.file.fragment === true;
    const problemsOf = this.#problems.of(this.#targetVersion(file.path), fragment);
    if (!file.settle(this.#time.now(), (document) => isDecodable(document, problemsOf))) return false;
    this.#change(file);
    return true;
  }

  /** The source of the files that are bound to a context that was kept; else what was chosen last. */
  #from(context: string | undefined): AnsweringSource {
    return (context === undefined ? undefined : this.#bound.get(context)) ?? this.#source;
  }

  /** The context that was kept for a file. */
  #contextOf(path: string): string | undefined {
    const context = this.#bound.size === 0 ? undefined : this.#configuredContext(path);
    return context !== undefined && this.#bound.has(context) ? context : undefined;
  }

  #configuredContext(path: string): string | undefined {
    const source = sourcePath(path);
    return configuredContext(nearestConfiguration(source, this.#configurations().placed), source);
  }

  /** Whether a file may count where a context answers: what is meant for another cluster does not. */
  #isMeantFor(path: string, context: string | undefined): boolean {
    return this.#bound.size === 0 || this.#contextOf(path) === context || this.#configuredContext(path) === undefined;
  }

  #rebind(): void {
    this.#scopes.clear();
    this.#changeAll();
  }

  #targetVersion(path: string): string {
    if (this.#settings.targetVersion !== '') return this.#settings.targetVersion;
    return this.#from(this.#contextOf(path)).version ?? '';
  }

  #configurations(): FolderConfiguration {
    this.#configuration ??= readConfigurationFiles(this.#files.values());
    return this.#configuration;
  }

  /** Brings the files' views and every scope up to the files that have changed. */
  #update(): void {
    if (this.#changed.size === 0) return;
    const keys = [...this.#changed];
    this.#changed.clear();
    const changes = keys.map((key) => {
      const before = this.#placedFiles.get(key)?.view.file.uri;
      const file = this.#files.get(key);
      const now = file && this.#place(file);
      if (now === undefined) this.#placedFiles.delete(key);
      else this.#placedFiles.set(key, now);
      return { before, now: now?.placed };
    });
    for (const state of this.#scopes.values()) state.update(changes, () => this.#allPlaced());
  }

  #allPlaced(): readonly PlacedFile[] {
    return [...this.#placedFiles.values()].map(({ placed }) => placed);
  }

  /** @param context the context that was kept; null: every file, whatever it is meant for */
  #scopeState(scope: Scope, context: string | null | undefined): ScopeState {
    const key = stateKey(scope, context);
    const known = this.#scopes.get(key);
    this.#scopes.delete(key);
    const state = known ?? this.#newScope(scope, context);
    this.#scopes.set(key, state);
    const [oldest] = this.#scopes.keys();
    if (this.#scopes.size > MOST_SCOPES && oldest !== undefined) this.#scopes.delete(oldest);
    return state;
  }

  /** Whether a file is among those that were rendered. */
  #isSourceOf({ folder }: Rendering, path: string): boolean {
    if (isRenderedPath(path)) return false;
    const scope = this.#book?.named(folder);
    return path.startsWith(`${folder}/`) || (scope !== undefined && this.#book?.holds(scope, path) === true);
  }

  #newScope(scope: Scope, context: string | null | undefined): ScopeState {
    const book = this.#scopeBook();
    const holds = (path: string): boolean =>
      book.holds(scope, path) && (context === null || this.#isMeantFor(path, context));
    return new ScopeState(scope, book.planOf(scope), holds, this.#allPlaced());
  }

  #scopeBook(): ScopeBook {
    this.#book ??= new ScopeBook(this.#configurations(), {
      parsed: (path) => this.#at(path)?.parsed,
      isRead: (path) => this.#isRead(path),
    });
    return this.#book;
  }

  #at(path: string): FolderFile | undefined {
    const known = this.#files.get(`file:${path}`);
    // Files of a virtual folder go by their URIs; there are few, because only open ones are known.
    return (
      known ?? (this.uri.startsWith('file:') ? undefined : [...this.#files.values()].find((file) => file.path === path))
    );
  }

  /** Whether a file at a path would have been read if it held anything of ours. */
  #isRead(path: string): boolean {
    return this.#at(path) !== undefined || (this.#path !== '' && path.startsWith(`${this.#path}/`));
  }

  #place(file: FolderFile): ViewedFile {
    return placeFile(file, {
      configuration: this.#configurations(),
      settings: this.#settings,
      root: this.#path,
      contextNamespace: this.#from(this.#contextOf(file.path)).namespace,
      problemsOf: (fragment) => this.#problems.of(this.#targetVersion(file.path), fragment),
      isSaved: (path) => this.#saved.has(path),
      now: this.#time.now(),
    });
  }
}

function stateKey({ folder }: Scope, context: string | null | undefined): string {
  return context === undefined ? folder : JSON.stringify([folder, context]);
}
