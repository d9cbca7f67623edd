import type { Direction } from '../model/networkPolicy.ts';
import type { Connections } from '../model/verdict.ts';
import { ALL_IPV4, NO_ADDRESSES, intersect, isEmpty, toCidrs, union, unionAll, type AddressSet } from './addressSet.ts';
import { directionCauses, type ChangeCause, type DirectionSide } from './changeCauses.ts';
import type { CompiledCluster } from './compiledCluster.ts';
import type { Endpoint } from './endpoint.ts';
import { explainExternal, explainPair } from './explainDoubt.ts';
import { combinePieces, type Bound } from './externalPorts.ts';
import { clusterHasIpv6 } from './ipv6.ts';
import { NO_PORTS, type PortSetId, type PortSets } from './portSets.ts';
import type { ReachEnd } from './reachability.ts';
import { describeUnknownPairs, type UnknownEntry } from './unknownEntries.ts';
import { UnknownPairs } from './unknownPairs.ts';
import type { UnknownReason } from './unknownReason.ts';
import { joinClasses } from './workloadExternals.ts';
import { workloadFingerprints, type WorkloadFingerprint } from './workloadFingerprint.ts';
import { WorkloadVectors, type WorkloadNode } from './workloadVectors.ts';
import { getOrMake } from './changedTargets.ts';

/** A pair of workloads, or of a workload and external addresses, whose connections are not the same in two states. */
export interface ClusterChange {
  /** `added`: nothing connected before; `removed`: nothing connects now. */
  readonly type: 'added' | 'removed' | 'changed';
  readonly from: ReachEnd;
  readonly to: ReachEnd;
  readonly before: Connections;
  readonly after: Connections;
  /** Rules, and policies that isolate; empty where only the pods changed. */
  readonly because: readonly ChangeCause[];
}

export interface ClusterDiff {
  readonly workloads: { readonly added: readonly string[]; readonly removed: readonly string[] };
  /** One step per workload, with the changes that start there and those from external addresses to it. */
  changes(): Generator<readonly ClusterChange[], void>;
  /** Pairs of which it is not decided whether they changed. Computed along with `changes`. */
  unknown(): readonly UnknownEntry[];
}

export interface DiffOptions {
  /** Also the pairs of a workload with itself. */
  readonly self?: boolean;
  /** Show `::/0` although no address of the inputs is IPv6. */
  readonly ipv6?: boolean;
}

/** Compares two states of a universe, of whatever origin, by the names of their workloads. */
export function diffClusters(before: CompiledCluster, after: CompiledCluster, options: DiffOptions = {}): ClusterDiff {
  const differ = new Differ(before, after, options);
  return {
    workloads: differ.workloads(),
    changes: () => differ.changes(),
    unknown: () => differ.unknown(),
  };
}

/** One state, with its workloads by their positions in the union of both. */
interface Side {
  readonly cluster: CompiledCluster;
  readonly vectors: WorkloadVectors;
  /** Position in `vectors.nodes`; -1 where the state has no such workload. */
  readonly positionOf: Int32Array;
  readonly fingerprints: () => readonly WorkloadFingerprint[];
  /** Port sets of this state as port sets of the after state. */
  readonly translate: (ports: PortSetId) => PortSetId;
}

interface Range {
  readonly certain: PortSetId;
  readonly possible: PortSetId;
}

class Differ {
  readonly #before: Side;
  readonly #after: Side;
  readonly #ports: PortSets;
  readonly #nodes: readonly WorkloadNode[];
  readonly #self: boolean;
  readonly #ipv6: boolean;
  #finished: UnknownPairs | undefined;

  constructor(before: CompiledCluster, after: CompiledCluster, options: DiffOptions) {
    const [old, now] = [new WorkloadVectors(before), new WorkloadVectors(after)];
    const union = new Map([...old.nodes, ...now.nodes].map((node) => [node.id, node]));
    this.#nodes = [...union.values()].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
    this.#ports = after.facts.ports;
    this.#before = this.#side(before, old);
    this.#after = this.#side(after, now);
    this.#self = options.self === true;
    this.#ipv6 = options.ipv6 === true || clusterHasIpv6(before) || clusterHasIpv6(after);
  }

