import { describe, expect, test } from 'vitest';
import { closedPair } from '../../../server/src/engine/closedPairs.ts';
import { compileCluster } from '../../../server/src/engine/compileCluster.ts';
import { isolation } from '../../../server/src/engine/isolation.ts';
import { matchPods } from '../../../server/src/engine/matchPods.ts';
import { isClosed, isolatedByOthers } from '../../../server/src/engine/policyTargets.ts';
import { query } from '../../../server/src/engine/query.ts';
import { workloadId } from '../../../server/src/model/workload.ts';
import { generateCluster } from '../../bench/clusterGenerator.ts';

/** What is said per class of pods has to be what is said of each pod. */
describe.each([1, 2, 3, 4, 5, 6])('random cluster %i', (seed) => {
  const state = generateCluster({ namespaces: 3, policiesPerNamespace: 6, egress: 0.7, seed });
  const cluster = compileCluster(state);
  const podsOf = ({ namespace, podSelector }: (typeof state.policies)[number]): typeof state.pods => {
    const ids = new Set(matchPods(cluster, { namespace, podSelector }).certain.map(({ id }) => id));
    return state.pods.filter(({ workload }) => ids.has(workloadId(workload)));
  };

  test('pods that others isolate are those that stay isolated without the policy', () => {
    for (const policy of state.policies) {
      const without = compileCluster({ ...state, policies: state.policies.filter((other) => other !== policy) });
      const expected = { isolated: 0, open: 0, unknown: 0 };
      for (const pod of podsOf(policy)) {
        const [ingress] = isolation(without, pod);
        expected[ingress.isolated === true ? 'isolated' : 'open'] += pod.count;
      }
      expect(isolatedByOthers(cluster, policy, 'ingress')).toEqual(expected);
    }
  });

  test('ends that are closed deny every port that any rule opens', () => {
    const ports = [80, 443, 3306, 5432, 6379, 8080, 8081, 8443, 9090];
    let closed = 0;
    for (const from of state.policies) {
      for (const to of state.policies) {
        const targets = [from, to].map((policy) => cluster.policies.get(`${policy.namespace}/${policy.name}`)?.targets);
        const [sources, destinations] = targets;
        if (sources === undefined || destinations === undefined) continue;
        const pair = closedPair(cluster, sources, destinations);
        const verdicts = podsOf(from).flatMap((source) =>
          podsOf(to)
            .filter((destination) => destination !== source)
            .flatMap((destination) =>
              ports.map((port) => query(cluster, { pod: source }, { pod: destination }, 'TCP', port).verdict),
            ),
        );
        if (pair === undefined) continue;
        closed += 1;
        expect(new Set(verdicts)).not.toContain('allow');
        expect(new Set(verdicts)).not.toContain('unknown');
      }
    }
    expect(closed).toBeGreaterThan(0);
  });

  test('closed is a policy whose pods no rule opens', () => {
    for (const policy of state.policies) {
      const rules = podsOf(policy).flatMap((pod) =>
        isolation(cluster, pod)[0].by.flatMap(({ policy: { name, namespace } }) =>
          state.policies
            .filter((other) => other.name === name && other.namespace === namespace)
            .flatMap(({ ingress = [] }) => ingress),
        ),
      );
      if (isClosed(cluster, policy, 'ingress')) expect(rules).toEqual([]);
      else expect(rules.length).toBeGreaterThan(0);
    }
  });
});
