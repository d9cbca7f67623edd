import type { UnknownEntry } from '../../engine/unknownEntries.ts';
import { DEFAULT_ENGINE_OPTIONS } from '../../model/cluster.ts';
import type { ForeignPolicy } from '../../model/manifest.ts';
import type { Coverage, SourceState } from '../clusterSource.ts';
import { baseName, pathOfUri } from '../fileUri.ts';
import { chosenPlugins } from '../cni/chosenPlugins.ts';
import { pluginBehaviour } from '../cni/pluginBehaviour.ts';
import { manifestClusterPolicies } from '../contents.ts';
import { ofApplied, ofOverlay, type PartsBuilder } from '../folderParts.ts';
import type { FolderWorkspace } from '../folderWorkspace.ts';
import { EMPTY_TABLE, tableOf, type ObjectTable, type PlacedObject } from '../objectTable.ts';
import type { SourceView, WorkspaceSnapshot } from '../snapshot.ts';
import { snapshotNeeds } from '../needs/snapshotNeeds.ts';
import type { Need } from '../needs/need.ts';
import type { SourceFile } from '../sourceFile.ts';
import { readSnapshot } from '../snapshotFile.ts';
import { unseenPods } from '../unreadPods.ts';
import { compileUniverse, updateUniverse, type Universe, type UniverseParts } from '../universe.ts';
import { OtherFolder } from './otherFolder.ts';

export type StateBefore =
  | { readonly kind: 'source' }
  | { readonly kind: 'context'; readonly context: string }
  | { readonly kind: 'snapshot'; readonly label: string; readonly text: string }
  | {
      readonly kind: 'texts';
      readonly label: string;
      readonly files: readonly { readonly uri: string; readonly text?: string }[];
    };

export type StateAfter = { readonly kind: 'document' } | { readonly kind: 'unsaved' } | { readonly kind: 'folder' };

export interface PreviewedStates {
  readonly before: PreviewedState;
  readonly after: PreviewedState;
  /** All manifests, where causes are written. */
  readonly manifests: ObjectTable;
  /** Objects that the later state has and that stand in the documents laid over. */
  readonly laidOver: readonly PlacedObject[];
  readonly document?: { readonly uri: string; readonly unsaved: boolean };
  /** Parts of what is laid over keep an earlier state, because they cannot be decoded. */
  readonly held: boolean;
  /** The documents in which those parts are. */
  readonly heldIn?: readonly string[];
  readonly coverage: readonly Coverage[];
  /** Pods that the source could not show. */
  readonly unseen: readonly UnknownEntry[];
  /** What traffic is known to be needed in the later state. */
  readonly needs: () => readonly Need[];
  /** The folder's file of a URI, where evidence is written. */
  readonly fileOf: (uri: string) => SourceFile | undefined;
}

export interface PreviewedState {
  readonly kind: SourceView['kind'] | 'texts';
  readonly label: string;
  readonly readAt?: number;
  readonly reading?: number;
  readonly universe: Universe;
}

/**
 * The two states that a panel compares, over all changes of a folder. It keeps what did not change, so that both stay
 * versions of one cluster and an edit costs what it touches.
 *
 * Long, because both states have to follow the same source, the same options and the same knowledge.
 */
export class PreviewStates {
  readonly #folder: FolderWorkspace;
  /** The document or the folder that is followed. */
  readonly #uri: string;
  readonly #before: StateBefore;
  readonly #after: StateAfter;
  readonly #below = ofOverlay();
  readonly #under = ofApplied();
  readonly #over = ofApplied();
  readonly #apart = ofOverlay();
  readonly #saved = new OtherFolder();
  readonly #alone = new OtherFolder();
  readonly #earlier = new OtherFolder();
  #unseen: { readonly state: SourceState; readonly entries: readonly UnknownEntry[] } | undefined;
  #chain: Chain | undefined;
  #other: Other | undefined;
  #snapshotFile: ReturnType<typeof readSnapshot> | undefined;

