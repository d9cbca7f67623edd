import type { LabelSelector, Labels } from '../model/labels.ts';
import type { Service } from '../model/workload.ts';
import type { CheckContext } from './check.ts';
import { selectorText } from './selectorText.ts';
import { hasLabels } from './serviceIndex.ts';

/** Why a selector that matches no pod was written, where a Service explains it. */
export interface ServiceHint {
  /** A sentence. */
  readonly text: string;
  /** The labels of the Service's pods, for a selector that has the Service's own. */
  readonly selector?: Labels;
}

/**
 * The Service whose own labels a selector has (its pods may have others: CoreDNS), or that stands for addresses and no
 * pods (ExternalName, no selector).
 */
export function serviceHint(
  { contentsOf }: CheckContext,
  { matchLabels, matchExpressions }: LabelSelector,
  namespaces: readonly string[],
): ServiceHint | undefined {
  const wanted = Object.values(matchLabels);
  if (wanted.length === 0 || matchExpressions.length > 0) return undefined;
  for (const namespace of namespaces) {
    for (const service of contentsOf(namespace).services) {
      const hasThem = hasLabels(service.labels ?? {}, matchLabels);
      if (service.selector !== undefined && hasThem) return ownLabels(service, service.selector);
      if (service.selector === undefined && (hasThem || wanted.includes(service.name))) return noPods(service);
    }
  }
  return undefined;
}

function ownLabels({ name }: Service, selector: Labels): ServiceHint {
  const labels = selectorText({ matchLabels: selector, matchExpressions: [] });
  return { text: `These are labels of Service ${name} itself; its pods have \`${labels}\``, selector };
}

function noPods({ name, type }: Service): ServiceHint {
  const why = type === 'ExternalName' ? 'is a name for a host outside' : 'has no selector';
  return { text: `Service ${name} ${why}: behind it are addresses and no pods, and a rule for them needs an ipBlock` };
}
