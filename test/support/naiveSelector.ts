/** A literal reading of label selectors (meta/v1 LabelSelector), without any of the engine's code. */
import type { ClusterState } from '../../server/src/model/cluster.ts';
import type { LabelSelector, Labels } from '../../server/src/model/labels.ts';
import type { NetworkPolicy, Peer } from '../../server/src/model/networkPolicy.ts';
import type { Pod } from '../../server/src/model/workload.ts';

export function selects({ matchLabels, matchExpressions }: LabelSelector, labels: Labels): boolean {
  const value = (key: string): string | undefined => (Object.hasOwn(labels, key) ? labels[key] : undefined);
  for (const [key, wanted] of Object.entries(matchLabels)) if (value(key) !== wanted) return false;
  for (const { key, operator, values } of matchExpressions) {
    const found = value(key);
    if (operator === 'In' && (found === undefined || !values.includes(found))) return false;
    if (operator === 'NotIn' && found !== undefined && values.includes(found)) return false;
    if (operator === 'Exists' && found === undefined) return false;
    if (operator === 'DoesNotExist' && found !== undefined) return false;
  }
  return true;
}

/** The namespaces that a selector means, of all that objects or pods name. */
export function selectedNamespaces(state: ClusterState, selector: LabelSelector): readonly string[] {
  const names = new Set([
    ...state.namespaces.map(({ name }) => name),
    ...state.pods.map(({ workload }) => workload.namespace),
    ...state.policies.map(({ namespace }) => namespace),
  ]);
  return [...names].filter((name) => {
    const labels = state.namespaces.findLast((namespace) => namespace.name === name)?.labels;
    return selects(selector, { ...labels, 'kubernetes.io/metadata.name': name });
  });
}

/** The pods that a peer with selectors, or a policy's own podSelector, means. */
export function selectedPods(state: ClusterState, policy: NetworkPolicy, peer: Peer): readonly Pod[] {
  const { namespaceSelector, podSelector } = peer;
  const namespaces =
    namespaceSelector === undefined ? [policy.namespace] : selectedNamespaces(state, namespaceSelector);
  return state.pods.filter(
    ({ workload, labels }) =>
      namespaces.includes(workload.namespace) && (podSelector === undefined || selects(podSelector, labels)),
  );
}
