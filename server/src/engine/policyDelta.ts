import type { Direction } from '../model/networkPolicy.ts';
import { alignFeatures } from './alignFeatures.ts';
import { directionCauses, type ChangeCause } from './changeCauses.ts';
import { allEntries, changedTargets, getOrMake, othersChange, type ChangedTargets } from './changedTargets.ts';
import { decidingRow, type CompiledCluster } from './compiledCluster.ts';
import { DeltaRectangles, type DeltaRectangle } from './deltaRectangles.ts';
import { isUnclear, portsOf, someAddress, type Endpoint } from './endpoint.ts';
import { pairPorts } from './pairPorts.ts';
import { partitionPeers, type PeerPartition } from './peerPartition.ts';
import { rowsIndex, type RowBucket, type RowsIndex } from './rowsIndex.ts';
import type { PodClass } from './podClass.ts';
import { OPEN_ROW, type Row } from './policyRow.ts';
import { addressChanges, gainedAndLost, isSame, sameRange, type BoundedPieces, type PortChange } from './portChange.ts';
import { bothDirections, rowPorts } from './rowPorts.ts';
import { classPieces } from './workloadExternals.ts';

export interface PolicyDelta {
  readonly rectangles: readonly DeltaRectangle[];
  /** The version in which the classes of the rectangles have pods. */
  readonly cluster: CompiledCluster;
}

/**
 * The delta between two versions of one cluster that differ in policies only (`after` comes from `before` by
 * `withEdit`, or the other way round). Undefined where they are not comparable so: compiled apart, or with other pods
 * or namespaces; `diffClusters` compares those.
 */
export function policyDelta(before: CompiledCluster, after: CompiledCluster): PolicyDelta | undefined {
  if (before.facts !== after.facts) return undefined;
  const old = alignFeatures(before, after.features);
  const now = alignFeatures(after, before.features);
  for (const id of old.classes.differences(now.classes)) {
    if (old.classes.get(id)?.pods !== now.classes.get(id)?.pods) return undefined;
  }
  return { rectangles: new DeltaBuilder(old, now).build(), cluster: now };
}

/** What the changed policies let through between a group of targets and peers that they treat alike. */
interface OwnChange extends PortChange {
  readonly causes: () => readonly ChangeCause[];
}

/** From so many peers on, the index of rows is used instead of asking peer by peer. */
const MANY_PEERS = 64;

class DeltaBuilder {
  readonly #before: CompiledCluster;
  readonly #after: CompiledCluster;
  /** Classes whose ingress rows changed: their pairs are told once, from the ingress side. */
  readonly #ingressChanged = new Set<number>();
  readonly #rectangles: DeltaRectangles;
  /** By the direction of the targets: the peers' rows in the opposite one. */
  readonly #indexes: Partial<Record<Direction, RowsIndex>> = {};

  constructor(before: CompiledCluster, after: CompiledCluster) {
    this.#before = before;
    this.#after = after;
    this.#rectangles = new DeltaRectangles(after.facts.ports);
  }

