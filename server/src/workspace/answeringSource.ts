import { DEFAULT_ENGINE_OPTIONS } from '../model/cluster.ts';
import type { PluginBehaviour } from './cni/pluginBehaviour.ts';
import { NO_STATE, ofOverlay } from './folderParts.ts';
import { canAnswer, isSameSource, type FolderSource } from './folderSource.ts';
import { EMPTY_TABLE } from './objectTable.ts';
import { compileUniverse, updateUniverse, type Universe } from './universe.ts';

/**
 * One of the places that a folder's pods come from, over all its states: what was chosen, and what answers until that
 * has been read for the first time.
 */
export class AnsweringSource {
  #chosen: FolderSource = { kind: 'files' };
  #answering: FolderSource = { kind: 'files' };
  #silent = false;
  readonly #parts = ofOverlay();
  /** The source without any manifest, from which every scope begins. */
  #base: { readonly source: FolderSource; readonly universe: Universe } | undefined;

  get chosen(): FolderSource {
    return this.#chosen;
  }

  get answering(): FolderSource {
    return this.#answering;
  }

  /** Nothing was known yet when the source was switched: findings of a half-read source would only flash. */
  get silent(): boolean {
    return this.#silent;
  }

  /** The namespace of a live context. */
  get namespace(): string | undefined {
    return this.#chosen.kind === 'live' ? this.#chosen.namespace : undefined;
  }

  /** The version of a live context's server, once it is known. */
  get version(): string | undefined {
    return this.#chosen.kind === 'live' ? this.#chosen.version : undefined;
  }

  /**
   * Another state of the chosen source, or another source.
   *
   * @param filesRead whether every file of the folder has been read
   */
  set(source: FolderSource, filesRead: boolean): void {
    if (!isSameSource(this.#chosen, source)) this.expect(filesRead);
    this.#chosen = source;
    if (!canAnswer(source) && !isSameSource(this.#answering, source)) return;
    this.#answering = source;
    this.#silent = false;
  }

  /** Another source is being read: where nothing was known to its end before, nothing is called missing until then. */
  expect(filesRead: boolean): void {
    this.#silent ||= this.#answering.kind === 'files' ? !filesRead : !canAnswer(this.#answering);
  }

  /** A source that stands where this one does now, and goes its own way from here on. */
  copy(): AnsweringSource {
    const other = new AnsweringSource();
    other.#chosen = this.#chosen;
    other.#answering = this.#answering;
    other.#silent = this.#silent;
    other.#base = this.#base;
    return other;
  }

  /** The universe of the source alone. */
  base(source: FolderSource, behaviour: PluginBehaviour | undefined): Universe {
    const state = 'state' in source ? source.state : NO_STATE;
    const read = this.#parts.parts(state, EMPTY_TABLE, false);
    const parts = behaviour === undefined ? read : { ...read, behaviour };
    const known = this.#base !== undefined && isSameSource(this.#base.source, source) ? this.#base : undefined;
    const universe =
      known === undefined ? compileUniverse(parts, DEFAULT_ENGINE_OPTIONS) : updateUniverse(known.universe, parts);
    this.#base = { source, universe };
    return universe;
  }
}
