import type { Direction } from '../model/networkPolicy.ts';
import type { Connections } from '../model/verdict.ts';
import { ALL_IPV4, NO_ADDRESSES, intersect, isEmpty, toCidrs, union, type AddressSet } from './addressSet.ts';
import { pairCauses, type ChangeCause, type PairSide } from './changeCauses.ts';
import type { CompiledCluster } from './compiledCluster.ts';
import { diffSide, endpointsAt, fingerprintAt, nodeAt, type DiffSide } from './diffSide.ts';
import { someAddress, type Endpoint } from './endpoint.ts';
import { explainExternal, explainPair } from './explainDoubt.ts';
import { CLOSED_PIECES, type Bound, type ExternalPieces } from './externalPorts.ts';
import { clusterHasIpv6 } from './ipv6.ts';
import {
  addressChanges,
  isCertainChange,
  isSame,
  isUndecided,
  type BoundedPieces,
  type PortChange,
} from './portChange.ts';
import { NO_PORTS, type PortSetId, type PortSets } from './portSets.ts';
import { pairFilter } from './pairFilter.ts';
import type { PortRange } from './portSpecs.ts';
import type { ReachEnd } from './reachability.ts';
import { NO_PORT } from './rowPorts.ts';
import { describeUnknownPairs, type UnknownEntry } from './unknownEntries.ts';
import { UnknownPairs } from './unknownPairs.ts';
import type { UnknownReason } from './unknownReason.ts';
import { joinClasses } from './workloadExternals.ts';
import { WorkloadVectors, type WorkloadNode } from './workloadVectors.ts';

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
  /** The same by pair; workloads by their places in the order of the names of both states. */
  undecided(): UnknownPairs;
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
    undecided: () => differ.undecided(),
  };
}

