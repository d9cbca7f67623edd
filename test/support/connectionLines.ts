/**
 * Puts our connections and netpol-analyzer's lines into one form: `from → to: PROTOCOL ports`, with the external ranges
 * of the same ends and ports merged, since that program cuts them at every edge of every policy.
 */
import { parseAddress, parseCidr } from '../../server/src/engine/address.ts';
import { toCidrs, unionAll, type AddressSet } from '../../server/src/engine/addressSet.ts';
import type { ReachConnection, ReachEnd } from '../../server/src/engine/reachability.ts';
import type { Connections } from '../../server/src/model/verdict.ts';
import { PROTOCOLS, type Protocol } from '../../server/src/model/networkPolicy.ts';

interface Line {
  readonly from: string | AddressSet;
  readonly to: string | AddressSet;
  readonly connections: string;
}

export function connectionLines(connections: readonly ReachConnection[]): string[] {
  return merged(
    connections.map((connection) => ({
      from: endOf(connection.from),
      to: endOf(connection.to),
      connections: connectionsText(connection.connections),
    })),
  );
}

export function expectedLines(
  lines: readonly { readonly src: string; readonly dst: string; readonly conns: string }[],
): string[] {
  return merged(
    lines.map(({ src, dst, conns }) => ({
      from: peerOf(src),
      to: peerOf(dst),
      connections: connectionsText(parseConnections(conns)),
    })),
  );
}

export function connectionsText(connections: Connections): string {
  return connections
    .map(({ protocol, ranges }) => `${protocol} ${ranges.map(({ from, to }) => `${from}-${to}`).join(',')}`)
    .join(' ');
}

/** `All Connections`, `No Connections` or `TCP 80,90-95,UDP 53`, in any order of protocols. */
export function parseConnections(text: string): Connections {
  if (text === 'No Connections') return [];
  const all = [{ from: 1, to: 65_535 }];
  if (text === 'All Connections') return PROTOCOLS.map((protocol) => ({ protocol, ranges: all }));
  const ranges = new Map<Protocol, { from: number; to: number }[]>();
  let current: Protocol = 'TCP';
  for (const part of text.split(',')) {
    const [, protocol, from, to] = /^(?:([A-Z]+) )?(\d+)(?:-(\d+))?$/.exec(part) as unknown as string[];
    if (protocol !== undefined) current = protocol as Protocol;
    const list = ranges.get(current) ?? [];
    list.push({ from: Number(from), to: Number(to ?? from) });
    ranges.set(current, list);
  }
  return PROTOCOLS.flatMap((protocol) => {
    const list = ranges.get(protocol);
    return list === undefined ? [] : [{ protocol, ranges: list.sort((a, b) => a.from - b.from) }];
  });
}

/** A workload's name, or the addresses of `a.b.c.d-e.f.g.h[External]`. */
export function peerOf(name: string): string | AddressSet {
  const range = /^([\d.]+)-([\d.]+)\[External\]$/.exec(name);
  if (range === null) return name;
  const [start, end] = [parseAddress(range[1] as string), parseAddress(range[2] as string)];
  return { ipv4: [Number(start?.value), Number(end?.value) + 1], ipv6: [] };
}

export function endOf(end: ReachEnd): string | AddressSet {
  if (typeof end === 'string') return end;
  return unionAll(
    end.cidrs.map((cidr) => {
      const block = parseCidr(cidr);
      if (block === undefined) throw new Error(`not a CIDR: ${cidr}`);
      return block.family === 4
        ? { ipv4: [block.start, block.end], ipv6: [] }
        : { ipv4: [], ipv6: [block.start, block.end] };
    }),
  );
}

function merged(lines: readonly Line[]): string[] {
  const texts: string[] = [];
  const external = new Map<string, AddressSet[]>();
  for (const { from, to, connections } of lines) {
    if (typeof from === 'string' && typeof to === 'string') texts.push(`${from} → ${to}: ${connections}`);
    else {
      const key = typeof from === 'string' ? `${from} → *: ${connections}` : `* → ${to as string}: ${connections}`;
      const addresses = (typeof from === 'string' ? to : from) as AddressSet;
      external.set(key, [...(external.get(key) ?? []), addresses]);
    }
  }
  for (const [key, sets] of external) texts.push(key.replace('*', toCidrs(unionAll(sets)).join(' ')));
  return texts.sort();
}
