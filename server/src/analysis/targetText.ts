import { matchPods } from '../engine/matchPods.ts';
import type { LabelSelector } from '../model/labels.ts';
import type { NetworkPolicy } from '../model/networkPolicy.ts';
import type { CheckContext } from './check.ts';
import { selectorText } from './selectorText.ts';
import { count, nameSome } from './wording.ts';

/** The pods that a policy selects, in words and in number. */
export interface Targets {
  /** `web (3 pods)`, `all 7 pods of shop`, or without known pods ``pods `app=web` of shop``. */
  readonly text: string;
  /** How many certainly are selected; 0 where pods are not known. */
  readonly pods: number;
  /** All pods of the namespace are known, so that the number is one. */
  readonly known: boolean;
}

/** For findings only: it lists the pods. */
export function targetsOf(context: CheckContext, { namespace, podSelector }: NetworkPolicy): Targets {
  const known = context.knowledge.podsKnown(namespace);
  if (!known) return { text: unseenPods(namespace, podSelector), pods: 0, known };
  const { certain } = matchPods(context.cluster, { namespace, podSelector });
  const pods = certain.reduce((sum, workload) => sum + workload.pods, 0);
  if (pods === 0) return { text: unseenPods(namespace, podSelector), pods, known };
  if (isEmptySelector(podSelector)) {
    return {
      text: pods === 1 ? `the one pod of \`${namespace}\`` : `all ${count(pods, 'pod')} of \`${namespace}\``,
      pods,
      known,
    };
  }
  const names = [...new Set(certain.map(({ workload }) => workload.name))];
  return { text: `${nameSome(names, 'workload')} (${count(pods, 'pod')})`, pods, known };
}

/** For the title of a fix: `3 pods`, or `its pods` where their number is not known. */
export function targetCount(context: CheckContext, policy: NetworkPolicy): string {
  const { pods, known } = targetsOf(context, policy);
  return known && pods > 0 ? count(pods, 'pod') : 'its pods';
}

/** Selects whatever there is: no requirement, and no placeholder that may be one. */
export function isEmptySelector({ matchLabels, matchExpressions, incomplete }: LabelSelector): boolean {
  return incomplete !== true && Object.keys(matchLabels).length === 0 && matchExpressions.length === 0;
}

function unseenPods(namespace: string, selector: LabelSelector): string {
  if (isEmptySelector(selector)) return `every pod of \`${namespace}\``;
  const labels = selectorText(selector);
  return labels === '' ? `pods of \`${namespace}\`` : `pods \`${labels}\` of \`${namespace}\``;
}
