/** `query` against the naive evaluator, on clusters where everything is known and where facts are missing. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileCluster } from '../../server/src/engine/compileCluster.ts';
import { query, type End } from '../../server/src/engine/query.ts';
import type { ClusterState, EngineOptions } from '../../server/src/model/cluster.ts';
import { EXTERNAL_ADDRESSES, PORT_NUMBERS, PROTOCOL_NAMES, clusterState, type Doubts } from './engineArbitraries.ts';
import { naiveVerdict, type NaiveEnd, type Traffic } from './naiveOracle.ts';

const options = (...ipBlockPods: readonly EngineOptions['ipBlockPods'][]): fc.Arbitrary<EngineOptions> =>
  fc.record(
    {
      hostNetwork: fc.constantFrom('unknown', 'pods'),
      ipBlockPods: fc.constantFrom(...ipBlockPods),
      endPort: fc.constant('ignored'),
    },
    { requiredKeys: ['hostNetwork', 'ipBlockPods'] },
  );

/** A cluster, and traffic between two of its ends. */
function scene(doubts: Doubts): fc.Arbitrary<{ state: ClusterState; options: EngineOptions; traffic: Traffic }> {
  return clusterState(doubts).chain((state) => {
    const shared = new Set(state.pods.flatMap(({ ips }) => ips));
    const outside = EXTERNAL_ADDRESSES.filter((address) => !shared.has(address));
    const end = fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom<NaiveEnd>(...state.pods) },
      { weight: 1, arbitrary: fc.constantFrom<NaiveEnd>(...outside) },
    );
    return fc.record({
      state: fc.constant(state),
      // That all ipBlocks match pods, or none, is one fact that several questions may be about.
      options: doubts === 'any' ? options('always', 'never', 'unknown') : options('always', 'never'),
      traffic: fc.record({
        from: end,
        to: end,
        protocol: fc.constantFrom(...PROTOCOL_NAMES),
        port: fc.constantFrom(...PORT_NUMBERS, 9000),
      }),
    });
  });
}

describe('query', () => {
  test('agrees with the naive evaluator where everything is known', () => {
    fc.assert(
      fc.property(scene('none'), ({ state, options, traffic }) => {
        const { egress, ingress, combined } = naiveVerdict(state, options, traffic);
        expect(verdicts(state, options, traffic)).toEqual({ egress, ingress, combined });
      }),
      { numRuns: 3000 },
    );
  });

  test('is unknown exactly where the unknown facts decide, as long as no two questions are about one fact', () => {
    fc.assert(
      fc.property(scene('independent'), ({ state, options, traffic }) => {
        const { egress, ingress, combined } = naiveVerdict(state, options, traffic);
        expect(verdicts(state, options, traffic)).toEqual({ egress, ingress, combined });
      }),
      { numRuns: 3000 },
    );
  });

  test('is never wrong, whatever is not known', () => {
    fc.assert(
      fc.property(scene('any'), ({ state, options, traffic }) => {
        const naive = naiveVerdict(state, options, traffic);
        const ours = verdicts(state, options, traffic);
        for (const part of ['egress', 'ingress', 'combined'] as const) {
          if (ours[part] !== 'unknown') expect({ part, verdict: ours[part] }).toEqual({ part, verdict: naive[part] });
        }
      }),
      { numRuns: 3000 },
    );
  });
});

function verdicts(state: ClusterState, engineOptions: EngineOptions, { from, to, protocol, port }: Traffic) {
  const cluster = compileCluster(state, engineOptions);
  const answer = query(cluster, endOf(from), endOf(to), protocol, port);
  for (const direction of [answer.egress, answer.ingress]) {
    if (direction.verdict === 'unknown') expect(direction.why).not.toBe('');
    if (direction.verdict === 'deny') expect(direction.by).not.toEqual([]);
  }
  return { egress: answer.egress.verdict, ingress: answer.ingress.verdict, combined: answer.verdict };
}

function endOf(end: NaiveEnd): End {
  return typeof end === 'string' ? { address: end } : { pod: end };
}
