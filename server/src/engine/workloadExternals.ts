import type { Direction } from '../model/networkPolicy.ts';
import { ALL_ADDRESSES, NO_ADDRESSES, byLowest, unionAll, type AddressSet } from './addressSet.ts';
import { decidingRow, type CompiledCluster } from './compiledCluster.ts';
import { OPEN_PIECES, combinePieces, externalPieces, type Bound, type ExternalPieces } from './externalPorts.ts';
import { NO_NAMED_PORTS, type PodClass } from './podClass.ts';
import { ALL_PORTS, NO_PORTS, type PortSetId } from './portSets.ts';
import type { ClassedWorkload } from './workloadVectors.ts';
import type { Row } from './policyRow.ts';

/** External addresses with the ports on which a workload's pods certainly pass. */
export interface WorkloadPiece {
  readonly addresses: AddressSet;
  readonly ports: PortSetId;
  /** The part of `ports` that holds for some pods only. */
  readonly partial: PortSetId;
}

export interface WorkloadExternals {
  readonly pieces: readonly WorkloadPiece[];
  /** Addresses about which not everything is decided. */
  readonly undecided: AddressSet;
}

/** Traffic between a workload and addresses outside: to them (`egress`) or from them (`ingress`). */
export function externalOf(
  cluster: CompiledCluster,
  node: ClassedWorkload,
  direction: Direction,
  doubtful: boolean,
): WorkloadExternals {
  const certain = joinClasses(cluster, node, direction, 'certain');
  const undecided = doubtful
    ? differing(certain.any, joinClasses(cluster, node, direction, 'possible').any)
    : NO_ADDRESSES;
  const { ports } = cluster.facts;
  if (certain.any === certain.every) {
    return { pieces: ascending(certain.any.map((piece) => ({ ...piece, partial: NO_PORTS }))), undecided };
  }
  // Where some pods differ, every piece has to say for which part.
  const pieces = certain.any.flatMap((piece) =>
    combinePieces([piece], certain.every, (any, every) => ports.subtract(any, every)).map(
      ({ addresses, ports: partial }) => ({ addresses, ports: piece.ports, partial }),
    ),
  );
  return { pieces: ascending(pieces), undecided };
}

function ascending(pieces: readonly WorkloadPiece[]): readonly WorkloadPiece[] {
  return pieces.toSorted((a, b) => byLowest(a.addresses, b.addresses));
}

/** The union and the intersection over the classes of a workload. */
export function joinClasses(
  cluster: CompiledCluster,
  node: ClassedWorkload,
  direction: Direction,
  bound: Bound,
): { readonly any: ExternalPieces; readonly every: ExternalPieces } {
  const [first, ...rest] = node.classes.map((podClass) => classPieces(cluster, podClass, direction, bound));
  if (first === undefined) return { any: OPEN_PIECES, every: OPEN_PIECES };
  if (rest.every((pieces) => pieces === first)) return { any: first, every: first };
  const { ports } = cluster.facts;
  return {
    any: rest.reduce((any, pieces) => combinePieces(any, pieces, (a, b) => ports.union(a, b)), first),
    every: rest.reduce((every, pieces) => combinePieces(every, pieces, (a, b) => ports.intersect(a, b)), first),
  };
}

const cache = new WeakMap<Row, Map<string, ExternalPieces>>();

/** What a class of pods lets in from or out to every address outside. The same object for the same row. */
export function classPieces(
  cluster: CompiledCluster,
  podClass: PodClass,
  direction: Direction,
  bound: Bound,
): ExternalPieces {
  const state = cluster.classes.get(podClass.id);
  if (state === undefined) return OPEN_PIECES;
  const row = decidingRow(cluster, state, direction);
  // As traffic of its node a pod would not be subject to policies.
  if (podClass.kind === 'hostNetwork' && bound === 'possible') return OPEN_PIECES;
  const destination = direction === 'ingress' ? podClass.ports : NO_NAMED_PORTS;
  let byText = cache.get(row);
  if (byText === undefined) cache.set(row, (byText = new Map()));
  const text = `${bound} ${destination.id}`;
  let pieces = byText.get(text);
  if (pieces === undefined) {
    pieces = externalPieces(cluster.facts, row, bound, destination);
    byText.set(text, pieces);
  }
  return pieces;
}

/** Where two coverings do not have the same ports. */
function differing(a: ExternalPieces, b: ExternalPieces): AddressSet {
  if (a === b) return NO_ADDRESSES;
  const marked = combinePieces(a, b, (x, y) => (x === y ? NO_PORTS : ALL_PORTS));
  const different = marked.filter(({ ports }) => ports === ALL_PORTS).map(({ addresses }) => addresses);
  return different.length === 0 ? NO_ADDRESSES : unionAll(different);
}

/** All addresses of the families that an answer shows. */
export function shownAddresses(ipv6: boolean): AddressSet {
  return ipv6 ? ALL_ADDRESSES : { ipv4: ALL_ADDRESSES.ipv4, ipv6: [] };
}
