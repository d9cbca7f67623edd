/** What an edit opens on one side while the other side still denies it, against both directions asked pair by pair. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileCluster } from '../../server/src/engine/compileCluster.ts';
import type { CompiledCluster } from '../../server/src/engine/compiledCluster.ts';
import type { Endpoint } from '../../server/src/engine/endpoint.ts';
import { directionPorts, pairPorts } from '../../server/src/engine/pairPorts.ts';
import { withEdit } from '../../server/src/engine/withEdit.ts';
import type { ClassedWorkload } from '../../server/src/engine/workloadVectors.ts';
import { deniedRows } from '../../server/src/workspace/preview/deniedRows.ts';
import { compareReach, type ReachComparison } from '../../server/src/workspace/preview/reachComparison.ts';
import { clusterState, policy } from './engineArbitraries.ts';

const edit = fc.record({
  policies: fc.record({ put: fc.array(policy('none'), { minLength: 1, maxLength: 2 }) }),
});

test('is exactly what one side gains and the pair does not, where pods of a workload are alike', () => {
  fc.assert(
    fc.property(clusterState('none'), edit, fc.boolean(), (state, step, isBackwards) => {
      const one = compileCluster(state);
      const other = withEdit(one, step);
      const [before, after] = isBackwards ? [other, one] : [one, other];
      const comparison = compare(before, after);
      const { workloads, states } = comparison;
      const { ports } = states.after;
      const told = new Map<string, number>();
      for (const row of deniedRows(comparison)) {
        for (const place of row.others.flat()) {
          if (place === row.subject) continue;
          const key = `${row.direction} ${row.subject} ${place}`;
          told.set(key, ports.union(told.get(key) ?? 0, row.ports));
          expect(row.deniedBy).not.toEqual([]);
        }
      }
      workloads.forEach((subject, at) => {
        workloads.forEach((end, place) => {
          if (at === place) return;
          const own = { before: alike(subject.before), after: alike(subject.after) };
          const peer = { before: alike(end.before), after: alike(end.after) };
          if (!own.before || !own.after || !peer.before || !peer.after) return;
          for (const direction of ['ingress', 'egress'] as const) {
            const side = (cluster: CompiledCluster, target: Endpoint, other: Endpoint) => ({
              own: directionPorts(cluster, target, direction, other, direction === 'ingress' ? target : other),
              pair: direction === 'ingress' ? pairPorts(cluster, other, target) : pairPorts(cluster, target, other),
            });
            const old = side(before, own.before, peer.before);
            const now = side(after, own.after, peer.after);
            const opened = ports.subtract(now.own.certain, old.own.possible);
            const denied = ports.subtract(opened, now.pair.possible);
            expect(ports.connections(told.get(`${direction} ${at} ${place}`) ?? 0)).toEqual(ports.connections(denied));
          }
        });
      });
    }),
    { numRuns: 1000 },
  );
});

function alike(workload: ClassedWorkload | undefined): Endpoint | undefined {
  const [only, ...rest] = workload?.classes ?? [];
  if (only === undefined || rest.length > 0) return undefined;
  return { kind: 'pods', podClass: only, name: '' };
}

function compare(before: CompiledCluster, after: CompiledCluster): ReachComparison {
  const steps = compareReach(before, after);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}
