import type { ApplyPreview } from '../../protocol/apply.ts';
import type { ObjectChange } from '../../workspace/apply/applyEffect.ts';
import type { ApplyIntent, ApplyMethod } from '../../workspace/apply/clusterApply.ts';
import type { TransactionPreview } from '../../workspace/apply/previewAll.ts';
import { shownChange } from '../../workspace/apply/shownObject.ts';
import type { LiveCluster } from '../liveSource.ts';

/** A preview that a person looks at, with what its confirmation sends. */
export interface StoredPreview {
  readonly shown: ApplyPreview;
  readonly live: LiveCluster;
  /** Everything that is wanted, also what is refused. */
  readonly intents: readonly ApplyIntent[];
  readonly transaction: TransactionPreview;
  /** Of `shown.steps`, in their order: from the live object to what the dry run, or the document, makes of it. */
  readonly changes: readonly ObjectChange[];
  readonly method: ApplyMethod;
  /** `seenPolicies` when it was made. */
  readonly seen: string;
  /** Milliseconds since 1970. */
  readonly madeAt: number;
}

/** A person has one of them open; the others are their way back. */
const MOST = 4;

/** The previews that may still be confirmed. */
export class StoredPreviews {
  readonly #known = new Map<string, StoredPreview>();
  readonly #taken = new Set<string>();

  put(preview: StoredPreview): void {
    const { id } = preview.shown;
    this.#known.delete(id);
    this.#known.set(id, preview);
    const [oldest] = this.#known.keys();
    if (this.#known.size > MOST && oldest !== undefined) this.#known.delete(oldest);
  }

  get(id: string): StoredPreview | undefined {
    return this.#known.get(id);
  }

  /** For whoever sends it: nobody else can from now on, until it is given back. */
  take(id: string): StoredPreview | undefined {
    if (this.#taken.has(id)) return undefined;
    this.#taken.add(id);
    return this.#known.get(id);
  }

  giveBack(id: string): void {
    this.#taken.delete(id);
  }

  /** One side of a step's diff, by the address that the preview gave. */
  text(address: string): string {
    const [, id = '', index, side] = ADDRESS.exec(address) ?? [];
    const { before, after } = this.#known.get(id)?.changes[Number(index)] ?? {};
    const shown = shownChange(before, after);
    return side === 'before' ? shown.before : shown.after;
  }
}

const ADDRESS = /^bulkhead-apply:\/\/([\w-]+)\/(\d+)\/(before|after)\//;

/** The address of one side of a step's diff; its last part names the tab. */
export function textAddress(id: string, index: number, side: 'before' | 'after', name: string): string {
  return `bulkhead-apply://${id}/${index}/${side}/${encodeURIComponent(name)}.yaml`;
}