  workloads(): ClusterDiff['workloads'] {
    const missingIn = (side: Side): string[] =>
      this.#nodes.filter((_, at) => (side.positionOf[at] as number) < 0).map(({ id }) => id);
    return { added: missingIn(this.#before), removed: missingIn(this.#after) };
  }

  *changes(): Generator<readonly ClusterChange[], void> {
    const unknown = new UnknownPairs(this.#nodes.length);
    for (let source = 0; source < this.#nodes.length; source += 1) {
      const found: ClusterChange[] = [];
      this.#addPairs(source, found, unknown);
      this.#addExternals(source, 'egress', found, unknown);
      this.#addExternals(source, 'ingress', found, unknown);
      yield found;
    }
    this.#finished = unknown;
  }

  unknown(): readonly UnknownEntry[] {
    if (this.#finished === undefined) for (const _ of this.changes());
    const shown = {
      fromWorkload: () => true,
      pair: (source: number, target: number) => this.#self || source !== target,
      external: () => true,
    };
    return describeUnknownPairs(this.#nodes, this.#finished as UnknownPairs, shown, this.#ipv6, {
      pair: (source, target) =>
        this.#explain((side) => {
          const [from, to] = [this.#nodeOf(side, source), this.#nodeOf(side, target)];
          return from === undefined || to === undefined ? [] : explainPair(side.cluster, from, to);
        }),
      external: (at, direction) =>
        this.#explain((side) => {
          const node = this.#nodeOf(side, at);
          return node === undefined ? [] : explainExternal(side.cluster, node, direction);
        }),
    });
  }

