import type { WorkloadRef } from '../model/workload.ts';
import type { CompiledCluster } from './compiledCluster.ts';

/** The workloads that have pods of some classes, with how many, in the order of their names. */
export function workloadsOfClasses(
  cluster: CompiledCluster,
  classIds: readonly number[],
): readonly { readonly id: string; readonly workload: WorkloadRef; readonly pods: number }[] {
  const counts = new Map<string, { id: string; workload: WorkloadRef; pods: number }>();
  for (const classId of classIds) {
    for (const { workload, pods } of cluster.pods.membersOf(classId)) {
      const { id, ref } = workload;
      let entry = counts.get(id);
      if (entry === undefined) counts.set(id, (entry = { id, workload: ref, pods: 0 }));
      for (const { count } of pods) entry.pods += count;
    }
  }
  return [...counts.values()].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}
