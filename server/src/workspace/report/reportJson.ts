import { portList } from '../../analysis/wording.ts';
import type { UnknownEntry } from '../../engine/unknownEntries.ts';
import type { Connections } from '../../model/verdict.ts';

/** cli-contract, Names: `[{ "protocol": "TCP", "ports": "80,90-95" }]`. */
export function jsonConnections(connections: Connections): { protocol: string; ports: string }[] {
  return connections.map(({ protocol, ranges }) => ({ protocol, ports: portList(ranges) }));
}

export function jsonUnknown({ subject, direction, from, to, why }: UnknownEntry): object {
  return { subject, direction, from, to, why };
}
