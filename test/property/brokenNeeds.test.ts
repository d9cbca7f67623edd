/** Needs that an edit takes away against `query` on both states, pod by pod. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileCluster } from '../../server/src/engine/compileCluster.ts';
import type { CompiledCluster } from '../../server/src/engine/compiledCluster.ts';
import { query } from '../../server/src/engine/query.ts';
import { clusterState as stateOf, withEdit } from '../../server/src/engine/withEdit.ts';
import type { EngineOptions } from '../../server/src/model/cluster.ts';
import { workloadId, type Pod } from '../../server/src/model/workload.ts';
import { brokenNeeds } from '../../server/src/workspace/needs/brokenNeeds.ts';
import type { Need, NeedTarget } from '../../server/src/workspace/needs/need.ts';
import { EXTERNAL_ADDRESSES, PORT_NUMBERS, PROTOCOL_NAMES, clusterState, type Doubts } from './engineArbitraries.ts';
import { edit } from './engineEdits.ts';

const OPTIONS: EngineOptions = { hostNetwork: 'pods', ipBlockPods: 'always' };

/** A cluster, edits of it, and traffic that one of its workloads needs. */
function scene(doubts: Doubts) {
  return clusterState(doubts).chain((state) => {
    const ids = [...new Set(state.pods.map(({ workload }) => workloadId(workload)))];
    const shared = new Set(state.pods.flatMap(({ ips }) => ips));
    const outside = EXTERNAL_ADDRESSES.filter((address) => !shared.has(address));
    return fc.record({
      state: fc.constant(state),
      edits: fc.array(edit(doubts), { minLength: 1, maxLength: 2 }),
      from: fc.constantFrom(...ids),
      to: fc.oneof(
        { weight: 4, arbitrary: fc.record({ workload: fc.constantFrom(...ids) }) },
        { weight: 1, arbitrary: fc.record({ address: fc.constantFrom(...outside) }) },
      ),
      protocol: fc.constantFrom(...PROTOCOL_NAMES),
      port: fc.constantFrom(...PORT_NUMBERS),
    });
  });
}

type Scene = ReturnType<typeof scene> extends fc.Arbitrary<infer T> ? T : never;

function needOf({ from, to, protocol, port }: Scene): Need {
  const ports = [{ protocol, port }];
  const target: NeedTarget =
    'workload' in to
      ? { kind: 'pods', workloads: [to.workload], selector: { matchLabels: {}, matchExpressions: [] }, ports }
      : { kind: 'addresses', addresses: [to.address], ports };
  return {
    kind: 'environment',
    sureness: 'certain',
    from: { kind: 'workload', id: from },
    to: [target],
    what: 'URL',
    evidence: { what: 'a test' },
  };
}

/** The least and the most that passes between all pods of both ends: 0 denied, 1 not known, 2 allowed. */
function asked(cluster: CompiledCluster, { from, to, protocol, port }: Scene): { least: number; most: number } {
  const podsOf = (id: string): readonly Pod[] => cluster.pods.workloads.get(id)?.pods ?? [];
  const ends = 'workload' in to ? podsOf(to.workload).map((pod) => ({ pod })) : [{ address: to.address }];
  const ranks = podsOf(from).flatMap((pod) =>
    ends.map((end) => ['deny', 'unknown', 'allow'].indexOf(query(cluster, { pod }, end, protocol, port).verdict)),
  );
  return { least: Math.min(...ranks), most: Math.max(...ranks) };
}

function expected(before: CompiledCluster, after: CompiledCluster, traffic: Scene): string | undefined {
  const [old, now] = [asked(before, traffic), asked(after, traffic)];
  if (![old.least, now.least].every(Number.isFinite)) return undefined;
  if ((now.least === 0 && old.least > 0) || (now.most === 0 && old.most > 0)) return 'deny';
  return old.least === 2 && now.least === 1 ? 'unknown' : undefined;
}

function edited(state: Scene['state'], edits: Scene['edits']): { before: CompiledCluster; after: CompiledCluster } {
  const before = compileCluster(state, OPTIONS);
  return { before, after: edits.reduce((cluster, each) => withEdit(cluster, each), before) };
}

/** A workload's traffic to itself is about two of its pods, which `query` cannot be asked about. */
function isBetweenTwo({ from, to }: Scene): boolean {
  return !('workload' in to && to.workload === from);
}

describe('broken needs', () => {
  test('are those that query allows, or does not deny, before and denies after', () => {
    let broken = 0;
    fc.assert(
      fc.property(scene('none').filter(isBetweenTwo), (traffic) => {
        const { before, after } = edited(traffic.state, traffic.edits);
        const found = brokenNeeds(before, after, [needOf(traffic)]);
        expect(found[0]?.verdict).toBe(expected(before, after, traffic));
        broken += found.length;
      }),
      { numRuns: 3000 },
    );
    expect(broken).toBeGreaterThan(50);
  });

  test('are the same between states that were compiled apart', () => {
    fc.assert(
      fc.property(scene('none').filter(isBetweenTwo), (traffic) => {
        const { before, after } = edited(traffic.state, traffic.edits);
        const apart = compileCluster(stateOf(after), OPTIONS);
        const verdict = brokenNeeds(before, after, [needOf(traffic)])[0]?.verdict;
        expect(brokenNeeds(before, apart, [needOf(traffic)])[0]?.verdict).toBe(verdict);
      }),
      { numRuns: 1000 },
    );
  });

  test('are never denied where query still allows, nor told where it allows everything', () => {
    fc.assert(
      fc.property(scene('any').filter(isBetweenTwo), (traffic) => {
        const { before, after } = edited(traffic.state, traffic.edits);
        const verdict = brokenNeeds(before, after, [needOf(traffic)])[0]?.verdict;
        const { least } = asked(after, traffic);
        if (least === 2) expect(verdict).toBeUndefined();
        if (least === 0 && asked(before, traffic).least === 2) expect(verdict).toBe('deny');
      }),
      { numRuns: 2000 },
    );
  });
});
