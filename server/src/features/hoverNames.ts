import { selectorText } from '../analysis/selectorText.ts';
import { count, listSome, shownName, thousands } from '../analysis/wording.ts';
import type { MatchedWorkload } from '../engine/matchPods.ts';
import type { NearMiss } from '../engine/nearMisses.ts';
import type { LabelSelector } from '../model/labels.ts';
import type { WorkloadRef } from '../model/workload.ts';
import { code, escaped } from './markdown.ts';
import { causeText } from './podMisses.ts';
import { byName, podsText, thoseOf } from './podText.ts';

/** The Markdown in which hovers name workloads, namespaces and selectors. */

/** `5 pods of 2 workloads`, `4 pods of web`. */
export function podsByName(workloads: readonly MatchedWorkload[]): string {
  const [only] = workloads;
  if (workloads.length !== 1 || only === undefined || only.podsUnknown === true) return podsOfWorkloads(workloads);
  return `${podsText(workloads)} of ${escaped(shownName(only.workload.name))}`;
}

/** `5 pods of 2 workloads`, `10 pods of 4 workloads and those of nightly` (whose number is written nowhere). */
export function podsOfWorkloads(workloads: readonly MatchedWorkload[]): string {
  const numbered = workloads.filter(({ podsUnknown }) => podsUnknown === undefined);
  const name = ({ name }: WorkloadRef): string => escaped(shownName(name));
  if (numbered.length === 0) return podsText(workloads, name);
  const unnumbered = workloads.filter(({ podsUnknown }) => podsUnknown === true);
  const pods = `${podsText(numbered)} of ${count(numbered.length, 'workload')}`;
  return unnumbered.length === 0 ? pods : `${pods} and ${thoseOf(unnumbered, name)}`;
}

/** `web *Deployment* 4 · web-canary *Deployment* 1 · … and 4 more`; `more` opens the whole list. */
export function workloadList(
  workloads: readonly MatchedWorkload[],
  own: string,
  more: (words: string) => string,
): string {
  const shown = byName(workloads, own)
    .slice(0, MOST)
    .map((workload) => {
      const { pods, of, podsUnknown } = workload;
      const number = podsUnknown === true ? '(number not written)' : pods < of ? `${pods} of ${of}` : thousands(pods);
      return `${workloadName(workload.workload, own)} ${number}`;
    });
  if (workloads.length > MOST) shown.push(more(`… and ${workloads.length - MOST} more`));
  return shown.join(' · ');
}

const MOST = 5;

/** `web *Deployment*`; with its namespace where that is another than the policy's. */
export function workloadName({ namespace, name, kind }: WorkloadRef, own: string): string {
  return `${namespace === own ? '' : `${escaped(namespace)}/`}${escaped(shownName(name))} *${escaped(kind)}*`;
}

/** `` `shop` ``, `` `shop`, `billing` and 2 more ``. */
export function namespaceList(names: readonly string[]): string {
  return listSome(names.map(code), 3);
}

/** ``pods `app=web` ``, `every pod`. */
export function podsWithLabels(selector: LabelSelector): string {
  return isEmptySelector(selector) ? 'every pod' : `pods ${labelsText(selector)}`;
}

/** ``namespaces `team=a` ``, `all namespaces`. */
export function namespacesWithLabels(selector: LabelSelector): string {
  return isEmptySelector(selector) ? 'all namespaces' : `namespaces ${labelsText(selector)}`;
}

function labelsText(selector: LabelSelector): string {
  const text = selectorText(selector);
  if (selector.incomplete !== true) return code(text);
  return text === ''
    ? 'with labels that a placeholder leaves open'
    : `${code(text)} and what a placeholder leaves open`;
}

/** `2 pods miss by one label: web-old *Deployment* has `app=webapp``, at most `most` lines. */
export function missLines(misses: readonly NearMiss[], own: string, most: number): readonly string[] {
  return misses.slice(0, most).map(({ cause, workloads, pods }) => {
    const names = listSome(
      byName(workloads, own).map(({ workload }) => workloadName(workload, own)),
      2,
    );
    const by =
      cause.kind === 'otherNamespace'
        ? 'would match in another namespace'
        : `${pods === 1 ? 'misses' : 'miss'} by one label`;
    return `${count(pods, 'pod')} ${by}: ${names} ${causeText(cause, workloads)}`;
  });
}

function isEmptySelector({ matchLabels, matchExpressions, incomplete }: LabelSelector): boolean {
  return Object.keys(matchLabels).length === 0 && matchExpressions.length === 0 && incomplete !== true;
}
