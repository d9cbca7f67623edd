/** A CIDR as k8s.io/utils' ParseCIDRSloppy reads it. */
export interface Cidr {
  /** 4 bytes, or 16 for anything written with colons. */
  readonly address: readonly number[];
  readonly prefix: number;
  /** Zeros lead an octet, a group of more than four digits or the prefix: netip refuses it. */
  readonly leadingZeros: boolean;
}

/** Undefined for what is no CIDR even where zeros may lead numbers. */
export function parseCidr(text: string): Cidr | undefined {
  const slash = text.indexOf('/');
  if (slash < 0) return undefined;
  const parsed = parseIpv4(text.slice(0, slash)) ?? parseIpv6(text.slice(0, slash));
  const mask = text.slice(slash + 1);
  const prefix = decimal(mask);
  if (parsed === undefined || prefix === undefined || prefix > parsed.bytes.length * 8) return undefined;
  return {
    address: parsed.bytes,
    prefix,
    leadingZeros: parsed.leadingZeros || (mask.length > 1 && mask.startsWith('0')),
  };
}

/** `::ffff:a.b.c.d`, whichever way it is written. */
export function isIpv4Mapped({ address }: Cidr): boolean {
  return address.length === 16 && isMapped(address);
}

export function hasHostBits({ address, prefix }: Cidr): boolean {
  return address.some((byte, index) => (byte & ~maskByte(prefix, index) & 0xff) !== 0);
}

/** Whether `inner`'s network address lies in `outer`, IPv4-mapped addresses counting as IPv4 (net.IPNet.Contains). */
export function containsNetwork(outer: Cidr, inner: Cidr): boolean {
  const network = normalNetwork(outer);
  const address = asIpv4(networkAddress(inner));
  if (network.address.length !== address.length) return false;
  return network.address.every((byte, index) => {
    const mask = maskByte(network.prefix, index);
    return (byte & mask) === ((address[index] ?? 0) & mask);
  });
}

/** The network in its usual spelling (net.IPNet.String): IPv4 where the address is IPv4-mapped. */
export function networkText(cidr: Cidr): string {
  const { address, prefix } = normalNetwork(cidr);
  return `${addressText(address)}/${prefix}`;
}

/** The address itself as a network of one (`/32`, `/128`). */
export function singleAddressText({ address }: Cidr): string {
  return `${addressText(asIpv4(address))}/${address.length * 8}`;
}

/** The spelling of RFC 5952, IPv4-mapped addresses left in IPv6 (netip.Prefix.String). */
export function canonicalText({ address, prefix }: Cidr): string {
  return `${addressText(address)}/${prefix}`;
}

interface Network {
  readonly address: readonly number[];
  readonly prefix: number;
}

function normalNetwork(cidr: Cidr): Network {
  const address = networkAddress(cidr);
  const short = asIpv4(address);
  return short === address ? { address, prefix: cidr.prefix } : { address: short, prefix: cidr.prefix - 96 };
}

function networkAddress({ address, prefix }: Cidr): readonly number[] {
  return address.map((byte, index) => byte & maskByte(prefix, index));
}

function asIpv4(address: readonly number[]): readonly number[] {
  return address.length === 16 && isMapped(address) ? address.slice(12) : address;
}

function isMapped(address: readonly number[]): boolean {
  return address.slice(0, 10).every((byte) => byte === 0) && address[10] === 0xff && address[11] === 0xff;
}

function maskByte(prefix: number, index: number): number {
  const bits = Math.max(0, Math.min(8, prefix - index * 8));
  return (0xff << (8 - bits)) & 0xff;
}

interface Parsed {
  readonly bytes: readonly number[];
  readonly leadingZeros: boolean;
}

function parseIpv4(text: string): Parsed | undefined {
  const parts = text.split('.');
  if (parts.length !== 4) return undefined;
  const bytes = parts.map((part) => decimal(part) ?? 256);
  if (bytes.some((byte) => byte > 255)) return undefined;
  return { bytes, leadingZeros: parts.some((part) => part.length > 1 && part.startsWith('0')) };
}

function parseIpv6(text: string): Parsed | undefined {
  const halves = text.split('::');
  if (halves.length > 2 || text.includes(':::')) return undefined;
  const head = groups(halves[0] ?? '', halves.length === 1);
  const tail = halves.length === 2 ? groups(halves[1] ?? '', true) : NO_GROUPS;
  if (head === undefined || tail === undefined) return undefined;
  const missing = 16 - head.bytes.length - tail.bytes.length;
  // `::` stands for at least one group.
  if (halves.length === 1 ? missing !== 0 : missing < 2) return undefined;
  const bytes = [...head.bytes, ...Array.from({ length: missing }, () => 0), ...tail.bytes];
  return { bytes, leadingZeros: head.leadingZeros || tail.leadingZeros };
}

const NO_GROUPS: Parsed = { bytes: [], leadingZeros: false };

function groups(text: string, ipv4AtEnd: boolean): Parsed | undefined {
  if (text === '') return NO_GROUPS;
  const bytes: number[] = [];
  let leadingZeros = false;
  const parts = text.split(':');
  for (const [index, part] of parts.entries()) {
    if (part.includes('.')) {
      const embedded = ipv4AtEnd && index === parts.length - 1 ? parseIpv4(part) : undefined;
      if (embedded === undefined) return undefined;
      bytes.push(...embedded.bytes);
      leadingZeros ||= embedded.leadingZeros;
      continue;
    }
    const value = /^[0-9a-fA-F]+$/.test(part) ? Number.parseInt(part, 16) : Infinity;
    if (value > 0xffff) return undefined;
    bytes.push(value >> 8, value & 0xff);
    leadingZeros ||= part.length > 4;
  }
  return { bytes, leadingZeros };
}

function decimal(text: string): number | undefined {
  return /^[0-9]+$/.test(text) ? Number(text) : undefined;
}

function addressText(address: readonly number[]): string {
  if (address.length === 4) return address.join('.');
  if (isMapped(address)) return `::ffff:${address.slice(12).join('.')}`;
  const words = Array.from(
    { length: 8 },
    (_, index) => ((address[2 * index] ?? 0) << 8) | (address[2 * index + 1] ?? 0),
  );
  const { start, length } = longestZeros(words);
  const hex = words.map((word) => word.toString(16));
  if (length < 2) return hex.join(':');
  return `${hex.slice(0, start).join(':')}::${hex.slice(start + length).join(':')}`;
}

/** RFC 5952: the first of the longest runs of zeros is shortened. */
function longestZeros(words: readonly number[]): { readonly start: number; readonly length: number } {
  let best = { start: 0, length: 0 };
  for (let start = 0; start < words.length; start++) {
    let length = 0;
    while (words[start + length] === 0) length++;
    if (length > best.length) best = { start, length };
  }
  return best;
}
