import type { FieldPath, JsonValue } from '../model/manifest.ts';
import { PROTOCOLS, type Protocol } from '../model/networkPolicy.ts';
import { portNameFaults } from '../syntax/apiServer/names.ts';
import type { Fault } from './decodeEnd.ts';
import type { IntentPort } from './intentFile.ts';

/** `all`, or a list of `5432/TCP`, `8000-8080/TCP`, `5432` (TCP), `http`. Undefined where anything is wrong, which is told. */
export function decodePorts(
  value: JsonValue,
  path: FieldPath,
  fault: Fault,
): readonly IntentPort[] | 'all' | undefined {
  if (value === 'all') return 'all';
  const items = Array.isArray(value) ? value : [value];
  if (items.length === 0) {
    fault(path, 'This list has no port: write one, such as 5432/TCP, or all.');
    return undefined;
  }
  const ports = items.flatMap((item, index) => {
    const at = Array.isArray(value) ? [...path, index] : path;
    return decodePort(item, at, fault) ?? [];
  });
  return ports.length === items.length ? ports : undefined;
}

function decodePort(value: JsonValue, path: FieldPath, fault: Fault): IntentPort | undefined {
  const text = typeof value === 'number' ? String(value) : value;
  const [, name = '', , protocol] = (typeof text === 'string' ? PORT.exec(text) : null) ?? [];
  const known = protocol === undefined ? undefined : PROTOCOLS.find((one) => one === protocol.toUpperCase());
  if (name === '' || (protocol !== undefined && known === undefined)) {
    fault(
      path,
      'Expected a port such as 5432/TCP, 8000-8080/TCP, 53/UDP or the name of one, or all; protocols are TCP, UDP and SCTP.',
    );
    return undefined;
  }
  if (!/^\d/.test(name)) return decodeName(name, known, path, fault);
  const [from = 0, to = from] = name.split('-').map(Number);
  if (from >= 1 && from <= to && to <= 65_535) return { protocol: known ?? 'TCP', from, to };
  fault(path, `${name} is no port: ports are numbers from 1 to 65535.`);
  return undefined;
}

function decodeName(
  name: string,
  protocol: Protocol | undefined,
  path: FieldPath,
  fault: Fault,
): IntentPort | undefined {
  if (portNameFaults(name).length === 0) return { name, ...(protocol === undefined ? {} : { protocol }) };
  fault(path, `${name} is no name of a port: write a number such as 5432/TCP, or a name such as http.`);
  return undefined;
}

const PORT = /^([a-z0-9-]+)(\/([A-Za-z]+))?$/;
