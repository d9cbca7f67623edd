import { CompletionItemKind } from 'vscode-languageserver-types';
import { count } from '../../analysis/wording.ts';
import { ipv4Cidrs, ipv6Cidrs, parseAddress, parseCidr, type AddressBlock } from '../../engine/address.ts';
import { asList, asMap, asString } from '../../syntax/objects/jsonAccess.ts';
import { plain } from '../markdown.ts';
import { withSource } from './podUse.ts';
import type { Asked, Proposal } from './proposal.ts';
import { valueAt } from './selectorPlace.ts';

/** CIDRs of what is known (nodes, Services, pods), then those that everybody needs now and then. */
export function cidrs(asked: Asked): readonly Proposal[] {
  const at = asked.path.indexOf('ipBlock');
  const { except } = asMap(valueAt(asked.object, asked.path.slice(0, at + 1)));
  const parts = asked.path.at(-1) === 'cidr' ? asList(except).flatMap((part) => parseCidr(asString(part)) ?? []) : [];
  return distinct([...knownCidrs(asked), ...USUAL.map(([cidr, detail]) => proposal(cidr, detail, 10))]).filter(
    ({ label }) => {
      const block = parseCidr(label);
      return block !== undefined && parts.every((part) => isInside(part, block));
    },
  );
}

/** Parts of the block's `cidr`. */
export function excepts(asked: Asked): readonly Proposal[] {
  const at = asked.path.indexOf('ipBlock');
  const { cidr } = asMap(valueAt(asked.object, asked.path.slice(0, at + 1)));
  const outer = typeof cidr === 'string' ? parseCidr(cidr) : undefined;
  if (outer === undefined) return [];
  return cidrs(asked).filter(({ label }) => {
    const inner = parseCidr(label);
    return inner !== undefined && isInside(inner, outer);
  });
}

/** A part of a block that stands for the one that a person means: its first quarter. */
export function firstPart(cidr: string): string | undefined {
  const block = parseCidr(cidr);
  if (block === undefined) return undefined;
  if (block.family === 4) {
    const size = block.end - block.start;
    return size < 4 ? undefined : ipv4Cidrs(block.start, block.start + size / 4)[0];
  }
  const size = block.end - block.start;
  return size < 4n ? undefined : ipv6Cidrs(block.start, block.start + size / 4n)[0];
}

const USUAL: readonly (readonly [cidr: string, detail: string])[] = [
  ['0.0.0.0/0', 'every IPv4 address'],
  ['::/0', 'every IPv6 address'],
  ['10.0.0.0/8', 'private addresses (RFC 1918)'],
  ['172.16.0.0/12', 'private addresses (RFC 1918)'],
  ['192.168.0.0/16', 'private addresses (RFC 1918)'],
  ['169.254.169.254/32', 'where clouds tell a machine about itself'],
];

function knownCidrs(asked: Asked): readonly Proposal[] {
  const { snapshot, policy } = asked;
  const { nodes, contents } = snapshot.universe.parts;
  const services = [...contents.values()].flatMap((view) => view.services);
  const apiServer = contents.get('default')?.services.find(({ name }) => name === 'kubernetes');
  const nodeIps = nodes.flatMap(({ ips }) => ips);
  const serviceIps = services.flatMap(({ clusterIPs }) => clusterIPs);
  const podIps = podAddresses(asked);
  return [
    ...covers(nodeIps).map((cidr) => proposal(cidr, withSource(`holds all ${count(nodes.length, 'node')}`, asked), 0)),
    ...covers(podIps).map((cidr) => proposal(cidr, withSource('holds all pods', asked), 1)),
    ...covers(serviceIps).map((cidr) => proposal(cidr, withSource('holds the addresses of all Services', asked), 2)),
    ...(apiServer?.clusterIPs ?? [])
      .flatMap(single)
      .map((cidr) => proposal(cidr, withSource('the API server’s Service', asked), 3)),
    ...nodes
      .slice(0, MOST_NODES)
      .flatMap(({ name, ips }) =>
        ips.flatMap(single).map((cidr) => proposal(cidr, withSource(`node ${plain(name)}`, asked), 4)),
      ),
    ...(contents.get(policy.namespace)?.services ?? []).flatMap(({ name, clusterIPs }) =>
      clusterIPs.flatMap(single).map((cidr) => proposal(cidr, withSource(`Service ${plain(name)}`, asked), 5)),
    ),
  ];
}

