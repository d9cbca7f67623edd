import { explainExternal, explainPair } from '../../engine/explainDoubt.ts';
import { pairFilter } from '../../engine/pairFilter.ts';
import { describeUnknownPairs, type UnknownEntry } from '../../engine/unknownEntries.ts';
import { UnknownPairs } from '../../engine/unknownPairs.ts';
import type { UnknownReason } from '../../engine/unknownReason.ts';
import type { PreviewedWorkload } from './comparisonRows.ts';
import type { ReachComparison } from './reachComparison.ts';

/** What is not decided as `bulkhead diff` lists it: entries that cover exactly the undecided pairs. */
export function undecidedEntries({ workloads, undecided, states }: ReachComparison): readonly UnknownEntry[] {
  const unknown = new UnknownPairs(workloads.length);
  for (const { direction, subjects, others } of undecided) {
    for (const subject of subjects) {
      if (others.kind === 'external') unknown.addExternal(subject, direction, others.addresses);
      else {
        for (const other of others.places) {
          if (other === subject) continue;
          if (direction === 'ingress') unknown.addPair(other, subject);
          else unknown.addPair(subject, other);
        }
      }
    }
  }
  const at = (place: number): PreviewedWorkload => workloads[place] as PreviewedWorkload;
  const shown = pairFilter(
    workloads.map(({ id }) => id),
    {},
  );
  const { before, after } = states;
  return describeUnknownPairs(workloads, unknown, shown, states.ipv6, {
    pair: (source, target): readonly UnknownReason[] => {
      const [from, to] = [at(source), at(target)];
      return [
        ...(from.after && to.after ? explainPair(after.cluster, from.after, to.after) : []),
        ...(from.before && to.before ? explainPair(before.cluster, from.before, to.before) : []),
      ];
    },
    external: (place, direction): readonly UnknownReason[] => {
      const workload = at(place);
      return [
        ...(workload.after ? explainExternal(after.cluster, workload.after, direction) : []),
        ...(workload.before ? explainExternal(before.cluster, workload.before, direction) : []),
      ];
    },
  });
}
