import { parseAddress } from './address.ts';
import { boundsAtOrBelow, contains } from './addressSet.ts';
import type { PeerSet } from './peerSpec.ts';

const NO_BLOCKS: ReadonlySet<number> = new Set();

/**
 * Finds the ipBlocks that hold an address. The bounds of all blocks cut the addresses into atoms that no block tells
 * apart; an address costs one search among the bounds, and the blocks of an atom are worked out once.
 */
export class BlockIndex {
  readonly #blocks: readonly PeerSet[];
  readonly #ipv4: Atoms<number>;
  readonly #ipv6: Atoms<bigint>;

  constructor(blocks: readonly PeerSet[]) {
    this.#blocks = blocks;
    this.#ipv4 = atoms(blocks.flatMap((block) => boundsOf(block).ipv4));
    this.#ipv6 = atoms(blocks.flatMap((block) => boundsOf(block).ipv6));
  }

  /** Ids of the blocks that hold one of the addresses; undefined where none of the texts is an address. */
  blocksOf(ips: readonly string[]): ReadonlySet<number> | undefined {
    let found: ReadonlySet<number> | undefined;
    for (const ip of ips) {
      const address = parseAddress(ip);
      if (address === undefined) continue;
      const blocks = address.family === 4 ? this.#at(this.#ipv4, address) : this.#at(this.#ipv6, address);
      found = found === undefined || found.size === 0 ? blocks : new Set([...found, ...blocks]);
    }
    return found;
  }

  #at<Bound extends number | bigint>(
    index: Atoms<Bound>,
    address: { readonly family: 4 | 6; readonly value: Bound },
  ): ReadonlySet<number> {
    const atom = boundsAtOrBelow(index.bounds, address.value);
    let blocks = index.blocks.get(atom);
    if (blocks === undefined) {
      const holders = this.#blocks.filter((block) => {
        const { addresses, maybeAddresses } = block;
        return contains(addresses, address as never) || contains(maybeAddresses, address as never);
      });
      blocks = holders.length === 0 ? NO_BLOCKS : new Set(holders.map(({ id }) => id));
      index.blocks.set(atom, blocks);
    }
    return blocks;
  }
}

interface Atoms<Bound extends number | bigint> {
  /** Ascending, without repetition. */
  readonly bounds: readonly Bound[];
  /** By how many bounds lie at or below the atom. */
  readonly blocks: Map<number, ReadonlySet<number>>;
}

function boundsOf({ addresses, maybeAddresses }: PeerSet): { ipv4: number[]; ipv6: bigint[] } {
  return {
    ipv4: [...addresses.ipv4, ...maybeAddresses.ipv4],
    ipv6: [...addresses.ipv6, ...maybeAddresses.ipv6],
  };
}

function atoms<Bound extends number | bigint>(bounds: readonly Bound[]): Atoms<Bound> {
  const distinct = [...new Set(bounds)].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  return { bounds: distinct, blocks: new Map() };
}
