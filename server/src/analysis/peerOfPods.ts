import type { Labels } from '../model/labels.ts';
import type { JsonValue } from '../model/manifest.ts';
import type { Pod } from '../model/workload.ts';
import type { CheckContext } from './check.ts';
import { servicesSelecting } from './serviceIndex.ts';
import { isLasting } from './volatileLabels.ts';

/** A peer for pods with these labels in a policy of `own`; pods of other namespaces need the namespace's name. */
export function peerOfPods(own: string, namespace: string, labels: Labels): JsonValue {
  const podSelector = { matchLabels: { ...labels } };
  if (own === namespace) return { podSelector };
  return { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } }, podSelector };
}

/** The labels by which a pod is best selected: those of a Service that leads to it, else all that will last. */
export function lastingLabels({ contentsOf }: CheckContext, { labels, workload }: Pod): Labels {
  const [service] = servicesSelecting(contentsOf(workload.namespace), labels);
  if (service?.selector !== undefined) return service.selector;
  return Object.fromEntries(Object.entries(labels).filter(([key]) => isLasting(key)));
}
