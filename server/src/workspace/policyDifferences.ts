import { peerText, portText, selectorText } from '../engine/canonicalPolicy.ts';
import { effectivePolicyTypes } from '../engine/defaulting.ts';
import { YES } from '../engine/match.ts';
import type { LabelSelector } from '../model/labels.ts';
import type { Direction, NetworkPolicy, Peer, PolicyPort, PolicyRule } from '../model/networkPolicy.ts';

/** One thing in which a manifest's policy is another one than the cluster's. Rules are counted from 0. */
export type PolicyDifference =
  | { readonly kind: 'targets'; readonly live: LabelSelector }
  /** The policy isolates a direction on one side alone. */
  | { readonly kind: 'direction'; readonly direction: Direction; readonly side: Side }
  | { readonly kind: 'rule'; readonly direction: Direction; readonly side: Side; readonly index: number }
  /** One rule in the place of another. */
  | {
      readonly kind: 'changedRule';
      readonly direction: Direction;
      readonly index: number;
      readonly peers: boolean;
      readonly ports: boolean;
    };

/** Who alone has what the other lacks. */
export type Side = 'written' | 'live';

const DIRECTIONS: readonly Direction[] = ['ingress', 'egress'];

/**
 * What differs between the specs of two policies after the API server's defaulting: an absent `policyTypes` or
 * `protocol` and the value that it stands for are one, and so are an absent and an empty list. Labels, expressions and
 * values in another order are the same; peers and rules in another order are not, because an apply writes their lists.
 */
export function policyDifferences(written: NetworkPolicy, live: NetworkPolicy): readonly PolicyDifference[] {
  const found: PolicyDifference[] = [];
  if (!sameSelector(written.podSelector, live.podSelector)) found.push({ kind: 'targets', live: live.podSelector });
  const types = effectivePolicyTypes(written);
  const liveTypes = effectivePolicyTypes(live);
  for (const direction of DIRECTIONS) {
    if (types[direction] !== liveTypes[direction]) {
      found.push({ kind: 'direction', direction, side: types[direction] === YES ? 'written' : 'live' });
    }
    found.push(...ruleDifferences(direction, written[direction] ?? [], live[direction] ?? []));
  }
  return found;
}

/** Equal rules at both ends stand for each other; what is left between them is paired in its order. */
function ruleDifferences(
  direction: Direction,
  written: readonly PolicyRule[],
  live: readonly PolicyRule[],
): readonly PolicyDifference[] {
  const shorter = Math.min(written.length, live.length);
  let head = 0;
  while (head < shorter && sameRule(written[head], live[head])) head += 1;
  let tail = 0;
  while (tail < shorter - head && sameRule(written.at(-1 - tail), live.at(-1 - tail))) tail += 1;
  const found: PolicyDifference[] = [];
  for (let index = head; index < Math.max(written.length, live.length) - tail; index++) {
    const ours = index < written.length - tail ? written[index] : undefined;
    const theirs = index < live.length - tail ? live[index] : undefined;
    if (ours !== undefined && theirs !== undefined) {
      const peers = !samePeers(ours, theirs);
      const ports = !samePorts(ours, theirs);
      if (peers || ports) found.push({ kind: 'changedRule', direction, index, peers, ports });
    } else if (ours !== undefined || theirs !== undefined) {
      found.push({ kind: 'rule', direction, side: ours === undefined ? 'live' : 'written', index });
    }
  }
  return found;
}

function sameRule(a: PolicyRule | undefined, b: PolicyRule | undefined): boolean {
  return a !== undefined && b !== undefined && samePeers(a, b) && samePorts(a, b);
}

function samePeers({ peers: a = [] }: PolicyRule, { peers: b = [] }: PolicyRule): boolean {
  return sameItems(a, b, samePeer);
}

function samePorts({ ports: a = [] }: PolicyRule, { ports: b = [] }: PolicyRule): boolean {
  return sameItems(a, b, samePort);
}

export function samePeer(a: Peer, b: Peer): boolean {
  return a === b || peerText(a) === peerText(b);
}

export function samePort(a: PolicyPort, b: PolicyPort): boolean {
  return a === b || portText(a) === portText(b);
}

function sameItems<T>(a: readonly T[], b: readonly T[], same: (a: T, b: T) => boolean): boolean {
  return a.length === b.length && a.every((item, index) => same(item, b[index] as T));
}

function sameSelector(a: LabelSelector, b: LabelSelector): boolean {
  return a === b || selectorText(a) === selectorText(b);
}
