import { connectionsText } from '../../analysis/wording.ts';
import { getOrMake } from '../../engine/changedTargets.ts';
import type { ChangeCause } from '../../engine/changeCauses.ts';
import { pairChange } from '../../engine/comparedPair.ts';
import { NO_PORTS, type PortSetId } from '../../engine/portSets.ts';
import { stillDenied, type DeniedBlock } from '../../engine/stillDenied.ts';
import { workloadIndex } from '../../engine/workloadIndex.ts';
import type { Direction, PolicyRef } from '../../model/networkPolicy.ts';
import type { PreviewedWorkload } from './comparisonRows.ts';
import type { ReachComparison } from './reachComparison.ts';

/** Traffic of which an edit removes one obstacle, and that is still denied. */
export interface DeniedRow {
  readonly key: string;
  readonly subject: number;
  /** What the edit opened, of the subject. */
  readonly direction: Direction;
  /** Places, ascending, without the subject's. */
  readonly others: readonly number[];
  readonly ports: PortSetId;
  readonly causes: readonly ChangeCause[];
  readonly deniedBy: readonly PolicyRef[];
}

/** One row for each subject, what is opened and who still denies it; sorted by subject. */
export function deniedRows(comparison: ReachComparison): readonly DeniedRow[] {
  const { before, after } = comparison.states;
  const denied = stillDenied(before.cluster, after.cluster);
  if (denied === undefined) return [];
  const { ofClass, list } = workloadIndex(denied.cluster);
  // With the same pods both indexes have the same order.
  if (list.length !== comparison.workloads.length) return [];
  const rows = new Map<string, DeniedRow>();
  const others = new Map<string, Set<number>>();
  for (const block of denied.blocks) {
    const told = toldOf(block);
    const peers = block.others.flatMap((id) => ofClass.get(id) ?? []);
    for (const id of block.subjects) {
      for (const subject of ofClass.get(id) ?? []) {
        for (const [ports, places] of portsOfPairs(comparison, block, subject, peers)) {
          const key = `${comparison.workloads[subject]?.id} ${portsText(comparison, ports)} ${told}`;
          const known = getOrMake(others, key, () => new Set<number>());
          for (const place of places) known.add(place);
          getOrMake(rows, key, () => {
            const { direction, causes, deniedBy } = block;
            return { key, subject, direction, others: [], ports, causes, deniedBy };
          });
        }
      }
    }
  }
  return [...rows.values()]
    .map((row) => ({ ...row, others: [...(others.get(row.key) ?? [])].sort((a, b) => a - b) }))
    .sort((a, b) => a.subject - b.subject || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
}

/** Where pods of a workload are not all alike, only what no pair of them may do counts. */
function portsOfPairs(
  { workloads, states }: ReachComparison,
  { direction, ports }: DeniedBlock,
  subject: number,
  peers: readonly number[],
): ReadonlyMap<PortSetId, readonly number[]> {
  const sets = new Map<PortSetId, number[]>();
  const own = workloads[subject] as PreviewedWorkload;
  for (const place of peers) {
    if (place === subject) continue;
    const other = workloads[place] as PreviewedWorkload;
    let denied = ports;
    if (isMixed(own) || isMixed(other)) {
      const [from, to] = direction === 'ingress' ? [other, own] : [own, other];
      const { before, after } = pairChange(states, from, to);
      denied = states.after.ports.subtract(denied, states.after.ports.union(before.possible, after.possible));
    }
    if (denied !== NO_PORTS) getOrMake(sets, denied, (): number[] => []).push(place);
  }
  return sets;
}

function isMixed({ before, after }: PreviewedWorkload): boolean {
  return (before?.classes.length ?? 0) > 1 || (after?.classes.length ?? 0) > 1;
}

function portsText({ states }: ReachComparison, ports: PortSetId): string {
  return connectionsText(states.after.ports.connections(ports));
}

/** The same after the next edit. */
function toldOf({ direction, causes, deniedBy }: DeniedBlock): string {
  const rules = causes.map(({ policy, rule }) => [policy.namespace, policy.name, rule]);
  return JSON.stringify([direction, rules, deniedBy]);
}
