import { blockAddresses, intersect, isEmpty, toCidrs, unionAll, type AddressSet } from '../../engine/addressSet.ts';
import type { CompiledCluster } from '../../engine/compiledCluster.ts';
import { diffClusters } from '../../engine/diffClusters.ts';
import type { DeltaPorts, DeltaSide } from '../../engine/deltaRectangles.ts';
import { policyDelta, type PolicyDelta } from '../../engine/policyDelta.ts';
import { NO_PORTS, type PortSetId, type PortSets } from '../../engine/portSets.ts';
import type { ReachEnd } from '../../engine/reachability.ts';
import { workloadsOfClasses } from '../../engine/workloadsOfClasses.ts';
import type { Connections } from '../../model/verdict.ts';

/** Traffic that is denied for a while, although it is allowed before and after. */
export interface Gap {
  readonly from: GapEnd;
  readonly to: GapEnd;
  readonly connections: Connections;
}

/** Workloads by their names (`shop/web[Deployment]`), or addresses outside. */
export type GapEnd = { readonly workloads: readonly string[] } | { readonly cidrs: readonly string[] };

/**
 * What a state between two others denies of what both of them allow. Found from two differences, to it and from it:
 * what the first one takes and the second one gives back. Both bounds of what is known count, so that a cluster of
 * which much is not known does not hide a gap.
 */
export function gapsBetween(first: CompiledCluster, between: CompiledCluster, last: CompiledCluster): readonly Gap[] {
  const { ports } = last.facts;
  const [to, from] = changesAround(first, between, last, ports);
  const taken = to.filter((change) => isOpen(ports, change.before, change.after));
  if (taken.length === 0) return [];
  const given = from.filter((change) => isOpen(ports, change.after, change.before));
  const gaps: Gap[] = [];
  for (const lost of taken) {
    for (const back of given) {
      const denied = deniedPorts(ports, lost, back);
      if (denied === NO_PORTS) continue;
      const from = commonEnd(lost.from, back.from);
      const to = from && commonEnd(lost.to, back.to);
      if (from === undefined || to === undefined) continue;
      const named = (end: End): GapEnd => nameEnd(between, end);
      gaps.push({ from: named(from), to: named(to), connections: ports.connections(denied) });
    }
  }
  return gaps;
}

/** Ids of classes, names of workloads, or addresses. */
type End =
  | { readonly kind: 'classes'; readonly ids: ReadonlySet<number> }
  | { readonly kind: 'workload'; readonly id: string }
  | { readonly kind: 'external'; readonly addresses: AddressSet };

interface Bounds {
  readonly certain: PortSetId;
  readonly possible: PortSetId;
}

interface Change {
  readonly from: End;
  readonly to: End;
  readonly before: Bounds;
  readonly after: Bounds;
}

/** By classes of pods where only policies differ; else by workloads, of which only what is certain can be compared. */
function changesAround(
  first: CompiledCluster,
  between: CompiledCluster,
  last: CompiledCluster,
  ports: PortSets,
): readonly [to: readonly Change[], from: readonly Change[]] {
  const [to, from] = [policyDelta(first, between), policyDelta(between, last)];
  return to !== undefined && from !== undefined
    ? [classChanges(to, ports), classChanges(from, ports)]
    : [workloadChanges(first, between, ports), workloadChanges(between, last, ports)];
}

function classChanges({ rectangles }: PolicyDelta, ports: PortSets): readonly Change[] {
  const end = (side: DeltaSide): End =>
    side.kind === 'pods' ? { kind: 'classes', ids: new Set(side.classes) } : external(side.cidrs);
  const bounds = ({ certain, possible }: DeltaPorts): Bounds => ({
    certain: ports.fromConnections(certain),
    possible: ports.fromConnections(possible ?? certain),
  });
  return rectangles.map(({ from, to, before, after }) => ({
    from: end(from),
    to: end(to),
    before: bounds(before),
    after: bounds(after),
  }));
}

function workloadChanges(before: CompiledCluster, after: CompiledCluster, ports: PortSets): readonly Change[] {
  const end = (side: ReachEnd): End =>
    typeof side === 'string' ? { kind: 'workload', id: side } : external(side.cidrs);
  const bounds = (connections: Connections): Bounds => {
    const id = ports.fromConnections(connections);
    return { certain: id, possible: id };
  };
  return [...diffClusters(before, after).changes()].flat().map(({ from, to, before, after }) => ({
    from: end(from),
    to: end(to),
    before: bounds(before),
    after: bounds(after),
  }));
}

function external(cidrs: readonly string[]): End {
  return { kind: 'external', addresses: unionAll(cidrs.map((cidr) => blockAddresses({ cidr, except: [] }))) };
}

function isOpen(ports: PortSets, more: Bounds, less: Bounds): boolean {
  return (
    ports.subtract(more.certain, less.certain) !== NO_PORTS || ports.subtract(more.possible, less.possible) !== NO_PORTS
  );
}

function deniedPorts(ports: PortSets, lost: Change, back: Change): PortSetId {
  const denied = (bound: keyof Bounds): PortSetId =>
    ports.subtract(ports.intersect(lost.before[bound], back.after[bound]), lost.after[bound]);
  return ports.union(denied('certain'), denied('possible'));
}

function commonEnd(a: End, b: End): End | undefined {
  if (a.kind === 'classes' && b.kind === 'classes') {
    const ids = new Set([...a.ids].filter((id) => b.ids.has(id)));
    return ids.size === 0 ? undefined : { kind: 'classes', ids };
  }
  if (a.kind === 'workload' && b.kind === 'workload') return a.id === b.id ? a : undefined;
  if (a.kind !== 'external' || b.kind !== 'external') return undefined;
  const addresses = intersect(a.addresses, b.addresses);
  return isEmpty(addresses) ? undefined : { kind: 'external', addresses };
}

function nameEnd(cluster: CompiledCluster, end: End): GapEnd {
  switch (end.kind) {
    case 'classes':
      return { workloads: workloadsOfClasses(cluster, [...end.ids]).map(({ id }) => id) };
    case 'workload':
      return { workloads: [end.id] };
    case 'external':
      return { cidrs: toCidrs(end.addresses) };
  }
}