class Differ {
  readonly #before: DiffSide;
  readonly #after: DiffSide;
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
    this.#before = diffSide(before, old, this.#nodes, this.#ports);
    this.#after = diffSide(after, now, this.#nodes, this.#ports);
    this.#self = options.self === true;
    this.#ipv6 = options.ipv6 === true || clusterHasIpv6(before) || clusterHasIpv6(after);
  }

  workloads(): ClusterDiff['workloads'] {
    const missingIn = (side: DiffSide): string[] =>
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

  undecided(): UnknownPairs {
    if (this.#finished === undefined) for (const _ of this.changes());
    return this.#finished as UnknownPairs;
  }

  unknown(): readonly UnknownEntry[] {
    const undecided = this.undecided();
    const shown = pairFilter(
      this.#nodes.map(({ id }) => id),
      { self: this.#self },
    );
    return describeUnknownPairs(this.#nodes, undecided, shown, this.#ipv6, {
      pair: (source, target) =>
        this.#explain((side) => {
          const [from, to] = [nodeAt(side, source), nodeAt(side, target)];
          return from === undefined || to === undefined ? [] : explainPair(side.cluster, from, to);
        }),
      external: (at, direction) =>
        this.#explain((side) => {
          const node = nodeAt(side, at);
          return node === undefined ? [] : explainExternal(side.cluster, node, direction);
        }),
    });
  }

  #explain(explain: (side: DiffSide) => readonly UnknownReason[]): readonly UnknownReason[] {
    return [...explain(this.#after), ...explain(this.#before)];
  }

  #addPairs(source: number, found: ClusterChange[], unknown: UnknownPairs): void {
    const old = this.#rangesFrom(this.#before, source);
    const now = this.#rangesFrom(this.#after, source);
    const from = (this.#nodes[source] as WorkloadNode).id;
    for (let target = 0; target < this.#nodes.length; target += 1) {
      if (source === target && !this.#self) continue;
      const change = { before: old(target), after: now(target) };
      const undecided = isUndecided(change);
      if (!undecided && isSame(change)) continue;
      if (undecided && !this.#dependsOnTheSame(source, target)) unknown.addPair(source, target);
      if (!isCertainChange(this.#ports, change)) continue;
      const to = (this.#nodes[target] as WorkloadNode).id;
      found.push(this.#told(from, to, change, this.#pairCauses(source, target, change)));
    }
  }

  /** Whether nothing that decides about a pair changed, so that even what is not known is as it was. */
  #dependsOnTheSame(source: number, target: number): boolean {
    const [from, fromNow] = [fingerprintAt(this.#before, source), fingerprintAt(this.#after, source)];
    const [to, toNow] = [fingerprintAt(this.#before, target), fingerprintAt(this.#after, target)];
    if (from === undefined || fromNow === undefined || to === undefined || toNow === undefined) return false;
    const samePods = from.pods === fromNow.pods && to.pods === toNow.pods;
    return samePods && from.egress === fromNow.egress && to.ingress === toNow.ingress;
  }

  #addExternals(at: number, direction: Direction, found: ClusterChange[], unknown: UnknownPairs): void {
    const id = (this.#nodes[at] as WorkloadNode).id;
    let undecided: AddressSet = NO_ADDRESSES;
    for (const { addresses, change } of this.#externalChanges(at, direction)) {
      if (isUndecided(change) && !this.#dependsOnTheSameOutside(at, direction)) undecided = union(undecided, addresses);
      if (!isCertainChange(this.#ports, change)) continue;
      const outside = { cidrs: toCidrs(addresses) };
      const [from, to] = direction === 'egress' ? [id, outside] : [outside, id];
      found.push(this.#told(from, to, change, this.#externalCauses(at, direction, addresses, change)));
    }
    unknown.addExternal(at, direction, undecided);
  }

  #dependsOnTheSameOutside(at: number, direction: Direction): boolean {
    const [old, now] = [fingerprintAt(this.#before, at), fingerprintAt(this.#after, at)];
    return old !== undefined && now !== undefined && old.pods === now.pods && old[direction] === now[direction];
  }

  /** What passes outside in both states, by addresses that the answer shows. */
  #externalChanges(
    at: number,
    direction: Direction,
  ): { readonly addresses: AddressSet; readonly change: PortChange }[] {
    const pieces = (side: DiffSide): BoundedPieces => {
      const node = nodeAt(side, at);
      if (node === undefined) return { certain: CLOSED_PIECES, possible: CLOSED_PIECES };
      const of = (bound: Bound): ExternalPieces =>
        joinClasses(side.cluster, node, direction, bound).any.map(({ addresses, ports }) => ({
          addresses,
          ports: side.translate(ports),
        }));
      return { certain: of('certain'), possible: of('possible') };
    };
    return addressChanges(pieces(this.#before), pieces(this.#after)).flatMap(({ addresses, change }) => {
      const shown = this.#ipv6 ? addresses : intersect(addresses, ALL_IPV4);
      return isEmpty(shown) ? [] : [{ addresses: shown, change }];
    });
  }

  #told(from: ReachEnd, to: ReachEnd, { before, after }: PortChange, because: readonly ChangeCause[]): ClusterChange {
    const type = before.certain === NO_PORTS ? 'added' : after.certain === NO_PORTS ? 'removed' : 'changed';
    const connections = (ports: PortSetId): Connections => this.#ports.connections(ports);
    return { type, from, to, before: connections(before.certain), after: connections(after.certain), because };
  }

  #pairCauses(source: number, target: number, change: PortChange): readonly ChangeCause[] {
    return this.#causes(
      change,
      (side) => endpointsAt(side, source),
      (side) => endpointsAt(side, target),
    );
  }

  #externalCauses(at: number, direction: Direction, addresses: AddressSet, change: PortChange): readonly ChangeCause[] {
    const inside = (side: DiffSide): readonly Endpoint[] => endpointsAt(side, at);
    const outside = (): readonly Endpoint[] => [someAddress(addresses)];
    return direction === 'egress' ? this.#causes(change, inside, outside) : this.#causes(change, outside, inside);
  }

  #causes(
    change: PortChange,
    sources: (side: DiffSide) => readonly Endpoint[],
    targets: (side: DiffSide) => readonly Endpoint[],
  ): readonly ChangeCause[] {
    const side = (state: DiffSide): PairSide => ({
      cluster: state.cluster,
      sources: sources(state),
      targets: targets(state),
    });
    return pairCauses(side(this.#before), side(this.#after), this.#ports, change);
  }

  #rangesFrom(side: DiffSide, source: number): (target: number) => PortRange {
    const from = side.positionOf[source] as number;
    if (from < 0) return () => NO_PORT;
    const certain = side.vectors.from(from, 'certain');
    const possible = side.vectors.doubtful ? side.vectors.from(from, 'possible') : certain;
    return (target) => {
      const to = side.positionOf[target] as number;
      if (to < 0) return NO_PORT;
      return { certain: side.translate(certain[to] as PortSetId), possible: side.translate(possible[to] as PortSetId) };
    };
  }
}
