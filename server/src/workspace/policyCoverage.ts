import { hasDefaultDeny } from '../analysis/defaultDeny.ts';
import {
  countedWorkloads,
  isolationCounts,
  NO_PODS,
  policiesWithoutPods,
  type CountedWorkload,
  type IsolationCounts,
} from '../engine/isolationCounts.ts';
import type { UnknownEntry } from '../engine/unknownEntries.ts';
import { reasonsText, type UnknownReason } from '../engine/unknownReason.ts';
import type { Direction, NetworkPolicy } from '../model/networkPolicy.ts';
import type { SourceState } from './clusterSource.ts';
import { unenforcedPods, type UnenforcedPods } from './cni/unenforcedPods.ts';
import type { Universe, UniverseParts } from './universe.ts';
import { unreadPods } from './unreadPods.ts';

/** How far NetworkPolicies isolate the pods of a universe (cli-contract, `bulkhead coverage`). Numbers are pods. */
export interface PolicyCoverage {
  readonly namespaces: readonly NamespaceCoverage[];
  readonly total: IsolationCounts & { readonly pods: number };
  /** `namespace/name`: policies that certainly select no pod, today. */
  readonly policiesSelectingNothing: readonly string[];
  /** Why numbers are not certain. What a source may not show at all is not among them. */
  readonly unknown: readonly UnknownEntry[];
}

export interface NamespaceCoverage extends IsolationCounts {
  readonly name: string;
  readonly workloads: number;
  readonly pods: number;
  readonly defaultDeny: Readonly<Record<Direction, boolean | 'unknown'>>;
  /** Workloads whose pods no NetworkPolicy is sure to isolate, whatever it says. */
  readonly unprotectable: readonly Unprotectable[];
}

/** `why` is a clause where it is the nodes that some of its pods run on: `its nodes run Windows`. */
export type Unprotectable =
  | { readonly id: string; readonly why: 'hostNetwork' }
  | { readonly id: string; readonly why: string; readonly pods: number };

/** What status and report say of the whole: cheap enough for every keystroke. */
export interface CoverageTotals {
  readonly total: PolicyCoverage['total'];
  readonly namespaces: readonly Pick<NamespaceCoverage, 'name' | 'pods' | 'ingress' | 'egress' | 'defaultDeny'>[];
}

const DIRECTIONS = ['ingress', 'egress'] as const;
const UNCOUNTED = 'how many pods it has is written nowhere; it counts as one';
const NO_PODS_KNOWN = 'no pods are known there, so nobody can say whom its policies select';

/** Counts by classes of pods alone. */
export function coverageTotals({ parts, cluster }: Universe): CoverageTotals {
  const counts = isolationCounts(cluster);
  const names = new Set([...parts.namespaces.map(({ name }) => name), ...parts.contents.keys(), ...counts.keys()]);
  const namespaces = [...names].sort().map((name) => {
    const { ingress, egress } = counts.get(name) ?? NO_PODS;
    const defaultDeny = {
      ingress: defaultDenyOf(parts, name, 'ingress'),
      egress: defaultDenyOf(parts, name, 'egress'),
    };
    return { name, pods: ingress.isolated + ingress.open + ingress.unknown, ingress, egress, defaultDeny };
  });
  const sum = (direction: Direction): IsolationCounts[Direction] => {
    const total = { isolated: 0, open: 0, unknown: 0 };
    for (const namespace of namespaces) {
      for (const state of ['isolated', 'open', 'unknown'] as const) total[state] += namespace[direction][state];
    }
    return total;
  };
  const pods = namespaces.reduce((all, namespace) => all + namespace.pods, 0);
  return { namespaces, total: { pods, ingress: sum('ingress'), egress: sum('egress') } };
}

/** @param state the cluster that pods come from; undefined where the manifests are all there is */
export function policyCoverage(universe: Universe, state: SourceState | undefined): PolicyCoverage {
  const { namespaces, total } = coverageTotals(universe);
  const workloads = Map.groupBy(countedWorkloads(universe.cluster), ({ namespace }) => namespace);
  const nothing = policiesSelectingNothing(universe, state);
  const unenforced = unenforcedPods(state?.plugins, universe.parts.contents);
  return {
    namespaces: namespaces.map(({ name, pods, ingress, egress, defaultDeny }) => {
      const own = workloads.get(name) ?? [];
      return {
        name,
        workloads: own.length,
        pods,
        ingress,
        egress,
        defaultDeny,
        unprotectable: own.flatMap((workload) => unprotectable(workload, unenforced)),
      };
    }),
    total,
    policiesSelectingNothing: nothing.certain,
    unknown: [
      ...nothing.podless.map((name) => entry(`${name}/*`, undefined, NO_PODS_KNOWN)),
      ...[...workloads.values()].flat().flatMap(uncounted),
      ...undecided(workloads),
    ],
  };
}

