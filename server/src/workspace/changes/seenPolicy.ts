/** What is kept of a NetworkPolicy of a live cluster, to tell a later state of it from this one and to show both. */
export interface SeenPolicy {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  /** Of spec, labels and annotations, as the journal has it; labels and annotations themselves are not kept. */
  readonly hash: string;
  /** The spec as JSON; absent where it is too long to be kept. */
  readonly spec?: string;
  /** Who wrote it last; absent where its managed fields do not say. */
  readonly manager?: LastManager;
}

/** The newest entry of an object's managed fields: a program, never a person. */
export interface LastManager {
  readonly name: string;
  /** ISO 8601, whole seconds, by the API server's clock. */
  readonly time: string;
}

/**
 * What a connection hears of NetworkPolicies, in order. `scope` is the namespace that is read by itself; undefined where
 * the whole cluster is. Within a scope everything comes after its first `read`.
 */
export type PolicyNews = { readonly scope: string | undefined } & (
  | {
      /** A list was read to its end: there are these and no others. */
      readonly kind: 'read';
      readonly policies: readonly SeenPolicy[];
    }
  | { readonly kind: 'put'; readonly policy: SeenPolicy }
  | { readonly kind: 'gone'; readonly namespace: string; readonly name: string }
  /** The server says that nothing else has happened. */
  | { readonly kind: 'current' }
);

/** A policy that has become another one. */
export interface PolicyChange {
  /** `replaced`: deleted and made anew, seen only afterwards. */
  readonly change: 'created' | 'changed' | 'deleted' | 'replaced';
  readonly namespace: string;
  readonly name: string;
  /** Absent where there was none. */
  readonly before?: SeenPolicy;
  /** Absent where there is none any more. */
  readonly after?: SeenPolicy;
  /** When it was seen, in ms since 1970. */
  readonly at: number;
  /** Nobody watched: it was made between this (ms since 1970) and `at`. */
  readonly since?: number;
}

/**
 * The program that made a change; undefined where nothing says. A deletion leaves nobody behind, and neither does a write
 * that only removes fields: the newest entry is then that of a write before it.
 */
export function managerOf({ before, after }: PolicyChange): LastManager | undefined {
  const [old, now] = [before?.manager, after?.manager];
  return before?.uid === after?.uid && old?.name === now?.name && old?.time === now?.time ? undefined : now;
}

/** Only labels or annotations are other ones, which decide nothing about traffic. */
export function isMetadataOnly({ before, after }: PolicyChange): boolean {
  return before?.spec !== undefined && before.spec === after?.spec;
}
