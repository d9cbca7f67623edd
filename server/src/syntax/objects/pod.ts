import type { Pod, WorkloadRef } from '../../model/workload.ts';
import { decodeContainerPorts } from './containerPorts.ts';
import type { Decoding } from './decoding.ts';
import type { JsonMap } from './jsonAccess.ts';
import { asList, asMap, asString } from './jsonAccess.ts';
import { decodeLabels } from './labels.ts';
import { isPlaceholder } from './placeholder.ts';

/** How many pods a template stands for; without `count` the number is not written anywhere. */
export interface PodCount {
  readonly count?: number;
}

/**
 * The pods of a Pod object or of a workload's template, which has the same shape. Undefined where it is
 * not known which labels there are: which selectors match is not known then, and the object is not evaluated.
 */
export function decodePods(
  source: JsonMap,
  workload: WorkloadRef,
  { count }: PodCount,
  decoding: Decoding,
  at: readonly (string | number)[],
): readonly Pod[] | undefined {
  const metadata = asMap(source['metadata']);
  const spec = asMap(source['spec']);
  const { labels, unknown, open } = decodeLabels(metadata['labels'], decoding, [...at, 'metadata', 'labels']);
  if (open) return undefined;
  const { ports, incomplete } = decodeContainerPorts(spec, decoding, [...at, 'spec']);
  if (count === 0) return [];
  const { hostNetwork } = spec;
  // Not known: the cautious reading, whose verdicts are unknown.
  const maybeHost = typeof hostNetwork === 'string' && isPlaceholder(hostNetwork);
  if (maybeHost) decoding.placeholder([...at, 'spec', 'hostNetwork']);
  return [
    {
      workload,
      labels,
      ...(unknown.length > 0 && { unknownLabels: unknown }),
      ports,
      ...(incomplete && { portsIncomplete: true as const }),
      ips: [],
      hostNetwork: hostNetwork === true || maybeHost,
      count: count ?? 1,
      ...(count === undefined && { countUnknown: true as const }),
    },
  ];
}

/** A pod that is over holds no address and takes part in no traffic. */
export function isFinished(pod: JsonMap): boolean {
  const phase = asMap(pod['status'])['phase'];
  return phase === 'Succeeded' || phase === 'Failed';
}

/** status.podIPs, else status.podIP. */
export function podAddresses(pod: JsonMap): readonly string[] {
  const status = asMap(pod['status']);
  const addresses = asList(status['podIPs']).map((entry) => asString(asMap(entry)['ip']));
  const known = addresses.filter((address) => address !== '');
  if (known.length > 0) return known;
  const single = asString(status['podIP']);
  return single === '' ? [] : [single];
}
