import type { Direction } from '../model/networkPolicy.ts';
import { NO_ADDRESSES, isEmpty, type AddressSet } from './addressSet.ts';

/**
 * The pairs of workloads, and of a workload and external addresses, about which not everything is decided; workloads
 * by position. A bit per pair, and only for sources that have one.
 */
export class UnknownPairs {
  readonly #count: number;
  readonly #rows = new Map<number, Uint32Array>();
  readonly #external: Readonly<Record<Direction, Map<number, AddressSet>>> = { ingress: new Map(), egress: new Map() };

  constructor(count: number) {
    this.#count = count;
  }

  get isEmpty(): boolean {
    return this.#rows.size === 0 && this.#external.ingress.size === 0 && this.#external.egress.size === 0;
  }

  addPair(source: number, target: number): void {
    let row = this.#rows.get(source);
    if (row === undefined) this.#rows.set(source, (row = new Uint32Array((this.#count >>> 5) + 1)));
    row[target >>> 5] = (row[target >>> 5] as number) | (1 << (target & 31));
  }

  hasPair(source: number, target: number): boolean {
    const row = this.#rows.get(source);
    return row !== undefined && (((row[target >>> 5] as number) >>> (target & 31)) & 1) === 1;
  }

  /** Ascending by source, then by target. */
  forEachPair(visit: (source: number, target: number) => void): void {
    for (const [source, row] of [...this.#rows].sort(([a], [b]) => a - b)) {
      row.forEach((word, at) => {
        for (let rest = word >>> 0; rest !== 0; rest = (rest & (rest - 1)) >>> 0) {
          visit(source, at * 32 + 31 - Math.clz32(rest & -rest));
        }
      });
    }
  }

  /** Addresses to which (`egress`) or from which (`ingress`) a workload's traffic is undecided. */
  addExternal(workload: number, direction: Direction, addresses: AddressSet): void {
    if (!isEmpty(addresses)) this.#external[direction].set(workload, addresses);
  }

  external(workload: number, direction: Direction): AddressSet {
    return this.#external[direction].get(workload) ?? NO_ADDRESSES;
  }
}
