import type { Labels } from '../model/labels.ts';
import type { Pod } from '../model/workload.ts';
import type { PodTable, WorkloadPods } from '../engine/podTable.ts';

/** Pods of one workload that neither policies nor tests tell apart: of one class, with equal labels and ports. */
export interface PodUnit {
  readonly workload: WorkloadPods;
  readonly classId: number;
  readonly pods: readonly Pod[];
}

/** Workloads are shared between versions of a cluster, and so are their units: an edit costs what it changes. */
const known = new WeakMap<WorkloadPods, readonly PodUnit[]>();

export function unitsOf(workload: WorkloadPods): readonly PodUnit[] {
  let units = known.get(workload);
  if (units === undefined) known.set(workload, (units = grouped(workload)));
  return units;
}

/** The units, with some pods in units of their own. */
export function unitsWithout(workload: WorkloadPods, apart: ReadonlySet<Pod>): readonly PodUnit[] {
  if (apart.size === 0 || !workload.pods.some((pod) => apart.has(pod))) return unitsOf(workload);
  return unitsOf(workload).flatMap((unit) => {
    const own = unit.pods.filter((pod) => apart.has(pod));
    if (own.length === 0) return [unit];
    const rest = unit.pods.filter((pod) => !apart.has(pod));
    return [...own.map((pod) => ({ ...unit, pods: [pod] })), ...(rest.length === 0 ? [] : [{ ...unit, pods: rest }])];
  });
}

/** Whether there are two different pods, one on each side; an empty side stands for addresses, which are no pods. */
export function hasPair(sources: readonly PodUnit[], targets: readonly PodUnit[]): boolean {
  if (sources.length === 0 || targets.length === 0) return true;
  // Two units are hardly ever one pod: mostly the first look answers.
  return sources.some((source) => targets.some((target) => !isOnePod(source, target)));
}

/** Whether both units are one single pod: what it sends to itself is no business of policies. */
function isOnePod(a: PodUnit, b: PodUnit): boolean {
  const [one] = a.pods;
  if (one === undefined || a.pods.length > 1 || b.pods.length > 1 || b.pods[0] !== one) return false;
  return one.count === 1 && one.countUnknown !== true;
}

function grouped(workload: WorkloadPods): readonly PodUnit[] {
  // Sources share the objects of equal labels and ports, so that these tell pods apart without being read.
  const byLabels = new Map<Labels, { classId: number; pods: [Pod, ...Pod[]] }[]>();
  workload.pods.forEach((pod, index) => {
    const classId = workload.classIds[index] as number;
    let same = byLabels.get(pod.labels);
    if (same === undefined) byLabels.set(pod.labels, (same = []));
    const unit = same.find((each) => each.classId === classId && isAlike(each.pods[0], pod));
    if (unit === undefined) same.push({ classId, pods: [pod] });
    else unit.pods.push(pod);
  });
  return [...byLabels.values()].flatMap((units) => units.map((unit) => ({ workload, ...unit })));
}

function isAlike(a: Pod, b: Pod): boolean {
  return a.ports === b.ports && a.portsIncomplete === b.portsIncomplete && a.unknownLabels === b.unknownLabels;
}

const byNamespace = new WeakMap<PodTable, ReadonlyMap<string, readonly WorkloadPods[]>>();

/** The workloads of a cluster by namespace. */
export function workloadsByNamespace(table: PodTable): ReadonlyMap<string, readonly WorkloadPods[]> {
  let map = byNamespace.get(table);
  if (map === undefined) {
    map = Map.groupBy(table.workloads.values(), ({ ref }) => ref.namespace);
    byNamespace.set(table, map);
  }
  return map;
}
