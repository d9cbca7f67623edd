import type { Endpoint } from './endpoint.ts';
import { matchEndpoint } from './endpoint.ts';
import type { Facts } from './facts.ts';
import { NO, YES } from './match.ts';
import type { NamedPorts } from './podClass.ts';
import type { Row, RowEntry } from './policyRow.ts';
import { ALL_PORTS, NO_PORTS } from './portSets.ts';
import { EVERY_PORT, type PortRange } from './portSpecs.ts';

/** Nothing passes, whatever the unknown facts are. */
export const NO_PORT: PortRange = { certain: NO_PORTS, possible: NO_PORTS };

/** Nothing is certain, everything is possible. */
export const ANY_PORT: PortRange = { certain: NO_PORTS, possible: ALL_PORTS };

/** The ports on which a row lets one peer through; `destination` has the named ports of the traffic's target. */
export function rowPorts(facts: Facts, row: Row, peer: Endpoint, destination: NamedPorts): PortRange {
  switch (row.kind) {
    case 'open':
      return EVERY_PORT;
    case 'unknown':
      return ANY_PORT;
    case 'isolated': {
      const range = entriesPorts(facts, row.entries, peer, destination);
      if (row.possible.length === 0) return range;
      const more = entriesPorts(facts, row.possible, peer, destination);
      return { certain: range.certain, possible: facts.ports.union(range.possible, more.possible) };
    }
    case 'perhaps': {
      let certain = ALL_PORTS;
      for (const entries of row.policies) {
        certain = facts.ports.intersect(certain, entriesPorts(facts, entries, peer, destination).certain);
      }
      return { certain, possible: ALL_PORTS };
    }
  }
}

function entriesPorts(facts: Facts, entries: readonly RowEntry[], peer: Endpoint, destination: NamedPorts): PortRange {
  let certain = NO_PORTS;
  let possible = NO_PORTS;
  for (const entry of entries) {
    const match = matchEndpoint(facts, entry.peer, peer);
    if (match === NO) continue;
    const range = facts.specs.resolve(entry.ports, destination);
    if (match === YES) certain = facts.ports.union(certain, range.certain);
    possible = facts.ports.union(possible, range.possible);
  }
  return possible === NO_PORTS ? NO_PORT : { certain, possible };
}

/** What holds in both, of what may hold in either: for the two ways in which a plug-in may treat a pod. */
export function eitherWay(facts: Facts, a: PortRange, b: PortRange): PortRange {
  return { certain: facts.ports.intersect(a.certain, b.certain), possible: facts.ports.union(a.possible, b.possible) };
}

/** What passes both directions. */
export function bothDirections(facts: Facts, a: PortRange, b: PortRange): PortRange {
  if (a.possible === NO_PORTS || b.possible === NO_PORTS) return NO_PORT;
  const certain = facts.ports.intersect(a.certain, b.certain);
  if (a.certain === a.possible && b.certain === b.possible) return { certain, possible: certain };
  return { certain, possible: facts.ports.intersect(a.possible, b.possible) };
}
