import type { Direction } from '../model/networkPolicy.ts';
import type { Connections } from '../model/verdict.ts';
import { toCidrs, unionAll, type AddressSet } from './addressSet.ts';
import { alignFeatures } from './alignFeatures.ts';
import { directionCauses, type ChangeCause } from './changeCauses.ts';
import { changedTargets, getOrMake, namedPeers, othersChange, type ChangedTargets } from './changedTargets.ts';
import { decidingRow, type CompiledCluster } from './compiledCluster.ts';
import { isUnclear, portsOf, type Endpoint } from './endpoint.ts';
import { combinePieces } from './externalPorts.ts';
import { pairPorts } from './pairPorts.ts';
import type { PodClass } from './podClass.ts';
import { OPEN_ROW, type Row } from './policyRow.ts';
import type { PortRange } from './portSpecs.ts';
import { bothDirections, rowPorts } from './rowPorts.ts';
import { classPieces } from './workloadExternals.ts';

/**
 * What an edit of policies changes: for every pair of the two sides, the same ports before and after. Rectangles do not
 * overlap. `workloadsOfClasses` names the pods of a side.
 */
export interface DeltaRectangle {
  readonly from: DeltaSide;
  readonly to: DeltaSide;
  readonly before: DeltaPorts;
  readonly after: DeltaPorts;
  readonly causes: readonly ChangeCause[];
}

/** Ids of classes of pods, or addresses outside. */
export type DeltaSide =
  | { readonly kind: 'pods'; readonly classes: readonly number[] }
  | { readonly kind: 'external'; readonly cidrs: readonly string[] };

/** What certainly passes; `possible` where more may. */
export interface DeltaPorts {
  readonly certain: Connections;
  readonly possible?: Connections;
}

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

/** A bucket of peers that a group of targets treats alike. */
interface PeerBucket {
  readonly ids: number[];
  readonly peer: PodClass;
  readonly own: Change;
  readonly causes: () => readonly ChangeCause[];
}

interface Change {
  readonly before: PortRange;
  readonly after: PortRange;
}

interface Gathered extends Change {
  readonly from: number[];
  readonly to: readonly number[];
  readonly causes: readonly ChangeCause[];
}

class DeltaBuilder {
  readonly #before: CompiledCluster;
  readonly #after: CompiledCluster;
  readonly #ingress: readonly ChangedTargets[];
  readonly #egress: readonly ChangedTargets[];
  /** Classes whose ingress rows changed: their pairs are told once, from the ingress side. */
  readonly #ingressChanged = new Set<number>();
  readonly #gathered = new Map<string, Gathered>();
  readonly #rectangles: DeltaRectangle[] = [];
  #present: readonly PodClass[] | undefined;

