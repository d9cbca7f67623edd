import type { Direction } from '../model/networkPolicy.ts';
import { getOrMake } from './changedTargets.ts';
import { decidingRow, type CompiledCluster } from './compiledCluster.ts';
import { NO } from './match.ts';
import type { PodClass } from './podClass.ts';
import type { Row } from './policyRow.ts';

/** Classes that one row decides about and whose named ports are the same. */
export interface RowBucket {
  readonly row: Row;
  readonly first: PodClass;
  readonly ids: readonly number[];
}

/**
 * For one direction, the classes by their rows, and the rows by the peers that they name. A delta looks up which of
 * thousands of rows name a pod at all. Pods on their node's network are left out.
 */
export interface RowsIndex {
  /** Rows that decide about every peer: open ones, and those with a rule for everyone. */
  readonly always: readonly RowBucket[];
  /** The other rows by the ids of the peers that they name. */
  readonly byPeer: ReadonlyMap<number, readonly RowBucket[]>;
  /** Classes whose rows are no longer the ones here: they have to be asked one by one. */
  readonly outdated: ReadonlySet<number>;
}

/** So many outdated classes, or such a part of all, make a new index worth while. */
const OUTDATED_AT_LEAST = 64;
const OUTDATED_PART = 16;

const indexes: Readonly<Record<Direction, WeakMap<CompiledCluster, RowsIndex>>> = {
  ingress: new WeakMap(),
  egress: new WeakMap(),
};

/**
 * The index for a delta of two versions: a class that is not outdated has the row that it is listed under in both. It is
 * derived from the index of the older version where few classes differ, and built anew where many do.
 */
export function rowsIndex(before: CompiledCluster, after: CompiledCluster, direction: Direction): RowsIndex {
  if (before.layers !== after.layers) return outdating(buildIndex(after, direction), before, after, direction);
  const cached = indexes[direction];
  let old = cached.get(before);
  if (old === undefined) cached.set(before, (old = buildIndex(before, direction)));
  const derived = outdating(old, before, after, direction);
  const most = Math.max(OUTDATED_AT_LEAST, after.stats.classes / OUTDATED_PART);
  // The next delta starts from `after`; where its index would be outdated too far, that delta builds a new one.
  if (derived.outdated.size <= most && !cached.has(after)) cached.set(after, derived);
  return derived;
}

function outdating(index: RowsIndex, before: CompiledCluster, after: CompiledCluster, direction: Direction): RowsIndex {
  const outdated = new Set(index.outdated);
  for (const id of before.classes.differences(after.classes)) {
    const [old, now] = [before.classes.get(id), after.classes.get(id)];
    const same = old !== undefined && now !== undefined && old[direction].row === now[direction].row;
    if (!same) outdated.add(id);
  }
  if (before.layers === after.layers) return { ...index, outdated };
  // Without a common list of layers any class may have another row.
  after.classes.forEach((_, id) => outdated.add(id));
  return { ...index, outdated };
}

function buildIndex(cluster: CompiledCluster, direction: Direction): RowsIndex {
  const buckets = new Map<Row, Map<number, { row: Row; first: PodClass; ids: number[] }>>();
  cluster.classes.forEach((state, id) => {
    const { podClass } = state;
    if (podClass.kind === 'hostNetwork') return;
    const row = decidingRow(cluster, state, direction);
    const kind = direction === 'ingress' ? podClass.ports.id : 0;
    const byKind = getOrMake(buckets, row, () => new Map<number, { row: Row; first: PodClass; ids: number[] }>());
    getOrMake(byKind, kind, () => ({ row, first: podClass, ids: [] })).ids.push(id);
  });
  const always: RowBucket[] = [];
  const byPeer = new Map<number, RowBucket[]>();
  for (const [row, byKind] of buckets) {
    const peers = row.kind === 'isolated' ? [...row.entries, ...row.possible].map(({ peer }) => peer) : undefined;
    const named = peers?.every(({ others }) => others === NO) === true ? new Set(peers) : undefined;
    for (const bucket of byKind.values()) {
      if (named === undefined) always.push(bucket);
      else for (const { id } of named) getOrMake(byPeer, id, () => []).push(bucket);
    }
  }
  return { always, byPeer, outdated: new Set() };
}
