import type { Labels } from '../../model/labels.ts';
import { mapOf, type TemplateMap } from './template.ts';

/** A peer for pods with these labels in a policy of `own`; those of another namespace need its name. */
export function podsPeer(own: string, namespace: string, labels: Labels): TemplateMap {
  const podSelector = mapOf({ matchLabels: new Map(Object.entries(labels)) });
  if (own === namespace) return mapOf({ podSelector });
  return mapOf({ namespaceSelector: byName(namespace), podSelector });
}

/** A selector of one namespace, by the label that every namespace has. */
export function byName(namespace: string): TemplateMap {
  return mapOf({ matchLabels: mapOf({ 'kubernetes.io/metadata.name': namespace }) });
}
