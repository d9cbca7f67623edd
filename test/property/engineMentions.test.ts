/** Which policies speak of a workload is what the policies' own selectors match, asked from the other side. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileCluster } from '../../server/src/engine/compileCluster.ts';
import type { CompiledCluster } from '../../server/src/engine/compiledCluster.ts';
import { directionOf } from '../../server/src/engine/compilePolicy.ts';
import { matchNamespaces, matchPeer } from '../../server/src/engine/matchPods.ts';
import { mentionsOfNamespace, mentionsOfPods, type PolicyMention } from '../../server/src/engine/policyMentions.ts';
import type { EngineOptions } from '../../server/src/model/cluster.ts';
import type { Peer } from '../../server/src/model/networkPolicy.ts';
import { clusterState } from './engineArbitraries.ts';

const options: fc.Arbitrary<EngineOptions> = fc.record({
  hostNetwork: fc.constantFrom('unknown', 'pods'),
  ipBlockPods: fc.constantFrom('always', 'never'),
});

/** Every place of every policy with effect that has a peer's form, and the peer. */
function* places(cluster: CompiledCluster): Generator<{ readonly peer: Peer; readonly mention: PolicyMention }> {
  for (const compiled of cluster.policies.values()) {
    const { policy } = compiled;
    yield { peer: { podSelector: policy.podSelector }, mention: { policy, place: { kind: 'targets' } } };
    for (const direction of ['ingress', 'egress'] as const) {
      for (const { index: rule } of directionOf(compiled, direction).rules) {
        for (const [index, peer] of (policy[direction]?.[rule]?.peers ?? []).entries()) {
          yield { peer, mention: { policy, place: { kind: 'peer', direction, rule, peer: index } } };
        }
      }
    }
  }
}

const keyOf = ({ policy, place }: PolicyMention): string => JSON.stringify([policy.namespace, policy.name, place]);

test('a workload is spoken of where a selector or peer matches its pods, surely or perhaps', () => {
  fc.assert(
    fc.property(clusterState('any'), options, (state, chosen) => {
      const cluster = compileCluster(state, chosen);
      for (const { id, pods } of cluster.pods.workloads.values()) {
        const found = new Map(mentionsOfPods(cluster, pods).map((mention) => [keyOf(mention), mention]));
        for (const { peer, mention } of places(cluster)) {
          // A block that may hold an address, and a peer that a placeholder hides, would speak of everyone.
          if (peer.incomplete === true) continue;
          const { certain, possible } = matchPeer(cluster, mention.policy.namespace, peer);
          const isCertain = certain.some((workload) => workload.id === id);
          const isPossible = peer.ipBlock === undefined && possible.some((workload) => workload.id === id);
          const known = found.get(keyOf(mention));
          if (isCertain) expect(known).toMatchObject({ policy: mention.policy });
          else if (peer.ipBlock === undefined) expect(known !== undefined).toBe(isPossible);
          if (known !== undefined && peer.ipBlock === undefined)
            expect(known.perhaps).toBe(isCertain ? undefined : true);
        }
      }
    }),
    { numRuns: 500 },
  );
});

test('a namespace is spoken of where a namespace selector matches it', () => {
  fc.assert(
    fc.property(clusterState('any'), (state) => {
      const cluster = compileCluster(state);
      for (const { name } of state.namespaces) {
        const found = new Set(mentionsOfNamespace(cluster, name).map(keyOf));
        for (const { peer, mention } of places(cluster)) {
          if (peer.namespaceSelector === undefined || peer.ipBlock !== undefined || peer.incomplete === true) continue;
          const { certain, possible } = matchNamespaces(cluster, peer.namespaceSelector);
          expect(found.has(keyOf(mention))).toBe([...certain, ...possible].includes(name));
        }
      }
    }),
    { numRuns: 300 },
  );
});
