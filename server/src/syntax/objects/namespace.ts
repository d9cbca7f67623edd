import type { Namespace } from '../../model/workload.ts';
import type { Decoding } from './decoding.ts';
import type { JsonMap } from './jsonAccess.ts';
import { asMap } from './jsonAccess.ts';
import { decodeLabels } from './labels.ts';

/** Undefined where its labels cannot be known (a label's key is a placeholder). */
export function decodeNamespace(object: JsonMap, name: string, decoding: Decoding): Namespace | undefined {
  const labelsAt = ['metadata', 'labels'];
  const { labels, unknown, open } = decodeLabels(asMap(object['metadata'])['labels'], decoding, labelsAt);
  if (open) return undefined;
  return { name, labels, ...(unknown.length > 0 && { unknownLabels: unknown }) };
}
