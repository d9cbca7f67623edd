import type { JsonValue } from '../../model/manifest.ts';
import type { Service, ServicePort } from '../../model/workload.ts';
import { decodeProtocol } from './containerPorts.ts';
import type { Decoding } from './decoding.ts';
import type { JsonMap } from './jsonAccess.ts';
import { asList, asMap, asString } from './jsonAccess.ts';
import { decodeLabels, knownLabels } from './labels.ts';
import type { Identity } from './metadata.ts';
import { isPlaceholder } from './placeholder.ts';

/** Undefined where it is not known which pods it stands for (placeholders, labels that are no strings). */
export function decodeService(object: JsonMap, { name, namespace }: Identity, decoding: Decoding): Service | undefined {
  const spec = asMap(object['spec']);
  const { labels, unknown, open } = decodeLabels(spec['selector'], decoding, ['spec', 'selector']);
  if (open || unknown.length > 0) return undefined;
  const type = asString(spec['type']) || 'ClusterIP';
  const selecting = Object.keys(labels).length > 0 && type !== 'ExternalName';
  const ports: ServicePort[] = [];
  for (const [index, item] of asList(spec['ports']).entries()) {
    const port = decodeServicePort(item);
    if (port === 'placeholder') decoding.placeholder(['spec', 'ports', index]);
    else if (port !== undefined) ports.push(port);
  }
  const own = knownLabels(asMap(object['metadata'])['labels']);
  const externalTrafficPolicy = asString(spec['externalTrafficPolicy']);
  return {
    namespace,
    name,
    ...(selecting && { selector: labels }),
    type,
    ...(Object.keys(own).length > 0 && { labels: own }),
    clusterIPs: clusterAddresses(spec),
    ...(asString(spec['clusterIP']) === 'None' && { headless: true }),
    ...(externalTrafficPolicy !== '' && { externalTrafficPolicy }),
    ports,
  };
}

/** `None` marks a headless Service and is no address. */
function clusterAddresses(spec: JsonMap): readonly string[] {
  const written = [...asList(spec['clusterIPs']), spec['clusterIP'] ?? null].map((item) => asString(item));
  return [...new Set(written.filter((address) => address !== '' && address !== 'None'))];
}

function decodeServicePort(value: JsonValue): ServicePort | 'placeholder' | undefined {
  const { name, protocol, port, targetPort, nodePort } = asMap(value);
  if ([name, protocol, port, targetPort].some((part) => typeof part === 'string' && isPlaceholder(part)))
    return 'placeholder';
  const known = decodeProtocol(protocol);
  if (typeof port !== 'number' || known === undefined) return undefined;
  return {
    ...(typeof name === 'string' && name !== '' && { name }),
    protocol: known,
    port,
    ...((typeof targetPort === 'number' || typeof targetPort === 'string') && { targetPort }),
    ...(typeof nodePort === 'number' && { nodePort }),
  };
}
