import ipaddr from 'ipaddr.js';

/**
 * An IP address as one integer: a number for IPv4, a bigint for IPv6. IPv4-mapped IPv6 addresses are IPv4, as Go's
 * `net` package has it.
 */
export type Address = { readonly family: 4; readonly value: number } | { readonly family: 6; readonly value: bigint };

/** Addresses of one prefix; `end` is exclusive. */
export type AddressBlock =
  | { readonly family: 4; readonly start: number; readonly end: number }
  | { readonly family: 6; readonly start: bigint; readonly end: bigint };

export const IPV4_END = 2 ** 32;
export const IPV6_END = 1n << 128n;
/** `.` counted from `0`. */
const DOT = -2;
const MAPPED_START = 0xffff_0000_0000n;
const MAPPED_END = 0x1_0000_0000_0000n;

/** Undefined where the text is no address. Leading zeros are decimal, as in the API server's legacy parser. */
export function parseAddress(text: string): Address | undefined {
  const ipv4 = parseIpv4(text);
  if (ipv4 !== undefined) return { family: 4, value: ipv4 };
  const ipv6 = parseIpv6(text);
  if (ipv6 === undefined) return undefined;
  if (ipv6 >= MAPPED_START && ipv6 < MAPPED_END) return { family: 4, value: Number(ipv6 - MAPPED_START) };
  return { family: 6, value: ipv6 };
}

/** Undefined where the text is no CIDR. Bits beyond the prefix are ignored, as by the API server before 1.36. */
export function parseCidr(text: string): AddressBlock | undefined {
  const slash = text.lastIndexOf('/');
  if (slash < 0) return undefined;
  const address = text.slice(0, slash);
  const length = text.slice(slash + 1);
  if (!/^\d{1,4}$/.test(length)) return undefined;
  const bits = Number(length);
  const ipv4 = parseIpv4(address);
  if (ipv4 !== undefined) return bits <= 32 ? ipv4Block(ipv4, bits) : undefined;
  const ipv6 = parseIpv6(address);
  if (ipv6 === undefined || bits > 128) return undefined;
  if (ipv6 >= MAPPED_START && ipv6 < MAPPED_END && bits >= 96) return ipv4Block(Number(ipv6 - MAPPED_START), bits - 96);
  const size = 1n << BigInt(128 - bits);
  const start = ipv6 - (ipv6 % size);
  return { family: 6, start, end: start + size };
}

export function formatAddress(address: Address): string {
  return address.family === 4 ? formatIpv4(address.value) : formatIpv6(address.value);
}

/** The fewest prefixes that make up the interval from `start` to before `end`, ascending. */
export function ipv4Cidrs(start: number, end: number): string[] {
  const cidrs: string[] = [];
  let at = start;
  while (at < end) {
    let bits = 32;
    let size = 1;
    while (bits > 0 && at % (size * 2) === 0 && at + size * 2 <= end) {
      size *= 2;
      bits -= 1;
    }
    cidrs.push(`${formatIpv4(at)}/${bits}`);
    at += size;
  }
  return cidrs;
}

/** As `ipv4Cidrs`. */
export function ipv6Cidrs(start: bigint, end: bigint): string[] {
  const cidrs: string[] = [];
  let at = start;
  while (at < end) {
    let bits = 128;
    let size = 1n;
    while (bits > 0 && at % (size * 2n) === 0n && at + size * 2n <= end) {
      size *= 2n;
      bits -= 1;
    }
    cidrs.push(`${formatIpv6(at)}/${bits}`);
    at += size;
  }
  return cidrs;
}

function ipv4Block(address: number, bits: number): AddressBlock {
  const size = 2 ** (32 - bits);
  const start = address - (address % size);
  return { family: 4, start, end: start + size };
}

function parseIpv4(text: string): number | undefined {
  let value = 0;
  let part = -1;
  let dots = 0;
  for (let at = 0; at < text.length; at += 1) {
    const digit = text.charCodeAt(at) - 48;
    if (digit >= 0 && digit <= 9) {
      part = (part < 0 ? 0 : part * 10) + digit;
      if (part > 255) return undefined;
    } else if (digit === DOT && part >= 0 && dots < 3) {
      value = value * 256 + part;
      part = -1;
      dots += 1;
    } else return undefined;
  }
  return dots === 3 && part >= 0 ? value * 256 + part : undefined;
}

function parseIpv6(text: string): bigint | undefined {
  if (text.includes('%') || !ipaddr.IPv6.isValid(text)) return undefined;
  let value = 0n;
  for (const part of ipaddr.IPv6.parse(text).parts) value = (value << 16n) | BigInt(part);
  return value;
}

function formatIpv4(value: number): string {
  return `${Math.floor(value / 2 ** 24)}.${(value >>> 16) & 255}.${(value >>> 8) & 255}.${value & 255}`;
}

function formatIpv6(value: bigint): string {
  const parts: number[] = [];
  for (let shift = 112n; shift >= 0n; shift -= 16n) parts.push(Number((value >> shift) & 0xffffn));
  return new ipaddr.IPv6(parts).toRFC5952String();
}
