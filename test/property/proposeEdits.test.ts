/** Every proposal gives the verdict that was asked for, and none changes more than the naive one. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DEFAULT_ENGINE_OPTIONS } from '../../server/src/model/cluster.ts';
import type { NetworkPolicy } from '../../server/src/model/networkPolicy.ts';
import { parseManifests } from '../../server/src/syntax/parseManifests.ts';
import { applyChanges } from '../../server/src/syntax/textChange.ts';
import { compileCluster } from '../../server/src/engine/compileCluster.ts';
import { clusterState as stateOf } from '../../server/src/engine/withEdit.ts';
import { query, type End } from '../../server/src/engine/query.ts';
import type { Pod } from '../../server/src/model/workload.ts';
import type { PathEnd } from '../../server/src/workspace/path/pathEnd.ts';
import { proposeEdits, type Proposal } from '../../server/src/workspace/path/proposeEdits.ts';
import type { WorkspaceSnapshot } from '../../server/src/workspace/snapshot.ts';
import { snapshotOfState, withWrittenPolicies } from '../support/snapshotOfState.ts';
import { PORT_NUMBERS, clusterState } from './engineArbitraries.ts';

const scene = clusterState('none').chain((state) =>
  fc.record({
    state: fc.constant(state),
    written: fc.boolean(),
    from: fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom<Pod | string>(...state.pods) },
      { weight: 1, arbitrary: fc.constantFrom<Pod | string>('203.0.113.7', '8.8.8.8') },
    ),
    to: fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom<Pod | string>(...state.pods) },
      { weight: 1, arbitrary: fc.constantFrom<Pod | string>('203.0.113.7', '8.8.8.8') },
    ),
    port: fc.constantFrom(...PORT_NUMBERS),
    wanted: fc.constantFrom('allow' as const, 'deny' as const),
  }),
);

describe('a proposal', () => {
  test('gives the verdict that was asked for, as the texts that it makes are read afresh', () => {
    let proposals = 0;
    fc.assert(
      fc.property(scene, ({ state, written, from, to, port, wanted }) => {
        const plain = snapshotOfState(state);
        const snapshot = written ? withWrittenPolicies(plain) : plain;
        const asked = proposeEdits(snapshot, { from: pathEnd(from), to: pathEnd(to), protocol: 'TCP', port }, wanted);
        for (const proposal of asked.proposals) {
          proposals += 1;
          const policies = policiesAfter(snapshot, proposal);
          const after = compileCluster({ ...stateOf(snapshot.universe.cluster), policies }, DEFAULT_ENGINE_OPTIONS);
          expect(query(after, engineEnd(from), engineEnd(to), 'TCP', port).verdict).toBe(wanted);
        }
      }),
      { numRuns: 1000 },
    );
    expect(proposals).toBeGreaterThan(100);
  });

  test('is made wherever policies decide', () => {
    fc.assert(
      fc.property(scene, ({ state, from, to, port }) => {
        const snapshot = withWrittenPolicies(snapshotOfState(state));
        const verdict = query(snapshot.universe.cluster, engineEnd(from), engineEnd(to), 'TCP', port).verdict;
        if (verdict !== 'deny') return;
        const asked = { from: pathEnd(from), to: pathEnd(to), protocol: 'TCP', port } as const;
        expect(proposeEdits(snapshot, asked, 'allow').proposals.length).toBeGreaterThan(0);
      }),
      { numRuns: 600 },
    );
  });

  test('opens and closes no more than the next one, nor than the naive one', () => {
    fc.assert(
      fc.property(scene, ({ state, from, to, port, wanted }) => {
        const plain = snapshotOfState(state);
        const asked = { from: pathEnd(from), to: pathEnd(to), protocol: 'TCP', port } as const;
        const best = proposeEdits(withWrittenPolicies(plain), asked, wanted).proposals;
        const sizes = best.map(others);
        expect(sizes).toEqual(sizes.toSorted((a, b) => a - b));
        // Where nothing is written, only new policies can be proposed: the naive way.
        const [naive] = proposeEdits(plain, asked, wanted).proposals;
        const [first] = best;
        if (naive !== undefined) expect(others(first as Proposal)).toBeLessThanOrEqual(others(naive));
      }),
      { numRuns: 600 },
    );
  });
});

function others({ effect: { opened, closed } }: Proposal): number {
  return opened.pods + opened.addresses + closed.pods + closed.addresses;
}

/** What is in the universe once the edited texts stand in the place of the old ones. */
function policiesAfter(snapshot: WorkspaceSnapshot, { edits, documents }: Proposal): readonly NetworkPolicy[] {
  const before = [...snapshot.universe.cluster.policies.values()].map(({ policy }) => policy);
  const texts = documents.map(({ text }) => text);
  for (const [uri, own] of Map.groupBy(edits, ({ file }) => file)) {
    texts.push(applyChanges(snapshot.files.get(uri)?.file.text ?? '', own));
  }
  const after = texts.flatMap((text) =>
    parseManifests(text).documents.flatMap(({ document }) =>
      document.objects.flatMap(({ object }) => (object?.type === 'networkPolicy' ? [object.policy] : [])),
    ),
  );
  const named = new Set(after.map(({ namespace, name }) => `${namespace}/${name}`));
  return [...before.filter(({ namespace, name }) => !named.has(`${namespace}/${name}`)), ...after];
}

function pathEnd(end: Pod | string): PathEnd {
  return typeof end === 'string' ? { kind: 'address', address: end } : { kind: 'pod', pod: end };
}

function engineEnd(end: Pod | string): End {
  return typeof end === 'string' ? { address: end } : { pod: end };
}
