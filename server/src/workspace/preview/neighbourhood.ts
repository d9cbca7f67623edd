import { getOrMake } from '../../engine/changedTargets.ts';
import type { AddressSet } from '../../engine/addressSet.ts';
import { externalChanges, pairChange, rangeOf } from '../../engine/comparedPair.ts';
import { NO, YES } from '../../engine/match.ts';
import type { PeerSet } from '../../engine/peerSpec.ts';
import { isCertainChange, isUndecided, type PortChange } from '../../engine/portChange.ts';
import { NO_PORTS } from '../../engine/portSets.ts';
import { NO_PORT } from '../../engine/rowPorts.ts';
import { workloadIndex } from '../../engine/workloadIndex.ts';
import type { CompiledCluster } from '../../engine/compiledCluster.ts';
import type { Direction } from '../../model/networkPolicy.ts';
import type { PreviewedWorkload } from './comparisonRows.ts';
import { namespacePlaces, touchedPlaces } from './matrixHeads.ts';
import type { ReachComparison } from './reachComparison.ts';
import { filterRows, linkFilter, otherPlaces, type RowFilter } from './rowFilter.ts';

export type NeighbourhoodFocus =
  | { readonly kind: 'workload'; readonly workload: string }
  | { readonly kind: 'policy'; readonly policy: string }
  | { readonly kind: 'namespace'; readonly namespace: string }
  | { readonly kind: 'changes' };

/** What a picture shows: from whom to whom something passes, or did. */
export interface Neighbourhood {
  /** Places of what it is about. */
  readonly focus: ReadonlySet<number>;
  readonly links: readonly Link[];
  /** Pairs with an end in focus that are not decided, by place and direction of that end. */
  readonly undecided: ReadonlyMap<number, Readonly<Record<Direction, number>>>;
  /** Pairs are missing, because there are too many. */
  readonly more: number;
}

export interface Link {
  readonly from: LinkEnd;
  readonly to: LinkEnd;
  readonly state: 'added' | 'removed' | 'changed' | 'unchanged';
  /** Certain ports, as sets of the later state. */
  readonly before: number;
  readonly after: number;
}

/** A place, addresses outside, or every other workload. */
export type LinkEnd = number | AddressSet | 'anyPod';

/** Pairs that are looked at for one picture at most. */
const MOST_PAIRS = 200_000;
const STEP = 500;
/** So many others with the very same traffic are "any pod", where they are all that there are. */
const ANY_POD = 8;

/**
 * The workloads that a picture is about, with everybody whom they reach or who reaches them; undefined: not known. A step
 * every few hundred pairs.
 */
export function* neighbourhood(
  comparison: ReachComparison,
  focus: NeighbourhoodFocus,
  filter: RowFilter,
): Generator<undefined, Neighbourhood | undefined, void> {
  if (focus.kind === 'changes') return ofChanges(comparison, filter);
  const picked = pick(comparison, focus);
  if (picked === undefined) return undefined;
  const { workloads, states } = comparison;
  const { own, others } = picked;
  const links: Link[] = [];
  const undecided = new Map<number, Record<Direction, number>>();
  let more = 0;
  let looked = 0;
  const wanted = filter.namespaces ?? [];
  const isNarrowed = wanted.length > 0 || (filter.workload ?? '') !== '';
  const isShown = (place: number): boolean =>
    wanted.length === 0 || wanted.includes((workloads[place] as PreviewedWorkload).ref.namespace);
  const means = linkFilter(comparison, filter);
  const touched = touchedPlaces(comparison);
  const changeOf = (from: number, to: number): PortChange => {
    const [source, target] = [workloads[from], workloads[to]] as [PreviewedWorkload, PreviewedWorkload];
    if (touched.has(from) && touched.has(to)) return pairChange(states, source, target);
    // Nothing about the pair has changed: one state stands for both.
    const range = rangeOf(states.after, source.after, target.after);
    return { before: source.before === undefined || target.before === undefined ? NO_PORT : range, after: range };
  };
  const all = (others ?? workloads.map((_, place) => place)).filter((place) => isShown(place) || own.has(place));
  for (const place of own) {
    const subject = workloads[place] as PreviewedWorkload;
    for (const direction of ['egress', 'ingress'] as const) {
      if (filter.direction !== undefined && filter.direction !== direction) continue;
      const found: { other: number; change: PortChange }[] = [];
      for (const other of all) {
        // Between two in focus each pair is told once.
        if (other === place || (direction === 'ingress' && own.has(other))) continue;
        if ((looked += 1) > MOST_PAIRS) {
          more += 1;
          continue;
        }
        if (looked % STEP === 0) yield undefined;
        const change = direction === 'egress' ? changeOf(place, other) : changeOf(other, place);
        if (isUndecided(change)) getOrMake(undecided, place, () => ({ ingress: 0, egress: 0 }))[direction] += 1;
        if (means(subject, workloads[other], change.before.certain, change.after.certain))
          found.push({ other, change });
      }
      const [first] = found;
      const isWhole = others === undefined && own.size === 1 && found.length >= ANY_POD && !isNarrowed;
      if (isWhole && first !== undefined && found.every(({ change }) => isSameCertain(change, first.change))) {
        addLink(links, comparison, direction, place, 'anyPod', first.change);
      } else for (const { other, change } of found) addLink(links, comparison, direction, place, other, change);
      for (const { addresses, change } of externalChanges(states, subject, direction)) {
        const { before, after } = change;
        if (!means(subject, undefined, before.certain, after.certain)) continue;
        addLink(links, comparison, direction, place, addresses, change);
      }
    }
  }
  return { focus: own, links, undecided, more };
}

