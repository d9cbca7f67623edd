import { connectionsText } from '../../analysis/wording.ts';
import { getOrMake } from '../../engine/changedTargets.ts';
import type { ChangeCause } from '../../engine/changeCauses.ts';
import { pairChange } from '../../engine/comparedPair.ts';
import { NO_PORTS, type PortSetId } from '../../engine/portSets.ts';
import { stillDenied, type DeniedBlock } from '../../engine/stillDenied.ts';
import { workloadIndex } from '../../engine/workloadIndex.ts';
import type { Direction, PolicyRef } from '../../model/networkPolicy.ts';
import { countWithout, type PreviewedWorkload } from './comparisonRows.ts';
import type { ReachComparison } from './reachComparison.ts';

/** Traffic of which an edit removes one obstacle, and that is still denied. */
export interface DeniedRow {
  /** The same after the next edit. */
  readonly key: string;
  readonly subject: number;
  /** What the edit opened, of the subject. */
  readonly direction: Direction;
  /** Lists of places, each ascending; the subject itself is in them at times and is not meant. */
  readonly others: readonly (readonly number[])[];
  readonly ports: PortSetId;
  readonly causes: readonly ChangeCause[];
  readonly deniedBy: readonly PolicyRef[];
  readonly pairs: number;
}

interface GrowingRow extends DeniedRow {
  readonly others: (readonly number[])[];
  pairs: number;
}

/** One row for each subject, what is opened and who still denies it; sorted by subject. */
export function deniedRows(comparison: ReachComparison): readonly DeniedRow[] {
  const { before, after } = comparison.states;
  const denied = stillDenied(before.cluster, after.cluster);
  if (denied === undefined) return [];
  const { ofClass, list } = workloadIndex(denied.cluster);
  // With the same pods both indexes have the same order.
  if (list.length !== comparison.workloads.length) return [];
  const rows = new Map<string, GrowingRow>();
  /** Pairs of workloads with pods that are not all alike: several blocks may tell of one. */
  const single = new Set<string>();
  for (const block of denied.blocks) {
    const peers = [...new Set(block.others.flatMap((id) => ofClass.get(id) ?? []))].sort((a, b) => a - b);
    const { alike = [], mixed = [] } = Object.groupBy(peers, (place) =>
      isMixed(comparison, place) ? 'mixed' : 'alike',
    );
    const told = toldOf(block);
    const add = (subject: number, ports: PortSetId, places: readonly number[]): void => {
      const pairs = countWithout(places, subject);
      if (ports === NO_PORTS || pairs === 0) return;
      const key = `${comparison.workloads[subject]?.id} ${portsText(comparison, ports)} ${told}`;
      const row = getOrMake(rows, key, (): GrowingRow => {
        const { direction, causes, deniedBy } = block;
        return { key, subject, direction, others: [], ports, causes, deniedBy, pairs: 0 };
      });
      row.others.push(places);
      row.pairs += pairs;
    };
    for (const subject of new Set(block.subjects.flatMap((id) => ofClass.get(id) ?? []))) {
      const isAlike = !isMixed(comparison, subject);
      if (isAlike) add(subject, block.ports, alike);
      // Where pods of a workload are not all alike, only what no pair of them may do counts.
      for (const place of isAlike ? mixed : peers) {
        const ports = deniedToAll(comparison, block, subject, place);
        const pair = `${subject} ${place} ${ports} ${told}`;
        if (single.has(pair)) continue;
        single.add(pair);
        add(subject, ports, [place]);
      }
    }
  }
  return [...rows.values()].sort((a, b) => a.subject - b.subject || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
}

function deniedToAll(
  { workloads, states }: ReachComparison,
  { direction, ports }: DeniedBlock,
  subject: number,
  place: number,
): PortSetId {
  const ends = [workloads[place], workloads[subject]] as [PreviewedWorkload, PreviewedWorkload];
  const [from, to] = direction === 'ingress' ? ends : ([ends[1], ends[0]] as const);
  const { before, after } = pairChange(states, from, to);
  const sets = states.after.ports;
  return sets.subtract(ports, sets.union(before.possible, after.possible));
}

function isMixed({ workloads }: ReachComparison, place: number): boolean {
  const { before, after } = workloads[place] as PreviewedWorkload;
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
