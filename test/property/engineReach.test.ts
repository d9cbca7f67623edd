/** `reachability` against the naive evaluator: every pair of workloads, every address, at every port that matters. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseAddress } from '../../server/src/engine/address.ts';
import { contains } from '../../server/src/engine/addressSet.ts';
import { compileCluster } from '../../server/src/engine/compileCluster.ts';
import { reachability, type ReachConnection, type ReachEnd } from '../../server/src/engine/reachability.ts';
import type { UnknownEntry } from '../../server/src/engine/unknownEntries.ts';
import type { ClusterState, EngineOptions } from '../../server/src/model/cluster.ts';
import { workloadId, type Pod } from '../../server/src/model/workload.ts';
import { endOf } from '../support/connectionLines.ts';
import { EXTERNAL_ADDRESSES, PROTOCOL_NAMES, clusterState } from './engineArbitraries.ts';
import { naiveVerdict, type NaiveEnd } from './naiveOracle.ts';

/** One port on each side of every bound that the random policies can name. */
const PORTS = [1, 53, 54, 80, 81, 82, 8080, 8081, 9000, 9001, 65_535];

const options: fc.Arbitrary<EngineOptions> = fc.record({
  hostNetwork: fc.constantFrom('unknown', 'pods'),
  ipBlockPods: fc.constantFrom('always', 'never'),
});

describe('reachability', () => {
  test('lists what can connect and covers exactly what is undecided, where workloads have one kind of pod', () => {
    fc.assert(
      fc.property(clusterState('independent'), options, (random, engineOptions) => {
        const state = { ...random, pods: random.pods.map(ownWorkload) };
        const reach = reachability(compileCluster(state, engineOptions), { ipv6: true });
        const connections = [...reach.rows()].flat();
        const unknown = reach.unknown();
        for (const [from, to] of pairsOf(state.pods)) {
          const facts = factsOf(state, engineOptions, from, to);
          expect({ from: nameOf(from), to: nameOf(to), open: openPorts(connections, from, to) }).toEqual({
            from: nameOf(from),
            to: nameOf(to),
            open: facts.allowed,
          });
          expect({ from: nameOf(from), to: nameOf(to), covered: isCovered(unknown, from, to) }).toEqual({
            from: nameOf(from),
            to: nameOf(to),
            covered: facts.undecided,
          });
        }
      }),
      { numRuns: 400 },
    );
  });

  test('joins the pods of a workload, and says which part holds for some of them only', () => {
    fc.assert(
      fc.property(clusterState('none'), options, (state, engineOptions) => {
        const reach = reachability(compileCluster(state, engineOptions), { ipv6: true });
        const connections = [...reach.rows()].flat();
        const workloads = Map.groupBy(state.pods, ({ workload }) => workloadId(workload));
        for (const [from, sources] of workloads) {
          for (const [to, targets] of workloads) {
            if (from === to) continue;
            const each = sources.flatMap((source) =>
              targets.map((target) => factsOf(state, engineOptions, source, target).allowed),
            );
            const some = [...new Set(each.flat())].sort();
            const partial = some.filter((port) => !each.every((open) => open.includes(port)));
            const connection = connections.find((candidate) => candidate.from === from && candidate.to === to);
            expect({ from, to, some: portsOf(connection?.connections), partial: portsOf(connection?.partial) }).toEqual(
              {
                from,
                to,
                some,
                partial,
              },
            );
          }
        }
        expect(reach.unknown()).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  test('never says connected or not connected of a pair that the unknown facts decide', () => {
    fc.assert(
      fc.property(clusterState('any'), options, (random, engineOptions) => {
        const state = { ...random, pods: random.pods.map(ownWorkload).slice(0, 3) };
        const reach = reachability(compileCluster(state, engineOptions), { ipv6: true });
        const connections = [...reach.rows()].flat();
        const unknown = reach.unknown();
        for (const [from, to] of pairsOf(state.pods)) {
          const { allowed, undecided } = factsOf(state, engineOptions, from, to);
          const open = openPorts(connections, from, to);
          if (undecided) expect(isCovered(unknown, from, to)).toBe(true);
          if (isCovered(unknown, from, to)) expect(allowed).toEqual(expect.arrayContaining(open));
          else expect(open).toEqual(allowed);
        }
      }),
      { numRuns: 300 },
    );
  });
});

function ownWorkload(pod: Pod): Pod {
  return { ...pod, workload: { ...pod.workload, name: `${pod.workload.name}-${pod.name}` } };
}

/** All ordered pairs that an answer lists: of pods, and of pods with addresses. */
function* pairsOf(pods: readonly Pod[]): Generator<readonly [from: NaiveEnd, to: NaiveEnd]> {
  for (const pod of pods) {
    for (const other of pods) if (other !== pod) yield [pod, other];
    for (const address of EXTERNAL_ADDRESSES) {
      yield [pod, address];
      yield [address, pod];
    }
  }
}

function factsOf(
  state: ClusterState,
  engineOptions: EngineOptions,
  from: NaiveEnd,
  to: NaiveEnd,
): { allowed: string[]; undecided: boolean } {
  const allowed: string[] = [];
  let undecided = false;
  for (const protocol of PROTOCOL_NAMES) {
    for (const port of PORTS) {
      const { together } = naiveVerdict(state, engineOptions, { from, to, protocol, port });
      if (together === 'allow') allowed.push(`${protocol} ${port}`);
      if (together === 'unknown') undecided = true;
    }
  }
  return { allowed: allowed.sort(), undecided };
}

function openPorts(connections: readonly ReachConnection[], from: NaiveEnd, to: NaiveEnd): string[] {
  const found = connections.filter((connection) => isEnd(connection.from, from) && isEnd(connection.to, to));
  expect(found.length).toBeLessThan(2);
  return portsOf(found[0]?.connections);
}

function portsOf(connections: ReachConnection['connections'] | undefined): string[] {
  return (connections ?? [])
    .flatMap(({ protocol, ranges }) =>
      PORTS.filter((port) => ranges.some((range) => port >= range.from && port <= range.to)).map(
        (port) => `${protocol} ${port}`,
      ),
    )
    .sort();
}

function isCovered(entries: readonly UnknownEntry[], from: NaiveEnd, to: NaiveEnd): boolean {
  return entries.some(({ subject, direction, from: source, to: target }) => {
    if (source !== undefined && target !== undefined) return isEnd(source, from) && isEnd(target, to);
    const isSubject = (end: NaiveEnd): boolean =>
      typeof end !== 'string' &&
      (subject === '*' || subject === `${end.workload.namespace}/*` || subject === workloadId(end.workload));
    return (direction !== 'ingress' && isSubject(from)) || (direction !== 'egress' && isSubject(to));
  });
}

function isEnd(end: ReachEnd, naive: NaiveEnd): boolean {
  if (typeof naive !== 'string') return end === workloadId(naive.workload);
  const address = parseAddress(naive);
  const addresses = endOf(end);
  return typeof addresses !== 'string' && address !== undefined && contains(addresses, address);
}

function nameOf(end: NaiveEnd): string {
  return typeof end === 'string' ? end : workloadId(end.workload);
}
