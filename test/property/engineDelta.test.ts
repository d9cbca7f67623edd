/** The delta of an edit of policies against the naive evaluator's answers before and after. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseAddress } from '../../server/src/engine/address.ts';
import { contains } from '../../server/src/engine/addressSet.ts';
import type { ClusterEdit } from '../../server/src/engine/clusterEdit.ts';
import { compileCluster } from '../../server/src/engine/compileCluster.ts';
import type { DeltaSide } from '../../server/src/engine/deltaRectangles.ts';
import { policyDelta, type PolicyDelta } from '../../server/src/engine/policyDelta.ts';
import { withEdit } from '../../server/src/engine/withEdit.ts';
import type { ClusterState, EngineOptions } from '../../server/src/model/cluster.ts';
import type { Connections } from '../../server/src/model/verdict.ts';
import { endOf } from '../support/connectionLines.ts';
import {
  EXTERNAL_ADDRESSES,
  NAMESPACES,
  PROTOCOL_NAMES,
  clusterState,
  policy,
  unreadable,
} from './engineArbitraries.ts';
import { edited } from './engineEdits.ts';
import { naiveVerdict, type NaiveEnd } from './naiveOracle.ts';

const PORTS = [1, 53, 80, 81, 82, 8080, 9000, 65_535];

const options: fc.Arbitrary<EngineOptions> = fc.record({
  hostNetwork: fc.constantFrom('unknown', 'pods'),
  ipBlockPods: fc.constantFrom('always', 'never', 'unknown'),
});

const name = fc.record({ namespace: fc.constantFrom(...NAMESPACES), name: fc.constantFrom('p0', 'p1', 'p2') });
const edit: fc.Arbitrary<ClusterEdit> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      policies: fc.record({ put: fc.array(policy('independent'), { minLength: 1, maxLength: 2 }) }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ policies: fc.record({ remove: fc.array(name, { minLength: 1, maxLength: 3 }) }) }),
  },
  { weight: 1, arbitrary: fc.record({ unreadable: unreadable('independent') }) },
);

test('a policy edit yields exactly the pairs whose ports change, each once, with a cause', () => {
  fc.assert(
    fc.property(clusterState('independent'), edit, options, (state, step, engineOptions) => {
      const before = compileCluster(state, engineOptions);
      const after = withEdit(before, step);
      const now = edited(state, step);
      const delta = policyDelta(before, after) as PolicyDelta;
      for (const [from, to] of pairsOf(state)) {
        const matching = delta.rectangles.filter(
          (rectangle) => isOn(delta, rectangle.from, from) && isOn(delta, rectangle.to, to),
        );
        const expected = {
          before: factsOf(state, engineOptions, from, to),
          after: factsOf(now, engineOptions, from, to),
        };
        const [rectangle] = matching;
        if (rectangle === undefined) expect(expected.before).toEqual(expected.after);
        else {
          expect(matching).toHaveLength(1);
          const told = {
            before: portsOf(rectangle.before.certain, rectangle.before.possible),
            after: portsOf(rectangle.after.certain, rectangle.after.possible),
          };
          expect(told).toEqual(expected);
          const involved = [from, to].some((end) => typeof end !== 'string' && end.hostNetwork);
          if (step.unreadable === undefined && !involved) expect(rectangle.causes).not.toEqual([]);
        }
      }
    }),
    { numRuns: 1500 },
  );
});

function* pairsOf({ pods }: ClusterState): Generator<readonly [NaiveEnd, NaiveEnd]> {
  for (const from of pods) {
    for (const to of pods) if (from !== to) yield [from, to];
    for (const address of EXTERNAL_ADDRESSES) {
      yield [from, address];
      yield [address, from];
    }
  }
}

interface Facts {
  readonly certain: readonly string[];
  readonly possible: readonly string[];
}

function factsOf(state: ClusterState, engineOptions: EngineOptions, from: NaiveEnd, to: NaiveEnd): Facts {
  const certain: string[] = [];
  const possible: string[] = [];
  for (const protocol of PROTOCOL_NAMES) {
    for (const port of PORTS) {
      const { together } = naiveVerdict(state, engineOptions, { from, to, protocol, port });
      if (together !== 'deny') possible.push(`${protocol} ${port}`);
      if (together === 'allow') certain.push(`${protocol} ${port}`);
    }
  }
  return { certain, possible };
}

function portsOf(certain: Connections, possible = certain): Facts {
  const list = (connections: Connections): string[] =>
    PROTOCOL_NAMES.flatMap((protocol) =>
      PORTS.filter((port) =>
        connections.some(
          (each) => each.protocol === protocol && each.ranges.some(({ from, to }) => port >= from && port <= to),
        ),
      ).map((port) => `${protocol} ${port}`),
    );
  return { certain: list(certain), possible: list(possible) };
}

function isOn({ cluster }: PolicyDelta, side: DeltaSide, end: NaiveEnd): boolean {
  if (side.kind === 'pods')
    return typeof end !== 'string' && side.classes.includes(cluster.pods.find(end)?.classId ?? -1);
  if (typeof end !== 'string') return false;
  const address = parseAddress(end);
  const addresses = endOf({ cidrs: side.cidrs });
  return address !== undefined && typeof addresses !== 'string' && contains(addresses, address);
}
