import type { Endpoint } from '../../engine/endpoint.ts';
import type { PodClass } from '../../engine/podClass.ts';
import type { Direction, Protocol } from '../../model/networkPolicy.ts';

/** How sure it is that traffic passes, so that the least of several can be taken. */
export type Passing = typeof DENIED | typeof UNDECIDED | typeof ALLOWED;
export const DENIED = 0;
export const UNDECIDED = 1;
export const ALLOWED = 2;

/** One port between two workloads, or a workload and what is no workload (`outside`). */
export interface Outcome {
  readonly from: string;
  readonly to: string;
  readonly protocol: Protocol;
  readonly port: number;
  /** Over all kinds of pods on both sides. */
  readonly least: Passing;
  readonly most: Passing;
  /** A kind of pods of each side between which the least passes; absent where an end is not known. */
  readonly pair?: { readonly source: Endpoint; readonly target: Endpoint };
  /** The class whose policies decide where one end is not known. */
  readonly decides?: { readonly podClass: PodClass; readonly direction: Direction };
}

export const OUTSIDE = 'outside';

/** One outcome for each pair of workloads and port. */
export function merged<T extends Omit<Outcome, 'from'> & { readonly from?: string }>(
  outcomes: readonly T[],
): readonly T[] {
  if (outcomes.length < 2) return outcomes;
  const byKey = new Map<string, T>();
  for (const outcome of outcomes) {
    const key = `${outcome.from ?? ''} ${outcome.to} ${outcome.port}/${outcome.protocol}`;
    const other = byKey.get(key);
    if (other === undefined) byKey.set(key, outcome);
    else {
      const worse = outcome.least < other.least ? outcome : other;
      const most = outcome.most > other.most ? outcome.most : other.most;
      byKey.set(key, { ...worse, most });
    }
  }
  return [...byKey.values()];
}
