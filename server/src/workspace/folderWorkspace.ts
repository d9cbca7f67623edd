import { DEFAULT_ENGINE_OPTIONS } from '../model/cluster.ts';
import type { ManifestDocument } from '../syntax/manifestDocument.ts';
import type { PlacedConfiguration } from './configuration.ts';
import { configuredNamespace, isExcluded, matches, nearestConfiguration } from './configuration.ts';
import { isHeld } from './documentSlots.ts';
import { FolderFile } from './folderFile.ts';
import { isConfigurationFile, readConfigurationFiles, type FolderConfiguration } from './folderConfiguration.ts';
import { NO_STATE, ofIntentions, ofManifests, ofOverlay } from './folderParts.ts';
import { canAnswer, isSameSource, NOTHING_KNOWN, sourceView, type FolderSource } from './folderSource.ts';
import { fileKey, pathOfUri } from './fileUri.ts';
import { heldDocument } from './heldDocument.ts';
import { knowledgeOf } from './knowledge.ts';
import { EMPTY_TABLE, tableOf, withFile, type ObjectTable, type PlacedObject } from './objectTable.ts';
import { placeObjects } from './placeObjects.ts';
import { problemCache, type ServerProblems } from './serverProblems.ts';
import { DEFAULT_SETTINGS, type Settings } from './settings.ts';
import type { FileView, NamespaceOrigin, WorkspaceSnapshot } from './snapshot.ts';
import type { SourceFile } from './sourceFile.ts';
import { compileUniverse, updateUniverse, type Universe, type UniverseParts } from './universe.ts';

