import { thousands } from '../analysis/wording.ts';
import { editDistance } from '../engine/editDistance.ts';
import { nearMisses, type MissCause, type NearMiss } from '../engine/nearMisses.ts';
import type { PodScope } from '../engine/matchPods.ts';
import type { Labels } from '../model/labels.ts';
import type { WorkloadRef } from '../model/workload.ts';
import type { ObjectTable } from '../workspace/objectTable.ts';
import type { WorkspaceSnapshot } from '../workspace/snapshot.ts';
import { code } from './markdown.ts';

/**
 * Pods that miss a selector by one thing, with the labels of the workloads' manifests taken into account. Only what
 * says something: slips of the pen, and pods that satisfy another requirement of the same kind. Where pods do match,
 * only the slips: that others have other labels is then what the selector is for.
 */
export function missesOf(snapshot: WorkspaceSnapshot, scope: PodScope, someMatch: boolean): readonly NearMiss[] {
  const misses = nearMisses(snapshot.universe.cluster, scope, (ref) => workloadLabels(snapshot.manifests, ref));
  const slips = misses.filter(({ cause }) => isSlip(cause));
  if (slips.length > 0 || someMatch) return slips;
  const { matchLabels = {}, matchExpressions = [] } = scope.podSelector ?? {};
  const podRequirements = Object.keys(matchLabels).length + matchExpressions.length;
  return misses.filter(({ cause }) => {
    if (cause.kind === 'otherNamespace') return true;
    return podRequirements > (cause.on === 'pod' ? 1 : 0);
  });
}

/** Whether a near text explains the miss: another writing of the value, another key, a label in the wrong place. */
function isSlip(cause: MissCause): boolean {
  switch (cause.kind) {
    case 'value':
      return cause.wanted.some((wanted) => looksAlike(wanted, cause.found));
    case 'key':
      return true;
    case 'missing':
      return cause.elsewhere === 'workload';
    case 'excluded':
    case 'otherNamespace':
      return false;
  }
}

function looksAlike(wanted: string, found: string): boolean {
  const shorter = Math.min(wanted.length, found.length);
  if (shorter >= 2 && (wanted.includes(found) || found.includes(wanted))) return true;
  const most = Math.max(1, Math.floor(shorter / 3));
  return editDistance(wanted.toLowerCase(), found.toLowerCase(), most) <= most;
}

/** `12 miss by one label`, `3 in another namespace`; undefined where nothing is near. */
export function missCount(misses: readonly NearMiss[]): string | undefined {
  const byLabel = podsOf(misses.filter(({ cause }) => cause.kind !== 'otherNamespace'));
  if (byLabel > 0) return `${thousands(byLabel)} ${byLabel === 1 ? 'misses' : 'miss'} by one label`;
  const elsewhere = podsOf(misses);
  return elsewhere > 0 ? `${thousands(elsewhere)} in another namespace` : undefined;
}

/** Clauses in Markdown for hovers: what pods have instead. */
export function causeText(cause: MissCause, workloads: NearMiss['workloads']): string {
  const has = workloads.length === 1 ? 'has' : 'have';
  if (cause.kind === 'otherNamespace') return `${workloads.length === 1 ? 'is' : 'are'} in ${code(cause.namespace)}`;
  const whose = cause.on === 'namespace' ? `in a namespace that has` : has;
  const no = cause.on === 'namespace' ? `in a namespace without` : `${has} no`;
  switch (cause.kind) {
    case 'value':
      return `${whose} ${code(`${cause.key}=${cause.found}`)}`;
    case 'missing':
      return cause.elsewhere === 'workload'
        ? `${has} ${code(cause.key)} on the workload, not on its pods`
        : `${no} label ${code(cause.key)}`;
    case 'key':
      return `${whose} the value under ${code(cause.found)}`;
    case 'excluded':
      return `${whose} ${code(cause.found === '' ? cause.key : `${cause.key}=${cause.found}`)}, which is excluded`;
  }
}

/** The same in plain text, for lists and tooltips. */
export function plainCause(cause: MissCause): string {
  switch (cause.kind) {
    case 'otherNamespace':
      return `in namespace ${cause.namespace}`;
    case 'value':
      return `has ${cause.key}=${cause.found}`;
    case 'missing':
      return cause.elsewhere === 'workload'
        ? `has ${cause.key} on the workload, not on its pods`
        : `has no ${cause.key}`;
    case 'key':
      return `has the value under ${cause.found}`;
    case 'excluded':
      return `has ${cause.key}, which is excluded`;
  }
}

function podsOf(misses: readonly NearMiss[]): number {
  return misses.reduce((sum, { pods }) => sum + pods, 0);
}

function workloadLabels(manifests: ObjectTable, ref: WorkloadRef): Labels | undefined {
  const key = `${ref.kind}/${ref.namespace}/${ref.name}`;
  const object = manifests.namespaces.get(ref.namespace)?.get(key)?.at(-1)?.object;
  // A Pod's manifest is the pod: its labels are those that were matched.
  return object?.type === 'workload' && object.workload.kind !== 'Pod' ? object.workload.labels : undefined;
}
