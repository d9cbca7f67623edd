import type { ChangeEvent } from '../../changes/changeEvent.ts';
import { CHANGE_SCHEME, type PolicyChangeItem } from '../../protocol/changes.ts';
import { objectUri } from '../../protocol/objects.ts';
import { managerOf } from '../../workspace/changes/seenPolicy.ts';
import { changeTexts } from '../../workspace/changes/changeText.ts';

/** So many are shown and can be laid side by side; the journal has all. */
export const MOST_CHANGES = 300;

interface Listed {
  readonly item: PolicyChangeItem;
  readonly event: ChangeEvent;
}

/** The changes that a person can look at, the newest first. */
export class ChangeList {
  readonly #known = new Map<string, Listed>();

  /** @param folder the window's folder whose source has told of them */
  add(folder: string, events: readonly ChangeEvent[]): void {
    for (const event of events) {
      // Two folders may follow the same cluster.
      if (!this.#known.has(event.id)) this.#known.set(event.id, { event, item: itemOf(folder, event) });
    }
    for (const id of this.#known.keys()) {
      if (this.#known.size <= MOST_CHANGES) break;
      this.#known.delete(id);
    }
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
    before: address('before'),
    after: address('after'),
    live: objectUri({ document: `${folder}/`, kind: 'NetworkPolicy', namespace, name }),
  };
}
