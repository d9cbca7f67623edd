/** Random edits, and their effect on the plain lists of a cluster. */
import * as fc from 'fast-check';
import type { ClusterEdit } from '../../server/src/engine/clusterEdit.ts';
import type { ClusterState } from '../../server/src/model/cluster.ts';
import type { Pod } from '../../server/src/model/workload.ts';
import { NAMESPACES, namespace, pod, podKey, policy, unreadable, type Doubts } from './engineArbitraries.ts';

export function edit(doubts: Doubts): fc.Arbitrary<ClusterEdit> {
  const policyName = fc.record({
    namespace: fc.constantFrom(...NAMESPACES),
    name: fc.constantFrom('p0', 'p1', 'p2', 'p3'),
  });
  return fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({ policies: fc.record({ put: fc.array(policy(doubts), { minLength: 1, maxLength: 2 }) }) }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ policies: fc.record({ remove: fc.array(policyName, { minLength: 1, maxLength: 2 }) }) }),
    },
    {
      weight: 3,
      arbitrary: fc.record({ pods: fc.record({ put: fc.array(pod(doubts), { minLength: 1, maxLength: 2 }) }) }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ pods: fc.record({ remove: fc.array(pod(doubts), { minLength: 1, maxLength: 2 }) }) }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ namespaces: fc.record({ put: fc.array(namespace(doubts), { maxLength: 1 }) }) }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        namespaces: fc.record({ remove: fc.array(fc.constantFrom(...NAMESPACES), { maxLength: 1 }) }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ unreadable: unreadable(doubts) }) },
  );
}

/** The same edit on the plain lists. */
export function edited(
  state: ClusterState,
  { policies, pods, namespaces, unreadable: scopes }: ClusterEdit,
): ClusterState {
  const policyKey = (each: { namespace: string; name: string }): string => `${each.namespace}/${each.name}`;
  return {
    policies: replaced(state.policies, policies?.put, policies?.remove, policyKey),
    pods: replaced<Pod>(state.pods, pods?.put, pods?.remove as readonly Pod[] | undefined, podKey),
    namespaces: replaced(
      state.namespaces,
      namespaces?.put,
      namespaces?.remove?.map((name) => ({ name })),
      ({ name }) => name,
    ),
    unreadable: scopes ?? state.unreadable,
  };
}

function replaced<T extends Key, Key = T>(
  list: readonly T[],
  put: readonly T[] = [],
  remove: readonly Key[] = [],
  key: (item: Key) => string,
): T[] {
  const gone = new Set([...remove, ...put].map(key));
  const last = new Map(put.map((item) => [key(item), item]));
  return [...list.filter((item) => !gone.has(key(item))), ...last.values()];
}
