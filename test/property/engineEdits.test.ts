/** Random edits: a cluster that was edited answers as one that is compiled from scratch, and older versions stay true. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ClusterEdit } from '../../server/src/engine/clusterEdit.ts';
import { compileCluster } from '../../server/src/engine/compileCluster.ts';
import type { CompiledCluster } from '../../server/src/engine/compiledCluster.ts';
import { isolation } from '../../server/src/engine/isolation.ts';
import { query } from '../../server/src/engine/query.ts';
import { reachability } from '../../server/src/engine/reachability.ts';
import { withEdit } from '../../server/src/engine/withEdit.ts';
import type { ClusterState } from '../../server/src/model/cluster.ts';
import { clusterState } from './engineArbitraries.ts';
import { edit, edited } from './engineEdits.ts';

const OPTIONS = { hostNetwork: 'unknown', ipBlockPods: 'always' } as const;

describe('withEdit', () => {
  test.each(['none', 'any'] as const)('answers as a cluster that is compiled afresh (unknown facts: %s)', (doubts) => {
    fc.assert(
      fc.property(clusterState(doubts), fc.array(edit(doubts), { minLength: 1, maxLength: 6 }), (first, edits) => {
        let state = first;
        let cluster = compileCluster(first, OPTIONS);
        const versions = [{ cluster, state }];
        for (const step of edits) {
          cluster = withEdit(cluster, step);
          state = edited(state, step);
          versions.push({ cluster, state });
          // A second, discarded edit of the same version must leave no trace in it.
          withEdit(cluster, edits[0] as ClusterEdit);
        }
        for (const version of versions) {
          expect(answers(version.cluster, version.state)).toEqual(
            answers(compileCluster(version.state, OPTIONS), version.state),
          );
        }
      }),
      { numRuns: 400 },
    );
  });
});

/** Everything that a cluster says, without regard to the order of policies. */
function answers(cluster: CompiledCluster, state: ClusterState): unknown {
  const reach = reachability(cluster, { self: true });
  const text = (value: unknown): string => JSON.stringify(value);
  return {
    pods: cluster.stats.pods,
    workloads: reach.workloads,
    connections: [...reach.rows()].flat().map(text).sort(),
    unknown: reach
      .unknown()
      .map(({ subject, direction, from, to }) => text({ subject, direction, from, to }))
      .sort(),
    isolation: state.pods.map((each) =>
      isolation(cluster, each).map(({ isolated, by }) => ({ isolated, by: by.map(text).sort() })),
    ),
    verdicts: state.pods.flatMap((from) =>
      state.pods.map((to) => {
        const { verdict, egress, ingress } = query(cluster, { pod: from }, { pod: to }, 'TCP', 80);
        return { verdict, egress: egress.by.map(text).sort(), ingress: ingress.by.map(text).sort() };
      }),
    ),
  };
}
