import { isIP } from 'node:net';
import type { Node } from '../model/node.ts';
import { asList, asMap, asString } from '../syntax/objects/jsonAccess.ts';
import { decodeLabels } from '../syntax/objects/labels.ts';
import type { RawObject } from './readResource.ts';

/** A v1 Node. */
export function decodeNode(object: RawObject): Node | undefined {
  const metadata = asMap(object['metadata']);
  const name = asString(metadata['name']);
  if (name === '') return undefined;
  const addresses = asList(asMap(object['status'])['addresses']).map((entry) => asString(asMap(entry)['address']));
  return {
    name,
    labels: decodeLabels(metadata['labels']).labels,
    ips: addresses.filter((address) => isIP(address) !== 0),
  };
}
