import { formatAddress, parseAddress, parseCidr, type AddressBlock } from '../engine/address.ts';
import type { Peer } from '../model/networkPolicy.ts';
import type { Pod, Service } from '../model/workload.ts';
import type { CheckContext, NamespaceView } from './check.ts';

/** Every address of its family: `0.0.0.0/0` or `::/0`, whatever `except` takes out of it. */
export function isWholeFamily({ ipBlock, incomplete }: Peer, family?: 4 | 6): boolean {
  const block = ipBlock === undefined || incomplete === true ? undefined : parseCidr(ipBlock.cidr);
  if (block === undefined || (family !== undefined && block.family !== family)) return false;
  return prefixLength(block) === 0;
}

/** How many bits of a block's addresses are fixed: 24 of `10.0.0.0/24`. */
export function prefixLength(block: AddressBlock): number {
  if (block.family === 4) return 32 - Math.log2(block.end - block.start);
  return 128 - ((block.end - block.start).toString(2).length - 1);
}

export function holds(block: AddressBlock, text: string): boolean {
  const address = parseAddress(text);
  if (address === undefined) return false;
  if (address.family === 4) return block.family === 4 && block.start <= address.value && address.value < block.end;
  return block.family === 6 && block.start <= address.value && address.value < block.end;
}

/** Whether all of `inner` is in `outer`. */
export function covers(outer: AddressBlock, inner: AddressBlock): boolean {
  if (outer.family === 4) return inner.family === 4 && outer.start <= inner.start && inner.end <= outer.end;
  return inner.family === 6 && outer.start <= inner.start && inner.end <= outer.end;
}

/** A block of one address, as its text; undefined for a wider one. */
export function singleAddress(cidr: string): string | undefined {
  const block = parseCidr(cidr);
  if (block === undefined || prefixLength(block) !== (block.family === 4 ? 32 : 128)) return undefined;
  return block.family === 4
    ? formatAddress({ family: 4, value: block.start })
    : formatAddress({ family: 6, value: block.start });
}

const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16'];
const PRIVATE_V6 = ['fc00::/7', 'fe80::/10', '::1/128'];

/** Whether a block holds none but addresses that the internet does not route (RFC 1918, 6598, 4193, link-local). */
export function isPrivate(block: AddressBlock): boolean {
  return [...PRIVATE, ...PRIVATE_V6].some((cidr) => {
    const outer = parseCidr(cidr);
    return outer !== undefined && covers(outer, block);
  });
}

type ByAddress = ReadonlyMap<string, Service>;

const inNamespace = new WeakMap<NamespaceView, ByAddress>();
const inContents = new WeakMap<CheckContext['contents'], ByAddress>();

/** The Service that has an address of its own; `address` as `formatAddress` writes it. */
export function serviceAt({ contents }: CheckContext, address: string): Service | undefined {
  let all = inContents.get(contents);
  if (all === undefined) {
    all = new Map([...contents.values()].flatMap((view) => [...addressesIn(view)]));
    inContents.set(contents, all);
  }
  return all.get(address);
}

function addressesIn(view: NamespaceView): ByAddress {
  let addresses = inNamespace.get(view);
  if (addresses === undefined) {
    addresses = new Map(
      view.services.flatMap((service) =>
        service.clusterIPs.flatMap((text): [string, Service][] => {
          const parsed = parseAddress(text);
          return parsed === undefined ? [] : [[formatAddress(parsed), service]];
        }),
      ),
    );
    inNamespace.set(view, addresses);
  }
  return addresses;
}

/** Pods with an address of their own at `address`: those on their node's network share it. */
export function podsAt({ cluster }: CheckContext, address: string): readonly Pod[] {
  return cluster.pods.podsAt(address).filter(({ hostNetwork }) => !hostNetwork);
}
