import type { Direction } from '../model/networkPolicy.ts';
import type { Connections } from '../model/verdict.ts';
import type { WorkloadRef } from '../model/workload.ts';
import { decidingRow, type ClassState, type CompiledCluster } from './compiledCluster.ts';
import type { Endpoint } from './endpoint.ts';
import { matchEndpoint } from './endpoint.ts';
import { NO } from './match.ts';
import { directionPorts } from './pairPorts.ts';
import type { PeerSet, PeerSpec } from './peerSpec.ts';
import { NO_PORTS } from './portSets.ts';
import { workloadsOfClasses } from './workloadsOfClasses.ts';

/** Pods that cannot connect to others on any port, although one side's policies name the others. */
export interface ClosedPair {
  readonly sources: PairSide;
  readonly destinations: PairSide;
  /** The ports on which the sources may be let out and the destinations may let in; they have none in common. */
  readonly egress: Connections;
  readonly ingress: Connections;
  /** Of each direction: a rule names the other side by its pods' labels. */
  readonly named: Readonly<Record<Direction, boolean>>;
}

export interface PairSide {
  readonly workloads: readonly { readonly workload: WorkloadRef; readonly pods: number }[];
  /** `namespace/name` of the policies that isolate all of these pods in the pair's direction. */
  readonly isolatedBy: readonly string[];
}

/** More classes than this on a side are no two ends that somebody connects. */
const MOST = 16;

/**
 * The two ends where for sure no source reaches any destination; undefined where some may, where either is not known
 * for sure or has no pods. A step per pair of classes, until the first that is open.
 */
export function closedPair(cluster: CompiledCluster, from: PeerSet, to: PeerSet): ClosedPair | undefined {
  const sources = certainClasses(cluster, from);
  const destinations = certainClasses(cluster, to);
  if (sources === undefined || destinations === undefined) return undefined;
  const { ports } = cluster.facts;
  let [egress, ingress]: [number, number] = [NO_PORTS, NO_PORTS];
  for (const source of sources) {
    for (const destination of destinations) {
      const out = directionPorts(cluster, source.end, 'egress', destination.end, destination.end).possible;
      const into = directionPorts(cluster, destination.end, 'ingress', source.end, destination.end).possible;
      if (ports.intersect(out, into) !== NO_PORTS) return undefined;
      egress = ports.union(egress, out);
      ingress = ports.union(ingress, into);
    }
  }
  const everyNames = (direction: Direction, own: readonly Class[], others: readonly Class[]): boolean =>
    own.every(({ state }) => others.every(({ end }) => names(cluster, state, direction, end)));
  return {
    sources: sideOf(cluster, sources, 'egress'),
    destinations: sideOf(cluster, destinations, 'ingress'),
    egress: ports.connections(egress),
    ingress: ports.connections(ingress),
    named: {
      egress: everyNames('egress', sources, destinations),
      ingress: everyNames('ingress', destinations, sources),
    },
  };
}

interface Class {
  readonly id: number;
  readonly state: ClassState;
  readonly end: Endpoint;
}

/** Undefined where others may be meant too, or pods whose treatment is not known. */
function certainClasses({ facts, classes }: CompiledCluster, peer: PeerSet): readonly Class[] | undefined {
  if (peer.others !== NO) return undefined;
  facts.peers.update(peer);
  if (peer.maybe.ids.some((id) => classes.get(id) !== undefined)) return undefined;
  const found: Class[] = [];
  for (const id of peer.yes.ids) {
    const state = classes.get(id);
    if (state === undefined) continue;
    const { podClass } = state;
    if (podClass.kind !== 'pod' || found.length === MOST) return undefined;
    found.push({ id, state, end: { kind: 'pods', podClass, name: '' } });
  }
  return found.length === 0 ? undefined : found;
}

/** Whether a rule for pods of a class in a direction means the other end by the labels of its pods. */
function names(cluster: CompiledCluster, state: ClassState, direction: Direction, other: Endpoint): boolean {
  const row = decidingRow(cluster, state, direction);
  const { facts } = cluster;
  const means = (peer: PeerSet): boolean => matchEndpoint(facts, peer, other) !== NO && isNamed(peer.spec);
  const isNamed = (spec: PeerSpec): boolean =>
    spec.kind === 'anyOf'
      ? spec.members.some(means)
      : spec.kind === 'pods' && (spec.pods?.requirements.length ?? 0) > 0;
  return row.kind === 'isolated' && row.entries.some(({ peer }) => means(peer));
}

function sideOf(cluster: CompiledCluster, classes: readonly Class[], direction: Direction): PairSide {
  const ids = classes.map(({ id }) => id);
  const isolating = classes.map(({ state }) => new Set(state[direction].certain.map(({ key }) => key)));
  const [first, ...rest] = isolating;
  return {
    workloads: workloadsOfClasses(cluster, ids),
    isolatedBy: [...(first ?? [])].filter((key) => rest.every((keys) => keys.has(key))).sort(),
  };
}
