import { count, listSome, thousands } from '../analysis/wording.ts';
import { parseAddress } from '../engine/address.ts';
import {
  ALL_ADDRESSES,
  ALL_IPV4,
  blockAddresses,
  contains,
  equalAddresses,
  isEmpty,
  type AddressSet,
} from '../engine/addressSet.ts';
import { matchPeer } from '../engine/matchPods.ts';
import { METADATA, addressNature, type SpecialRange } from '../engine/specialAddresses.ts';
import type { IpBlock, NetworkPolicy } from '../model/networkPolicy.ts';
import type { WorkspaceSnapshot } from '../workspace/snapshot.ts';
import { NOT_READABLE, type HoverContext } from './hoverContext.ts';
import { podsByName, workloadList } from './hoverNames.ts';
import type { HoverSubject } from './hoverTarget.ts';
import { code, escaped, escapedLine } from './markdown.ts';
import { peersField } from './policyPlaces.ts';
import { allPodsKnowledge } from './podText.ts';

type BlockSubject = Extract<HoverSubject, { readonly kind: 'block' }>;

/** An ipBlock, or one of its exceptions: how many addresses, what they are, and who that is known lies inside. */
export function blockLines(context: HoverContext, subject: BlockSubject): readonly string[] {
  const { written } = context.target.view;
  const { direction, rule, peer, except } = subject;
  const found = written?.[direction]?.[rule]?.peers?.[peer];
  if (written === undefined || found === undefined) return [NOT_READABLE];
  const { ipBlock, incomplete } = found;
  if (ipBlock === undefined) return ['**Not evaluated**: a placeholder leaves the addresses open'];
  const path = `spec.${direction}[${rule}].${peersField(direction)}[${peer}]`;
  if (except !== undefined) return exceptLines(context, written, ipBlock, ipBlock.except[except]);
  const addresses = blockAddresses(ipBlock);
  if (isEmpty(addresses) && incomplete !== true)
    return [`**No address**: ${code(ipBlock.cidr)} is none, or all is left out`];
  const without = ipBlock.except.length === 0 ? '' : ` without ${listSome(ipBlock.except.map(code), 3)}`;
  return [
    `**${capital(sizeText(addresses))}**: ${code(ipBlock.cidr)}${without}`,
    ...natureLine(addresses),
    ...(incomplete === true ? ['A placeholder leaves open what else is left out'] : []),
    ...podLines(context, written, ipBlock, (words) => context.listLink(words, path)),
    ...nodeLine(context.snapshot, addresses),
    ...serviceLine(context.snapshot, addresses),
  ];
}

function exceptLines(
  context: HoverContext,
  policy: NetworkPolicy,
  { cidr }: IpBlock,
  except: string | undefined,
): readonly string[] {
  if (except === undefined) return ['**Not evaluated**: a placeholder leaves the addresses open'];
  const block = { cidr: except, except: [] };
  const addresses = blockAddresses(block);
  if (isEmpty(addresses)) return [`**Leaves nothing out**: ${code(except)} is no range of addresses`];
  return [
    `**Leaves out ${sizeText(addresses)}**: ${code(except)} of ${code(cidr)}`,
    ...natureLine(addresses),
    ...podLines(context, policy, block, (words) => words),
    ...nodeLine(context.snapshot, addresses),
    ...serviceLine(context.snapshot, addresses),
  ];
}

/** `16,777,216 addresses`, `2^64 addresses`, `Every IPv4 address`. */
function sizeText(addresses: AddressSet): string {
  const { ipv4, ipv6 } = addresses;
  if (equalAddresses(addresses, ALL_IPV4)) return 'every IPv4 address';
  if (ipv4.length === 0 && equalAddresses(addresses, { ipv4: [], ipv6: ALL_ADDRESSES.ipv6 }))
    return 'every IPv6 address';
  let size = 0n;
  for (let at = 0; at < ipv4.length; at += 2) size += BigInt((ipv4[at + 1] as number) - (ipv4[at] as number));
  for (let at = 0; at < ipv6.length; at += 2) size += (ipv6[at + 1] as bigint) - (ipv6[at] as bigint);
  if (size <= 2n ** 40n) return count(Number(size), 'address', 'addresses');
  const bits = size.toString(2).length - 1;
  return `${size === 1n << BigInt(bits) ? '' : 'more than '}2^${bits} addresses`;
}

