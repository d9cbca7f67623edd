/**
 * Policies of a connected cluster that somebody else has changed. Texts are plain, in one line where they are a
 * sentence; names are the cluster's and hostile text like all of them.
 */

/** The scheme of `before` and `after`; their paths end in `.yaml`. */
export const CHANGE_SCHEME = 'bulkhead-change';

export interface PolicyChangeItem {
  /** The same for the same change. */
  readonly id: string;
  /** The kubeconfig's context. */
  readonly context: string;
  readonly namespace: string;
  readonly name: string;
  /** `replaced`: deleted and made anew, seen only afterwards. */
  readonly change: 'created' | 'changed' | 'deleted' | 'replaced';
  /** When it was seen, in ms since 1970. */
  readonly at: number;
  /** Nobody watched: it was made between this (ms since 1970) and `at`. */
  readonly since?: number;
  /** The program that wrote last, never a person; absent where nothing says: a deletion leaves nobody behind. */
  readonly manager?: { readonly name: string; readonly time?: string };
  /** What it does to traffic, one sentence without its full stop. */
  readonly effect: string;
  /**
   * Addresses of the read-only texts that a diff lays side by side; the text of one that is not there is empty. Absent
   * of what an earlier run has seen: the journal does not keep them.
   */
  readonly texts?: { readonly before: string; readonly after: string };
  /** Address of a read-only view of the policy as the cluster has it now. */
  readonly live: string;
}

export interface PolicyChanges {
  /** The newest first; at most some hundreds: the journal has all. */
  readonly changes: readonly PolicyChangeItem[];
  /** Contexts whose policies are watched, each once. */
  readonly watched: readonly string[];
}

export type JournalFormat = 'jsonl' | 'csv' | 'md';

/** What stands in the journal of this machine. */
export interface JournalText {
  readonly text: string;
  readonly lines: number;
}

/** Whether each line of the journal follows from the one before it. */
export interface JournalCheck {
  readonly intact: boolean;
  /** One or two sentences. */
  readonly text: string;
  /** The journal's file; absent where none is kept. */
  readonly path?: string;
  /** The first line that does not follow, counted from 1; absent where all do. */
  readonly line?: number;
}
