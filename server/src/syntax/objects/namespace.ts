import type { Namespace } from '../../model/workload.ts';
import type { Decoding } from './decoding.ts';
import type { JsonMap } from './jsonAccess.ts';
import { asMap } from './jsonAccess.ts';
import { decodeLabels } from './labels.ts';

/** Undefined where its labels cannot be known (a label's key is a placeholder). */
export function decodeNamespace(object: JsonMap, name: string, decoding: Decoding): Namespace | undefined {
  const { labels, unknown, unknownKeys } = decodeLabels(asMap(object['metadata'])['labels']);
  for (const key of [...unknown, ...unknownKeys]) decoding.placeholder(['metadata', 'labels', key]);
  if (unknownKeys.length > 0) return undefined;
  return { name, labels: decoding.labels(labels), ...(unknown.length > 0 && { unknownLabels: unknown }) };
}
