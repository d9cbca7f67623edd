import { aligned } from '../../engine/alignedVersions.ts';
import { pairCauses, type ChangeCause } from '../../engine/changeCauses.ts';
import type { CompiledCluster } from '../../engine/compiledCluster.ts';
import { isolationOfClass } from '../../engine/isolation.ts';
import { policyKey } from '../../engine/compilePolicy.ts';
import { NO_PORTS } from '../../engine/portSets.ts';
import type { Protocol } from '../../model/networkPolicy.ts';
import type { Need, NeedKind, Sureness } from './need.ts';
import { NeedJudge } from './needJudge.ts';
import { ALLOWED, DENIED, UNDECIDED, type Outcome } from './outcome.ts';

/** A need that a change takes away, or may. */
export interface BrokenNeed {
  readonly need: Need;
  /** `unknown`: it was allowed, and whether it still is, is not decided. */
  readonly verdict: 'deny' | 'unknown';
  /** It was not known before whether it is allowed. */
  readonly wasUnknown: boolean;
  /** Some of its pods, or some of those that it needs, still have it. */
  readonly partly: boolean;
  /** What is lost, pair by pair. */
  readonly lost: readonly LostAccess[];
  readonly because: readonly ChangeCause[];
}

/** Ends are `namespace/name[Kind]`, or `outside` for what is no known workload. */
export interface LostAccess {
  readonly from: string;
  readonly to: string;
  readonly protocol: Protocol;
  readonly port: number;
}

/**
 * Needs that nothing denied before and that are denied after, and those that were allowed and of which that is not decided
 * any more. Needs are those of the later state: what nobody needs any more is not broken. Certain ones first.
 */
export function brokenNeeds(
  before: CompiledCluster,
  after: CompiledCluster,
  needs: readonly Need[],
): readonly BrokenNeed[] {
  if (before === after || needs.length === 0) return [];
  const touched = touchedWorkloads(before, after);
  const [old, now] = [new NeedJudge(before), new NeedJudge(after)];
  const broken: BrokenNeed[] = [];
  for (const need of needs) {
    if (touched !== undefined && !concerns(need, touched)) continue;
    const found = compare(need, old, now);
    if (found !== undefined) broken.push(found);
  }
  return broken.sort(
    (a, b) =>
      a.verdict.localeCompare(b.verdict, 'en') ||
      SURENESS.indexOf(a.need.sureness) - SURENESS.indexOf(b.need.sureness) ||
      KINDS.indexOf(a.need.kind) - KINDS.indexOf(b.need.kind),
  );
}

const SURENESS: readonly Sureness[] = ['certain', 'likely', 'possible'];
const KINDS: readonly NeedKind[] = [
  'environment',
  'observed',
  'ingress',
  'webhook',
  'apiServer',
  'dns',
  'metrics',
  'service',
];

/**
 * Workloads with pods whose policies, labels or ports are not the same in two versions of one cluster. Undefined where
 * that cannot be told: the states were compiled apart, or other things than policies and pods changed.
 */
function touchedWorkloads(before: CompiledCluster, after: CompiledCluster): ReadonlySet<string> | undefined {
  if (before.facts !== after.facts || before.options !== after.options || !isSameUnread(before, after))
    return undefined;
  const old = aligned(before, after);
  const now = aligned(after, before);
  const touched = new Set<string>();
  for (const id of old.classes.differences(now.classes)) {
    for (const { id: workload } of old.pods.workloadsOf(id)) touched.add(workload);
    for (const { id: workload } of now.pods.workloadsOf(id)) touched.add(workload);
  }
  return touched;
}

/** Whether the same is not evaluated, which may be said anew. */
function isSameUnread(before: CompiledCluster, after: CompiledCluster): boolean {
  return before.layers === after.layers || JSON.stringify(before.unreadable) === JSON.stringify(after.unreadable);
}

function concerns({ from, to }: Need, touched: ReadonlySet<string>): boolean {
  if (from.kind === 'workload' && touched.has(from.id)) return true;
  return to.some((target) => target.kind === 'pods' && target.workloads.some((id) => touched.has(id)));
}

