import { BlockList, isIP } from 'node:net';

/**
 * Reads a list of servers that are reached without a proxy, as golang.org/x/net/http/httpproxy reads NO_PROXY: names
 * with everything below them, names with a leading dot or `*.` without the name itself, addresses, CIDRs, each name and
 * address with a port where it holds for that port alone, and `*`. This machine is never behind a proxy. Pure.
 *
 * @param name what the list is called in front of people
 * @returns for a server's URL why no proxy is used, as the end of a sentence; undefined where one is
 */
export function noProxyList(list: string, name = 'NO_PROXY'): (server: URL) => string | undefined {
  const entries = list.split(',').flatMap((entry) => {
    const text = entry.trim().toLowerCase();
    return text === '' ? [] : [{ text, matches: matcher(text) }];
  });
  return (server) => {
    const host = server.hostname.replace(/^\[|\]$/g, '').toLowerCase();
    const port = server.port || (server.protocol === 'https:' ? '443' : '80');
    if (host === 'localhost' || isLoopback(host)) return `${host} is this machine, which no proxy stands before`;
    const found = entries.find(({ matches }) => matches(host, port));
    return found === undefined ? undefined : `${name} leaves out ${found.text}`;
  };
}

type Matcher = (host: string, port: string) => boolean;

function matcher(entry: string): Matcher {
  if (entry === '*') return () => true;
  const cidr = cidrOf(entry);
  if (cidr !== undefined) return (host) => isIP(host) !== 0 && cidr.check(host, familyOf(host));
  const { host: named, port: onPort } = split(entry);
  if (named === '') return () => false;
  const isPort = (port: string): boolean => onPort === undefined || onPort === port;
  if (isIP(named) !== 0) {
    const address = new BlockList();
    address.addAddress(named, familyOf(named));
    return (host, port) => isIP(host) !== 0 && address.check(host, familyOf(host)) && isPort(port);
  }
  const written = named.startsWith('*.') ? named.slice(1) : named;
  const suffix = asciiName(written.startsWith('.') ? written : `.${written}`);
  const isItself = !written.startsWith('.');
  return (host, port) => (host.endsWith(suffix) || (isItself && host === suffix.slice(1))) && isPort(port);
}

function cidrOf(entry: string): BlockList | undefined {
  const [, address = '', bits = ''] = /^([^/]+)\/(\d{1,3})$/.exec(entry) ?? [];
  const family = isIP(address);
  if (family === 0 || Number(bits) > (family === 4 ? 32 : 128)) return undefined;
  const list = new BlockList();
  list.addSubnet(address, Number(bits), familyOf(address));
  return list;
}

/** `host:port`, `[IPv6]:port`; anything else, such as an IPv6 address without brackets, is a host as a whole. */
function split(entry: string): { readonly host: string; readonly port?: string } {
  const [, bracketed, plain = '', port = ''] = /^(?:\[([^\]]*)\]|([^:]*)):(\d*)$/.exec(entry) ?? [];
  const host = bracketed ?? plain;
  if (port === '' && host === '') return { host: entry.startsWith(':') && isIP(entry) === 0 ? '' : entry };
  return port === '' ? { host } : { host, port };
}

/** As a URL's host is written: international names in their ASCII form. */
function asciiName(suffix: string): string {
  const url = `http://x${suffix}`;
  return URL.canParse(url) ? new URL(url).hostname.slice(1) : suffix;
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

function isLoopback(host: string): boolean {
  return isIP(host) !== 0 && LOOPBACK.check(host, familyOf(host));
}