  #explain(explain: (side: Side) => readonly UnknownReason[]): readonly UnknownReason[] {
    return [...explain(this.#after), ...explain(this.#before)];
  }

  #addPairs(source: number, found: ClusterChange[], unknown: UnknownPairs): void {
    const old = this.#rangesFrom(this.#before, source);
    const now = this.#rangesFrom(this.#after, source);
    const from = (this.#nodes[source] as WorkloadNode).id;
    for (let target = 0; target < this.#nodes.length; target += 1) {
      if (source === target && !this.#self) continue;
      const before = old(target);
      const after = now(target);
      if (before.certain === after.certain && before.possible === after.possible && before.certain === before.possible)
        continue;
      if (this.#isUndecided(before, after) && !this.#isSame(source, target)) unknown.addPair(source, target);
      if (!this.#hasChanged(before, after)) continue;
      const to = (this.#nodes[target] as WorkloadNode).id;
      found.push(this.#change(from, to, before, after, this.#pairCauses(source, target, before, after)));
    }
  }

  /** Undecided on either side: it may have changed, unless nothing that the pair depends on did. */
  #isUndecided(before: Range, after: Range): boolean {
    return before.certain !== before.possible || after.certain !== after.possible;
  }

  /** Whatever the unknown facts are: something certain is gone or something impossible came, or all is decided. */
  #hasChanged(before: Range, after: Range): boolean {
    if (!this.#isUndecided(before, after)) return before.certain !== after.certain;
    return (
      this.#ports.subtract(before.certain, after.possible) !== NO_PORTS ||
      this.#ports.subtract(after.certain, before.possible) !== NO_PORTS
    );
  }

  #isSame(source: number, target: number): boolean {
    const of = (side: Side, at: number): WorkloadFingerprint | undefined =>
      side.fingerprints()[side.positionOf[at] as number];
    const [from, fromNow] = [of(this.#before, source), of(this.#after, source)];
    const [to, toNow] = [of(this.#before, target), of(this.#after, target)];
    if (from === undefined || fromNow === undefined || to === undefined || toNow === undefined) return false;
    return (
      from.pods === fromNow.pods &&
      to.pods === toNow.pods &&
      from.egress === fromNow.egress &&
      to.ingress === toNow.ingress
    );
  }

  #addExternals(at: number, direction: Direction, found: ClusterChange[], unknown: UnknownPairs): void {
    const id = (this.#nodes[at] as WorkloadNode).id;
    let undecided: AddressSet = NO_ADDRESSES;
    for (const { before, after, addresses } of this.#externalChanges(at, direction)) {
      if (this.#isUndecided(before, after) && !this.#isSameOutside(at, direction))
        undecided = union(undecided, addresses);
      if (!this.#hasChanged(before, after)) continue;
      const outside = { cidrs: toCidrs(addresses) };
      const causes = this.#externalCauses(at, direction, addresses, before, after);
      found.push(
        direction === 'egress'
          ? this.#change(id, outside, before, after, causes)
          : this.#change(outside, id, before, after, causes),
      );
    }
    unknown.addExternal(at, direction, undecided);
  }

  #isSameOutside(at: number, direction: Direction): boolean {
    const of = (side: Side): WorkloadFingerprint | undefined => side.fingerprints()[side.positionOf[at] as number];
    const [old, now] = [of(this.#before), of(this.#after)];
    return old !== undefined && now !== undefined && old.pods === now.pods && old[direction] === now[direction];
  }

  /** Addresses by their ports in both states, those that are certainly the same left out. */
  #externalChanges(at: number, direction: Direction): { before: Range; after: Range; addresses: AddressSet }[] {
    const pairs: Range[] = [];
    const ranges = (side: Side): ReturnType<typeof combinePieces> | undefined => {
      const node = this.#nodeOf(side, at);
      if (node === undefined) return undefined;
      const of = (bound: Bound): ReturnType<typeof combinePieces> =>
        joinClasses(side.cluster, node, direction, bound).any;
      return combinePieces(of('certain'), of('possible'), (certain, possible) => {
        return pairs.push({ certain: side.translate(certain), possible: side.translate(possible) }) - 1;
      });
    };
    const nothing = [{ addresses: { ipv4: ALL_IPV4.ipv4, ipv6: [0n, 1n << 128n] }, ports: pairs.push(NONE) - 1 }];
    const both = combinePieces(
      ranges(this.#before) ?? nothing,
      ranges(this.#after) ?? nothing,
      (a, b) => a * 2 ** 25 + b,
    );
    const joined = new Map<string, { before: Range; after: Range; addresses: AddressSet[] }>();
    for (const { addresses, ports } of both) {
      const before = pairs[Math.floor(ports / 2 ** 25)] as Range;
      const after = pairs[ports % 2 ** 25] as Range;
      if (before.certain === after.certain && before.possible === after.possible && before.certain === before.possible)
        continue;
      const shown = this.#ipv6 ? addresses : intersect(addresses, ALL_IPV4);
      if (isEmpty(shown)) continue;
      const key = `${before.certain},${before.possible}>${after.certain},${after.possible}`;
      getOrMake(joined, key, () => ({ before, after, addresses: [] })).addresses.push(shown);
    }
    return [...joined.values()].map((entry) => ({ ...entry, addresses: unionAll(entry.addresses) }));
  }

  #change(from: ReachEnd, to: ReachEnd, before: Range, after: Range, because: readonly ChangeCause[]): ClusterChange {
    const type = before.certain === NO_PORTS ? 'added' : after.certain === NO_PORTS ? 'removed' : 'changed';
    const connections = (ports: PortSetId): Connections => this.#ports.connections(ports);
    return { type, from, to, before: connections(before.certain), after: connections(after.certain), because };
  }

  #pairCauses(source: number, target: number, before: Range, after: Range): readonly ChangeCause[] {
    return this.#causes(
      before,
      after,
      (side) => this.#endpoints(side, source),
      (side) => this.#endpoints(side, target),
    );
  }

  #externalCauses(
    at: number,
    direction: Direction,
    addresses: AddressSet,
    before: Range,
    after: Range,
  ): readonly ChangeCause[] {
    const ipv4 = addresses.ipv4[0];
    const outside: Endpoint = {
      kind: 'address',
      name: '',
      address: ipv4 === undefined ? { family: 6, value: addresses.ipv6[0] as bigint } : { family: 4, value: ipv4 },
    };
    const inside = (side: Side): readonly Endpoint[] => this.#endpoints(side, at);
    const other = (): readonly Endpoint[] => [outside];
    return direction === 'egress'
      ? this.#causes(before, after, inside, other)
      : this.#causes(before, after, other, inside);
  }

  /** Over the classes of both workloads, each with the class of the same place in the other state. */
  #causes(
    before: Range,
    after: Range,
    sources: (side: Side) => readonly Endpoint[],
    targets: (side: Side) => readonly Endpoint[],
  ): readonly ChangeCause[] {
    const gained = this.#ports.subtract(after.possible, before.certain);
    const lost = this.#ports.subtract(before.possible, after.certain);
    const causes = new Map<string, ChangeCause>();
    const [from, fromNow] = [sources(this.#before), sources(this.#after)];
    const [to, toNow] = [targets(this.#before), targets(this.#after)];
    for (let i = 0; i < Math.max(from.length, fromNow.length); i += 1) {
      for (let j = 0; j < Math.max(to.length, toNow.length); j += 1) {
        const old = pairOf(this.#before.cluster, from[Math.min(i, from.length - 1)], to[Math.min(j, to.length - 1)]);
        const now = pairOf(
          this.#after.cluster,
          fromNow[Math.min(i, fromNow.length - 1)],
          toNow[Math.min(j, toNow.length - 1)],
        );
        const all = [
          ...directionCauses('egress', old?.egress, now?.egress, this.#ports, gained, lost),
          ...directionCauses('ingress', old?.ingress, now?.ingress, this.#ports, gained, lost),
        ];
        for (const cause of all) causes.set(JSON.stringify(cause), cause);
      }
    }
    return [...causes.values()];
  }

  #rangesFrom(side: Side, source: number): (target: number) => Range {
    const from = side.positionOf[source] as number;
    if (from < 0) return () => NONE;
    const certain = side.vectors.from(from, 'certain');
    const possible = side.vectors.doubtful ? side.vectors.from(from, 'possible') : certain;
    return (target) => {
      const to = side.positionOf[target] as number;
      if (to < 0) return NONE;
      return { certain: side.translate(certain[to] as PortSetId), possible: side.translate(possible[to] as PortSetId) };
    };
  }

  #endpoints(side: Side, at: number): readonly Endpoint[] {
    const node = this.#nodeOf(side, at);
    return node?.classes.map((podClass) => ({ kind: 'pods', podClass, name: node.id })) ?? [];
  }

  #nodeOf(side: Side, at: number): WorkloadNode | undefined {
    return side.vectors.nodes[side.positionOf[at] as number];
  }

  #side(cluster: CompiledCluster, vectors: WorkloadVectors): Side {
    const positions = new Map(vectors.nodes.map(({ id }, at) => [id, at]));
    const own = cluster.facts.ports;
    const known: PortSetId[] = [];
    const translate = (ports: PortSetId): PortSetId =>
      (known[ports] ??= this.#ports.fromConnections(own.connections(ports)));
    let fingerprints: readonly WorkloadFingerprint[] | undefined;
    return {
      cluster,
      vectors,
      positionOf: Int32Array.from(this.#nodes, ({ id }) => positions.get(id) ?? -1),
      fingerprints: () => (fingerprints ??= workloadFingerprints(cluster, vectors.nodes)),
      translate: own === this.#ports ? (ports) => ports : translate,
    };
  }
}

const NONE: Range = { certain: NO_PORTS, possible: NO_PORTS };

function pairOf(
  cluster: CompiledCluster,
  source: Endpoint | undefined,
  target: Endpoint | undefined,
): Record<Direction, DirectionSide> | undefined {
  if (source === undefined || target === undefined) return undefined;
  return {
    egress: { cluster, target: source, peer: target },
    ingress: { cluster, target, peer: source },
  };
}