  constructor(folder: FolderWorkspace, uri: string, before: StateBefore, after: StateAfter) {
    this.#folder = folder;
    this.#uri = uri === '' ? folder.uri : uri;
    this.#before = before;
    // A folder has no document: all of it is meant.
    this.#after = this.#uri === folder.uri && after.kind === 'document' ? { kind: 'folder' } : after;
  }

  /** The states as they are now, or one sentence that says why there are none. */
  states(): PreviewedStates | { readonly problem: string } {
    const document = this.#uri === this.#folder.uri ? undefined : this.#uri;
    const snapshot = document === undefined ? this.#folder.snapshot() : this.#folder.snapshot(document);
    const { source } = snapshot;
    if (source.kind === 'none') return { problem: source.problem };
    if (document !== undefined && this.#after.kind === 'document' && isTemplate(snapshot, document)) {
      const name = baseName(pathOfUri(document));
      return { problem: `${name} is a template, and not evaluated: what it is rendered to can be previewed.` };
    }
    const sides =
      source.kind === 'files' ? this.#ofFiles(snapshot, document) : this.#ofCluster(snapshot, source.state, document);
    if ('problem' in sides) return sides;
    const unsaved = document !== undefined && this.#folder.unsaved().some(({ uri }) => uri === document);
    const uris = this.#laidOver(snapshot, document);
    const held = uris.filter((uri) => (snapshot.files.get(uri)?.held.size ?? 0) > 0);
    if (this.#after.kind !== 'document') {
      for (const { uri } of this.#folder.unsaved()) if (isTemplate(snapshot, uri)) held.push(uri);
    }
    return {
      ...sides,
      manifests: snapshot.manifests,
      laidOver: uris.flatMap((uri) => snapshot.manifests.files.get(uri) ?? []),
      ...(document !== undefined && { document: { uri: document, unsaved } }),
      held: held.length > 0,
      heldIn: held,
      coverage: 'state' in source ? source.state.coverage : NO_COVERAGE,
      unseen: 'state' in source ? this.#unseenOf(source.state) : [],
      needs: () => snapshotNeeds(snapshot, sides.after.universe.parts),
      fileOf: (uri) => snapshot.files.get(uri)?.file,
    };
  }

  /** Looked for once for each state. */
  #unseenOf(state: SourceState): readonly UnknownEntry[] {
    if (this.#unseen?.state !== state) this.#unseen = { state, entries: unseenPods(state, state.contents) };
    return this.#unseen.entries;
  }

  #ofCluster(snapshot: WorkspaceSnapshot, state: SourceState, document: string | undefined): Sides {
    const { source } = snapshot;
    const { options } = snapshot.universe.cluster;
    const label = 'label' in source ? source.label : '';
    // Where the source has not answered yet, the snapshot is of another one.
    const isAnswering = snapshot.universe.parts.namespaces === state.namespaces;
    const bare = this.#below.parts(state, EMPTY_TABLE, false);
    const unread = isAnswering ? snapshot.universe.parts.unread : bare.unread;
    const below = { ...bare, unread, ...behaviourOf(snapshot, state) };
    const applied = (builder: PartsBuilder, table: ObjectTable): UniverseParts => {
      const { contents, namespaces } = builder.parts(state, table, true);
      return { ...below, contents, namespaces, clusterPolicies: withPolicies(state.clusterPolicies, table) };
    };
    const over = applied(this.#over, this.#table(snapshot, document));
    const earlier = this.#textsTable(document);
    const under = earlier === undefined ? below : applied(this.#under, earlier);
    const chain = this.#follow(`${source.kind} ${label}`, options, snapshot.universe, under, over);
    const times = {
      ...('readAt' in state.origin && state.origin.readAt !== undefined && { readAt: state.origin.readAt }),
    };
    const reading = readingOf(state);
    const told = { kind: source.kind, ...times, ...(reading !== undefined && { reading }) };
    const after = { ...told, label: `${label} + ${this.#overText(document)}`, universe: chain.after };
    return this.#withBefore(snapshot, { ...told, label, universe: chain.before }, after, `over ${label}`);
  }

  #ofFiles(snapshot: WorkspaceSnapshot, document: string | undefined): Sides {
    const unsaved = this.#folder.unsaved();
    const toDisk = unsaved.map(({ uri, disk }) => ({ uri, text: disk }));
    const { indexing } = snapshot.source as Extract<SourceView, { kind: 'files' }>;
    const reading =
      indexing === undefined ? {} : { reading: indexing.total === 0 ? 0 : indexing.done / indexing.total };
    const others = toDisk.filter(({ uri }) => uri !== document);
    const { options } = snapshot.universe.cluster;
    // What became a template while somebody types is not gone: its last state that could be read is the saved one.
    const asSaved = this.#after.kind === 'document' ? others : toDisk.filter(({ uri }) => isTemplate(snapshot, uri));
    const over =
      asSaved.length > 0 ? this.#alone.parts(this.#folder, snapshot, document, asSaved) : snapshot.universe.parts;
    const replaced = this.#before.kind === 'texts' ? this.#before.files : toDisk;
    const store = this.#before.kind === 'texts' ? this.#earlier : this.#saved;
    const under =
      replaced.length === 0 ? snapshot.universe.parts : store.parts(this.#folder, snapshot, document, replaced);
    const chain = this.#follow('files', options, snapshot.universe, under, over);
    const isTexts = this.#before.kind === 'texts';
    const before: PreviewedState = {
      kind: isTexts ? 'texts' : 'files',
      label: this.#before.kind === 'texts' ? this.#before.label : 'files as saved',
      ...reading,
      universe: chain.before,
    };
    const after: PreviewedState = {
      kind: 'files',
      label: isTexts ? `these files, with ${this.#overText(document)}` : `files as saved + ${this.#overText(document)}`,
      ...reading,
      universe: chain.after,
    };
    return this.#withBefore(snapshot, before, after, '');
  }

  /** Another state in the place of the chosen source, where a person has asked for one. */
  #withBefore(snapshot: WorkspaceSnapshot, before: PreviewedState, after: PreviewedState, where: string): Sides {
    const asked = this.#before;
    switch (asked.kind) {
      case 'source':
        return { before, after };
      case 'texts':
        return { before: { ...before, kind: 'texts', label: [asked.label, where].join(' ').trim() }, after };
      case 'context': {
        const source = this.#folder.sourceNamed(asked.context);
        if (source === undefined || !('state' in source)) {
          return { problem: `${asked.context} is not connected for any file of this folder.` };
        }
        return { before: this.#alternative('live', asked.context, source.state, snapshot), after };
      }
      case 'snapshot': {
        const { state, problems } = (this.#snapshotFile ??= readSnapshot(asked.text));
        if (state === undefined) return { problem: `${asked.label}: ${problems[0] ?? 'it is no saved cluster'}.` };
        return { before: this.#alternative('snapshot', asked.label, state, snapshot), after };
      }
    }
  }

  #alternative(
    kind: 'live' | 'snapshot',
    label: string,
    state: SourceState,
    snapshot: WorkspaceSnapshot,
  ): PreviewedState {
    const { hostNetwork } = snapshot.universe.cluster.options;
    const known = this.#other;
    if (known?.state !== state || known.settings !== snapshot.settings) {
      // Its own plug-in says how policies are read there.
      const parts = { ...this.#apart.parts(state, EMPTY_TABLE, false), ...behaviourOf(snapshot, state) };
      const universe =
        known === undefined
          ? compileUniverse(parts, { ...DEFAULT_ENGINE_OPTIONS, hostNetwork })
          : updateUniverse(known.universe, parts);
      this.#other = { state, settings: snapshot.settings, universe };
    }
    const { readAt } = state.origin;
    return { kind, label, ...(readAt !== undefined && { readAt }), universe: (this.#other as Other).universe };
  }

  /** Both universes brought up to their parts, as versions of one cluster. */
  #follow(
    source: string,
    options: Universe['cluster']['options'],
    present: Universe,
    under: UniverseParts,
    over: UniverseParts,
  ): Chain {
    const known = this.#chain?.source === source && this.#chain.options === options ? this.#chain : undefined;
    const after = present.parts === over ? present : updateUniverse(known?.after ?? present, over);
    const isSame = known !== undefined && known.before.cluster.facts === after.cluster.facts;
    const before =
      isSame && known.under === under ? known.before : updateUniverse(isSame ? known.before : after, under);
    // A universe that has outgrown its facts is compiled anew; the other one follows it.
    const joined = before.cluster.facts === after.cluster.facts ? after : updateUniverse(before, over);
    return (this.#chain = { source, options, under, before, after: joined });
  }

  /** URIs of the documents that are laid over. */
  #laidOver(snapshot: WorkspaceSnapshot, document: string | undefined): readonly string[] {
    switch (this.#after.kind) {
      case 'document':
        return document === undefined ? [] : [document];
      case 'unsaved':
        return this.#folder.unsaved().map(({ uri }) => uri);
      case 'folder':
        return [...snapshot.manifests.files.keys()];
    }
  }

  #table(snapshot: WorkspaceSnapshot, document: string | undefined): ObjectTable {
    if (this.#after.kind === 'folder') return snapshot.manifests;
    const uris = new Set(this.#laidOver(snapshot, document));
    // In the order in which one file's objects stand for another's.
    return tableOf([...snapshot.manifests.files].filter(([uri]) => uris.has(uri)));
  }

  /** What the texts that a person compares with hold. */
  #textsTable(document: string | undefined): ObjectTable | undefined {
    if (this.#before.kind !== 'texts') return undefined;
    const { files } = this.#before;
    const uris = new Set(files.map(({ uri }) => uri));
    const { manifests } = this.#earlier.snapshot(this.#folder, document, files);
    return tableOf([...manifests.files].filter(([uri]) => uris.has(uri)));
  }

  #overText(document: string | undefined): string {
    switch (this.#after.kind) {
      case 'document':
        return document === undefined ? 'this folder' : baseName(pathOfUri(document));
      case 'unsaved':
        return 'unsaved documents';
      case 'folder':
        return 'this folder';
    }
  }
}

/** One object, so that nothing seems to have changed. */
const NO_COVERAGE: readonly Coverage[] = [];

type Sides = { readonly before: PreviewedState; readonly after: PreviewedState } | { readonly problem: string };

interface Other {
  readonly state: SourceState;
  readonly settings: WorkspaceSnapshot['settings'];
  readonly universe: Universe;
}

interface Chain {
  readonly source: string;
  readonly options: Universe['cluster']['options'];
  readonly under: UniverseParts;
  readonly before: Universe;
  readonly after: Universe;
}

/** How far the first read has come; undefined once it is over. */
function readingOf({ coverage }: SourceState): number | undefined {
  const reading = coverage.flatMap(({ status }) => (status.state === 'reading' ? [status.fraction ?? 0] : []));
  return reading.length === 0 ? undefined : Math.min(...reading);
}

function isTemplate({ files }: WorkspaceSnapshot, uri: string): boolean {
  return files.get(uri)?.file.parsed.template === true;
}

/** How the plug-in of a source reads policies, as a setting says or as is seen. */
function behaviourOf({ settings }: WorkspaceSnapshot, { plugins }: SourceState): Pick<UniverseParts, 'behaviour'> {
  const behaviour = pluginBehaviour(chosenPlugins(settings.cni, plugins));
  return behaviour === undefined ? {} : { behaviour };
}

/** Cluster-scoped policies of other APIs with those of some documents in place of the same ones. */
function withPolicies(under: readonly ForeignPolicy[], table: ObjectTable): readonly ForeignPolicy[] {
  const over = manifestClusterPolicies(table);
  if (over.length === 0) return under;
  const key = ({ group, kind, name }: ForeignPolicy): string => `${kind}.${group}/${name}`;
  const named = new Set(over.map(key));
  return [...under.filter((policy) => !named.has(key(policy))), ...over];
}
