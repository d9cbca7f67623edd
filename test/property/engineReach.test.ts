/** `reachability` against the naive evaluator: every pair of workloads, every address, at every port that matters. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseAddress } from '../../server/src/engine/address.ts';
import { contains } from '../../server/src/engine/addressSet.ts';
import { compileCluster } from '../../server/src/engine/compileCluster.ts';
import { reachability, type ReachConnection, type ReachEnd } from '../../server/src/engine/reachability.ts';
import type { UnknownEntry } from '../../server/src/engine/unknownEntries.ts';
import type { ClusterState, EngineOptions } from '../../server/src/model/cluster.ts';
import type { Direction } from '../../server/src/model/networkPolicy.ts';
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

const view = fc.record(
  {
    self: fc.boolean(),
    focus: fc.oneof(fc.constant<number[]>([]), fc.subarray([0, 1, 2])),
    direction: fc.constantFrom<Direction>('ingress', 'egress'),
  },
  { requiredKeys: ['self', 'focus'] },
);

describe('reachability', () => {
  test('lists what can connect and covers exactly what is undecided, where workloads have one kind of pod', () => {
    fc.assert(
      fc.property(clusterState('independent'), options, view, (random, engineOptions, shown) => {
        const state = { ...random, pods: random.pods.map(ownWorkload) };
        const focus = shown.focus.flatMap((at) => state.pods[at]?.workload ?? []).map(workloadId);
        const reach = reachability(compileCluster(state, engineOptions), { ...shown, focus, ipv6: true });
        const connections = [...reach.rows()].flat();
        const unknown = reach.unknown();
        for (const [from, to] of pairsOf(state.pods, shown.self)) {
          const ends = { from: nameOf(from), to: nameOf(to) };
          const open = openPorts(connections, from, to);
          if (!isShown(from, to, focus, shown.direction)) expect({ ...ends, open }).toEqual({ ...ends, open: [] });
          else {
            const facts = factsOf(state, engineOptions, from, to);
            expect({ ...ends, open }).toEqual({ ...ends, open: facts.allowed });
            const covered = isCovered(unknown, from, to);
            expect({ ...ends, covered }).toEqual({ ...ends, covered: facts.undecided });
          }
        }
      }),
      { numRuns: 500 },
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
        for (const [from, to] of pairsOf(state.pods, false)) {
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
function* pairsOf(pods: readonly Pod[], self: boolean): Generator<readonly [from: NaiveEnd, to: NaiveEnd]> {
  for (const pod of pods) {
    // Two replicas of one workload are two pods, also to the naive evaluator's unknown facts.
    if (self) yield [pod, { ...pod, name: `${pod.name}, a replica` }];
    for (const other of pods) if (other !== pod) yield [pod, other];
    for (const address of EXTERNAL_ADDRESSES) {
      yield [pod, address];
      yield [address, pod];
    }
  }
}

/** Whether a pair is asked for: with an end in focus, on the side that the direction names. */
function isShown(from: NaiveEnd, to: NaiveEnd, focus: readonly string[], direction: Direction | undefined): boolean {
  const counts = (end: NaiveEnd): boolean =>
    typeof end !== 'string' && (focus.length === 0 || focus.includes(workloadId(end.workload)));
  return (direction !== 'ingress' && counts(from)) || (direction !== 'egress' && counts(to));
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
