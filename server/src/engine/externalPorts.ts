import {
  ALL_ADDRESSES,
  intersect as intersectAddresses,
  isEmpty,
  subtract,
  unionAll,
  type AddressSet,
} from './addressSet.ts';
import type { Facts } from './facts.ts';
import { YES } from './match.ts';
import type { NamedPorts } from './podClass.ts';
import type { Row, RowEntry } from './policyRow.ts';
import { ALL_PORTS, NO_PORTS, type PortSetId } from './portSets.ts';

/** Addresses outside the cluster and the ports on which they pass. */
export interface ExternalPiece {
  readonly addresses: AddressSet;
  readonly ports: PortSetId;
}

/** Disjoint pieces that make up all addresses, at most one for each set of ports. */
export type ExternalPieces = readonly ExternalPiece[];

export const OPEN_PIECES: ExternalPieces = [{ addresses: ALL_ADDRESSES, ports: ALL_PORTS }];
export const CLOSED_PIECES: ExternalPieces = [{ addresses: ALL_ADDRESSES, ports: NO_PORTS }];

/** Which of the two bounds of what is known. */
export type Bound = 'certain' | 'possible';

/** What a row lets in from or out to every address; `destination` has the named ports of the traffic's target. */
export function externalPieces(facts: Facts, row: Row, bound: Bound, destination: NamedPorts): ExternalPieces {
  switch (row.kind) {
    case 'open':
      return OPEN_PIECES;
    case 'unknown':
      return bound === 'certain' ? CLOSED_PIECES : OPEN_PIECES;
    case 'isolated': {
      const entries = bound === 'certain' ? row.entries : [...row.entries, ...row.possible];
      return entriesPieces(facts, entries, bound, destination);
    }
    case 'perhaps':
      if (bound === 'possible') return OPEN_PIECES;
      return row.policies
        .map((entries) => entriesPieces(facts, entries, bound, destination))
        .reduce((pieces, more) => combinePieces(pieces, more, (a, b) => facts.ports.intersect(a, b)));
  }
}

/** Cuts two coverings by each other and combines the ports of what overlaps. */
export function combinePieces(
  a: ExternalPieces,
  b: ExternalPieces,
  combine: (a: PortSetId, b: PortSetId) => PortSetId,
): ExternalPieces {
  if (a === b && a.length === 1) {
    const [piece] = a as [ExternalPiece];
    const ports = combine(piece.ports, piece.ports);
    return ports === piece.ports ? a : [{ ...piece, ports }];
  }
  const byPorts = new Map<PortSetId, AddressSet[]>();
  for (const left of a) {
    for (const right of b) {
      const addresses = intersectAddresses(left.addresses, right.addresses);
      if (isEmpty(addresses)) continue;
      const ports = combine(left.ports, right.ports);
      const list = byPorts.get(ports);
      if (list === undefined) byPorts.set(ports, [addresses]);
      else list.push(addresses);
    }
  }
  return joined(byPorts);
}

function entriesPieces(
  facts: Facts,
  entries: readonly RowEntry[],
  bound: Bound,
  destination: NamedPorts,
): ExternalPieces {
  const byPorts = new Map<PortSetId, AddressSet[]>();
  for (const { peer, ports } of entries) {
    const { addresses, maybeAddresses, others } = peer;
    const everyAddress = others === YES || (bound === 'possible' && others !== 0);
    const sets = everyAddress ? [ALL_ADDRESSES] : bound === 'certain' ? [addresses] : [addresses, maybeAddresses];
    if (sets.every(isEmpty)) continue;
    const open = facts.specs.resolve(ports, destination)[bound];
    if (open === NO_PORTS) continue;
    const list = byPorts.get(open);
    if (list === undefined) byPorts.set(open, [...sets]);
    else list.push(...sets);
  }
  let pieces: ExternalPieces = CLOSED_PIECES;
  for (const [ports, sets] of byPorts) {
    const addresses = unionAll(sets);
    const rest = subtract(ALL_ADDRESSES, addresses);
    const covering = [{ addresses, ports }, ...(isEmpty(rest) ? [] : [{ addresses: rest, ports: NO_PORTS }])];
    pieces = combinePieces(pieces, covering, (a, b) => facts.ports.union(a, b));
  }
  return pieces;
}

function joined(byPorts: ReadonlyMap<PortSetId, readonly AddressSet[]>): ExternalPieces {
  return [...byPorts].map(([ports, sets]) => ({ addresses: unionAll(sets), ports }));
}