/** More changed files than this are put together anew rather than one by one. */
const MANY = 64;

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
  readonly #placedFiles = new Map<string, PlacedFile>();
  readonly #changed = new Set<string>();
  /** Paths of files that were chosen as sources. */
  readonly #saved = new Set<string>();
  readonly #problems = problemCache();
  readonly #manifestParts = ofManifests();
  readonly #overlayParts = ofOverlay();
  readonly #intendedParts = ofIntentions();
  #settings: Settings = DEFAULT_SETTINGS;
  #indexing: { readonly done: number; readonly total: number } | undefined = { done: 0, total: 0 };
  #listed = true;
  /** What was chosen, and what answers until that has been read for the first time. */
  #chosen: FolderSource = { kind: 'files' };
  #answering: FolderSource = { kind: 'files' };
  /** Nothing was known yet when the source was switched: findings of a half-read source would only flash. */
  #silent = false;
  #configuration: FolderConfiguration | undefined;
  #manifests: ObjectTable = EMPTY_TABLE;
  #open: ObjectTable = EMPTY_TABLE;
  #universe: { readonly source: FolderSource; readonly universe: Universe; readonly intended: Universe } | undefined;
  #snapshot: WorkspaceSnapshot | undefined;
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

  get source(): FolderSource {
    return this.#chosen;
  }

  setSettings(settings: Settings): void {
    this.#settings = settings;
    this.#changeAll();
  }

  /** @param progress undefined once every file of the folder has been read */
  setIndexing(progress: { readonly done: number; readonly total: number } | undefined): void {
    this.#indexing = progress;
    this.#snapshot = undefined;
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

  /** Another state of the chosen source, or another source. */
  setSource(source: FolderSource): void {
    if (!isSameSource(this.#chosen, source)) this.expectSource();
    const namespace = this.#contextNamespace();
    const version = this.#targetVersion();
    this.#chosen = source;
    if (canAnswer(source) || isSameSource(this.#answering, source)) {
      this.#answering = source;
      this.#silent = false;
    }
    if (this.#contextNamespace() !== namespace || this.#targetVersion() !== version) this.#changeAll();
    this.#snapshot = undefined;
  }

  /** Another source is being read: where nothing was known to its end before, nothing is called missing until then. */
  expectSource(): void {
    this.#silent ||= !this.#isComplete(this.#answering);
    this.#snapshot = undefined;
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
    return nearestConfiguration(pathOfUri(uri), this.#configurations().placed);
  }

  /** The URI of a known file of the folder. */
  uriOfPath(path: string): string | undefined {
    return this.#files.get(`file:${path}`)?.uri ?? [...this.#files.values()].find((file) => file.path === path)?.uri;
  }

  /** The text of a file as it stands now, open or closed. */
  textOf(uri: string): string | undefined {
    return this.#files.get(fileKey(uri))?.text;
  }

  problemsOf(file: SourceFile): ServerProblems {
    return this.#problems.of(this.#targetVersion(), file.fragment);
  }

  snapshot(): WorkspaceSnapshot {
    this.#update();
    const date = this.#time.date();
    const known = this.#snapshot;
    // A new second makes new ages, not new answers.
    if (known !== undefined) return date - known.now < 1000 ? known : { ...known, now: date };
    const { universe, intended } = this.#compiled();
    const answering = this.#answering;
    const state = 'state' in answering ? answering.state : undefined;
    const isFiles = answering.kind === 'files';
    const nothing = this.#silent || answering.kind === 'none' || (isFiles && !this.#listed);
    this.#revision += 1;
    this.#snapshot = {
      revision: this.#revision,
      universe,
      intended,
      knowledge: nothing ? NOTHING_KNOWN : knowledgeOf(universe.parts, state, this.#indexing === undefined),
      source: sourceView(this.#chosen, this.#indexing),
      table: isFiles ? this.#manifests : this.#open,
      manifests: this.#manifests,
      files: new Map([...this.#placedFiles.values()].map(({ view }) => [view.file.uri, view])),
      settings: this.#settings,
      now: date,
    };
    return this.#snapshot;
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
    this.#snapshot = undefined;
    if (!isConfigurationFile(file.path)) return;
    this.#configuration = undefined;
    this.#changeAll();
  }

  #changeAll(): void {
    for (const key of this.#files.keys()) this.#changed.add(key);
    this.#snapshot = undefined;
  }

  #settle(file: FolderFile): boolean {
    if (this.#changed.has(file.key)) return false;
    const problemsOf = this.#problems.of(
      this.#targetVersion(),
      this.#placedFiles.get(file.key)?.view.file.fragment === true,
    );
    if (!file.settle(this.#time.now(), (document) => isDecodable(document, problemsOf))) return false;
    this.#change(file);
    return true;
  }

  #isComplete(source: FolderSource): boolean {
    return source.kind === 'files' ? this.#indexing === undefined : canAnswer(source);
  }

  #contextNamespace(): string | undefined {
    return this.#chosen.kind === 'live' ? this.#chosen.namespace : undefined;
  }

  #targetVersion(): string {
    if (this.#settings.targetVersion !== '') return this.#settings.targetVersion;
    return (this.#chosen.kind === 'live' ? this.#chosen.version : undefined) ?? '';
  }

  #configurations(): FolderConfiguration {
    this.#configuration ??= readConfigurationFiles(this.#files.values());
    return this.#configuration;
  }

  /** Brings the tables up to the files that have changed. */
  #update(): void {
    if (this.#changed.size === 0) return;
    const keys = [...this.#changed];
    this.#changed.clear();
    const before = keys.map((key) => this.#placedFiles.get(key)?.view.file.uri);
    for (const key of keys) {
      const file = this.#files.get(key);
      if (file === undefined) this.#placedFiles.delete(key);
      else this.#placedFiles.set(key, this.#place(file));
    }
    if (keys.length > MANY) {
      const sorted = [...this.#placedFiles.values()].sort((a, b) => byUri(a.view.file.uri, b.view.file.uri));
      this.#manifests = tableOf(sorted.map(({ view, objects }) => [view.file.uri, objects]));
      this.#open = tableOf(sorted.filter(({ view }) => view.open).map(({ view, objects }) => [view.file.uri, objects]));
      this.#universe = undefined;
      return;
    }
    keys.forEach((key, index) => {
      const old = before[index];
      const now = this.#placedFiles.get(key);
      if (old !== undefined && old !== now?.view.file.uri) this.#put(old, [], false);
      if (now !== undefined) this.#put(now.view.file.uri, now.objects, now.view.open);
    });
  }

  #put(uri: string, objects: readonly PlacedObject[], open: boolean): void {
    this.#manifests = withFile(this.#manifests, uri, objects, byUri).table;
    if (open || this.#open.files.has(uri)) this.#open = withFile(this.#open, uri, open ? objects : [], byUri).table;
  }

  #place(file: FolderFile): PlacedFile {
    const configuration = nearestConfiguration(file.path, this.#configurations().placed);
    const namespace = this.#namespaceOf(file, configuration);
    const fragment = this.#configurations().fragments.has(file.path);
    const problemsOf = this.#problems.of(this.#targetVersion(), fragment);
    if (file.open) file.settle(this.#time.now(), (document) => isDecodable(document, problemsOf));
    const source: SourceFile = { uri: file.uri, text: file.text, parsed: file.parsed, fragment };
    const held = file.open ? file.slots.filter(isHeld) : [];
    const view: FileView = {
      file: source,
      open: file.open,
      held: new Set(held.map(({ placed }) => placed.start)),
      namespace,
    };
    if (this.#leavesOut(file, configuration)) return { view, objects: [] };
    const answered: SourceFile =
      held.length === 0 ? source : { ...source, parsed: { documents: answeredDocuments(file), template: false } };
    const objects = placeObjects(answered, { namespace: namespace.name, problemsOf: heldProblems(file, problemsOf) });
    return { view, objects };
  }

  #leavesOut(file: FolderFile, configuration: PlacedConfiguration | undefined): boolean {
    if (this.#saved.has(file.path) || isSavedCluster(file.text) || isExcluded(configuration, file.path)) return true;
    const relative =
      this.#path !== '' && file.path.startsWith(`${this.#path}/`) ? file.path.slice(this.#path.length + 1) : file.path;
    return matches(this.#settings.exclude, relative);
  }

  #namespaceOf(
    file: FolderFile,
    configuration: PlacedConfiguration | undefined,
  ): { readonly name: string; readonly from: NamespaceOrigin } {
    if (this.#settings.namespace !== '') return { name: this.#settings.namespace, from: 'setting' };
    const configured = configuredNamespace(configuration, file.path);
    if (configured !== undefined) return { name: configured, from: 'bulkhead.yaml' };
    const context = this.#contextNamespace();
    return context === undefined ? { name: 'default', from: 'default' } : { name: context, from: 'context' };
  }

  #compiled(): { readonly universe: Universe; readonly intended: Universe } {
    const source = this.#answering;
    const known =
      this.#universe !== undefined && isSameSource(this.#universe.source, source) ? this.#universe : undefined;
    if (source.kind === 'files') {
      const universe = next(known?.universe, this.#manifestParts.parts(undefined, this.#manifests, true));
      this.#universe = { source, universe, intended: universe };
      return this.#universe;
    }
    const state = source.kind === 'none' ? NO_STATE : source.state;
    const universe = next(known?.universe, this.#overlayParts.parts(state, this.#open, false));
    const intended = next(known?.intended, this.#intendedParts.parts(state, this.#manifests, true));
    this.#universe = { source, universe, intended };
    return this.#universe;
  }
}

interface PlacedFile {
  readonly view: FileView;
  readonly objects: readonly PlacedObject[];
}

function next(before: Universe | undefined, parts: UniverseParts): Universe {
  return before === undefined ? compileUniverse(parts, DEFAULT_ENGINE_OPTIONS) : updateUniverse(before, parts);
}

/** The documents that answers are made from: a held one is its last accepted state, moved into the present text. */
function answeredDocuments(file: FolderFile): SourceFile['parsed']['documents'] {
  return file.slots.map((slot) => {
    const { placed, accepted } = slot;
    if (accepted === undefined || !isHeld(slot)) return placed;
    return { start: placed.start, document: heldDocument(accepted, placed.document.text) };
  });
}

/** A held state was accepted when it was written; asking again would judge it by the present text. */
function heldProblems(file: FolderFile, problemsOf: ServerProblems): ServerProblems {
  const present = new Set(file.parsed.documents.map(({ document }) => document));
  return (document, object) => (present.has(document) ? problemsOf(document, object) : []);
}

/** Whether the API server would take every object of the document. */
function isDecodable(document: ManifestDocument, problemsOf: ServerProblems): boolean {
  if (document.problems.some(({ severity }) => severity === 'error')) return false;
  return document.objects.every(
    (object) =>
      object.undecodable === undefined &&
      !problemsOf(document, object).some(({ layer, severity }) => severity === 'error' && layer !== 'strict'),
  );
}

/** What `bulkhead snapshot` writes lies among the manifests now and then; it is a source, not a manifest. */
function isSavedCluster(text: string): boolean {
  return text.slice(0, 2000).includes('"bulkhead/coverage"');
}

function byUri(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
