import type { CompiledCluster } from './compiledCluster.ts';
import type { WorkloadPods } from './podTable.ts';

/** The same workloads with the very same pods, in namespaces with the same labels. */
export function hasSamePods(before: CompiledCluster, after: CompiledCluster): boolean {
  if (before.namespaces !== after.namespaces && !hasSameValues(before.namespaces, after.namespaces)) return false;
  const [old, now] = [before.pods.workloads, after.pods.workloads];
  if (before.pods === after.pods) return true;
  return hasSameValues(old, now, (a: WorkloadPods, b: WorkloadPods) => a.pods === b.pods || isSameList(a.pods, b.pods));
}

interface Values<Value> {
  readonly size: number;
  get(key: string): Value | undefined;
  entries(): Iterable<[string, Value]>;
}

function hasSameValues<Value>(
  a: Values<Value>,
  b: Values<Value>,
  isSame: (one: Value, other: Value) => boolean = (one, other) => one === other,
): boolean {
  if (a.size !== b.size) return false;
  for (const [key, value] of a.entries()) {
    const other = b.get(key);
    if (other === undefined || (other !== value && !isSame(value, other))) return false;
  }
  return true;
}

function isSameList<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((item, at) => item === b[at]);
}
