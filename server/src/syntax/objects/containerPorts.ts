import type { FieldPath, JsonValue } from '../../model/manifest.ts';
import { PROTOCOLS } from '../../model/networkPolicy.ts';
import type { Protocol } from '../../model/networkPolicy.ts';
import type { ContainerPort } from '../../model/workload.ts';
import type { Decoding } from './decoding.ts';
import type { JsonMap } from './jsonAccess.ts';
import { asList, asMap, isJsonMap } from './jsonAccess.ts';
import { isPlaceholder } from './placeholder.ts';

/**
 * The ports that a pod's containers declare, in the order in which a name is looked up: containers first, then the
 * init containers that keep running beside them (restartPolicy Always, KEP-753). Other init containers are over
 * before the pod serves anything. `incomplete`: a port cannot be read (a placeholder, a wrong type), so that names
 * may be missing.
 */
export function decodeContainerPorts(
  podSpec: JsonMap,
  decoding: Decoding,
  at: FieldPath,
): { readonly ports: readonly ContainerPort[]; readonly incomplete: boolean } {
  const ports: ContainerPort[] = [];
  let incomplete = false;
  for (const list of ['containers', 'initContainers'] as const) {
    for (const [index, item] of asList(podSpec[list]).entries()) {
      const container = asMap(item);
      if (list === 'initContainers' && container['restartPolicy'] !== 'Always') continue;
      const written = container['ports'] ?? null;
      const portsAt = [...at, list, index, 'ports'];
      if (written !== null && !Array.isArray(written)) {
        incomplete = true;
        notePlaceholders([written], decoding, portsAt);
      }
      for (const [portIndex, port] of asList(written).entries()) {
        const decoded = decodePort(port);
        if (decoded === 'none') continue;
        if (decoded !== undefined) ports.push(decoded);
        else {
          incomplete = true;
          notePlaceholders([port, ...Object.values(asMap(port))], decoding, [...portsAt, portIndex]);
        }
      }
    }
  }
  return { ports: decoding.ports(ports), incomplete };
}

function notePlaceholders(values: readonly JsonValue[], decoding: Decoding, at: FieldPath): void {
  if (values.some((value) => typeof value === 'string' && isPlaceholder(value))) decoding.placeholder(at);
}

/** Undefined where it is not known which port this is; `none` where no number is written, hence no port opened. */
function decodePort(value: JsonValue): ContainerPort | 'none' | undefined {
  const { name, containerPort, protocol } = asMap(value);
  if (isJsonMap(value) && (containerPort === undefined || containerPort === null)) return 'none';
  const known = decodeProtocol(protocol);
  if (typeof containerPort !== 'number' || known === undefined) return undefined;
  if (name === undefined || name === null || name === '') return { port: containerPort, protocol: known };
  return typeof name === 'string' && !isPlaceholder(name) ? { name, port: containerPort, protocol: known } : undefined;
}

/** Absent, null and empty mean TCP; undefined for a protocol that does not exist. */
export function decodeProtocol(value: JsonValue | undefined): Protocol | undefined {
  if (value === undefined || value === null || value === '') return 'TCP';
  return PROTOCOLS.find((protocol) => protocol === value);
}