  constructor(before: CompiledCluster, after: CompiledCluster) {
    this.#before = before;
    this.#after = after;
    this.#ingress = changedTargets(before, after, 'ingress');
    this.#egress = changedTargets(before, after, 'egress');
    for (const { classes } of this.#ingress) for (const { id } of classes) this.#ingressChanged.add(id);
  }

  build(): readonly DeltaRectangle[] {
    for (const targets of this.#ingress) {
      this.#addPods(targets, 'ingress');
      this.#addExternal(targets, 'ingress');
    }
    for (const targets of this.#egress) {
      this.#addPods(targets, 'egress');
      this.#addExternal(targets, 'egress');
    }
    for (const { from, to, before, after, causes } of this.#gathered.values()) {
      this.#rectangles.push({
        from: { kind: 'pods', classes: from },
        to: { kind: 'pods', classes: to },
        before: this.#ports(before),
        after: this.#ports(after),
        causes,
      });
    }
    return this.#rectangles;
  }

  #addPods(targets: ChangedTargets, direction: Direction): void {
    const opposite = direction === 'ingress' ? 'egress' : 'ingress';
    for (const bucket of this.#peerBuckets(targets, direction)) {
      const { peer } = bucket;
      const rows = this.#rowsOf(peer, opposite);
      const target = targets.classes[0] as PodClass;
      const unclear = peer.kind === 'hostNetwork' || target.kind === 'hostNetwork';
      const open = rows.before.kind === 'open' && rows.after.kind === 'open';
      if (open && !unclear) {
        this.#gather(direction, targets.classes, bucket, bucket.own);
        continue;
      }
      const groups = new Map<string, { change: Change; classes: PodClass[] }>();
      for (const each of targets.classes) {
        const change = unclear
          ? this.#pairChange(direction, each, peer)
          : this.#joinedChange(direction, each, peer, bucket.own, rows);
        if (change === undefined) continue;
        getOrMake(groups, changeText(change), () => ({ change, classes: [] })).classes.push(each);
      }
      for (const { change, classes } of groups.values()) this.#gather(direction, classes, bucket, change);
    }
  }

  /** Both directions of a pair, where the ports of the changed one are known. */
  #joinedChange(
    direction: Direction,
    target: PodClass,
    peer: PodClass,
    own: Change,
    rows: { readonly before: Row; readonly after: Row },
  ): Change | undefined {
    const { facts } = this.#after;
    const destination = direction === 'ingress' ? target : peer;
    const end = endpoint(target);
    const other = rowPorts(facts, rows.before, end, destination.ports);
    const otherAfter = rows.after === rows.before ? other : rowPorts(facts, rows.after, end, destination.ports);
    if (direction === 'egress' && !sameRange(other, otherAfter)) return undefined;
    return { before: bothDirections(facts, own.before, other), after: bothDirections(facts, own.after, otherAfter) };
  }

  /** A pair with a pod on its node's network, in both ways in which a plug-in may treat it. */
  #pairChange(direction: Direction, target: PodClass, peer: PodClass): Change | undefined {
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

  #peerBuckets(targets: ChangedTargets, direction: Direction): Iterable<PeerBucket> {
    const { facts } = this.#after;
    const opposite = direction === 'ingress' ? 'egress' : 'ingress';
    const target = targets.classes[0] as PodClass;
    const named = namedPeers(this.#after, targets, direction);
    const all = named === undefined || othersChange(targets);
    const buckets = new Map<Row, Map<Row, Map<string, PeerBucket>>>();
    const single: PeerBucket[] = [];
    let others: { change: Change; causes: () => readonly ChangeCause[] } | undefined;
    for (const peer of all ? this.#presentClasses() : this.#classesOf(named)) {
      const particular = named === undefined || named.has(peer.id);
      let known = particular || peer.kind === 'hostNetwork' ? undefined : others;
      if (known === undefined) {
        const destination = direction === 'ingress' ? target.ports : peer.ports;
        const change = {
          before: rowPorts(facts, targets.before, endpoint(peer), destination),
          after: rowPorts(facts, targets.after, endpoint(peer), destination),
        };
        known = { change, causes: once(() => this.#causes(direction, target, peer, change)) };
        if (!particular && peer.kind !== 'hostNetwork') others = known;
      }
      const { change, causes } = known;
      if (peer.kind === 'hostNetwork') {
        single.push({ ids: [peer.id], peer, own: change, causes });
        continue;
      }
      if (sameRange(change.before, change.after)) continue;
      const rows = this.#rowsOf(peer, opposite);
      const byAfter = getOrMake(buckets, rows.before, () => new Map<Row, Map<string, PeerBucket>>());
      const byText = getOrMake(byAfter, rows.after, () => new Map<string, PeerBucket>());
      const text = particular ? `${changeText(change)} ${peer.ports.id} ${this.#matchText(targets, peer)}` : '';
      const key = particular ? text : `others ${direction === 'egress' ? peer.ports.id : ''}`;
      getOrMake(byText, key, () => ({ ids: [], peer, own: change, causes })).ids.push(peer.id);
    }
    return [
      ...single,
      ...[...buckets.values()].flatMap((each) => [...each.values()].flatMap((last) => [...last.values()])),
    ];
  }

  /** Which of the changed entries mean a peer: peers that differ in it have other causes. */
  #matchText({ entries }: ChangedTargets, peer: PodClass): string {
    return entries?.map((entry) => this.#after.facts.peers.match(entry.peer, peer.id)).join('') ?? '';
  }

  #causes(direction: Direction, target: PodClass, peer: PodClass, { before, after }: Change): readonly ChangeCause[] {
    const { ports } = this.#after.facts;
    const gained = ports.union(
      ports.subtract(after.possible, before.possible),
      ports.subtract(after.certain, before.certain),
    );
    const lost = ports.union(
      ports.subtract(before.possible, after.possible),
      ports.subtract(before.certain, after.certain),
    );
    return directionCauses(
      direction,
      { cluster: this.#before, target: endpoint(target), peer: endpoint(peer) },
      { cluster: this.#after, target: endpoint(target), peer: endpoint(peer) },
      ports,
      gained,
      lost,
    );
  }

  /** Joins what has the same targets, ports and causes. */
  #gather(direction: Direction, targets: readonly PodClass[], bucket: PeerBucket, change: Change): void {
    if (sameRange(change.before, change.after)) return;
    const causes = bucket.causes();
    const ids = targets.map(({ id }) => id);
    const key = `${direction} ${ids.join()} ${changeText(change)} ${JSON.stringify(causes)}`;
    const known = this.#gathered.get(key);
    if (known === undefined) {
      const [from, to] = direction === 'ingress' ? [[...bucket.ids], ids] : [ids, [...bucket.ids]];
      this.#gathered.set(key, { from, to, ...change, causes });
    } else {
      const growing = (direction === 'ingress' ? known.from : known.to) as number[];
      for (const id of bucket.ids) growing.push(id);
    }
  }

  #addExternal(targets: ChangedTargets, direction: Direction): void {
    const [target] = targets.classes as [PodClass];
    const codes: Change[] = [];
    const code = (change: Change): number => codes.push(change) - 1;
    const range = (cluster: CompiledCluster): { codes: PortRange[]; pieces: ReturnType<typeof classPieces> } => {
      const ranges: PortRange[] = [];
      const pieces = combinePieces(
        classPieces(cluster, target, direction, 'certain'),
        classPieces(cluster, target, direction, 'possible'),
        (certain, possible) => ranges.push({ certain, possible }) - 1,
      );
      return { codes: ranges, pieces };
    };
    const old = range(this.#before);
    const now = range(this.#after);
    const byChange = new Map<string, { change: Change; addresses: AddressSet[] }>();
    for (const { addresses, ports } of combinePieces(old.pieces, now.pieces, (a, b) =>
      code({ before: old.codes[a] as PortRange, after: now.codes[b] as PortRange }),
    )) {
      const change = codes[ports] as Change;
      if (sameRange(change.before, change.after)) continue;
      getOrMake(byChange, changeText(change), () => ({ change, addresses: [] })).addresses.push(addresses);
    }
    const pods = { kind: 'pods', classes: targets.classes.map(({ id }) => id) } as const;
    for (const { change, addresses } of byChange.values()) {
      const set = unionAll(addresses);
      const external = { kind: 'external', cidrs: toCidrs(set) } as const;
      this.#rectangles.push({
        ...(direction === 'ingress' ? { from: external, to: pods } : { from: pods, to: external }),
        before: this.#ports(change.before),
        after: this.#ports(change.after),
        causes: this.#externalCauses(direction, target, set, change),
      });
    }
  }

  #externalCauses(
    direction: Direction,
    target: PodClass,
    addresses: AddressSet,
    change: Change,
  ): readonly ChangeCause[] {
    const ipv4 = addresses.ipv4[0];
    const address =
      ipv4 === undefined
        ? ({ family: 6, value: addresses.ipv6[0] as bigint } as const)
        : ({ family: 4, value: ipv4 } as const);
    const peer: Endpoint = { kind: 'address', address, name: '' };
    const { ports } = this.#after.facts;
    return directionCauses(
      direction,
      { cluster: this.#before, target: endpoint(target), peer },
      { cluster: this.#after, target: endpoint(target), peer },
      ports,
      ports.subtract(change.after.possible, change.before.certain),
      ports.subtract(change.before.possible, change.after.certain),
    );
  }

  #rowsOf({ id }: PodClass, direction: Direction): { readonly before: Row; readonly after: Row } {
    const old = this.#before.classes.get(id);
    const now = this.#after.classes.get(id);
    const before = old === undefined ? OPEN_ROW : decidingRow(this.#before, old, direction);
    if (old === now && this.#before.layers === this.#after.layers) return { before, after: before };
    return { before, after: now === undefined ? OPEN_ROW : decidingRow(this.#after, now, direction) };
  }

  #presentClasses(): readonly PodClass[] {
    this.#present ??= [...this.#after.classes.entries()].map(([, { podClass }]) => podClass);
    return this.#present;
  }

  /** Of some ids, the classes that have pods, and all whose pods are on their node's network. */
  *#classesOf(ids: ReadonlySet<number>): Generator<PodClass> {
    for (const id of ids) {
      const podClass = this.#after.classes.get(id)?.podClass;
      if (podClass !== undefined && podClass.kind !== 'hostNetwork') yield podClass;
    }
    for (const podClass of this.#hostNetworkClasses()) yield podClass;
  }

  #hostNetworkClasses(): readonly PodClass[] {
    const { classes, facts } = this.#after;
    return facts.classes.hostNetworkClasses.flatMap((id) => classes.get(id)?.podClass ?? []);
  }

  #ports({ certain, possible }: PortRange): DeltaPorts {
    const { ports } = this.#after.facts;
    if (certain === possible) return { certain: ports.connections(certain) };
    return { certain: ports.connections(certain), possible: ports.connections(possible) };
  }
}

function endpoint(podClass: PodClass): Endpoint {
  return { kind: 'pods', podClass, name: '' };
}

function sameRange(a: PortRange, b: PortRange): boolean {
  return a.certain === b.certain && a.possible === b.possible;
}

function changeText({ before, after }: Change): string {
  return `${before.certain},${before.possible}>${after.certain},${after.possible}`;
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
