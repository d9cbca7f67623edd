import { expect, it } from 'vitest';
import { compileCluster } from '../../../../server/src/engine/compileCluster.ts';
import { diffClusters } from '../../../../server/src/engine/diffClusters.ts';
import { withEdit } from '../../../../server/src/engine/withEdit.ts';
import { compareReach } from '../../../../server/src/workspace/preview/reachComparison.ts';
import { undecidedEntries } from '../../../../server/src/workspace/preview/undecidedEntries.ts';
import { foldUndecided } from '../../../../server/src/workspace/preview/undecidedReasons.ts';
import { generateCluster } from '../../../bench/clusterGenerator.ts';

const NAMESPACES = 8;
const WHY = 'ClusterNetworkPolicy all is not evaluated';

it.each([
  ['everything', '*'],
  ['one namespace', 'ns-0'],
])('a policy that is not evaluated and has a say in %s leaves undecided what bulkhead diff does', (_, namespace) => {
  const shape = { deploymentsPerNamespace: 4, replicas: 2, policiesPerNamespace: 3, teams: 3, emit: 'pods' } as const;
  const before = compileCluster(generateCluster({ namespaces: NAMESPACES, ...shape }));
  const after = withEdit(before, { unreadable: [{ namespace, why: WHY }] });
  const steps = compareReach(before, after);
  let [step, given] = [steps.next(), 0];
  for (; step.done !== true; step = steps.next()) given += 1;
  const comparison = step.value;
  // What concerns everybody gives way to other requests, workload by workload.
  expect(given).toBe(namespace === '*' ? comparison.workloads.length : 0);
  const expected = diffClusters(before, after);
  expect([...expected.changes()].flat()).toEqual([]);
  expect(undecidedEntries(comparison)).toEqual(expected.unknown());
  const pairs = comparison.undecided.reduce(
    (sum, { subjects, others }) =>
      sum +
      (others.kind === 'external'
        ? subjects.length
        : subjects.reduce((all, subject) => all + others.places.filter((place) => place !== subject).length, 0)),
    0,
  );
  expect(foldUndecided(comparison, [])).toEqual({
    pairs,
    reasons: [{ key: `notEvaluated ${WHY}`, why: WHY, pairs }],
  });
});
