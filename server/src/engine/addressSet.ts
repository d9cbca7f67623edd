import type { IpBlock } from '../model/networkPolicy.ts';
import { IPV4_END, IPV6_END, ipv4Cidrs, ipv6Cidrs, parseCidr, type Address, type AddressBlock } from './address.ts';

/**
 * A set of IP addresses: per family the bounds `start, end, start, end, …` of its intervals, half open, ascending,
 * disjoint and not touching.
 */
export interface AddressSet {
  readonly ipv4: readonly number[];
  readonly ipv6: readonly bigint[];
}

export const NO_ADDRESSES: AddressSet = { ipv4: [], ipv6: [] };
export const ALL_ADDRESSES: AddressSet = { ipv4: [0, IPV4_END], ipv6: [0n, IPV6_END] };
export const ALL_IPV4: AddressSet = { ipv4: [0, IPV4_END], ipv6: [] };

/** `cidr` without `except`. Text that is no CIDR counts as no address: the API server refuses it. */
export function blockAddresses(block: IpBlock): AddressSet {
  const cidr = addressesOf(parseCidr(block.cidr));
  if (isEmpty(cidr)) return cidr;
  const excepts = unionAll(block.except.map((except) => addressesOf(parseCidr(except))));
  return subtract(cidr, excepts);
}

export function isEmpty(set: AddressSet): boolean {
  return set.ipv4.length === 0 && set.ipv6.length === 0;
}

export function contains(set: AddressSet, address: Address): boolean {
  return address.family === 4 ? within(set.ipv4, address.value) : within(set.ipv6, address.value);
}

export function equalAddresses(a: AddressSet, b: AddressSet): boolean {
  return sameBounds(a.ipv4, b.ipv4) && sameBounds(a.ipv6, b.ipv6);
}

export function intersect(a: AddressSet, b: AddressSet): AddressSet {
  return combine(a, b, (inA, inB) => inA && inB);
}

export function subtract(a: AddressSet, b: AddressSet): AddressSet {
  return combine(a, b, (inA, inB) => inA && !inB);
}

export function union(a: AddressSet, b: AddressSet): AddressSet {
  return combine(a, b, (inA, inB) => inA || inB);
}

/** Joins many sets at once: n log n, where joining one by one would be quadratic for lists of thousands of CIDRs. */
export function unionAll(sets: readonly AddressSet[]): AddressSet {
  if (sets.length === 1) return sets[0] as AddressSet;
  return { ipv4: mergeIntervals(sets.map(({ ipv4 }) => ipv4)), ipv6: mergeIntervals(sets.map(({ ipv6 }) => ipv6)) };
}

/** The fewest CIDRs, IPv4 before IPv6, ascending. */
export function toCidrs(set: AddressSet): string[] {
  const cidrs: string[] = [];
  for (let at = 0; at < set.ipv4.length; at += 2) {
    cidrs.push(...ipv4Cidrs(set.ipv4[at] as number, set.ipv4[at + 1] as number));
  }
  for (let at = 0; at < set.ipv6.length; at += 2) {
    cidrs.push(...ipv6Cidrs(set.ipv6[at] as bigint, set.ipv6[at + 1] as bigint));
  }
  return cidrs;
}

/** Sorts sets that are not empty by their lowest addresses, IPv4 first. */
export function byLowest(a: AddressSet, b: AddressSet): number {
  const [first, second] = [a, b].map(({ ipv4, ipv6 }): number | bigint => ipv4[0] ?? 2n ** 32n + (ipv6[0] ?? 0n));
  return (first as number | bigint) < (second as number | bigint) ? -1 : first === second ? 0 : 1;
}

/** Canonical text: equal for equal sets. */
export function addressText(set: AddressSet): string {
  return `${set.ipv4.join(',')}/${set.ipv6.join(',')}`;
}

function addressesOf(block: AddressBlock | undefined): AddressSet {
  if (block === undefined) return NO_ADDRESSES;
  return block.family === 4
    ? { ipv4: [block.start, block.end], ipv6: [] }
    : { ipv4: [], ipv6: [block.start, block.end] };
}

type Keep = (inA: boolean, inB: boolean) => boolean;

function combine(a: AddressSet, b: AddressSet, keep: Keep): AddressSet {
  return { ipv4: combineBounds(a.ipv4, b.ipv4, keep), ipv6: combineBounds(a.ipv6, b.ipv6, keep) };
}

/** Walks both lists of bounds at once; every bound toggles whether its set contains what follows. */
function combineBounds<Bound extends number | bigint>(a: readonly Bound[], b: readonly Bound[], keep: Keep): Bound[] {
  const bounds: Bound[] = [];
  let inA = false;
  let inB = false;
  let inside = false;
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    const nextA = a[i];
    const nextB = b[j];
    const at = nextB === undefined || (nextA !== undefined && nextA <= nextB) ? (nextA as Bound) : nextB;
    if (nextA === at) {
      inA = !inA;
      i += 1;
    }
    if (nextB === at) {
      inB = !inB;
      j += 1;
    }
    if (keep(inA, inB) !== inside) {
      inside = !inside;
      bounds.push(at);
    }
  }
  return bounds;
}

function mergeIntervals<Bound extends number | bigint>(lists: readonly (readonly Bound[])[]): Bound[] {
  const intervals: [Bound, Bound][] = [];
  for (const list of lists) {
    for (let at = 0; at < list.length; at += 2) intervals.push([list[at] as Bound, list[at + 1] as Bound]);
  }
  intervals.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  const bounds: Bound[] = [];
  for (const [start, end] of intervals) {
    const last = bounds.at(-1);
    if (last === undefined || start > last) bounds.push(start, end);
    else if (end > last) bounds[bounds.length - 1] = end;
  }
  return bounds;
}

/** Whether a value lies in one of the intervals: the number of bounds at or below it is odd. */
function within<Bound extends number | bigint>(bounds: readonly Bound[], value: Bound): boolean {
  return boundsAtOrBelow(bounds, value) % 2 === 1;
}

/** How many of the ascending bounds are at or below a value. */
export function boundsAtOrBelow<Bound extends number | bigint>(bounds: readonly Bound[], value: Bound): number {
  let low = 0;
  let high = bounds.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((bounds[middle] as Bound) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function sameBounds(a: readonly (number | bigint)[], b: readonly (number | bigint)[]): boolean {
  return a.length === b.length && a.every((bound, index) => bound === b[index]);
}
