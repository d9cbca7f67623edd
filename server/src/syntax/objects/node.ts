import type { JsonValue } from '../../model/manifest.ts';
import type { Node } from '../../model/node.ts';
import { asList, asMap, asString } from './jsonAccess.ts';
import { knownLabels } from './labels.ts';

/** A v1 Node; undefined for one without a name. Its addresses are those that are IPs by their type. */
export function decodeNode(object: JsonValue): Node | undefined {
  const metadata = asMap(asMap(object)['metadata']);
  const name = asString(metadata['name']);
  if (name === '') return undefined;
  const addresses = asList(asMap(asMap(object)['status'])['addresses']).flatMap((entry) => {
    const { type, address } = asMap(entry);
    return type === 'InternalIP' || type === 'ExternalIP' ? [asString(address)] : [];
  });
  return { name, labels: knownLabels(metadata['labels']), ips: addresses };
}
