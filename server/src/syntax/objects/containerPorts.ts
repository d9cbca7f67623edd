import type { JsonValue } from '../../model/manifest.ts';
import { PROTOCOLS } from '../../model/networkPolicy.ts';
import type { Protocol } from '../../model/networkPolicy.ts';
import type { ContainerPort } from '../../model/workload.ts';
import type { Decoding } from './decoding.ts';
import type { JsonMap } from './jsonAccess.ts';
import { asList, asMap } from './jsonAccess.ts';
import { isPlaceholder } from './placeholder.ts';

/**
 * The ports that a pod's containers declare, in the order in which a name is looked up: containers first, then the
 * init containers that keep running beside them (restartPolicy Always, KEP-753). Other init containers are over
 * before the pod serves anything. `incomplete`: a placeholder stands in a port, so that names may be missing.
 */
export function decodeContainerPorts(
  podSpec: JsonMap,
  decoding: Decoding,
  at: readonly (string | number)[],
): { readonly ports: readonly ContainerPort[]; readonly incomplete: boolean } {
  const ports: ContainerPort[] = [];
  let incomplete = false;
  for (const list of ['containers', 'initContainers'] as const) {
    for (const [index, item] of asList(podSpec[list]).entries()) {
      const container = asMap(item);
      if (list === 'initContainers' && container['restartPolicy'] !== 'Always') continue;
      const written = container['ports'];
      if (typeof written === 'string' && isPlaceholder(written)) {
        decoding.placeholder([...at, list, index, 'ports']);
        incomplete = true;
      }
      for (const [portIndex, port] of asList(written).entries()) {
        const decoded = decodePort(port);
        if (decoded === 'placeholder') {
          decoding.placeholder([...at, list, index, 'ports', portIndex]);
          incomplete = true;
        } else if (decoded !== undefined) ports.push(decoded);
      }
    }
  }
  return { ports: decoding.ports(ports), incomplete };
}

function decodePort(value: JsonValue): ContainerPort | 'placeholder' | undefined {
  if (typeof value === 'string') return isPlaceholder(value) ? 'placeholder' : undefined;
  const { name, containerPort, protocol } = asMap(value);
  for (const field of [name, containerPort, protocol]) {
    if (typeof field === 'string' && isPlaceholder(field)) return 'placeholder';
  }
  if (typeof containerPort !== 'number') return undefined;
  const known = decodeProtocol(protocol);
  if (known === undefined) return undefined;
  return typeof name === 'string' && name !== ''
    ? { name, port: containerPort, protocol: known }
    : { port: containerPort, protocol: known };
}

/** Absent, null and empty mean TCP; undefined for a protocol that does not exist. */
export function decodeProtocol(value: JsonValue | undefined): Protocol | undefined {
  if (value === undefined || value === null || value === '') return 'TCP';
  return PROTOCOLS.find((protocol) => protocol === value);
}
