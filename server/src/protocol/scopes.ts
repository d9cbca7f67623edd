/** A scope that a document takes part in. */
export interface ScopeChoice {
  /** The folder's path, which names the scope; `''` for everything in the window's folder. */
  readonly scope: string;
  /** `Overlay overlays/prod`. */
  readonly label: string;
  /** What makes it one: `kustomization.yaml`; empty for everything. */
  readonly because: string;
}

export interface ScopeList {
  /** The window's folder that the document belongs to. */
  readonly folder: string;
  /** The nearest first, everything last. */
  readonly scopes: readonly ScopeChoice[];
  /** In which the document is answered now. */
  readonly current: string;
  /** What a person has chosen for the folder; absent: each document has its own. */
  readonly chosen?: string;
}
