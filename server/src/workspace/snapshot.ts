import type { Knowledge } from '../analysis/check.ts';
import type { NetworkPlugins } from '../model/networkPlugin.ts';
import type { ServiceReference } from '../model/workload.ts';
import type { SourceState } from './clusterSource.ts';
import type { ObjectTable } from './objectTable.ts';
import type { Settings } from './settings.ts';
import type { ScopeKind } from './scopes.ts';
import type { SourceFile } from './sourceFile.ts';
import type { Universe } from './universe.ts';

/**
 * Everything that answers of one folder are made from, at one moment. Frozen: whatever changes makes a new snapshot
 * with a higher revision, so that a request sees one state from its start to its end.
 */
export interface WorkspaceSnapshot {
  readonly revision: number;
  readonly universe: Universe;
  /** The universe with the policies that are written in closed files and not applied; the same without a source. */
  readonly intended: Universe;
  readonly knowledge: Knowledge;
  /** What enforces policies in the cluster that answers are about, as far as that is known. */
  readonly plugins?: NetworkPlugins;
  /** Services that its API server calls, as far as that is known. */
  readonly references?: readonly ServiceReference[];
  readonly source: SourceView;
  readonly scope: ScopeView;
  /** The manifests that make the universe (no source) or that are laid over it (open documents). */
  readonly table: ObjectTable;
  /** All manifests of the folder, open or closed: where objects are written. */
  readonly manifests: ObjectTable;
  /** By URI; an open document stands for its file. */
  readonly files: Pick<ReadonlyMap<string, FileView>, 'get' | 'keys'>;
  readonly settings: Settings;
  /** Milliseconds since 1970 when the snapshot was made, for ages. */
  readonly now: number;
}

/** A file as answers see it. */
export interface FileView {
  readonly file: SourceFile;
  readonly path: string;
  readonly open: boolean;
  /**
   * Offsets of documents whose text cannot be decoded as it stands, or is half typed: lenses, counts and semantic
   * findings keep the last decodable state, and say so.
   */
  readonly held: ReadonlySet<number>;
  /** The namespace that the file's objects get where they name none, and who says so, for the hover. */
  readonly namespace: { readonly name: string; readonly from: NamespaceOrigin };
  /** The context that a `bulkhead.yaml` binds the file to. */
  readonly boundTo?: string;
}

export type NamespaceOrigin = 'setting' | 'bulkhead.yaml' | 'kustomization' | 'context' | 'default';

/** Which manifests take part. */
export interface ScopeView {
  readonly kind: ScopeKind;
  /** The folder's path; `''` for everything. */
  readonly folder: string;
  /** As a person names it: relative to the window's folder; empty for everything. */
  readonly name: string;
  /** The window's folder has no other scope than this one and the whole of it. */
  readonly isOnly: boolean;
  /** Objects that several files write: the last one counts, and that is said. */
  readonly writtenTwice: () => readonly WrittenTwice[];
  /** Of what was rendered: when, in ms since 1970, and whether its sources have changed since. */
  readonly rendering?: { readonly at: number; readonly stale: boolean };
  /** Clauses that say what of an overlay only Kustomize could tell. */
  readonly gaps: readonly string[];
}

export interface WrittenTwice {
  /** `Deployment/shop/web`. */
  readonly key: string;
  /** URIs in their order; the last one counts. */
  readonly files: readonly string[];
}

/** Where the pods come from, for every count. */
export type SourceView =
  /** `total` is 0 while the folder is still being listed. */
  | { readonly kind: 'files'; readonly indexing?: { readonly done: number; readonly total: number } }
  | {
      readonly kind: 'snapshot';
      /** The file's name. */
      readonly label: string;
      readonly state: SourceState;
    }
  | {
      readonly kind: 'live';
      /** The context's name. */
      readonly label: string;
      readonly state: SourceState;
    }
  /** A chosen source that gives nothing: a sentence says why. Nothing is known of pods then. */
  | { readonly kind: 'none'; readonly label: string; readonly problem: string };