const MOST_NODES = 50;

const podRanges = new WeakMap<object, readonly string[]>();

/** The lowest and the highest address of each family over all pods that are on no node's network. */
function podAddresses({ snapshot }: Asked): readonly string[] {
  const { contents } = snapshot.universe.parts;
  const known = podRanges.get(contents);
  if (known !== undefined) return known;
  const ips: string[] = [];
  for (const { pods } of contents.values()) {
    for (const pod of pods) if (!pod.hostNetwork) ips.push(...pod.ips);
  }
  const found = bounds(ips);
  podRanges.set(contents, found);
  return found;
}

/** For each family the smallest block that holds all of the addresses; none where that is all of them or one. */
function covers(ips: readonly string[]): readonly string[] {
  const [low4, high4, low6, high6] = extremes(ips);
  const found: string[] = [];
  if (low4 !== undefined && high4 !== undefined && low4 !== high4) {
    let size = 1;
    while (Math.floor(low4 / size) !== Math.floor(high4 / size)) size *= 2;
    const start = low4 - (low4 % size);
    if (size < 2 ** 28) found.push(...ipv4Cidrs(start, start + size));
  }
  if (low6 !== undefined && high6 !== undefined && low6 !== high6) {
    let size = 1n;
    while (low6 / size !== high6 / size) size *= 2n;
    const start = low6 - (low6 % size);
    if (size < 1n << 112n) found.push(...ipv6Cidrs(start, start + size));
  }
  return found;
}

function bounds(ips: readonly string[]): readonly string[] {
  const [low4, high4, low6, high6] = extremes(ips);
  return [
    ...[low4, high4].flatMap((value) => (value === undefined ? [] : [ipv4Cidrs(value, value + 1)[0] ?? ''])),
    ...[low6, high6].flatMap((value) => (value === undefined ? [] : [ipv6Cidrs(value, value + 1n)[0] ?? ''])),
  ].map((cidr) => cidr.slice(0, cidr.indexOf('/')));
}

function extremes(ips: readonly string[]): [number?, number?, bigint?, bigint?] {
  let [low4, high4, low6, high6]: [number?, number?, bigint?, bigint?] = [];
  for (const ip of ips) {
    const address = parseAddress(ip);
    if (address?.family === 4) {
      low4 = Math.min(low4 ?? address.value, address.value);
      high4 = Math.max(high4 ?? address.value, address.value);
    } else if (address?.family === 6) {
      if (low6 === undefined || address.value < low6) low6 = address.value;
      if (high6 === undefined || address.value > high6) high6 = address.value;
    }
  }
  return [low4, high4, low6, high6] as [number?, number?, bigint?, bigint?];
}

function single(ip: string): readonly string[] {
  const address = parseAddress(ip);
  if (address === undefined) return [];
  return address.family === 4
    ? ipv4Cidrs(address.value, address.value + 1)
    : ipv6Cidrs(address.value, address.value + 1n);
}

/** Inside, and not the whole of it. */
function isInside(inner: AddressBlock, outer: AddressBlock): boolean {
  if (inner.family !== outer.family) return false;
  return (
    inner.start >= outer.start && inner.end <= outer.end && (inner.start !== outer.start || inner.end !== outer.end)
  );
}

function proposal(cidr: string, detail: string, rank: number): Proposal {
  return { label: cidr, detail, kind: CompletionItemKind.Value, write: { value: cidr }, rank };
}

function distinct(proposals: readonly Proposal[]): readonly Proposal[] {
  const byLabel = new Map<string, Proposal>();
  for (const one of proposals) if (!byLabel.has(one.label)) byLabel.set(one.label, one);
  return [...byLabel.values()];
}
