import { blockAddresses, subtract, unionAll, type AddressSet } from '../../engine/addressSet.ts';
import type { CompiledCluster } from '../../engine/compiledCluster.ts';
import type { DeltaPorts, DeltaRectangle, DeltaSide } from '../../engine/deltaRectangles.ts';
import { clusterHasIpv6 } from '../../engine/ipv6.ts';
import { policyDelta } from '../../engine/policyDelta.ts';
import type { End } from '../../engine/query.ts';
import { PUBLIC_ADDRESSES } from '../../engine/specialAddresses.ts';
import { workloadsOfClasses } from '../../engine/workloadsOfClasses.ts';
import type { Connections } from '../../model/verdict.ts';
import type { Pod } from '../../model/workload.ts';
import type { EndMember } from './endMembers.ts';
import type { PathPair } from './pathPairs.ts';
import { single } from './endPeers.ts';

/** What an edit does beside what was asked for. */
export interface EditEffect {
  readonly opened: PairCount;
  readonly closed: PairCount;
  /** The largest of the other changes, those that open first. At most some. */
  readonly others: readonly OtherChange[];
  /** Sum of the ports of all changed pairs, to tell a wide opening from a narrow one. */
  readonly ports: number;
}

/** Pairs beyond those that were asked about. */
export interface PairCount {
  /** Pairs of pods. */
  readonly pods: number;
  /** Pods that gain or lose addresses outside. */
  readonly outside: number;
  /** Pairs of pods and addresses: `outside` weighed by how many addresses. */
  readonly addresses: number;
}

export interface OtherChange {
  readonly change: 'opened' | 'closed';
  /** Names of workloads `namespace/name`, or CIDRs. */
  readonly from: readonly string[];
  readonly to: readonly string[];
  /** What passes after (`opened`) or passed before (`closed`). */
  readonly connections: Connections;
}

const MOST_OTHERS = 8;
const MOST_NAMES = 6;
/** Of so many changes the first ones are told. */
const MOST_LOOKED_AT = 32;

/** Undefined where the two versions cannot be compared. */
export function editEffect(
  before: CompiledCluster,
  after: CompiledCluster,
  pairs: readonly PathPair[],
): EditEffect | undefined {
  const delta = policyDelta(before, after);
  if (delta === undefined) return undefined;
  const { cluster } = delta;
  const asked = { from: askedSide(cluster, pairs, 'source'), to: askedSide(cluster, pairs, 'destination') };
  const opened = { pods: 0, outside: 0, addresses: 0 };
  const closed = { pods: 0, outside: 0, addresses: 0 };
  const others: OtherChange[] = [];
  let ports = 0;
  for (const rectangle of delta.rectangles) {
    const [from, to] = [sizeOf(cluster, rectangle.from, asked.from), sizeOf(cluster, rectangle.to, asked.to)];
    const all = from.all * to.all;
    const rest = all - from.asked * to.asked;
    for (const [change, counted] of [
      ['opened', opened],
      ['closed', closed],
    ] as const) {
      const [less, more] =
        change === 'opened' ? [rectangle.before, rectangle.after] : [rectangle.after, rectangle.before];
      const number = portsBeyond(less, more);
      if (number === 0) continue;
      ports += number * all;
      if (rest <= 0) continue;
      if (from.isOutside || to.isOutside) {
        counted.outside += from.isOutside ? to.all : from.all;
        counted.addresses += rest;
      } else counted.pods += rest;
      if (others.length < MOST_LOOKED_AT) others.push(otherOf(cluster, rectangle, change, more));
    }
  }
  others.sort((a, b) => (a.change === b.change ? 0 : a.change === 'opened' ? -1 : 1));
  return { opened, closed, others: others.slice(0, MOST_OTHERS), ports };
}

interface AskedSide {
  /** Pods that were asked about, by class. */
  readonly pods: ReadonlyMap<number, number>;
  readonly addresses: AddressSet;
}

function askedSide(cluster: CompiledCluster, pairs: readonly PathPair[], side: 'source' | 'destination'): AskedSide {
  const pods = new Map<number, number>();
  const addresses: AddressSet[] = [];
  for (const member of new Set(pairs.map((pair) => pair[side]))) {
    if (member.cidrs === undefined) countPods(cluster, member, pods);
    else addresses.push(askedAddresses(member));
  }
  return { pods, addresses: unionAll(addresses) };
}

