import type { WorkloadObject } from '../model/manifest.ts';
import type { Pod, WorkloadRef } from '../model/workload.ts';
import { workloadId } from '../model/workload.ts';

/**
 * The pods of one namespace's workload objects. Pods of one controlling owner are one workload: controllers are
 * followed upward as far as they are known (Pod to ReplicaSet to Deployment). Where real pods of a workload are
 * known its templates do not count beside them, and a Deployment's template stands for those of its ReplicaSets.
 */
export function resolvePods(objects: readonly WorkloadObject[]): readonly Pod[] {
  const known = new Map(objects.map((object) => [`${object.kind}/${object.name}`, object]));
  const groups = new Map<string, { ref: WorkloadRef; live: Pod[]; top: Pod[]; below: Pod[] }>();
  for (const object of objects) {
    const ref = topOwner(object, known);
    const id = workloadId(ref);
    let group = groups.get(id);
    if (group === undefined) groups.set(id, (group = { ref, live: [], top: [], below: [] }));
    const isTop = ref.kind === object.kind && ref.name === object.name;
    const list = object.kind === 'Pod' ? group.live : isTop ? group.top : group.below;
    list.push(...object.pods);
  }
  const pods: Pod[] = [];
  for (const { ref, live, top, below } of groups.values()) {
    const counted = live.length > 0 ? live : known.has(`${ref.kind}/${ref.name}`) ? top : below;
    for (const pod of counted) pods.push(sameWorkload(pod.workload, ref) ? pod : { ...pod, workload: ref });
  }
  return pods;
}

function topOwner(object: WorkloadObject, known: ReadonlyMap<string, WorkloadObject>): WorkloadRef {
  const seen = new Set<WorkloadObject>();
  let current = object;
  for (;;) {
    seen.add(current);
    const { controller } = current;
    // A static pod's owner is its Node, which is no workload.
    if (controller === undefined || controller.kind === 'Node') break;
    const above = known.get(`${controller.kind}/${controller.name}`);
    // An owner without a kind, which no server stores but people write, can only be named as a pod would be.
    if (above === undefined) return { ...controller, namespace: object.namespace, kind: controller.kind || 'Pod' };

    if (seen.has(above)) break;
    current = above;
  }
  return { namespace: object.namespace, name: current.name, kind: current.kind };
}

function sameWorkload(a: WorkloadRef, b: WorkloadRef): boolean {
  return a.namespace === b.namespace && a.name === b.name && a.kind === b.kind;
}
