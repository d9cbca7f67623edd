import { byLowest, unionAll, type AddressSet } from './addressSet.ts';
import { getOrMake } from './changedTargets.ts';
import { combinePieces, type ExternalPieces } from './externalPorts.ts';
import { NO_PORTS, type PortSetId, type PortSets } from './portSets.ts';
import type { PortRange } from './portSpecs.ts';

/** What passes in two states of a cluster; both in the port sets of the later one. */
export interface PortChange {
  readonly before: PortRange;
  readonly after: PortRange;
}

export function isSame({ before, after }: PortChange): boolean {
  return sameRange(before, after);
}

export function sameRange(a: PortRange, b: PortRange): boolean {
  return a.certain === b.certain && a.possible === b.possible;
}

/** Whether what passes is not decided in one of the states. */
export function isUndecided({ before, after }: PortChange): boolean {
  return before.certain !== before.possible || after.certain !== after.possible;
}

/** Whether something is gone or has come, whatever the unknown facts turn out to be. */
export function isCertainChange(ports: PortSets, { before, after }: PortChange): boolean {
  return (
    ports.subtract(before.certain, after.possible) !== NO_PORTS ||
    ports.subtract(after.certain, before.possible) !== NO_PORTS
  );
}

/** Equal for equal changes. */
export function changeText({ before, after }: PortChange): string {
  return `${before.certain},${before.possible}>${after.certain},${after.possible}`;
}

/** What may be gained and what may be lost; a port that only became certain, or uncertain, counts too. */
export function gainedAndLost(
  ports: PortSets,
  { before, after }: PortChange,
): { readonly gained: PortSetId; readonly lost: PortSetId } {
  const more = (from: PortRange, to: PortRange): PortSetId =>
    ports.union(ports.subtract(to.possible, from.possible), ports.subtract(to.certain, from.certain));
  return { gained: more(before, after), lost: more(after, before) };
}

/** What passes at addresses outside, within both bounds of what is known. */
export interface BoundedPieces {
  readonly certain: ExternalPieces;
  readonly possible: ExternalPieces;
}

/** Cuts the addresses by what passes before and after, ascending; addresses with the same change are one. */
export function addressChanges(
  before: BoundedPieces,
  after: BoundedPieces,
): { readonly addresses: AddressSet; readonly change: PortChange }[] {
  const old = joinBounds(before);
  const now = joinBounds(after);
  const changes: PortChange[] = [];
  const both = combinePieces(
    old.pieces,
    now.pieces,
    (a, b) => changes.push({ before: old.ranges[a] as PortRange, after: now.ranges[b] as PortRange }) - 1,
  );
  const joined = new Map<string, { change: PortChange; addresses: AddressSet[] }>();
  for (const { addresses, ports } of both) {
    const change = changes[ports] as PortChange;
    getOrMake(joined, changeText(change), () => ({ change, addresses: [] })).addresses.push(addresses);
  }
  return [...joined.values()]
    .map(({ change, addresses }) => ({ change, addresses: unionAll(addresses) }))
    .sort((a, b) => byLowest(a.addresses, b.addresses));
}

/** Pieces whose `ports` are places in `ranges`. */
function joinBounds({ certain, possible }: BoundedPieces): {
  readonly pieces: ExternalPieces;
  readonly ranges: readonly PortRange[];
} {
  const ranges: PortRange[] = [];
  const pieces = combinePieces(certain, possible, (a, b) => ranges.push({ certain: a, possible: b }) - 1);
  return { pieces, ranges };
}
