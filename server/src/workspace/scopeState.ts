import type { UnreadableScope } from '../model/cluster.ts';
import { DEFAULT_ENGINE_OPTIONS } from '../model/cluster.ts';
import type { PluginBehaviour } from './cni/pluginBehaviour.ts';
import { ofIntentions, ofManifests, ofOverlay, NO_STATE } from './folderParts.ts';
import { isSameSource, type FolderSource } from './folderSource.ts';
import type { OverlayPlan } from './kustomize/overlayPlan.ts';
import { placeOverlay } from './kustomize/placeOverlay.ts';
import { EMPTY_TABLE, tableOf, withFile, type ObjectTable, type PlacedObject } from './objectTable.ts';
import type { PlacementOptions } from './placeObjects.ts';
import type { Scope } from './scopes.ts';
import type { SourceFile } from './sourceFile.ts';
import { compileUniverse, updateUniverse, type Universe, type UniverseParts } from './universe.ts';

/** A file as its folder has read it, with what a scope needs to place its objects anew. */
export interface PlacedFile {
  readonly uri: string;
  readonly path: string;
  readonly open: boolean;
  /** The objects as they are written, each in its namespace. */
  readonly objects: readonly PlacedObject[];
  /** The documents that answers are made from. */
  readonly answered: SourceFile;
  readonly options: PlacementOptions;
}

/** More changed files than this are put together anew rather than one by one. */
const MANY = 64;

/** The objects of one scope and the universe that they make. It follows its folder file by file. */
export class ScopeState {
  readonly scope: Scope;
  /** Of a Kustomize overlay. */
  readonly plan: OverlayPlan | undefined;
  manifests: ObjectTable = EMPTY_TABLE;
  readonly #holds: (path: string) => boolean;
  readonly #order: (a: string, b: string) => number;
  readonly #unreadOf = new Map<string, Pick<ReturnType<typeof placeOverlay>, 'unread' | 'unreadPods'>>();
  readonly #manifestParts = ofManifests();
  readonly #overlayParts = ofOverlay();
  readonly #intendedParts = ofIntentions();
  #open: ObjectTable = EMPTY_TABLE;
  #gaps: { readonly unread: readonly UnreadableScope[]; readonly unreadPods: ReadonlySet<string> } | undefined;
  #compiled: Compiled | undefined;

  /**
   * @param holds whether a file takes part
   * @param order decides which of two files' objects of one name is the later one, which counts
   */
  constructor(
    scope: Scope,
    plan: OverlayPlan | undefined,
    holds: (path: string) => boolean,
    files: readonly PlacedFile[],
    order: (a: string, b: string) => number = byUri,
  ) {
    this.#order = order;
    this.#holds = holds;
    this.scope = scope;
    this.plan = plan;
    this.#rebuild(files);
  }

  /** The manifests of open documents, which are laid over a cluster. */
  get open(): ObjectTable {
    return this.#open;
  }

  /**
   * Brings the tables up to files that have changed.
   *
   * @param changed the URI that each file had before, and the file as it is now, if it still is
   * @param all every file of the folder, should it be quicker to begin anew
   */
  update(
    changed: readonly { readonly before: string | undefined; readonly now: PlacedFile | undefined }[],
    all: () => readonly PlacedFile[],
  ): void {
    if (changed.length > MANY) return this.#rebuild(all());
    for (const { before, now } of changed) {
      if (before !== undefined && before !== now?.uri) this.#put(before, [], false);
      if (now !== undefined) this.#put(now.uri, this.#place(now), now.open);
    }
  }

