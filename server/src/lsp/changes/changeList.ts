import { changeId, NOT_KNOWN, type ChangeEvent } from '../../changes/changeEvent.ts';
import type { JournalLine } from '../../guard/journalLine.ts';
import { CHANGE_SCHEME, type PolicyChangeItem } from '../../protocol/changes.ts';
import { objectUri } from '../../protocol/objects.ts';
import { changeTexts } from '../../workspace/changes/changeText.ts';
import { managerOf } from '../../workspace/changes/seenPolicy.ts';

/** So many are shown and can be laid side by side; the journal has all. */
export const MOST_CHANGES = 300;

interface Listed {
  readonly item: PolicyChangeItem;
  /** Absent of what an earlier run has seen. */
  readonly event?: ChangeEvent;
}

/** The changes that a person can look at, the newest first. */
export class ChangeList {
  /** The oldest first. */
  #known = new Map<string, Listed>();

  /** @param folder the window's folder whose source has told of them */
  add(folder: string, events: readonly ChangeEvent[]): void {
    for (const event of events) {
      // Two folders may follow the same cluster.
      if (this.#known.get(event.id)?.event !== undefined) continue;
      this.#known.delete(event.id);
      this.#known.set(event.id, { event, item: itemOf(folder, event) });
    }
    this.#forgetOldest();
  }

  /** What earlier runs have seen of a cluster, as the journal has it; it stands behind everything else. */
  restore(folder: string, server: string, lines: readonly JournalLine[]): void {
    const earlier = lines
      .filter((line) => line.kind === 'change' && line.server === server)
      .slice(-MOST_CHANGES)
      .flatMap((line) => restoredItem(folder, line) ?? []);
    const all = [...earlier.map((item): Listed => ({ item })), ...this.#known.values()];
    this.#known = new Map();
    for (const listed of all) {
      const { id } = listed.item;
      if (listed.event !== undefined || !this.#known.has(id)) this.#known.set(id, listed);
    }
    this.#forgetOldest();
  }

  items(): readonly PolicyChangeItem[] {
    return [...this.#known.values()].map(({ item }) => item).toReversed();
  }

  /** One side of a change, by the address that its item gives; undefined where it is not kept any more. */
  text(address: string): string | undefined {
    const [, id = '', side] = ADDRESS.exec(address) ?? [];
    const event = this.#known.get(id)?.event;
    if (event === undefined) return undefined;
    const { before, after } = changeTexts(event.change);
    return side === 'before' ? before : after;
  }

  #forgetOldest(): void {
    for (const id of this.#known.keys()) {
      if (this.#known.size <= MOST_CHANGES) break;
      this.#known.delete(id);
    }
  }
}

const ADDRESS = new RegExp(`^${CHANGE_SCHEME}://([0-9a-f]+)/(before|after)/`);

function itemOf(folder: string, { id, change, context, effect }: ChangeEvent): PolicyChangeItem {
  const { namespace, name, at, since } = change;
  const manager = managerOf(change);
  const address = (side: 'before' | 'after'): string =>
    `${CHANGE_SCHEME}://${id}/${side}/${encodeURIComponent(`${namespace}/${name}`)}.yaml`;
  return {
    id,
    context,
    namespace,
    name,
    change: change.change,
    at,
    ...(since !== undefined && { since }),
    ...(manager !== undefined && { manager }),
    effect,
    texts: { before: address('before'), after: address('after') },
    live: liveView(folder, namespace, name),
  };
}

/** Undefined where the line does not say what is needed. A file on the disk can be anything. */
function restoredItem(folder: string, line: JournalLine): PolicyChangeItem | undefined {
  const { left, object, server, context, beforeHash, afterHash, delta, who } = line;
  const [at, since] = [Date.parse(line.at), line.since === undefined ? undefined : Date.parse(line.since)];
  const texts = [object.namespace, object.name, context, delta, left?.uid];
  if (left === undefined || Number.isNaN(at) || Number.isNaN(since)) return undefined;
  if (!texts.every((text) => typeof text === 'string')) return undefined;
  const { namespace, name } = object;
  const manager = typeof who?.name === 'string' && who.name !== NOT_KNOWN ? { name: who.name } : undefined;
  return {
    id: changeId(server, object, left),
    context,
    namespace,
    name,
    change: beforeHash === null ? 'created' : afterHash === null ? 'deleted' : 'changed',
    at,
    ...(since !== undefined && { since }),
    ...(manager !== undefined && { manager }),
    effect: delta,
    live: liveView(folder, namespace, name),
  };
}

function liveView(folder: string, namespace: string, name: string): string {
  return objectUri({ document: `${folder}/`, kind: 'NetworkPolicy', namespace, name });
}
