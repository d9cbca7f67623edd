/** Intent tests against the naive evaluator, one traffic at a time, over random clusters. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileCluster } from '../../server/src/engine/compileCluster.ts';
import { evaluateIntent } from '../../server/src/intent/evaluateIntent.ts';
import type { Intent, IntentEnd, Who } from '../../server/src/intent/intentFile.ts';
import type { IntentOutcome } from '../../server/src/intent/intentResult.ts';
import { DEFAULT_ENGINE_OPTIONS, type ClusterState } from '../../server/src/model/cluster.ts';
import type { Pod } from '../../server/src/model/workload.ts';
import { EXTERNAL_ADDRESSES, NAMESPACES, PORT_NUMBERS, clusterState, type Doubts } from './engineArbitraries.ts';
import { naiveVerdict, type NaiveEnd } from './naiveOracle.ts';

/** An end, and whom a literal reading of it means. */
interface NaiveMeaning {
  readonly end: IntentEnd;
  readonly meant: readonly NaiveEnd[];
}

function ends(state: ClusterState): fc.Arbitrary<NaiveMeaning> {
  const pods = (who: Who, isMeant: (pod: Pod) => boolean): { who: Who; meant: NaiveEnd[] } => ({
    who,
    meant: state.pods.filter(isMeant),
  });
  const taken = new Set(state.pods.flatMap(({ ips }) => ips));
  const who = fc.oneof(
    fc.constant(pods({ kind: 'pods' }, () => true)),
    fc
      .constantFrom(...NAMESPACES)
      .map((name) => pods({ kind: 'pods', namespaces: [name] }, ({ workload }) => workload.namespace === name)),
    fc.constantFrom(...state.pods).map(({ workload }) =>
      pods(
        { kind: 'named', namespace: workload.namespace, name: workload.name, workloadKind: workload.kind },
        (pod) => {
          return pod.workload.namespace === workload.namespace && pod.workload.name === workload.name;
        },
      ),
    ),
    fc
      .constantFrom('x', 'y')
      .map((value) =>
        pods(
          { kind: 'pods', labels: { matchLabels: { app: value }, matchExpressions: [] } },
          ({ labels }) => Object.hasOwn(labels, 'app') && labels['app'] === value,
        ),
      ),
    fc
      .constantFrom(...EXTERNAL_ADDRESSES.filter((address) => !taken.has(address)))
      .map((address): { who: Who; meant: NaiveEnd[] } => ({ who: { kind: 'address', address }, meant: [address] })),
  );
  return fc
    .record({ who: fc.array(who, { minLength: 1, maxLength: 2 }), except: fc.array(who, { maxLength: 1 }) })
    .map(({ who, except }) => {
      const left = new Set(except.flatMap(({ meant }) => meant));
      return {
        end: { parts: [{ who: who.map((one) => one.who), except: except.map((one) => one.who) }] },
        meant: [...new Set(who.flatMap(({ meant }) => meant))].filter((one) => !left.has(one)),
      };
    });
}

interface Scene {
  readonly state: ClusterState;
  readonly from: NaiveMeaning;
  readonly to: NaiveMeaning;
  readonly ports: readonly number[];
  readonly expect: Intent['expect'];
}

function scene(doubts: Doubts): fc.Arbitrary<Scene> {
  return clusterState(doubts).chain((state) =>
    fc.record({
      state: fc.constant(state),
      from: ends(state),
      to: ends(state),
      ports: fc.uniqueArray(fc.constantFrom(...PORT_NUMBERS), { minLength: 1, maxLength: 2 }),
      expect: fc.constantFrom('allow' as const, 'deny' as const),
    }),
  );
}

/** Every pair and port, one after the other; undefined where there is no pair. */
function naiveOutcome({ state, from, to, ports, expect }: Scene): IntentOutcome | undefined {
  const outcomes = new Set<IntentOutcome>();
  for (const source of from.meant) {
    for (const target of to.meant) {
      if (typeof source === 'string' && typeof target === 'string') continue;
      if (source === target && typeof source !== 'string' && source.count === 1 && source.countUnknown !== true)
        continue;
      for (const port of ports) {
        const traffic = { from: source, to: target, protocol: 'TCP', port } as const;
        const { together } = naiveVerdict(state, DEFAULT_ENGINE_OPTIONS, traffic);
        outcomes.add(together === 'unknown' ? 'undecided' : together === expect ? 'passed' : 'failed');
      }
    }
  }
  return (['failed', 'undecided', 'passed'] as const).find((outcome) => outcomes.has(outcome));
}

function asksForLabels({ from, to }: Scene): boolean {
  const parts = [...from.end.parts, ...to.end.parts].flatMap(({ who, except }) => [...who, ...except]);
  return parts.some((who) => who.kind === 'pods' && who.labels !== undefined);
}

function ours({ state, from, to, ports, expect }: Scene) {
  const cluster = compileCluster(state, DEFAULT_ENGINE_OPTIONS);
  const parts = { contents: new Map(), namespaces: [], clusterPolicies: [], nodes: [], unread: [] };
  const world = { universe: { parts, cluster }, unseen: [], unreadServices: [] };
  const written = ports.map((port) => ({ protocol: 'TCP' as const, from: port, to: port }));
  return evaluateIntent(world, { from: from.end, to: to.end, ports: written, expect });
}

describe('an intent test', () => {
  test('says of everybody what the naive evaluator says of each, where everything is known', () => {
    fc.assert(
      fc.property(scene('none'), (one) => {
        const naive = naiveOutcome(one);
        const { outcome, pairs, reasons } = ours(one);
        if (naive === undefined || reasons.length > 0) {
          // It is about nobody, or part of an end is: then it fails, and says so.
          expect({ outcome, about: reasons.length }).toEqual({ outcome: 'failed', about: expect.any(Number) });
          expect(reasons).not.toEqual([]);
        } else {
          expect(outcome).toBe(naive);
          expect(pairs.length > 0).toBe(naive === 'failed');
        }
      }),
      { numRuns: 2000 },
    );
  });

  test('never passes and never fails where unknown facts decide', () => {
    fc.assert(
      fc.property(scene('any'), (one) => {
        // Whom labels mean that are not known, a literal reading cannot say.
        fc.pre(!asksForLabels(one) || one.state.pods.every(({ unknownLabels }) => unknownLabels === undefined));
        const { outcome, reasons, pairs } = ours(one);
        const naive = naiveOutcome(one);
        if (outcome === 'passed') expect(naive).toBe('passed');
        if (outcome === 'failed' && pairs.length > 0) expect(naive).toBe('failed');
        if (outcome === 'undecided') expect(pairs.length + reasons.length).toBeGreaterThan(0);
      }),
      { numRuns: 2000 },
    );
  });
});
