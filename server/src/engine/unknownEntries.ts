import type { Direction } from '../model/networkPolicy.ts';
import type { WorkloadRef } from '../model/workload.ts';
import { equalAddresses, isEmpty, toCidrs } from './addressSet.ts';
import type { PairFilter } from './pairFilter.ts';
import type { ReachEnd } from './reachability.ts';
import type { UnknownPairs } from './unknownPairs.ts';
import { reasonsText, type UnknownReason } from './unknownReason.ts';
import { shownAddresses } from './workloadExternals.ts';

/**
 * What is not decided (cli-contract, Names). `subject` is a workload, `namespace/*` or `*` and covers all pairs with
 * that end, or those in one direction; with `from` and `to`, exactly that pair.
 */
export interface UnknownEntry {
  readonly subject: string;
  readonly direction?: Direction;
  readonly from?: ReachEnd;
  readonly to?: ReachEnd;
  readonly why: string;
  readonly reasons: readonly UnknownReason[];
}

/** A workload in an answer; others stand for it by position. */
export interface NamedWorkload {
  /** `namespace/name[Kind]`. */
  readonly id: string;
  readonly ref: WorkloadRef;
}

/** Why a pair is undecided; workloads by position. */
export interface Explain {
  pair(source: number, target: number): readonly UnknownReason[];
  external(workload: number, direction: Direction): readonly UnknownReason[];
}

/** How many of the covered pairs are asked for their reasons; an entry names at most a few. */
const SAMPLE = 4;

/**
 * Covers exactly the undecided pairs. A coarse entry stands only where every pair that it covers is undecided (of the
 * pairs that were asked for), so it never hides a decided one.
 */
export function describeUnknownPairs(
  nodes: readonly NamedWorkload[],
  unknown: UnknownPairs,
  shown: PairFilter,
  ipv6: boolean,
  explain: Explain,
): readonly UnknownEntry[] {
  if (unknown.isEmpty) return [];
  const undecided = { egress: nodes.map(() => 0), ingress: nodes.map(() => 0) };
  unknown.forEachPair((source, target) => {
    undecided.egress[source] = (undecided.egress[source] as number) + 1;
    undecided.ingress[target] = (undecided.ingress[target] as number) + 1;
  });
  const everywhere = shownAddresses(ipv6);
  // A workload without a pair that was asked for is not a subject, whatever is true of its pairs.
  const isFull = (at: number, direction: Direction): boolean => {
    const count = shown.count(at, direction);
    const external = shown.external(at, direction);
    if (undecided[direction][at] !== count || (count === 0 && !external)) return false;
    return !external || equalAddresses(unknown.external(at, direction), everywhere);
  };
  const entries: UnknownEntry[] = [];
  const covered = { egress: nodes.map(() => false), ingress: nodes.map(() => false) };

  const cover = (subject: string, members: readonly number[], directions: readonly Direction[]): void => {
    const reasons = members.slice(0, SAMPLE).flatMap((at) => directions.flatMap((direction) => sample(at, direction)));
    const [only] = directions;
    entries.push({
      subject,
      ...(directions.length === 1 && only !== undefined ? { direction: only } : {}),
      ...worded(reasons),
    });
    for (const at of members) for (const direction of directions) covered[direction][at] = true;
  };
  const coverFull = (subject: string, members: readonly number[]): void => {
    const open = (['egress', 'ingress'] as const).filter((direction) =>
      members.every((at) => isFull(at, direction) && !(covered[direction][at] as boolean)),
    );
    if (open.length > 0) cover(subject, members, open);
  };

  const all = nodes.map((_, at) => at);
  const namespaces = Map.groupBy(all, (at) => (nodes[at] as NamedWorkload).ref.namespace);
  if (all.every((at) => isFull(at, 'egress') && isFull(at, 'ingress'))) cover('*', all, ['egress', 'ingress']);
  for (const [namespace, members] of namespaces) if (members.length > 1) coverFull(`${namespace}/*`, members);
  for (const at of all) coverFull((nodes[at] as NamedWorkload).id, [at]);
  unknown.forEachPair((source, target) => {
    if ((covered.egress[source] as boolean) || (covered.ingress[target] as boolean)) return;
    const [from, to] = [nodes[source] as NamedWorkload, nodes[target] as NamedWorkload];
    entries.push(pairEntry(from.id, to.id, explain.pair(source, target)));
  });
  for (const at of all) {
    for (const direction of ['egress', 'ingress'] as const) {
      const addresses = unknown.external(at, direction);
      if ((covered[direction][at] as boolean) || isEmpty(addresses)) continue;
      const node = nodes[at] as NamedWorkload;
      const outside = { cidrs: toCidrs(addresses) };
      const reasons = explain.external(at, direction);
      entries.push(
        direction === 'egress'
          ? pairEntry(node.id, outside, reasons, node.id)
          : pairEntry(outside, node.id, reasons, node.id),
      );
    }
  }
  return entries;

  /** Reasons of the first undecided pairs of a workload in a direction. */
  function sample(at: number, direction: Direction): UnknownReason[] {
    const reasons: UnknownReason[] = [];
    let seen = 0;
    if (!isEmpty(unknown.external(at, direction))) reasons.push(...explain.external(at, direction));
    for (let other = 0; other < nodes.length && seen < SAMPLE; other += 1) {
      const [source, target] = direction === 'egress' ? [at, other] : [other, at];
      if (!unknown.hasPair(source, target)) continue;
      seen += 1;
      reasons.push(...explain.pair(source, target));
    }
    return reasons;
  }
}

function pairEntry(
  from: ReachEnd,
  to: ReachEnd,
  reasons: readonly UnknownReason[],
  subject = typeof to === 'string' ? to : '*',
): UnknownEntry {
  return { subject, from, to, ...worded(reasons) };
}

function worded(reasons: readonly UnknownReason[]): { why: string; reasons: readonly UnknownReason[] } {
  const distinct = [...new Map(reasons.map((reason) => [JSON.stringify(reason), reason])).values()];
  return { why: reasonsText(distinct), reasons: distinct };
}
