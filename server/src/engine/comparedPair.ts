import type { Direction } from '../model/networkPolicy.ts';
import { ALL_IPV4, intersect, isEmpty, type AddressSet } from './addressSet.ts';
import { pairCauses, type ChangeCause, type PairSide } from './changeCauses.ts';
import type { CompiledCluster } from './compiledCluster.ts';
import { someAddress, type Endpoint } from './endpoint.ts';
import { CLOSED_PIECES, type Bound, type ExternalPieces } from './externalPorts.ts';
import { pairPorts } from './pairPorts.ts';
import { addressChanges, type BoundedPieces, type PortChange } from './portChange.ts';
import { ALL_PORTS, NO_PORTS, type PortSetId, type PortSets } from './portSets.ts';
import type { PortRange } from './portSpecs.ts';
import { NO_PORT } from './rowPorts.ts';
import { joinClasses } from './workloadExternals.ts';
import type { ClassedWorkload } from './workloadVectors.ts';

/** One of two states that are compared, with its port sets told as those of the later one. */
export interface ComparedState {
  readonly cluster: CompiledCluster;
  readonly ports: PortSets;
  readonly translate: (ports: PortSetId) => PortSetId;
}

/** A workload in both states; undefined in the one that does not have it. */
export interface ComparedWorkload {
  readonly id: string;
  readonly before: ClassedWorkload | undefined;
  readonly after: ClassedWorkload | undefined;
}

export interface ComparedStates {
  readonly before: ComparedState;
  readonly after: ComparedState;
  /** Answers name IPv6 addresses. */
  readonly ipv6: boolean;
}

export function comparedState(cluster: CompiledCluster, ports: PortSets): ComparedState {
  const own = cluster.facts.ports;
  const known: PortSetId[] = [];
  const translate = (id: PortSetId): PortSetId => (known[id] ??= ports.fromConnections(own.connections(id)));
  return { cluster, ports, translate: own === ports ? (id) => id : translate };
}

/** What passes from one workload to another in both states: the union over their pods. */
export function pairChange(
  { before, after }: ComparedStates,
  from: ComparedWorkload,
  to: ComparedWorkload,
): PortChange {
  return { before: rangeOf(before, from.before, to.before), after: rangeOf(after, from.after, to.after) };
}

/** What passes from one workload to another in one state. */
export function rangeOf(
  { cluster, translate }: ComparedState,
  from: ClassedWorkload | undefined,
  to: ClassedWorkload | undefined,
): PortRange {
  if (from === undefined || to === undefined) return NO_PORT;
  const { ports } = cluster.facts;
  let certain = NO_PORTS;
  let possible = NO_PORTS;
  for (const source of from.classes) {
    for (const target of to.classes) {
      const range = pairPorts(cluster, pods(source, from.id), pods(target, to.id));
      certain = ports.union(certain, range.certain);
      possible = ports.union(possible, range.possible);
      if (certain === ALL_PORTS) return { certain, possible: certain };
    }
  }
  return { certain: translate(certain), possible: translate(possible) };
}

/** What passes between a workload and addresses outside, by addresses that answers name. */
export function externalChanges(
  { before, after, ipv6 }: ComparedStates,
  workload: ComparedWorkload,
  direction: Direction,
): { readonly addresses: AddressSet; readonly change: PortChange }[] {
  const changes = addressChanges(
    piecesOf(before, workload.before, direction),
    piecesOf(after, workload.after, direction),
  );
  return changes.flatMap(({ addresses, change }) => {
    const shown = ipv6 ? addresses : intersect(addresses, ALL_IPV4);
    return isEmpty(shown) ? [] : [{ addresses: shown, change }];
  });
}

function piecesOf(
  { cluster, translate }: ComparedState,
  node: ClassedWorkload | undefined,
  direction: Direction,
): BoundedPieces {
  if (node === undefined) return { certain: CLOSED_PIECES, possible: CLOSED_PIECES };
  const of = (bound: Bound): ExternalPieces =>
    joinClasses(cluster, node, direction, bound).any.map(({ addresses, ports }) => ({
      addresses,
      ports: translate(ports),
    }));
  return { certain: of('certain'), possible: of('possible') };
}

/** An end of a pair: a workload, or some addresses outside. */
export type ComparedEnd = ComparedWorkload | AddressSet;

/** Why what passes between two ends changed. */
export function comparedCauses(
  { before, after }: ComparedStates,
  from: ComparedEnd,
  to: ComparedEnd,
  change: PortChange,
): readonly ChangeCause[] {
  const side = ({ cluster }: ComparedState, state: 'before' | 'after'): PairSide => ({
    cluster,
    sources: endpointsOf(from, state),
    targets: endpointsOf(to, state),
  });
  return pairCauses(side(before, 'before'), side(after, 'after'), after.ports, change);
}

function endpointsOf(end: ComparedEnd, state: 'before' | 'after'): readonly Endpoint[] {
  if ('ipv4' in end) return [someAddress(end)];
  return end[state]?.classes.map((podClass) => pods(podClass, end.id)) ?? [];
}

function pods(podClass: ClassedWorkload['classes'][number], name: string): Endpoint {
  return { kind: 'pods', podClass, name };
}
