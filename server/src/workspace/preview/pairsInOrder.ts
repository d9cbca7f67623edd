import { byLowest, toCidrs } from '../../engine/addressSet.ts';
import { getOrMake } from '../../engine/changedTargets.ts';
import type { ChangeCause } from '../../engine/changeCauses.ts';
import type { ClusterChange } from '../../engine/diffClusters.ts';
import type { ReachEnd } from '../../engine/reachability.ts';
import type { PreviewedWorkload } from './comparisonRows.ts';
import type { PreviewModel } from './previewModel.ts';
import { otherPlaces, type FilteredRow } from './rowFilter.ts';

const TYPES = { lost: 'removed', gained: 'added', changed: 'changed' } as const;

interface Pair {
  readonly filtered: FilteredRow;
  /** Undefined: addresses outside. */
  readonly other: number | undefined;
}

/**
 * The pairs of rows in the order in which `diffClusters` tells them: by source, its destinations by their names, then
 * addresses outside that it reaches, then those from which it is reached.
 *
 * @param most pairs beyond so many are left out
 */
export function* pairsInOrder(
  model: PreviewModel,
  filtered: readonly FilteredRow[],
  most: number,
): Generator<ClusterChange & { readonly because: readonly ChangeCause[] }> {
  const { workloads, states } = model.comparison;
  const bySource = new Map<number, { target: number; pair: Pair }[]>();
  let counted = 0;
  for (const each of filtered) {
    const { row } = each;
    const list = (source: number): { target: number; pair: Pair }[] => getOrMake(bySource, source, () => []);
    if (row.addresses !== undefined) {
      const after = row.direction === 'egress' ? workloads.length : workloads.length + 1;
      list(row.subject).push({ target: after, pair: { filtered: each, other: undefined } });
      counted += 1;
      continue;
    }
    for (const other of otherPlaces(each)) {
      if ((counted += 1) > most) break;
      const [source, target] = row.direction === 'egress' ? [row.subject, other] : [other, row.subject];
      list(source).push({ target, pair: { filtered: each, other } });
    }
  }
  const { ports } = states.after;
  for (const source of [...bySource.keys()].sort((a, b) => a - b)) {
    const pairs = (bySource.get(source) ?? []).sort((a, b) => a.target - b.target || byAddresses(a.pair, b.pair));
    for (const { pair } of pairs) {
      const { row } = pair.filtered;
      const subject = (workloads[row.subject] as PreviewedWorkload).id;
      const other: ReachEnd =
        pair.other === undefined
          ? { cidrs: row.addresses === undefined ? [] : toCidrs(row.addresses) }
          : (workloads[pair.other] as PreviewedWorkload).id;
      const [from, to] = row.direction === 'egress' ? [subject, other] : [other, subject];
      yield {
        type: TYPES[row.type],
        from,
        to,
        before: ports.connections(row.before),
        after: ports.connections(row.after),
        because: model.causes(row, pair.other),
      };
    }
  }
}

function byAddresses({ filtered: a }: Pair, { filtered: b }: Pair): number {
  const [one, other] = [a.row.addresses, b.row.addresses];
  return one === undefined || other === undefined ? 0 : byLowest(one, other);
}