/** In the version that is looked at, which may tell pods apart that were one class. */
function countPods(
  cluster: CompiledCluster,
  { workloads, end, pods: number }: EndMember,
  pods: Map<number, number>,
): void {
  const [pod] = [end].flatMap((each: End) => ('pod' in each ? [each.pod] : []));
  const found = pod === undefined ? undefined : cluster.pods.find(pod);
  const add = (classId: number, many: number): void => void pods.set(classId, (pods.get(classId) ?? 0) + many);
  if (found !== undefined && pod !== undefined && number === pod.count) {
    add(found.classId, number);
    return;
  }
  for (const id of workloads.keys()) {
    const workload = cluster.pods.workloads.get(id);
    workload?.pods.forEach((each: Pod, index) => add(workload.classIds[index] as number, each.count));
  }
}

function askedAddresses({ end, cidrs = [] }: EndMember): AddressSet {
  const isOne = 'address' in end && cidrs.length === 1 && cidrs[0] === end.address;
  return isOne ? blockAddresses({ cidr: single(end.address), except: [] }) : PUBLIC_ADDRESSES;
}

interface SideSize {
  readonly all: number;
  readonly asked: number;
  readonly isOutside: boolean;
}

function sizeOf(cluster: CompiledCluster, side: DeltaSide, asked: AskedSide): SideSize {
  if (side.kind === 'external') {
    const set = unionAll(side.cidrs.map((cidr) => blockAddresses({ cidr, except: [] })));
    const withIpv6 = clusterHasIpv6(cluster);
    const all = addressCount(set, withIpv6);
    return { all, asked: all - addressCount(subtract(set, asked.addresses), withIpv6), isOutside: true };
  }
  let [all, own] = [0, 0];
  for (const id of side.classes) {
    const pods = cluster.classes.get(id)?.pods ?? 0;
    all += pods;
    own += Math.min(pods, asked.pods.get(id) ?? 0);
  }
  return { all, asked: own, isOutside: false };
}

function addressCount({ ipv4, ipv6 }: AddressSet, withIpv6: boolean): number {
  let count = 0;
  for (let at = 0; at < ipv4.length; at += 2) count += (ipv4[at + 1] as number) - (ipv4[at] as number);
  // What is IPv6 counts as much as the same part of all IPv4: a rule for everyone is not weighed by the family.
  if (!withIpv6) return count;
  for (let at = 0; at < ipv6.length; at += 2) count += Number(((ipv6[at + 1] as bigint) - (ipv6[at] as bigint)) >> 96n);
  return count;
}

/** How many ports may pass in one state that do not in the other. */
function portsBeyond(less: DeltaPorts, more: DeltaPorts): number {
  const certain = portCount(more.certain) - portCount(shared(more.certain, less.certain));
  const [a, b] = [less.possible ?? less.certain, more.possible ?? more.certain];
  return Math.max(certain, portCount(b) - portCount(shared(b, a)));
}

function shared(a: Connections, b: Connections): Connections {
  return a.map(({ protocol, ranges }) => {
    const other = b.find((each) => each.protocol === protocol)?.ranges ?? [];
    return {
      protocol,
      ranges: ranges.flatMap((range) =>
        other.flatMap(({ from, to }) => {
          const part = { from: Math.max(from, range.from), to: Math.min(to, range.to) };
          return part.from <= part.to ? [part] : [];
        }),
      ),
    };
  });
}

function portCount(connections: Connections): number {
  let count = 0;
  for (const { ranges } of connections) for (const { from, to } of ranges) count += to - from + 1;
  return count;
}

function otherOf(
  cluster: CompiledCluster,
  { from, to }: DeltaRectangle,
  change: OtherChange['change'],
  { certain, possible }: DeltaPorts,
): OtherChange {
  return { change, from: namesOf(cluster, from), to: namesOf(cluster, to), connections: possible ?? certain };
}

function namesOf(cluster: CompiledCluster, side: DeltaSide): readonly string[] {
  if (side.kind === 'external') {
    const withIpv6 = clusterHasIpv6(cluster);
    return side.cidrs.filter((cidr) => withIpv6 || !cidr.includes(':')).slice(0, MOST_NAMES);
  }
  return workloadsOfClasses(cluster, side.classes.slice(0, 200))
    .slice(0, MOST_NAMES)
    .map(({ workload }) => `${workload.namespace}/${workload.name}`);
}
