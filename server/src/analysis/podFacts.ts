import { isolation } from '../engine/isolation.ts';
import type { Direction } from '../model/networkPolicy.ts';
import type { Isolation } from '../model/verdict.ts';
import type { Pod } from '../model/workload.ts';
import type { CheckContext, WrittenPolicy } from './check.ts';
import { count, nameSome } from './wording.ts';

/** A pod record of a namespace with what isolates it, now and once everything that is written is applied. */
export interface PodFacts {
  readonly pod: Pod;
  readonly now: Readonly<Record<Direction, Isolation>>;
  readonly intended: Readonly<Record<Direction, Isolation>>;
}

export function podFacts(context: CheckContext, namespace: string): readonly PodFacts[] {
  return context.contentsOf(namespace).pods.map((pod) => {
    const [ingress, egress] = isolation(context.cluster, pod);
    if (context.intended === context.cluster) return { pod, now: { ingress, egress }, intended: { ingress, egress } };
    const [intendedIngress, intendedEgress] = isolation(context.intended, pod);
    return { pod, now: { ingress, egress }, intended: { ingress: intendedIngress, egress: intendedEgress } };
  });
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
  return facts.reduce((sum, { pod }) => sum + pod.count, 0);
}

/** `web and 2 other workloads (5 pods)`. */
export function workloadsText(facts: readonly PodFacts[]): string {
  const names = [...new Set(facts.map(({ pod }) => pod.workload.name))];
  return `${nameSome(names, 'workload')} (${count(podCount(facts), 'pod')})`;
}