function isSameCertain(a: PortChange, b: PortChange): boolean {
  return a.before.certain === b.before.certain && a.after.certain === b.after.certain;
}

function addLink(
  links: Link[],
  { states }: ReachComparison,
  direction: Direction,
  subject: number,
  other: LinkEnd,
  change: PortChange,
): void {
  const [before, after] = [change.before.certain, change.after.certain];
  if (before === NO_PORTS && after === NO_PORTS) return;
  const isChange = isCertainChange(states.after.ports, change);
  const state = !isChange ? 'unchanged' : before === NO_PORTS ? 'added' : after === NO_PORTS ? 'removed' : 'changed';
  const [from, to] = direction === 'egress' ? [subject, other] : [other, subject];
  links.push({ from, to, state, before, after });
}

function ofChanges(comparison: ReachComparison, filter: RowFilter): Neighbourhood {
  const focus = new Set<number>();
  const links: Link[] = [];
  let more = 0;
  const states = { lost: 'removed', gained: 'added', changed: 'changed' } as const;
  for (const filtered of filterRows(comparison, filter)) {
    const { row } = filtered;
    focus.add(row.subject);
    const others: readonly LinkEnd[] = row.addresses === undefined ? otherPlaces(filtered) : [row.addresses];
    for (const other of others) {
      if (links.length >= MOST_PAIRS) {
        more += 1;
        continue;
      }
      const [from, to] = row.direction === 'egress' ? [row.subject, other] : [other, row.subject];
      links.push({ from, to, state: states[row.type], before: row.before, after: row.after });
    }
  }
  return { focus, links, undecided: new Map(), more };
}

interface Picked {
  readonly own: ReadonlySet<number>;
  /** Absent: everybody. */
  readonly others?: readonly number[];
}

function pick(
  comparison: ReachComparison,
  focus: Exclude<NeighbourhoodFocus, { kind: 'changes' }>,
): Picked | undefined {
  const { workloads } = comparison;
  switch (focus.kind) {
    case 'workload': {
      const place = workloads.findIndex(({ id }) => id === focus.workload);
      return place < 0 ? undefined : { own: new Set([place]) };
    }
    case 'namespace': {
      const places = namespacePlaces(comparison).get(focus.namespace);
      return places === undefined ? undefined : { own: new Set(places) };
    }
    case 'policy':
      return ofPolicy(comparison, focus.policy);
  }
}

/** The policy's targets, and whom its rules name in either state. */
function ofPolicy({ workloads, states }: ReachComparison, key: string): Picked | undefined {
  const places = new Map(workloads.map(({ id }, place) => [id, place]));
  const own = new Set<number>();
  const others = new Set<number>();
  let isKnown = false;
  let namesAll = false;
  for (const { cluster } of [states.before, states.after]) {
    const policy = cluster.policies.get(key);
    if (policy === undefined) continue;
    isKnown = true;
    for (const id of idsOf(cluster, policy.targets)) own.add(places.get(id) as number);
    for (const { anyPeer } of [...policy.ingress.rules, ...policy.egress.rules]) {
      if (anyPeer.others === YES) namesAll = true;
      else for (const id of idsOf(cluster, anyPeer)) others.add(places.get(id) as number);
    }
  }
  if (!isKnown) return undefined;
  return namesAll ? { own } : { own, others: [...others] };
}

function idsOf(cluster: CompiledCluster, peer: PeerSet): readonly string[] {
  const { list, ofClass } = workloadIndex(cluster);
  if (peer.others !== NO) return list.map(({ id }) => id);
  cluster.facts.peers.update(peer);
  return [...peer.yes.ids, ...peer.maybe.ids].flatMap((id) => (ofClass.get(id) ?? []).map((at) => list[at]?.id ?? ''));
}
