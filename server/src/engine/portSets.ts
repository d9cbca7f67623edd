import { PROTOCOLS, type Protocol } from '../model/networkPolicy.ts';
import type { Connections, PortRange } from '../model/verdict.ts';

/** Names a set of ports in the `PortSets` that made it. Equal sets have equal ids. */
export type PortSetId = number;

/** No port of any protocol. */
export const NO_PORTS: PortSetId = 0;
/** Ports 1–65535 of TCP, UDP and SCTP. */
export const ALL_PORTS: PortSetId = 1;

export const LAST_PORT = 65_535;

/** Per protocol, in the order of `PROTOCOLS`, the bounds `from, to, from, to, …` of closed intervals. */
type Bounds = readonly [readonly number[], readonly number[], readonly number[]];

const FULL: readonly number[] = [1, LAST_PORT];

/**
 * Hash-consed sets of (protocol, port): a cluster uses a few hundred different ones, so that pairs of pods are
 * compared, joined and cut by looking up two small integers.
 */
export class PortSets {
  readonly #bounds: Bounds[] = [];
  readonly #connections: (Connections | undefined)[] = [];
  readonly #ids = new Map<string, PortSetId>();
  readonly #memo = new Map<number, PortSetId>();

  constructor() {
    this.#intern([[], [], []]);
    this.#intern([FULL, FULL, FULL]);
  }

  get size(): number {
    return this.#bounds.length;
  }

  /** The closed range of one protocol, clipped to 1–65535. */
  range(protocol: Protocol, from: number, to: number): PortSetId {
    const first = Math.max(1, from);
    const last = Math.min(LAST_PORT, to);
    if (!(first <= last)) return NO_PORTS;
    const range = [first, last];
    return this.#intern([
      protocol === 'TCP' ? range : [],
      protocol === 'UDP' ? range : [],
      protocol === 'SCTP' ? range : [],
    ]);
  }

  union(a: PortSetId, b: PortSetId): PortSetId {
    if (a === b || b === NO_PORTS || a === ALL_PORTS) return a;
    if (a === NO_PORTS || b === ALL_PORTS) return b;
    return this.#combine(a < b ? a : b, a < b ? b : a, 0);
  }

  intersect(a: PortSetId, b: PortSetId): PortSetId {
    if (a === b || a === NO_PORTS || b === ALL_PORTS) return a;
    if (b === NO_PORTS || a === ALL_PORTS) return b;
    return this.#combine(a < b ? a : b, a < b ? b : a, 1);
  }

  /** What is in `a` and not in `b`. */
  subtract(a: PortSetId, b: PortSetId): PortSetId {
    if (a === b || a === NO_PORTS || b === ALL_PORTS) return NO_PORTS;
    if (b === NO_PORTS) return a;
    return this.#combine(a, b, 2);
  }

  has(id: PortSetId, protocol: Protocol, port: number): boolean {
    const bounds = this.#boundsOf(id)[PROTOCOLS.indexOf(protocol)] as readonly number[];
    for (let at = 0; at < bounds.length; at += 2) {
      if (port >= (bounds[at] as number) && port <= (bounds[at + 1] as number)) return true;
    }
    return false;
  }

  /** The same object for the same id, so that a consumer can cache what it makes of it. */
  connections(id: PortSetId): Connections {
    return (this.#connections[id] ??= toConnections(this.#boundsOf(id)));
  }

  /** The id of ports that another `PortSets` made. */
  fromConnections(connections: Connections): PortSetId {
    const lists: [number[], number[], number[]] = [[], [], []];
    for (const { protocol, ranges } of connections) {
      lists[PROTOCOLS.indexOf(protocol)] = ranges.flatMap(({ from, to }) => [from, to]);
    }
    return this.#intern(lists);
  }

  #combine(a: PortSetId, b: PortSetId, operation: 0 | 1 | 2): PortSetId {
    // Exact as long as there are fewer than 2^25 sets; they would not fit in memory.
    const key = (a * 2 ** 25 + b) * 3 + operation;
    const known = this.#memo.get(key);
    if (known !== undefined) return known;
    const boundsA = this.#boundsOf(a);
    const boundsB = this.#boundsOf(b);
    const combined = this.#intern([
      combineBounds(boundsA[0], boundsB[0], operation),
      combineBounds(boundsA[1], boundsB[1], operation),
      combineBounds(boundsA[2], boundsB[2], operation),
    ]);
    this.#memo.set(key, combined);
    return combined;
  }

  #intern(bounds: Bounds): PortSetId {
    const text = `${bounds[0].join()};${bounds[1].join()};${bounds[2].join()}`;
    let id = this.#ids.get(text);
    if (id === undefined) {
      id = this.#bounds.push(bounds) - 1;
      this.#ids.set(text, id);
    }
    return id;
  }

  #boundsOf(id: PortSetId): Bounds {
    return this.#bounds[id] as Bounds;
  }
}

/** Walks both lists at once; a closed interval from..to toggles membership at `from` and after `to`. */
function combineBounds(a: readonly number[], b: readonly number[], operation: 0 | 1 | 2): number[] {
  const bounds: number[] = [];
  let i = 0;
  let j = 0;
  let inside = false;
  while (i < a.length || j < b.length) {
    const nextA = toggle(a, i);
    const nextB = toggle(b, j);
    const at = Math.min(nextA, nextB);
    if (nextA === at) i += 1;
    if (nextB === at) j += 1;
    const inA = i % 2 === 1;
    const inB = j % 2 === 1;
    const keep = operation === 0 ? inA || inB : operation === 1 ? inA && inB : inA && !inB;
    if (keep !== inside) {
      bounds.push(inside ? at - 1 : at);
      inside = keep;
    }
  }
  return bounds;
}

function toggle(bounds: readonly number[], at: number): number {
  const bound = bounds[at];
  if (bound === undefined) return Infinity;
  return at % 2 === 0 ? bound : bound + 1;
}

function toConnections(bounds: Bounds): Connections {
  return PROTOCOLS.flatMap((protocol, index) => {
    const list = bounds[index] as readonly number[];
    const ranges: PortRange[] = [];
    for (let at = 0; at < list.length; at += 2) ranges.push({ from: list[at] as number, to: list[at + 1] as number });
    return ranges.length === 0 ? [] : [{ protocol, ranges }];
  });
}
