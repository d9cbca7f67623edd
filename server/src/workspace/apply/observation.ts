import { count, listSome, printable } from '../../analysis/wording.ts';
import type { LabelSelector } from '../../model/labels.ts';

/** The pods that a policy selects, as the API server's lists take a selector. */
export interface PodsOfPolicy {
  readonly namespace: string;
  /** Empty: every pod of the namespace. */
  readonly labelSelector: string;
}

export interface ObservedPod {
  readonly namespace: string;
  readonly name: string;
  /** Undefined where its kubelet has not said so. */
  readonly ready: boolean | undefined;
  /** Of all its containers, ever. */
  readonly restarts: number;
}

export interface ObservedPods {
  readonly pods: readonly ObservedPod[];
  /** Warning events about these pods, by uid. */
  readonly warnings: ReadonlyMap<string, string>;
}

/** `app=web,tier in (a,b),!old`, as kubectl writes it (API conventions, label selectors). */
export function labelSelectorText({ matchLabels, matchExpressions }: LabelSelector): string {
  return [
    ...Object.entries(matchLabels).map(([key, value]) => `${key}=${value}`),
    ...matchExpressions.map(({ key, operator, values }) => {
      if (operator === 'Exists') return key;
      if (operator === 'DoesNotExist') return `!${key}`;
      return `${key} ${operator === 'In' ? 'in' : 'notin'} (${values.join(',')})`;
    }),
  ].join(',');
}

/** What a person who counts down sees of the pods concerned, a sentence each: what is so now, and what is new since. */
export function observedTexts(since: ObservedPods, now: ObservedPods): readonly string[] {
  if (now.pods.length === 0) return [];
  const before = new Map(since.pods.map((pod) => [nameOf(pod), pod]));
  const ready = now.pods.filter((pod) => pod.ready === true);
  const fallen = now.pods.filter((pod) => pod.ready === false && before.get(nameOf(pod))?.ready !== false);
  const restarted = now.pods.filter((pod) => pod.restarts > (before.get(nameOf(pod))?.restarts ?? 0));
  const warnings = [...now.warnings].filter(([uid]) => !since.warnings.has(uid)).map(([, text]) => text);
  return [
    `${ready.length} of ${count(now.pods.length, 'pod')} concerned ${ready.length === 1 ? 'is' : 'are'} ready`,
    ...(fallen.length === 0
      ? []
      : [
          `no longer ready: ${listSome(
            fallen.map(({ name }) => printable(name)),
            3,
          )}`,
        ]),
    ...(restarted.length === 0
      ? []
      : [
          `restarted: ${listSome(
            restarted.map(({ name }) => printable(name)),
            3,
          )}`,
        ]),
    ...warnings.slice(0, 3).map(printable),
  ];
}

function nameOf({ namespace, name }: ObservedPod): string {
  return `${namespace}/${name}`;
}
