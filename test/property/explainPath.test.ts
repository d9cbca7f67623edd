/** What `explainPath` says of random clusters is what `query` says of each pair, and its walk gives the reasons. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { query, type End } from '../../server/src/engine/query.ts';
import type { Pod } from '../../server/src/model/workload.ts';
import { explainPath } from '../../server/src/workspace/path/explainPath.ts';
import type { PathEnd } from '../../server/src/workspace/path/pathEnd.ts';
import { snapshotOfState } from '../support/snapshotOfState.ts';
import { EXTERNAL_ADDRESSES, PORT_NUMBERS, PROTOCOL_NAMES, clusterState } from './engineArbitraries.ts';

const question = clusterState('any').chain((state) => {
  const shared = new Set(state.pods.flatMap(({ ips }) => ips));
  const outside = EXTERNAL_ADDRESSES.filter((address) => !shared.has(address));
  const end = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom<Pod | string>(...state.pods) },
    { weight: 1, arbitrary: fc.constantFrom<Pod | string>(...outside) },
  );
  return fc.record({
    state: fc.constant(state),
    from: end,
    to: end,
    protocol: fc.constantFrom(...PROTOCOL_NAMES),
    port: fc.constantFrom(...PORT_NUMBERS, 9000),
  });
});

describe('explainPath', () => {
  test('gives the verdict of query, direction by direction', () => {
    fc.assert(
      fc.property(question, ({ state, from, to, protocol, port }) => {
        const snapshot = snapshotOfState(state);
        const answer = explainPath(snapshot, { from: pathEnd(from), to: pathEnd(to), protocol, port });
        const told = query(snapshot.universe.cluster, engineEnd(from), engineEnd(to), protocol, port);
        expect(answer.verdict).toBe(told.verdict);
        expect(answer.groups).toHaveLength(1);
        expect(answer.groups[0]).toMatchObject({ egress: told.egress, ingress: told.ingress });
      }),
      { numRuns: 2000 },
    );
  });

  test('lets a rule of the walk allow exactly where the verdict names it', () => {
    fc.assert(
      fc.property(question, ({ state, from, to, protocol, port }) => {
        const snapshot = snapshotOfState(state);
        const { groups } = explainPath(snapshot, { from: pathEnd(from), to: pathEnd(to), protocol, port });
        for (const group of groups) {
          for (const direction of ['egress', 'ingress'] as const) {
            const { verdict, by, policies } = group[direction];
            const rules = policies.flatMap((policy) => policy.rules);
            const allowing = rules.filter(({ outcome }) => outcome === 'yes').map(({ ref }) => rule(ref));
            if (verdict === 'allow') expect(allowing).toEqual(expect.arrayContaining(by.map(rule)));
            if (verdict === 'deny') {
              expect(rules.every(({ outcome }) => outcome === 'no')).toBe(true);
              const why = rules.every(
                ({ portMisses, peers, everyone }) =>
                  portMisses.length > 0 || everyone || peers.every(({ misses }) => misses.length > 0),
              );
              expect(why).toBe(true);
            }
          }
        }
      }),
      { numRuns: 2000 },
    );
  });

  test('of any pod and of the internet is the sum of its pairs', () => {
    const scene = fc.record({
      state: clusterState('none'),
      protocol: fc.constantFrom(...PROTOCOL_NAMES),
      port: fc.constantFrom(...PORT_NUMBERS),
    });
    fc.assert(
      fc.property(scene, ({ state, protocol, port }) => {
        const snapshot = snapshotOfState(state);
        const [target] = state.pods as [Pod];
        const to = pathEnd(target);
        for (const from of [{ kind: 'anyPod' }, { kind: 'internet' }] as const) {
          const sources: readonly (Pod | string)[] =
            from.kind === 'anyPod' ? state.pods.filter((pod) => pod !== target) : ['203.0.114.7', '8.8.8.8', '1.1.1.1'];
          const pairs = sources.map((source) => verdictOf(snapshot.universe.cluster, source, target));
          const answer = explainPath(snapshot, { from, to, protocol, port });
          const told = new Set(answer.groups.map(({ verdict }) => verdict));
          for (const verdict of pairs) expect(told).toContain(verdict);
        }

        function verdictOf(cluster: typeof snapshot.universe.cluster, source: Pod | string, destination: Pod): string {
          return query(cluster, engineEnd(source), engineEnd(destination), protocol, port).verdict;
        }
      }),
      { numRuns: 1000 },
    );
  });
});

function pathEnd(end: Pod | string): PathEnd {
  return typeof end === 'string' ? { kind: 'address', address: end } : { kind: 'pod', pod: end };
}

function engineEnd(end: Pod | string): End {
  return typeof end === 'string' ? { address: end } : { pod: end };
}

function rule({ policy, rule }: { policy: { namespace?: string; name: string }; rule?: number }): string {
  return `${policy.namespace}/${policy.name} ${rule}`;
}