  build(): readonly DeltaRectangle[] {
    const ingress = changedTargets(this.#before, this.#after, 'ingress');
    const egress = changedTargets(this.#before, this.#after, 'egress');
    for (const { classes } of ingress) for (const { id } of classes) this.#ingressChanged.add(id);
    for (const targets of ingress) this.#addTargets(targets, 'ingress');
    for (const targets of egress) this.#addTargets(targets, 'egress');
    return this.#rectangles.list();
  }

  #addTargets(targets: ChangedTargets, direction: Direction): void {
    const { classes, facts } = this.#after;
    const all = allEntries(targets);
    const others = othersChange(targets);
    const partition = others ? partitionPeers(facts, all, []) : partitionPeers(facts, targets.entries ?? [], all);
    const own = this.#ownChanges(targets, direction, partition);
    const unclear = targets.classes[0]?.kind === 'hostNetwork';
    for (const id of facts.classes.hostNetworkClasses) {
      const peer = classes.get(id)?.podClass;
      if (peer !== undefined) this.#addPeer(targets, direction, peer, own(peer));
    }
    if (!unclear && (others || partition.named.length > MANY_PEERS)) {
      this.#addByRows(targets, direction, partition, own);
    } else if (others) {
      classes.forEach(({ podClass }) => this.#addOrdinaryPeer(targets, direction, podClass, own));
    } else {
      for (const id of partition.named) {
        const peer = classes.get(id)?.podClass;
        if (peer !== undefined) this.#addOrdinaryPeer(targets, direction, peer, own);
      }
    }
    this.#addExternal(targets, direction);
  }

  /** The change by group of peers, and by their named ports where they are the destination; computed when asked for. */
  #ownChanges(
    targets: ChangedTargets,
    direction: Direction,
    { groupOf }: PeerPartition,
  ): (peer: PodClass) => OwnChange {
    const { facts } = this.#after;
    const target = targets.classes[0] as PodClass;
    const known = new Map<number, OwnChange>();
    return (peer) => {
      const key = (groupOf[peer.id] as number) * 2 ** 20 + (direction === 'egress' ? peer.ports.id : 0);
      return getOrMake(known, key, () => {
        const destination = direction === 'ingress' ? target.ports : peer.ports;
        const before = rowPorts(facts, targets.before, endpoint(peer), destination);
        const after = rowPorts(facts, targets.after, endpoint(peer), destination);
        return {
          before,
          after,
          causes: once(() => this.#causes(direction, target, endpoint(peer), { before, after })),
        };
      });
    };
  }

  #addOrdinaryPeer(
    targets: ChangedTargets,
    direction: Direction,
    peer: PodClass,
    own: (peer: PodClass) => OwnChange,
  ): void {
    if (peer.kind === 'hostNetwork') return;
    const change = own(peer);
    if (!isSame(change)) this.#addPeer(targets, direction, peer, change);
  }

  /** All pairs of some targets with one class of peers. */
  #addPeer(targets: ChangedTargets, direction: Direction, peer: PodClass, own: OwnChange): void {
    const unclear = targets.classes[0]?.kind === 'hostNetwork' || peer.kind === 'hostNetwork';
    const rows = this.#rowsOf(peer, opposite(direction));
    for (const target of targets.classes) {
      const change = unclear
        ? this.#pairChange(direction, target, peer)
        : this.#joinedChange(direction, target, peer, own, rows);
      if (change !== undefined) this.#rectangles.addPods(direction, [target], [peer.id], change, own.causes);
    }
  }