function unprotectable(
  { id, hostNetwork }: CountedWorkload,
  unenforced: readonly UnenforcedPods[],
): readonly Unprotectable[] {
  const onNodes = unenforced.flatMap(({ why, workloads }) => {
    const pods = workloads.get(id);
    return pods === undefined ? [] : [{ id, why: `its nodes ${why}`, pods }];
  });
  return hostNetwork ? [{ id, why: 'hostNetwork' }, ...onNodes] : onNodes;
}

/**
 * Three-valued: a policy of the namespace that could not be read, or whose selector or policyTypes hold a placeholder,
 * may be the default-deny, or the one that undoes it.
 */
function defaultDenyOf({ contents, unread }: UniverseParts, name: string, direction: Direction): boolean | 'unknown' {
  const { policies = [], rejectedPolicies = [] } = contents.get(name) ?? {};
  const isUnread = unread.some(
    ({ namespace, layer }) => layer === 'networkPolicy' && (namespace === '*' || namespace === name),
  );
  if (isUnread || rejectedPolicies.length > 0) return 'unknown';
  if (policies.some((policy) => mayMeanEveryPod(policy, direction))) return 'unknown';
  return hasDefaultDeny(policies, direction);
}

function mayMeanEveryPod(
  { podSelector, policyTypesIncomplete, ...policy }: NetworkPolicy,
  direction: Direction,
): boolean {
  if (Object.keys(podSelector.matchLabels).length > 0 || podSelector.matchExpressions.length > 0) return false;
  const rules = policy[direction] ?? [];
  return (
    podSelector.incomplete === true ||
    policyTypesIncomplete === true ||
    rules.some(
      ({ peers = [], ports = [] }) => peers.length === 0 && ports.some(({ incomplete }) => incomplete === true),
    )
  );
}

/** Beside a cluster that was read, a namespace without pods has none; manifests alone only show what they bring. */
function policiesSelectingNothing(
  { parts, cluster }: Universe,
  state: SourceState | undefined,
): { readonly certain: readonly string[]; readonly podless: readonly string[] } {
  const unread = new Set(state === undefined ? [] : unreadPods(state).map(({ subject }) => subject));
  const hasPods = (name: string): boolean => (parts.contents.get(name)?.pods.length ?? 0) > 0;
  const podless = new Set<string>();
  const certain = policiesWithoutPods(cluster).filter((policy) => {
    const namespace = policy.slice(0, policy.indexOf('/'));
    if (state !== undefined) return !unread.has('*') && !unread.has(`${namespace}/*`);
    if (hasPods(namespace)) return true;
    podless.add(namespace);
    return false;
  });
  return { certain, podless: [...podless] };
}

function uncounted({ id, podsUnknown }: CountedWorkload): readonly UnknownEntry[] {
  return podsUnknown ? [entry(id, undefined, UNCOUNTED)] : [];
}

/** Workloads of one namespace that are undecided for one and the same reason are one entry. */
function undecided(workloads: ReadonlyMap<string, readonly CountedWorkload[]>): readonly UnknownEntry[] {
  return [...workloads].flatMap(([namespace, members]) => {
    const whys = members.flatMap(({ id, doubts }) => doubtful(id, doubts));
    return [...Map.groupBy(whys, ({ direction = '', why }) => `${direction} ${why}`).values()].flatMap((same) => {
      const [first] = same;
      return first !== undefined && same.length > 1 && same.length === members.length
        ? [{ ...first, subject: `${namespace}/*` }]
        : same;
    });
  });
}

function doubtful(id: string, doubts: CountedWorkload['doubts']): readonly UnknownEntry[] {
  const [ingress, egress] = DIRECTIONS.map((direction) => reasonsText(doubts[direction]));
  if (ingress === egress)
    return ingress === undefined || ingress === '' ? [] : [entry(id, undefined, ingress, doubts.ingress)];
  return DIRECTIONS.flatMap((direction) =>
    doubts[direction].length === 0 ? [] : [entry(id, direction, reasonsText(doubts[direction]), doubts[direction])],
  );
}

function entry(
  subject: string,
  direction: Direction | undefined,
  why: string,
  reasons: readonly UnknownReason[] = [{ kind: 'notEvaluated', why }],
): UnknownEntry {
  return { subject, ...(direction === undefined ? {} : { direction }), why, reasons };
}
