import { effectiveProtocol } from '../engine/defaulting.ts';
import type { PolicyPort } from '../model/networkPolicy.ts';
import type { ContainerPort } from '../model/workload.ts';
import { listSome } from './wording.ts';

/** More ports than this are not listed in a finding. */
const MOST = 4;

/** `8080/TCP, 9090/TCP and 2 more`: the numbers that containers declare, ascending. */
export function declaredPorts(ports: readonly ContainerPort[]): string {
  const texts = [...ports].sort((a, b) => a.port - b.port).map(({ port, protocol }) => `${port}/${protocol}`);
  return listSome([...new Set(texts)], MOST);
}

/** `` `http` (8080) and `metrics` (9090) ``: the names that containers declare; empty where they name none. */
export function declaredNames(ports: readonly ContainerPort[]): string {
  const texts = new Set(ports.flatMap(({ name, port }) => (name === undefined ? [] : [`\`${name}\` (${port})`])));
  const listed = [...texts];
  return listed.length === 2 ? listed.join(' and ') : listSome(listed, MOST);
}

/** A numeric entry that means one port. */
export function singleNumber(entry: PolicyPort): number | undefined {
  const { port, endPort = port, incomplete } = entry;
  return typeof port === 'number' && endPort === port && incomplete !== true ? port : undefined;
}

/** Whether a numeric entry (or one without a port) opens a port of a protocol. */
export function opens(entry: PolicyPort, protocol: string, number: number): boolean {
  const { port, endPort } = entry;
  if (effectiveProtocol(entry) !== protocol || typeof port === 'string') return false;
  return port === undefined || (port <= number && number <= (endPort ?? port));
}