/** `Private addresses (RFC 1918)`, `Public, private (RFC 1918) and loopback (RFC 1122) addresses`. */
function natureLine(addresses: AddressSet): readonly string[] {
  const { within, holds, isPublic } = addressNature(addresses);
  const [first] = within;
  const metadata = holds.some(({ what }) => what === METADATA)
    ? ['Among them the address at which cloud machines answer for their metadata and credentials']
    : [];
  if (first !== undefined) {
    const { what, source } = first;
    return [`${capital(what)} addresses${source === undefined ? '' : ` (${source})`}`, ...metadata];
  }
  const notable = holds.filter((range) => range.notable && range.what !== METADATA);
  const texts = [...(isPublic ? ['public'] : []), ...new Set(notable.map(natureText))];
  return texts.length === 0 ? metadata : [`${capital(joined(texts))} addresses`, ...metadata];
}

function natureText({ what, source }: SpecialRange): string {
  return source === undefined ? what : `${what} (${source})`;
}

function joined(texts: readonly string[]): string {
  return texts.length < 2 ? texts.join('') : `${texts.slice(0, -1).join(', ')} and ${texts.at(-1)}`;
}

function podLines(
  { snapshot }: HoverContext,
  policy: NetworkPolicy,
  ipBlock: IpBlock,
  more: (words: string) => string,
): readonly string[] {
  const { cluster } = snapshot.universe;
  const { ipBlockPods, ipBlockWhy = '' } = cluster.options;
  const { certain, possible } = matchPeer(cluster, policy.namespace, { ipBlock });
  if (ipBlockPods === 'never') return [escapedLine(capital(ipBlockWhy))];
  if (ipBlockPods === 'unknown') {
    return possible.length === 0 ? [] : [`${podsByName(possible)} may be meant: ${escapedLine(ipBlockWhy)}`];
  }
  return [
    ...(certain.length > 0 ? [`Pods inside: ${workloadList(certain, policy.namespace, more)}`] : []),
    ...(possible.length > 0 ? [`${podsByName(possible)} may have such an address: it is not known here`] : []),
    ...(allPodsKnowledge(snapshot).kind === 'known' && certain.length + possible.length === 0
      ? ['No pod has such an address']
      : []),
  ];
}

/** Manifests bring no nodes: nothing is said of them then. */
function nodeLine({ universe, source }: WorkspaceSnapshot, addresses: AddressSet): readonly string[] {
  if (source.kind !== 'live' && source.kind !== 'snapshot') return [];
  const { nodes } = universe.parts;
  if (nodes.length === 0) {
    const status = source.state.coverage.find(({ kind }) => kind === 'Node')?.status;
    if (status?.state === 'complete') return [];
    const why = status?.state === 'forbidden' || status?.state === 'failed' ? status.why : 'nodes were not read';
    return [`Nodes are not known: ${escapedLine(why)}`];
  }
  const inside = nodes.filter(({ ips }) => ips.some((ip) => holds(addresses, ip)));
  if (inside.length === 0) return [];
  const names = listSome(
    inside.map(({ name }) => escaped(name)),
    3,
  );
  return [`Nodes inside: ${thousands(inside.length)} of ${thousands(nodes.length)} (${names})`];
}

function serviceLine({ universe }: WorkspaceSnapshot, addresses: AddressSet): readonly string[] {
  const inside: string[] = [];
  for (const { services } of universe.parts.contents.values()) {
    for (const { namespace, name, clusterIPs } of services) {
      if (clusterIPs.some((ip) => holds(addresses, ip))) inside.push(`${escaped(namespace)}/${escaped(name)}`);
    }
  }
  if (inside.length === 0) return [];
  return [`Services inside: ${listSome(inside.sort(), 3)}; as a rule a policy sees the pod behind a ClusterIP instead`];
}

function holds(addresses: AddressSet, ip: string): boolean {
  const address = parseAddress(ip);
  return address !== undefined && contains(addresses, address);
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
