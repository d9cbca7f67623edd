import { count, listSome } from '../../analysis/wording.ts';
import { plain } from '../markdown.ts';
import { sourceText } from '../sourceText.ts';
import type { Asked } from './proposal.ts';
import type { PodGroup } from './podGroups.ts';

/** Whose something is: how many pods of which workloads. */
export class PodUse {
  pods = 0;
  readonly #workloads = new Set<string>();
  readonly #unnumbered = new Set<string>();

  add({ pods, podsUnknown, workload }: PodGroup, own: string): void {
    const name = workload.namespace === own ? workload.name : `${workload.namespace}/${workload.name}`;
    this.#workloads.add(name);
    if (podsUnknown) this.#unnumbered.add(name);
    else this.pods += pods;
  }

  /** For the order: workloads whose number of pods is written nowhere count as one pod each. */
  get weight(): number {
    return this.pods + this.#unnumbered.size;
  }

  /** `5 pods · web, api`; `pods of collector` where no number is known. */
  get text(): string {
    const names = listSome([...this.#workloads].sort().map(plain), 3);
    if (this.#unnumbered.size === 0) return `${count(this.pods, 'pod')} · ${names}`;
    return this.pods === 0 ? `pods of ${names}` : `more than ${count(this.pods, 'pod')} · ${names}`;
  }
}

const sources = new WeakMap<Asked['snapshot'], string>();

/** A count with its source. */
export function withSource(text: string, { snapshot }: Asked): string {
  let source = sources.get(snapshot);
  if (source === undefined) sources.set(snapshot, (source = sourceText(snapshot)));
  return `${text} · ${source}`;
}