  /**
   * The universe of a source in this scope, and the same once everything that is written is applied.
   *
   * @param behaviour of what enforces policies there
   */
  compiled(
    source: FolderSource,
    base: (source: FolderSource) => Universe,
    behaviour: PluginBehaviour | undefined,
  ): Compiled {
    const withBehaviour = (parts: UniverseParts): UniverseParts =>
      behaviour === undefined ? parts : { ...parts, behaviour };
    const known =
      this.#compiled !== undefined && isSameSource(this.#compiled.source, source) ? this.#compiled : undefined;
    if (source.kind === 'files') {
      const parts = withBehaviour(this.withGaps(this.#manifestParts.parts(undefined, this.manifests, true)));
      const universe =
        known === undefined ? compileUniverse(parts, DEFAULT_ENGINE_OPTIONS) : updateUniverse(known.universe, parts);
      return (this.#compiled = { source, universe, intended: universe });
    }
    const state = source.kind === 'none' ? NO_STATE : source.state;
    const below = known === undefined ? base(source) : undefined;
    const next = (before: Universe | undefined, parts: UniverseParts): Universe =>
      updateUniverse(before ?? below ?? base(source), parts);
    const universe = next(known?.universe, withBehaviour(this.#overlayParts.parts(state, this.#open, false)));
    const intended = next(known?.intended, withBehaviour(this.#intendedParts.parts(state, this.manifests, true)));
    return (this.#compiled = { source, universe, intended });
  }

  #rebuild(files: readonly PlacedFile[]): void {
    this.#unreadOf.clear();
    this.#gaps = undefined;
    this.#compiled = undefined;
    const sorted = files.filter(({ path }) => this.#holds(path)).sort((a, b) => this.#order(a.uri, b.uri));
    const placed = sorted.map((file) => ({ file, objects: this.#place(file) }));
    this.manifests = tableOf(placed.map(({ file, objects }) => [file.uri, objects]));
    this.#open = tableOf(placed.filter(({ file }) => file.open).map(({ file, objects }) => [file.uri, objects]));
  }

  #place(file: PlacedFile): readonly PlacedObject[] {
    if (this.plan === undefined) return this.#holds(file.path) ? file.objects : [];
    const ways = this.plan.files.get(file.path);
    if (ways === undefined || file.answered.fragment) return [];
    const { objects, unread, unreadPods } = placeOverlay(file.answered, ways, file.options);
    const before = this.#unreadOf.get(file.uri);
    if (unread.length > 0 || before !== undefined) this.#gaps = undefined;
    if (unread.length > 0) this.#unreadOf.set(file.uri, { unread, unreadPods });
    else this.#unreadOf.delete(file.uri);
    return objects;
  }

  #put(uri: string, objects: readonly PlacedObject[], open: boolean): void {
    if (objects.length === 0 && !this.manifests.files.has(uri)) return;
    this.manifests = withFile(this.manifests, uri, objects, this.#order).table;
    if (open || this.#open.files.has(uri))
      this.#open = withFile(this.#open, uri, open ? objects : [], this.#order).table;
  }

  /** The parts with what of an overlay only Kustomize itself could tell. */
  withGaps(parts: UniverseParts): UniverseParts {
    if (this.plan === undefined) return parts;
    this.#gaps ??= gapsOf(this.plan, [...this.#unreadOf.values()]);
    return this.#gaps.unread.length === 0
      ? parts
      : {
          ...parts,
          ...this.#gaps,
          unread: parts.unread.length === 0 ? this.#gaps.unread : [...parts.unread, ...this.#gaps.unread],
        };
  }
}

export interface Compiled {
  readonly source: FolderSource;
  readonly universe: Universe;
  readonly intended: Universe;
}

function gapsOf(
  plan: OverlayPlan,
  files: readonly Pick<ReturnType<typeof placeOverlay>, 'unread' | 'unreadPods'>[],
): { unread: readonly UnreadableScope[]; unreadPods: ReadonlySet<string> } {
  const everywhere = plan.gaps.map((why): UnreadableScope => ({ namespace: '*', why }));
  return {
    unread: [...everywhere, ...files.flatMap(({ unread }) => unread)],
    unreadPods: new Set([...(everywhere.length > 0 ? ['*'] : []), ...files.flatMap(({ unreadPods }) => unreadPods)]),
  };
}

function byUri(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
