import type { PolicyChange, PolicyNews, SeenPolicy } from './seenPolicy.ts';

/** A memory as plain data, to be kept over a restart. Times are ms since 1970. */
export interface MemoryRecord {
  /** When the whole cluster was last known to be as the policies say; absent where it never was. */
  readonly whole?: number;
  /** The same of single namespaces, which stands over `whole`. */
  readonly parts: readonly (readonly [namespace: string, at: number])[];
  readonly policies: readonly SeenPolicy[];
}

/**
 * The policies of one cluster as they were last seen, over refusals, gaps and restarts. A change is told only where both
 * states are known: what was there is compared with nothing but a list that was read to its end, and in no namespace
 * that was not read before.
 */
export class PolicyMemory {
  #whole: number | undefined;
  readonly #parts: Map<string, number>;
  readonly #policies = new Map<string, Map<string, SeenPolicy>>();

  constructor(record: MemoryRecord = { parts: [], policies: [] }) {
    this.#whole = record.whole;
    this.#parts = new Map(record.parts);
    for (const policy of record.policies) this.#put(policy);
  }

  /** @param at ms since 1970 */
  hear(news: PolicyNews, at: number): readonly PolicyChange[] {
    const changes = this.#changes(news, at);
    if (news.scope !== undefined) this.#parts.set(news.scope, at);
    else {
      this.#whole = at;
      this.#parts.clear();
    }
    return changes;
  }

  /** How many policies are known. */
  get size(): number {
    let size = 0;
    for (const policies of this.#policies.values()) size += policies.size;
    return size;
  }

  record(): MemoryRecord {
    return {
      ...(this.#whole !== undefined && { whole: this.#whole }),
      parts: [...this.#parts],
      policies: [...this.#policies.values()].flatMap((policies) => [...policies.values()]),
    };
  }

  #changes(news: PolicyNews, at: number): readonly PolicyChange[] {
    switch (news.kind) {
      case 'current':
        return [];
      case 'read':
        return this.#read(news.scope, news.policies, at);
      case 'put': {
        const { policy } = news;
        const before = this.#policies.get(policy.namespace)?.get(policy.name);
        this.#put(policy);
        return differing(before, policy, at);
      }
      case 'gone': {
        const before = this.#policies.get(news.namespace)?.get(news.name);
        this.#policies.get(news.namespace)?.delete(news.name);
        return differing(before, undefined, at);
      }
    }
  }

  #read(scope: string | undefined, policies: readonly SeenPolicy[], at: number): readonly PolicyChange[] {
    const now = Map.groupBy(policies, ({ namespace }) => namespace);
    const namespaces = scope === undefined ? new Set([...this.#policies.keys(), ...now.keys()]) : new Set([scope]);
    const found: PolicyChange[] = [];
    for (const namespace of namespaces) {
      const before = this.#policies.get(namespace) ?? new Map<string, SeenPolicy>();
      const after = new Map((now.get(namespace) ?? []).map((policy) => [policy.name, policy]));
      const since = this.#parts.get(namespace) ?? this.#whole;
      this.#policies.set(namespace, after);
      if (since === undefined) continue;
      for (const name of new Set([...before.keys(), ...after.keys()])) {
        found.push(...differing(before.get(name), after.get(name), at, since));
      }
    }
    return found.sort(byTime);
  }

  #put(policy: SeenPolicy): void {
    const known = this.#policies.get(policy.namespace);
    if (known === undefined) this.#policies.set(policy.namespace, new Map([[policy.name, policy]]));
    else known.set(policy.name, policy);
  }
}

/** None where only the server's bookkeeping is another one. */
function differing(
  before: SeenPolicy | undefined,
  after: SeenPolicy | undefined,
  at: number,
  since?: number,
): readonly PolicyChange[] {
  const known = before ?? after;
  if (known === undefined) return [];
  const change =
    before === undefined
      ? 'created'
      : after === undefined
        ? 'deleted'
        : before.uid !== after.uid
          ? 'replaced'
          : before.hash !== after.hash
            ? 'changed'
            : undefined;
  if (change === undefined) return [];
  const { namespace, name } = known;
  return [
    {
      change,
      namespace,
      name,
      ...(before !== undefined && { before }),
      ...(after !== undefined && { after }),
      at,
      // A clock may have been set back.
      ...(since !== undefined && { since: Math.min(since, at) }),
    },
  ];
}

/** Of several that were found at once the managed fields say in which order they were made; deletions leave none. */
function byTime(a: PolicyChange, b: PolicyChange): number {
  const [early, late] = [a.after?.writers?.time ?? '', b.after?.writers?.time ?? ''];
  if (early !== late) return early < late ? -1 : 1;
  const [first, second] = [`${a.namespace}/${a.name}`, `${b.namespace}/${b.name}`];
  return first === second ? 0 : first < second ? -1 : 1;
}
