/** The blocks of an edit of policies against `diffClusters` on the same two states. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { toCidrs } from '../../server/src/engine/addressSet.ts';
import type { ClusterEdit } from '../../server/src/engine/clusterEdit.ts';
import { comparedCauses, type ComparedEnd } from '../../server/src/engine/comparedPair.ts';
import { compileCluster } from '../../server/src/engine/compileCluster.ts';
import { diffClusters, type ClusterChange } from '../../server/src/engine/diffClusters.ts';
import { withEdit } from '../../server/src/engine/withEdit.ts';
import { workloadDelta, type DeltaBlock, type WorkloadDelta } from '../../server/src/engine/workloadDelta.ts';
import type { EngineOptions } from '../../server/src/model/cluster.ts';
import { NAMESPACES, clusterState, policy, unreadable } from './engineArbitraries.ts';

const options: fc.Arbitrary<EngineOptions> = fc.record({
  hostNetwork: fc.constantFrom('unknown', 'pods'),
  ipBlockPods: fc.constantFrom('always', 'never', 'unknown'),
});

const name = fc.record({ namespace: fc.constantFrom(...NAMESPACES), name: fc.constantFrom('p0', 'p1', 'p2') });
const edit: fc.Arbitrary<ClusterEdit> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ policies: fc.record({ put: fc.array(policy('any'), { minLength: 1, maxLength: 2 }) }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ policies: fc.record({ remove: fc.array(name, { minLength: 1, maxLength: 3 }) }) }),
  },
  { weight: 1, arbitrary: fc.record({ unreadable: unreadable('any') }) },
);

test('the blocks are the changes of diffClusters, each pair once, and the same causes', () => {
  fc.assert(
    fc.property(clusterState('any'), edit, options, fc.boolean(), (state, step, engineOptions, backwards) => {
      const one = compileCluster(state, engineOptions);
      const other = withEdit(one, step);
      const [before, after] = backwards ? [other, one] : [one, other];
      const delta = workloadDelta(before, after) as WorkloadDelta;
      const expected = diffClusters(before, after);
      const changes = [...expected.changes()].flat();
      expect(told(delta)).toEqual(changes.map(lineOf).sort());
      expect(undecidedOf(delta)).toEqual(expectedUndecided(delta, expected.unknown()));
    }),
    { numRuns: 1500 },
  );
});

function told(delta: WorkloadDelta): string[] {
  const { workloads, states } = delta;
  const lines: string[] = [];
  const add = (block: DeltaBlock, from: ComparedEnd, to: ComparedEnd): void => {
    const { before, after } = block.change;
    const connections = (ports: number): ClusterChange['before'] => states.after.ports.connections(ports);
    lines.push(
      lineOf({
        type: before.certain === 0 ? 'added' : after.certain === 0 ? 'removed' : 'changed',
        from: 'ipv4' in from ? { cidrs: toCidrs(from) } : from.id,
        to: 'ipv4' in to ? { cidrs: toCidrs(to) } : to.id,
        before: connections(before.certain),
        after: connections(after.certain),
        because: comparedCauses(states, from, to, block.change),
      }),
    );
  };
  for (const block of delta.changes) {
    for (const place of block.subjects) {
      const subject = workloads[place] as ComparedEnd;
      const ends =
        block.others.kind === 'external'
          ? [block.others.addresses]
          : block.others.places.filter((other) => other !== place).map((other) => workloads[other] as ComparedEnd);
      for (const end of ends) {
        if (block.direction === 'ingress') add(block, end, subject);
        else add(block, subject, end);
      }
    }
  }
  return lines.sort();
}

function lineOf({ type, from, to, before, after, because }: ClusterChange): string {
  return JSON.stringify([type, from, to, before, after, because.map((cause) => JSON.stringify(cause)).sort()]);
}

function undecidedOf({ workloads, undecided }: WorkloadDelta): string[] {
  return undecided
    .flatMap(({ direction, subjects, others }) =>
      subjects.flatMap((place) => {
        const subject = workloads[place]?.id as string;
        const ends =
          others.kind === 'external'
            ? [`${direction} ${toCidrs(others.addresses).join()}`]
            : others.places.filter((at) => at !== place).map((at) => workloads[at]?.id as string);
        return ends.map((end) => (direction === 'ingress' ? `${end} → ${subject}` : `${subject} → ${end}`));
      }),
    )
    .sort();
}

/** Every pair that the entries of `diffClusters` cover. */
function expectedUndecided(
  { workloads, states }: WorkloadDelta,
  unknown: ReturnType<ReturnType<typeof diffClusters>['unknown']>,
): string[] {
  const covered = new Set<string>();
  const everywhere = states.ipv6 ? '0.0.0.0/0,::/0' : '0.0.0.0/0';
  const end = (each: NonNullable<(typeof unknown)[number]['from']>, direction: string): string =>
    typeof each === 'string' ? each : `${direction} ${each.cidrs.join()}`;
  for (const { subject, direction, from, to } of unknown) {
    if (from !== undefined && to !== undefined) {
      covered.add(`${end(from, 'ingress')} → ${end(to, 'egress')}`);
      continue;
    }
    const isMeant = (id: string): boolean =>
      subject === '*' || subject === id || (subject.endsWith('/*') && id.startsWith(subject.slice(0, -1)));
    for (const { id } of workloads.filter((workload) => isMeant(workload.id))) {
      for (const { id: other } of workloads) {
        if (id === other) continue;
        if (direction !== 'ingress') covered.add(`${id} → ${other}`);
        if (direction !== 'egress') covered.add(`${other} → ${id}`);
      }
      if (direction !== 'ingress') covered.add(`${id} → egress ${everywhere}`);
      if (direction !== 'egress') covered.add(`ingress ${everywhere} → ${id}`);
    }
  }
  return [...covered].sort();
}
