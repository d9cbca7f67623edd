import {
  ALL_ADDRESSES,
  blockAddresses,
  intersect,
  isEmpty,
  subtract,
  unionAll,
  type AddressSet,
} from './addressSet.ts';

/** Addresses that a document sets apart from the public ones. */
export interface SpecialRange {
  readonly cidrs: readonly string[];
  /** An adjective: `private`. */
  readonly what: string;
  /** The document that says so; absent for what is custom alone. */
  readonly source?: string;
  /** Whether a policy that means it among others is worth a word: somebody answers there. */
  readonly notable: boolean;
  readonly addresses: AddressSet;
}

/** How a set of addresses lies to the special ranges. */
export interface AddressNature {
  /** Ranges that hold all of the set: it is nothing but such addresses. */
  readonly within: readonly SpecialRange[];
  /** Ranges of which the set holds a part, and that do not hold it whole. */
  readonly holds: readonly SpecialRange[];
  /** Whether any address is in none of the ranges. */
  readonly isPublic: boolean;
}

/** Cloud machines ask these addresses for their metadata, credentials among it. */
export const METADATA = 'cloud metadata';

/** IANA's registries of special-purpose addresses (RFC 6890), as far as people write them into policies. */
const RANGES: readonly SpecialRange[] = [
  special(METADATA, undefined, ['169.254.169.254/32', 'fd00:ec2::254/128'], true),
  special('private', 'RFC 1918', ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'], true),
  special('private', 'RFC 4193', ['fc00::/7'], true),
  special('carriers’ shared', 'RFC 6598', ['100.64.0.0/10'], true),
  special('loopback', 'RFC 1122', ['127.0.0.0/8'], true),
  special('loopback', 'RFC 4291', ['::1/128'], true),
  special('link-local', 'RFC 3927', ['169.254.0.0/16'], true),
  special('link-local', 'RFC 4291', ['fe80::/10'], true),
  special('this network’s', 'RFC 791', ['0.0.0.0/8'], false),
  special('documentation', 'RFC 5737', ['192.0.2.0/24', '198.51.100.0/24', '203.0.113.0/24'], false),
  special('documentation', 'RFC 3849', ['2001:db8::/32'], false),
  special('benchmark', 'RFC 2544', ['198.18.0.0/15'], false),
  special('multicast', 'RFC 5771', ['224.0.0.0/4'], false),
  special('multicast', 'RFC 4291', ['ff00::/8'], false),
  special('reserved', 'RFC 1112', ['240.0.0.0/4'], false),
  special('NAT64', 'RFC 6052', ['64:ff9b::/96'], false),
];

const ALL_SPECIAL = unionAll(RANGES.map(({ addresses }) => addresses));

/** Addresses of the internet: those that no document sets apart. */
export const PUBLIC_ADDRESSES: AddressSet = subtract(ALL_ADDRESSES, ALL_SPECIAL);

/** Which special addresses a set consists of or holds, the most specific first. */
export function addressNature(set: AddressSet): AddressNature {
  const touched = RANGES.filter(({ addresses }) => !isEmpty(intersect(set, addresses)));
  const within = touched.filter(({ addresses }) => isEmpty(subtract(set, addresses)));
  return {
    within,
    holds: touched.filter((range) => !within.includes(range)),
    isPublic: !isEmpty(subtract(set, ALL_SPECIAL)),
  };
}

function special(what: string, source: string | undefined, cidrs: readonly string[], notable: boolean): SpecialRange {
  const addresses = unionAll(cidrs.map((cidr) => blockAddresses({ cidr, except: [] })));
  return { cidrs, what, notable, addresses, ...(source === undefined ? {} : { source }) };
}
