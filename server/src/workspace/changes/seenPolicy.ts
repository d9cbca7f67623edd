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
  readonly writers?: LastWriters;
}

/** The newest entries of an object's managed fields. */
export interface LastWriters {
  /** ISO 8601, whole seconds, by the API server's clock. */
  readonly time: string;
  /** Field managers that have an entry of that second, each once: programs, never persons. */
  readonly names: readonly string[];
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
 * The program that made a change; undefined where nothing says. Only an entry that was not there before can be its: a
 * deletion leaves nobody behind, and neither does a write that only removes fields.
 */
export function managerOf({
  before,
  after,
}: PolicyChange): { readonly name: string; readonly time: string } | undefined {
  const now = after?.writers;
  if (now === undefined) return undefined;
  const earlier = before?.uid === after?.uid ? before?.writers : undefined;
  // The newest entry is older than the one that was: that one is gone, and what took it away has left none.
  if (earlier !== undefined && Date.parse(now.time) < Date.parse(earlier.time)) return undefined;
  const isSameSecond = earlier?.time === now.time;
  const names = isSameSecond ? now.names.filter((name) => !earlier.names.includes(name)) : now.names;
  return names.length === 0 ? undefined : { name: names.join(' or '), time: now.time };
}

/** Only labels or annotations are other ones, which decide nothing about traffic. */
export function isMetadataOnly({ before, after }: PolicyChange): boolean {
  return before?.spec !== undefined && before.spec === after?.spec;
}
