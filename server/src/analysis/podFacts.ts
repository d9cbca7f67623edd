import { isolation, isolationOfClass } from '../engine/isolation.ts';
import type { Direction } from '../model/networkPolicy.ts';
import type { Isolation } from '../model/verdict.ts';
import type { Pod } from '../model/workload.ts';
import type { CheckContext, WrittenPolicy } from './check.ts';
import { count, nameSome } from './wording.ts';

/** Pods of one workload that policies do not tell apart, with what isolates them, now and once everything that is written is applied. */
export interface PodFacts {
  /** One of them. */
  readonly pod: Pod;
  /** How many they are. */
  readonly count: number;
  readonly now: Readonly<Record<Direction, Isolation>>;
  readonly intended: Readonly<Record<Direction, Isolation>>;
}

const known = new WeakMap<CheckContext, Map<string, readonly PodFacts[]>>();

/** Of a namespace. Worked out once for a run of the checks, by classes: looks at no pod by itself where it can. */
export function podFacts(context: CheckContext, namespace: string): readonly PodFacts[] {
  let byNamespace = known.get(context);
  if (byNamespace === undefined) known.set(context, (byNamespace = new Map()));
  let facts = byNamespace.get(namespace);
  if (facts === undefined) byNamespace.set(namespace, (facts = factsOf(context, namespace)));
  return facts;
}

function factsOf({ cluster, intended }: CheckContext, namespace: string): readonly PodFacts[] {
  return cluster.facts.classes.classesIn(namespace).flatMap((id) => {
    if (cluster.classes.get(id) === undefined) return [];
    const now = both(isolationOfClass(cluster, id));
    return cluster.pods.membersOf(id).flatMap(({ workload, pods }) => {
      const [pod] = pods;
      if (pod === undefined) return [];
      if (intended === cluster) return [{ pod, count: total(pods), now, intended: now }];
      const classes = new Set(intended.pods.workloads.get(workload.id)?.classIds);
      const [only] = classes;
      if (classes.size === 1 && only !== undefined) {
        return [{ pod, count: total(pods), now, intended: both(isolationOfClass(intended, only)) }];
      }
      return pods.map((each) => ({ pod: each, count: each.count, now, intended: both(isolation(intended, each)) }));
    });
  });
}

function both([ingress, egress]: readonly [Isolation, Isolation]): Readonly<Record<Direction, Isolation>> {
  return { ingress, egress };
}

function total(pods: readonly Pod[]): number {
  return pods.reduce((sum, { count: number }) => sum + number, 0);
}

/** The pods that any of the policies certainly isolates, in a direction or in any. */
export function selectedBy(
  facts: readonly PodFacts[],
  policies: readonly WrittenPolicy[],
  directions: readonly Direction[] = ['ingress', 'egress'],
): readonly PodFacts[] {
  const names = new Set(policies.map(({ policy }) => policy.name));
  const isolatesIt = ({ isolated, by }: Isolation): boolean =>
    isolated === true && by.some(({ policy }) => names.has(policy.name));
  return facts.filter(({ now }) => directions.some((direction) => isolatesIt(now[direction])));
}

/** The pods of policies whose egress nothing limits, now and once everything that is written is applied. */
export function openForEgress(facts: readonly PodFacts[], policies: readonly WrittenPolicy[]): readonly PodFacts[] {
  return selectedBy(facts, policies).filter(
    ({ now, intended }) => now.egress.isolated === false && intended.egress.isolated === false,
  );
}

export function podCount(facts: readonly PodFacts[]): number {
  return facts.reduce((sum, { count: number }) => sum + number, 0);
}

/** `web and 2 other workloads (5 pods)`. */
export function workloadsText(facts: readonly PodFacts[]): string {
  const names = [...new Set(facts.map(({ pod }) => pod.workload.name))].sort();
  return `${nameSome(names, 'workload')} (${count(podCount(facts), 'pod')})`;
}
