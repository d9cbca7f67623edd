/** The order of several changes against the naive evaluator: what it denies on the way, and whether another would not. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileCluster } from '../../server/src/engine/compileCluster.ts';
import { DEFAULT_ENGINE_OPTIONS, type ClusterState } from '../../server/src/model/cluster.ts';
import type { NetworkPolicy } from '../../server/src/model/networkPolicy.ts';
import type { DecodedChange } from '../../server/src/workspace/apply/applyEffect.ts';
import { applyOrder } from '../../server/src/workspace/apply/applyOrder.ts';
import { EXTERNAL_ADDRESSES, PROTOCOL_NAMES, clusterState, policy } from './engineArbitraries.ts';
import { naiveVerdict, type NaiveEnd } from './naiveOracle.ts';

const PORTS = [1, 53, 80, 81, 82, 8080, 9000, 65_535];
/** Of every part into which the blocks cut the addresses that no pod has. */
const ADDRESSES = [...EXTERNAL_ADDRESSES, '10.0.0.0', '10.0.0.77', '10.0.1.77', '2001:db8::1', '2001:db8:1::1'];

interface Written {
  readonly written: NetworkPolicy;
  readonly removed: boolean;
}

/** Up to four changes of different policies: new, changed or removed. */
const random: fc.Arbitrary<readonly Written[]> = fc
  .uniqueArray(fc.tuple(policy('none'), fc.constantFrom('put', 'put', 'remove')), {
    selector: ([{ namespace, name }]) => `${namespace}/${name}`,
    minLength: 2,
    maxLength: 4,
  })
  .map((list) => list.map(([written, kind]) => ({ written, removed: kind === 'remove' })));

/** Policies that trade what they say, which often has no order without a gap. */
const scenes: fc.Arbitrary<{ state: ClusterState; list: readonly Written[] }> = clusterState('none').chain((state) => {
  const [first] = state.pods;
  const where = first?.workload.namespace ?? 'a';
  const policies = state.policies
    .slice(0, 4)
    .map((known, at) => ({ ...known, namespace: where, name: `p${at}`, podSelector: EVERY_POD }));
  const traded = policies.map(({ name }, at) => ({
    written: { ...(policies[(at + 1) % policies.length] as NetworkPolicy), name },
    removed: false,
  }));
  if (traded.length < 2) return fc.record({ state: fc.constant(state), list: random });
  return fc.record({ state: fc.constant({ ...state, policies }), list: fc.oneof(random, fc.constant(traded)) });
});

const EVERY_POD = { matchLabels: {}, matchExpressions: [] };

test('an order without a gap has none, and where one is shown no order is without', () => {
  fc.assert(
    fc.property(scenes, ({ state, list }) => {
      const decoded = list.map(({ written, removed }): DecodedChange => {
        const before = state.policies.find((known) => isSameName(known, written));
        const { namespace, name } = written;
        return {
          target: { kind: 'NetworkPolicy', namespace, name },
          before,
          after: removed ? undefined : written,
        };
      });
      const { order, gaps, complete } = applyOrder(compileCluster(state, DEFAULT_ENGINE_OPTIONS), decoded);
      expect(order.toSorted((a, b) => a - b)).toEqual(decoded.map((_, index) => index));
      expect(complete).toBe(true);
      const passes = passingBy(state, decoded);
      const found = gapsOf(order, passes);
      expect(gaps.map(({ after }) => after)).toEqual(found);
      if (found.length === 0) return;
      for (const other of permutations(order)) expect(gapsOf(other, passes)).not.toEqual([]);
    }),
    { numRuns: 200 },
  );
});

/** What passes once some of the changes are made, told by the set of their places. */
function passingBy(state: ClusterState, list: readonly DecodedChange[]): (made: ReadonlySet<number>) => Set<string> {
  const known = new Map<string, Set<string>>();
  return (made) => {
    const key = [...made].toSorted((a, b) => a - b).join();
    let passing = known.get(key);
    if (passing === undefined) {
      const changed = list.filter((_, index) => made.has(index));
      const kept = state.policies.filter((one) => !changed.some(({ target }) => isSameName(target, one)));
      const put = changed.flatMap(({ after }) => (after === undefined ? [] : [after as NetworkPolicy]));
      known.set(key, (passing = passingIn({ ...state, policies: [...kept, ...put] })));
    }
    return passing;
  };
}

function passingIn(state: ClusterState): Set<string> {
  const passing = new Set<string>();
  // A pod reaches itself in any case, and a further one like it only where the policies say so.
  const twins = state.pods.map((pod) => ({ ...pod, name: `${pod.name}-twin` }));
  const ends: readonly NaiveEnd[] = [...state.pods, ...twins, ...ADDRESSES];
  for (const [i, from] of ends.entries()) {
    for (const [j, to] of ends.entries()) {
      if (typeof from === 'string' && typeof to === 'string') continue;
      for (const protocol of PROTOCOL_NAMES) {
        for (const port of PORTS) {
          const { together } = naiveVerdict(state, DEFAULT_ENGINE_OPTIONS, { from, to, protocol, port });
          if (together === 'allow') passing.add(`${i} ${j} ${protocol} ${port}`);
        }
      }
    }
  }
  return passing;
}

/** After how many changes something is denied that passes at first and at last. */
function gapsOf(
  order: readonly number[],
  passes: (made: ReadonlySet<number>) => ReadonlySet<string>,
): readonly number[] {
  const first = passes(new Set());
  const last = passes(new Set(order));
  const both = [...first].filter((traffic) => last.has(traffic));
  return order.slice(1).flatMap((_, at) => {
    const between = passes(new Set(order.slice(0, at + 1)));
    return both.every((traffic) => between.has(traffic)) ? [] : [at + 1];
  });
}

function* permutations(items: readonly number[]): Generator<readonly number[]> {
  if (items.length < 2) yield items;
  for (const [at, item] of items.entries()) {
    for (const rest of permutations(items.toSpliced(at, 1))) yield [item, ...rest];
  }
}

function isSameName(
  a: { readonly namespace: string; readonly name: string },
  b: { readonly namespace: string; readonly name: string },
): boolean {
  return a.namespace === b.namespace && a.name === b.name;
}
