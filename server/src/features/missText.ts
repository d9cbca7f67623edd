import { count, thousands } from '../analysis/wording.ts';
import { nearMisses, type MissCause, type NearMiss } from '../engine/nearMisses.ts';
import type { PodScope } from '../engine/matchPods.ts';
import type { Labels } from '../model/labels.ts';
import type { WorkloadRef } from '../model/workload.ts';
import type { ObjectTable } from '../workspace/objectTable.ts';
import type { WorkspaceSnapshot } from '../workspace/snapshot.ts';
import { code } from './markdown.ts';

/** Pods that miss a selector by one thing, with the labels of the workloads' manifests taken into account. */
export function missesOf(snapshot: WorkspaceSnapshot, scope: PodScope): readonly NearMiss[] {
  return nearMisses(snapshot.universe.cluster, scope, (ref) => workloadLabels(snapshot.manifests, ref));
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

export function missedPods(misses: readonly NearMiss[]): string {
  return count(podsOf(misses), 'pod');
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