function compare(need: Need, old: NeedJudge, now: NeedJudge): BrokenNeed | undefined {
  const before = old.outcomes(need);
  const after = now.outcomes(need);
  // A target that does not exist in both states says nothing of the change.
  const both = before.flatMap((outcomes, at) => {
    const later = after[at] ?? [];
    return outcomes.length === 0 || later.length === 0 ? [] : [{ before: outcomes, after: later }];
  });
  if (both.length === 0) return undefined;
  // Of several targets one is enough: what the best of them still gives counts.
  let most: BrokenNeed['verdict'] = 'deny';
  if (both.length > 1) {
    const best = (side: 'before' | 'after'): number => Math.max(...both.map((target) => least(target[side])));
    const [was, is] = [best('before'), best('after')];
    if (is >= was || (is === UNDECIDED && was !== ALLOWED)) return undefined;
    if (is === UNDECIDED) most = 'unknown';
  }
  const worse = both.flatMap((target) => worsened(target.before, target.after));
  const denied = worse.filter(({ verdict }) => verdict === 'deny');
  const told = denied.length > 0 ? denied : worse;
  if (told.length === 0) return undefined;
  return {
    need,
    verdict: denied.length > 0 ? most : 'unknown',
    wasUnknown: told.every(({ before: { least: was } }) => was === UNDECIDED),
    partly:
      told.some(({ after: { most: still } }) => still > DENIED) ||
      both.some((target) => target.after.some(({ least: still }) => still === ALLOWED)),
    lost: told.map(({ after: { from, to, protocol, port } }) => ({ from, to, protocol, port })),
    because: distinct(told.flatMap((each) => causesOf(each, old.cluster, now.cluster))),
  };
}

function least(outcomes: readonly Outcome[]): number {
  return Math.min(...outcomes.map((outcome) => outcome.least));
}

interface Worsened {
  readonly verdict: BrokenNeed['verdict'];
  readonly before: Outcome;
  readonly after: Outcome;
}

/** Pairs of which less passes; those that one of the states does not have are left out. */
function worsened(before: readonly Outcome[], after: readonly Outcome[]): readonly Worsened[] {
  const known = new Map(before.map((outcome) => [keyOf(outcome), outcome]));
  return after.flatMap((now): readonly Worsened[] => {
    const old = known.get(keyOf(now));
    if (old === undefined) return [];
    if ((now.least === DENIED && old.least > DENIED) || (now.most === DENIED && old.most > DENIED)) {
      return [{ verdict: 'deny', before: old, after: now }];
    }
    return old.least === ALLOWED && now.least === UNDECIDED ? [{ verdict: 'unknown', before: old, after: now }] : [];
  });
}

function keyOf({ from, to, protocol, port }: Outcome): string {
  return `${from} ${to} ${port}/${protocol}`;
}

function causesOf({ before, after }: Worsened, old: CompiledCluster, now: CompiledCluster): readonly ChangeCause[] {
  const { ports } = now.facts;
  if (before.pair !== undefined && after.pair !== undefined) {
    const lost = ports.range(after.protocol, after.port, after.port);
    const change = {
      before: { certain: lost, possible: lost },
      after: { certain: NO_PORTS, possible: NO_PORTS },
    };
    const side = (
      cluster: CompiledCluster,
      { source, target }: NonNullable<Outcome['pair']>,
    ): Parameters<typeof pairCauses>[0] => ({
      cluster,
      sources: [source],
      targets: [target],
    });
    return pairCauses(side(old, before.pair), side(now, after.pair), ports, change);
  }
  return [...isolating(before, old, now, 'before'), ...isolating(after, now, old, 'after')];
}

/** Policies that isolate the deciding pods and that the other state does not have as they are. */
function isolating(
  { decides }: Outcome,
  cluster: CompiledCluster,
  other: CompiledCluster,
  state: ChangeCause['state'],
): readonly ChangeCause[] {
  if (decides === undefined) return [];
  const [ingress, egress] = isolationOfClass(cluster, decides.podClass.id);
  const { by } = decides.direction === 'ingress' ? ingress : egress;
  return by.flatMap((ref) => {
    const key = policyKey({ namespace: ref.policy.namespace ?? '', name: ref.policy.name });
    const [own, same] = [cluster.policies.get(key)?.policy, other.policies.get(key)?.policy];
    if (own === same || JSON.stringify(own) === JSON.stringify(same)) return [];
    // A policy that stays is told as it is now.
    return same !== undefined && state === 'before' ? [] : [{ ...ref, state }];
  });
}

function distinct(causes: readonly ChangeCause[]): readonly ChangeCause[] {
  return [...new Map(causes.map((cause) => [JSON.stringify(cause), cause])).values()];
}
