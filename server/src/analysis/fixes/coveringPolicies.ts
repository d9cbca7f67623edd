import type { Direction } from '../../model/networkPolicy.ts';
import type { WrittenPolicy } from '../check.ts';
import type { FileEdit } from '../finding.ts';
import { changesOf, fileEdits, type DocumentStep } from '../fixEdits.ts';
import type { PodFacts } from '../podFacts.ts';

/**
 * The fewest policies of the file, greedily, that between them isolate all these pods in one of the directions: where a
 * rule has to be added to reach them. Undefined where some of the pods are isolated only by policies written elsewhere.
 */
export function coveringPolicies(
  policies: readonly WrittenPolicy[],
  pods: readonly PodFacts[],
  directions: readonly Direction[],
): readonly WrittenPolicy[] | undefined {
  const chosen: WrittenPolicy[] = [];
  let left = pods;
  while (left.length > 0) {
    let best: { readonly policy: WrittenPolicy; readonly rest: readonly PodFacts[] } | undefined;
    for (const policy of policies) {
      const rest = left.filter((facts) => !isIsolatedBy(facts, policy, directions));
      if (rest.length < (best?.rest.length ?? left.length)) best = { policy, rest };
    }
    if (best === undefined) return undefined;
    chosen.push(best.policy);
    left = best.rest;
  }
  return chosen;
}

function isIsolatedBy({ now }: PodFacts, { policy }: WrittenPolicy, directions: readonly Direction[]): boolean {
  return directions.some(
    (direction) => now[direction].isolated === true && now[direction].by.some((ref) => ref.policy.name === policy.name),
  );
}

/** The same kind of edit in several policies of a file; undefined where one of them cannot be edited. */
export function editsOf(
  policies: readonly WrittenPolicy[],
  stepsOf: (policy: WrittenPolicy) => readonly DocumentStep[],
): readonly FileEdit[] | undefined {
  const edits: FileEdit[] = [];
  for (const written of Map.groupBy(policies, ({ placed }) => placed).values()) {
    const [first] = written;
    const changes = first && changesOf(first, written.flatMap(stepsOf));
    if (first === undefined || changes === undefined || changes.length === 0) return undefined;
    edits.push(...fileEdits(first, changes));
  }
  return edits;
}
