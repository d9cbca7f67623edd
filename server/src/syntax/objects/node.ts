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
  const info = asMap(asMap(asMap(object)['status'])['nodeInfo']);
  const kubeletVersion = asString(info['kubeletVersion']);
  const operatingSystem = asString(info['operatingSystem']);
  const startArguments = k3sArguments(asString(asMap(metadata['annotations'])['k3s.io/node-args']));
  return {
    name,
    labels: knownLabels(metadata['labels']),
    ips: addresses,
    ...(kubeletVersion !== '' && { kubeletVersion }),
    ...(operatingSystem !== '' && { operatingSystem }),
    ...(startArguments !== undefined && { startArguments }),
  };
}

/** An annotation that K3s writes: a list in JSON. Only what decides about policies is kept. */
function k3sArguments(text: string): readonly string[] | undefined {
  if (text === '') return undefined;
  try {
    const list = asList(JSON.parse(text) as JsonValue).map((item) => asString(item));
    return list.filter((item, index) => item.includes(K3S_SWITCH) || list[index - 1] === `--${K3S_SWITCH}`);
  } catch {
    return undefined;
  }
}

const K3S_SWITCH = 'disable-network-policy';
