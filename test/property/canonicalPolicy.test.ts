import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalPolicy } from '../../server/src/engine/canonicalPolicy.ts';
import { compileCluster } from '../../server/src/engine/compileCluster.ts';
import { policyDelta } from '../../server/src/engine/policyDelta.ts';
import { withEdit } from '../../server/src/engine/withEdit.ts';
import { DEFAULT_ENGINE_OPTIONS } from '../../server/src/model/cluster.ts';
import type { LabelSelector } from '../../server/src/model/labels.ts';
import type { NetworkPolicy, PolicyRule } from '../../server/src/model/networkPolicy.ts';
import { clusterState, policy } from './engineArbitraries.ts';

/** The same policy written otherwise: lists turned round and repeated, defaults written out, labels as expressions. */
function otherwise(written: NetworkPolicy): NetworkPolicy {
  return {
    ...written,
    podSelector: selector(written.podSelector),
    ...(written.policyTypes === undefined ? {} : { policyTypes: twice(written.policyTypes) }),
    ...(written.ingress === undefined ? {} : { ingress: twice(written.ingress.map(rule)) }),
    ...(written.egress === undefined ? {} : { egress: twice(written.egress.map(rule)) }),
  };
}

function rule({ peers = [], ports = [] }: PolicyRule): PolicyRule {
  return {
    peers: twice(
      peers.map((peer) => ({
        ...peer,
        ...(peer.podSelector === undefined ? {} : { podSelector: selector(peer.podSelector) }),
        ...(peer.namespaceSelector === undefined ? {} : { namespaceSelector: selector(peer.namespaceSelector) }),
      })),
    ),
    ports: twice(ports.map((port) => ({ protocol: 'TCP', ...port }))),
  };
}

function selector({ matchLabels, matchExpressions, ...rest }: LabelSelector): LabelSelector {
  const expressions = Object.entries(matchLabels).map(([key, value]) => ({
    key,
    operator: 'In' as const,
    values: [value, value],
  }));
  return { ...rest, matchLabels: {}, matchExpressions: twice([...matchExpressions, ...expressions]) };
}

function twice<T>(items: readonly T[]): readonly T[] {
  return [...items.toReversed(), ...items];
}

test('a policy written otherwise has the same text, and in no cluster does it change anything', () => {
  fc.assert(
    fc.property(clusterState('independent'), policy('none'), (state, written) => {
      const same = otherwise(written);
      expect(canonicalPolicy(same)).toBe(canonicalPolicy(written));
      const before = withEdit(compileCluster(state, DEFAULT_ENGINE_OPTIONS), { policies: { put: [written] } });
      const after = withEdit(before, { policies: { put: [same] } });
      expect(policyDelta(before, after)?.rectangles).toEqual([]);
    }),
    { numRuns: 500 },
  );
});

test('policies with the same text never differ, whatever the cluster', () => {
  let same = 0;
  fc.assert(
    fc.property(clusterState('none'), fc.array(policy('none'), { minLength: 2, maxLength: 12 }), (state, policies) => {
      const cluster = compileCluster(state, DEFAULT_ENGINE_OPTIONS);
      const named = policies.map((each): NetworkPolicy => ({ ...each, namespace: 'a', name: 'p' }));
      for (const [first, ...others] of Map.groupBy(named, canonicalPolicy).values()) {
        if (first === undefined) continue;
        const before = withEdit(cluster, { policies: { put: [first] } });
        for (const other of others) {
          same++;
          expect(policyDelta(before, withEdit(before, { policies: { put: [other] } }))?.rectangles).toEqual([]);
        }
      }
    }),
    { numRuns: 500 },
  );
  // Else the property would hold for want of cases.
  expect(same).toBeGreaterThan(10);
});