  /** As `#addPeer` for all peers whose rows say something of the targets. */
  #addByRows(
    targets: ChangedTargets,
    direction: Direction,
    { groupOf }: PeerPartition,
    own: (peer: PodClass) => OwnChange,
  ): void {
    const { classes, facts } = this.#after;
    const index = (this.#indexes[direction] ??= rowsIndex(this.#before, this.#after, opposite(direction)));
    for (const id of index.outdated) {
      const peer = classes.get(id)?.podClass;
      if (peer !== undefined) this.#addOrdinaryPeer(targets, direction, peer, own);
    }
    const visit = (bucket: RowBucket, among: readonly PodClass[], rows: { before: Row; after: Row }): void => {
      for (const ids of splitByGroup(bucket.ids, groupOf, index.outdated)) {
        const peer = facts.classes.classes[ids[0] as number] as PodClass;
        const change = own(peer);
        if (isSame(change)) continue;
        if (bucket.row.kind === 'open') this.#rectangles.addPods(direction, among, ids, change, change.causes);
        else {
          for (const target of among) {
            const joined = this.#joinedChange(direction, target, peer, change, rows);
            if (joined !== undefined) this.#rectangles.addPods(direction, [target], ids, joined, change.causes);
          }
        }
      }
    };
    for (const bucket of index.always) visit(bucket, targets.classes, { before: bucket.row, after: bucket.row });
    for (const target of targets.classes) {
      const visited = new Set<RowBucket>();
      for (const peer of facts.peers.peersOf(target.id)) {
        for (const bucket of index.byPeer.get(peer.id) ?? []) {
          if (visited.has(bucket)) continue;
          visited.add(bucket);
          visit(bucket, [target], { before: bucket.row, after: bucket.row });
        }
      }
    }
  }

  /** Both directions of a pair, where the ports of the changed one are known. */
  #joinedChange(
    direction: Direction,
    target: PodClass,
    peer: PodClass,
    own: PortChange,
    rows: { readonly before: Row; readonly after: Row },
  ): PortChange | undefined {
    const { facts } = this.#after;
    const destination = direction === 'ingress' ? target : peer;
    const end = endpoint(target);
    const other = rowPorts(facts, rows.before, end, destination.ports);
    const otherAfter = rows.after === rows.before ? other : rowPorts(facts, rows.after, end, destination.ports);
    if (direction === 'egress' && !sameRange(other, otherAfter)) return undefined;
    return { before: bothDirections(facts, own.before, other), after: bothDirections(facts, own.after, otherAfter) };
  }

  /** A pair with a pod on its node's network, in both ways in which a plug-in may treat it. */
  #pairChange(direction: Direction, target: PodClass, peer: PodClass): PortChange | undefined {
    const [source, destination] = (direction === 'ingress' ? [peer, target] : [target, peer]).map(endpoint) as [
      Endpoint,
      Endpoint,
    ];
    if (direction === 'egress' && this.#toldFromIngress(source, destination)) return undefined;
    return {
      before: pairPorts(this.#before, source, destination),
      after: pairPorts(this.#after, source, destination),
    };
  }

  #toldFromIngress(source: Endpoint, destination: Endpoint): boolean {
    if (destination.kind !== 'pods' || !this.#ingressChanged.has(destination.podClass.id)) return false;
    if (isUnclear(source)) return true;
    const rows = this.#rowsOf(destination.podClass, 'ingress');
    const named = portsOf(destination);
    const { facts } = this.#after;
    return !sameRange(rowPorts(facts, rows.before, source, named), rowPorts(facts, rows.after, source, named));
  }

  #causes(direction: Direction, target: PodClass, peer: Endpoint, change: PortChange): readonly ChangeCause[] {
    const { ports } = this.#after.facts;
    const { gained, lost } = gainedAndLost(ports, change);
    return directionCauses(
      direction,
      { cluster: this.#before, target: endpoint(target), peer },
      { cluster: this.#after, target: endpoint(target), peer },
      ports,
      gained,
      lost,
    );
  }

  #addExternal(targets: ChangedTargets, direction: Direction): void {
    const [target] = targets.classes as [PodClass];
    const pieces = (cluster: CompiledCluster): BoundedPieces => ({
      certain: classPieces(cluster, target, direction, 'certain'),
      possible: classPieces(cluster, target, direction, 'possible'),
    });
    for (const { addresses, change } of addressChanges(pieces(this.#before), pieces(this.#after))) {
      if (isSame(change)) continue;
      const causes = this.#causes(direction, target, someAddress(addresses), change);
      this.#rectangles.addExternal(direction, targets.classes, addresses, change, causes);
    }
  }

  #rowsOf({ id }: PodClass, direction: Direction): { readonly before: Row; readonly after: Row } {
    const old = this.#before.classes.get(id);
    const now = this.#after.classes.get(id);
    const before = old === undefined ? OPEN_ROW : decidingRow(this.#before, old, direction);
    if (old === now && this.#before.layers === this.#after.layers) return { before, after: before };
    return { before, after: now === undefined ? OPEN_ROW : decidingRow(this.#after, now, direction) };
  }
}

function endpoint(podClass: PodClass): Endpoint {
  return { kind: 'pods', podClass, name: '' };
}

/** Lists of ids of one group each; ids to leave out are in no list. */
function splitByGroup(
  ids: readonly number[],
  groupOf: Int32Array,
  without: ReadonlySet<number>,
): Iterable<readonly number[]> {
  const lists = new Map<number, number[]>();
  const complete = without.size === 0;
  let lastGroup = -1;
  let last: number[] = [];
  for (const id of ids) {
    if (!complete && without.has(id)) continue;
    const group = groupOf[id] as number;
    // Neighbours mostly are of one group.
    if (group !== lastGroup) {
      lastGroup = group;
      last = getOrMake(lists, group, () => []);
    }
    last.push(id);
  }
  return lists.values();
}

function opposite(direction: Direction): Direction {
  return direction === 'ingress' ? 'egress' : 'ingress';
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
