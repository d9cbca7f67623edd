import type { Facts } from './facts.ts';
import { NO } from './match.ts';
import type { PeerSet } from './peerSpec.ts';
import type { RowEntry } from './policyRow.ts';

/** Classes by which of some entries mean them: classes of one group get the same ports from any row of these entries. */
export interface PeerPartition {
  /** Group by class id; 0 for classes that no entry means in particular. Valid until the next partition is made. */
  readonly groupOf: Int32Array;
  /** Ids of the classes that are not in group 0. */
  readonly named: readonly number[];
}

interface Scratch {
  groupOf: Int32Array;
  named: number[];
}

const scratches = new WeakMap<Facts, Scratch>();

/**
 * Refines one group into more, entry by entry: first by `naming`, whose classes become the named ones, then those by
 * `refining`. Costs the classes that the entries name, not all classes.
 */
export function partitionPeers(
  facts: Facts,
  naming: readonly RowEntry[],
  refining: readonly RowEntry[],
): PeerPartition {
  const { groupOf, named } = cleanScratch(facts);
  const refined = new Map<number, number>();
  let groups = 1;
  let question = 0;
  let lastOld = -1;
  let lastNew = 0;
  const refine = (id: number, old: number): void => {
    if (old !== lastOld) {
      const key = old * 2 ** 24 + question;
      lastOld = old;
      lastNew = refined.get(key) ?? groups++;
      refined.set(key, lastNew);
    }
    groupOf[id] = lastNew;
  };
  const ask = (visit: () => void): void => {
    question += 1;
    lastOld = -1;
    visit();
  };
  const namingPeers = peersOf(naming);
  for (const peer of namingPeers) {
    facts.peers.update(peer);
    for (const { ids } of peer.others === NO ? [peer.yes, peer.maybe] : [peer.yes]) {
      ask(() => {
        for (const id of ids) {
          const old = groupOf[id] as number;
          if (old === 0) named.push(id);
          refine(id, old);
        }
      });
    }
  }
  for (const peer of peersOf(refining)) {
    if (namingPeers.has(peer)) continue;
    facts.peers.update(peer);
    for (const set of [peer.yes, peer.maybe]) {
      ask(() => {
        // Whichever are fewer: the ids of the set, or those that are to be refined.
        const [ids, has] = set.size < named.length ? [set.ids, undefined] : [named, set];
        for (const id of ids) {
          const old = groupOf[id] as number;
          if (old !== 0 && has?.has(id) !== false) refine(id, old);
        }
      });
    }
  }
  return { groupOf, named };
}

function peersOf(entries: readonly RowEntry[]): ReadonlySet<PeerSet> {
  return new Set(entries.map(({ peer }) => peer));
}

/** One array for all partitions of a cluster, because most edits touch a handful of a large number of classes. */
function cleanScratch(facts: Facts): Scratch {
  const size = facts.classes.classes.length;
  let scratch = scratches.get(facts);
  if (scratch === undefined || scratch.groupOf.length < size) {
    scratch = { groupOf: new Int32Array(size + (size >>> 1)), named: [] };
    scratches.set(facts, scratch);
  }
  for (const id of scratch.named) scratch.groupOf[id] = 0;
  scratch.named = [];
  return scratch;
}
