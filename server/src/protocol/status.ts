/** What the status item shows. Plain words, made by the server, rendered as text. */
export interface ServerStatus {
  /** `ok`, or something could not be read, or nothing works. */
  readonly health: 'ok' | 'warning' | 'error';
  /** The source of the active folder: `these files`, `shop.json`, `prod-eu`. */
  readonly source: string;
  /** True while something is being read. */
  readonly busy: boolean;
  /** One row per kind. */
  readonly rows: readonly StatusRow[];
  /** One line: how many pods are isolated and which namespaces lack default-deny; absent while that is not known. */
  readonly coverage?: string;
  /** The network plug-in and whether it enforces policies, one line; absent where no cluster was looked at. */
  readonly plugins?: string;
  /** Contexts that are connected for other files of the folder. */
  readonly others?: readonly string[];
  /** Something may not be listed: a role would mend it. */
  readonly lacksRights?: true;
  /** Sentences: what is missing and which right or step would mend it. */
  readonly problems: readonly string[];
}

export interface StatusRow {
  readonly kind: string;
  /** Absent where nothing of the kind could be read. */
  readonly count?: number;
  /** `read completely`, `reading … 40 %`, `may not be listed`. */
  readonly state: string;
}
