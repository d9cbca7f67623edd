import type { CompiledCluster } from './compiledCluster.ts';
import type { MatchedWorkload } from './matchPods.ts';
import { namespaceFacts } from './namespaceFacts.ts';
import { podsOf, type WorkloadPods } from './podTable.ts';

/** Who has a label, by its value. */
export interface LabelUse<Owner> {
  /** The commonest value first. */
  readonly values: readonly { readonly value: string; readonly owners: readonly Owner[] }[];
  /** They may have the label with any value: it is not known. */
  readonly unknown: readonly Owner[];
}

/**
 * The pods that have a label, by workload. Labels that a policy of the cluster asks about are answered from classes,
 * all others by looking at every pod.
 *
 * @param namespaces only pods of these; absent: of all
 */
export function podLabelUse(
  cluster: CompiledCluster,
  key: string,
  namespaces?: ReadonlySet<string>,
): LabelUse<MatchedWorkload> {
  const tally = new Tally();
  if (cluster.features.labelKeys.has(key)) {
    for (const id of classIds(cluster, namespaces)) {
      const podClass = cluster.classes.get(id)?.podClass;
      if (podClass === undefined || podClass.kind === 'node') continue;
      const unknown = podClass.unknown.has(key);
      const value = podClass.labels.get(key);
      if (!unknown && value === undefined) continue;
      for (const { workload, pods } of cluster.pods.membersOf(id)) {
        for (const { count } of pods) tally.add(unknown ? undefined : value, workload, count);
      }
    }
  } else {
    cluster.pods.workloads.forEach((workload) => {
      if (namespaces?.has(workload.ref.namespace) === false) return;
      for (const { labels, unknownLabels, count } of workload.pods) {
        if (unknownLabels?.includes(key) === true) tally.add(undefined, workload, count);
        else if (Object.hasOwn(labels, key)) tally.add(labels[key], workload, count);
      }
    });
  }
  return tally.use();
}

/** The namespaces that have a label, by name. */
export function namespaceLabelUse(cluster: CompiledCluster, key: string): LabelUse<string> {
  const values = new Map<string, string[]>();
  const unknown: string[] = [];
  for (const facts of namespaceFacts(cluster).values()) {
    if (facts.unknown.has(key)) {
      unknown.push(facts.name);
      continue;
    }
    const value = facts.labels.get(key);
    if (value === undefined) continue;
    const owners = values.get(value);
    if (owners === undefined) values.set(value, [facts.name]);
    else owners.push(facts.name);
  }
  const sorted = [...values]
    .map(([value, owners]) => ({ value, owners: owners.sort(), weight: owners.length }))
    .sort(byWeight);
  return { values: sorted.map(({ value, owners }) => ({ value, owners })), unknown: unknown.sort() };
}

/** The labels that pods of some namespaces have, the commonest first. */
export function podLabelKeys(cluster: CompiledCluster, namespaces: ReadonlySet<string>): readonly string[] {
  const counts = new Map<string, number>();
  cluster.pods.workloads.forEach(({ ref, pods }) => {
    if (!namespaces.has(ref.namespace)) return;
    for (const { labels, count } of pods) {
      for (const key of Object.keys(labels)) counts.set(key, (counts.get(key) ?? 0) + count);
    }
  });
  return [...counts]
    .map(([value, weight]) => ({ value, weight }))
    .sort(byWeight)
    .map(({ value }) => value);
}

function classIds(cluster: CompiledCluster, namespaces: ReadonlySet<string> | undefined): Iterable<number> {
  if (namespaces === undefined) return cluster.facts.classes.classes.keys();
  return [...namespaces].flatMap((name) => cluster.facts.classes.classesIn(name));
}

/** Counts pods by value and workload; the value undefined stands for one that is not known. */
class Tally {
  readonly #counts = new Map<string | undefined, Map<WorkloadPods, number>>();

  add(value: string | undefined, workload: WorkloadPods, pods: number): void {
    let counts = this.#counts.get(value);
    if (counts === undefined) this.#counts.set(value, (counts = new Map()));
    counts.set(workload, (counts.get(workload) ?? 0) + pods);
  }

  use(): LabelUse<MatchedWorkload> {
    const values: { value: string; owners: MatchedWorkload[]; weight: number }[] = [];
    for (const [value, counts] of this.#counts) {
      if (value === undefined) continue;
      const weight = [...counts.values()].reduce((sum, pods) => sum + pods, 0);
      values.push({ value, owners: matched(counts), weight });
    }
    values.sort(byWeight);
    return {
      values: values.map(({ value, owners }) => ({ value, owners })),
      unknown: matched(this.#counts.get(undefined) ?? new Map()),
    };
  }
}

function matched(counts: ReadonlyMap<WorkloadPods, number>): MatchedWorkload[] {
  return [...counts]
    .map(([workload, pods]) => {
      const { pods: of, ...unknown } = podsOf(workload);
      return { id: workload.id, workload: workload.ref, pods, of, ...unknown };
    })
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

function byWeight(
  a: { readonly value: string; readonly weight: number },
  b: { readonly value: string; readonly weight: number },
): number {
  return b.weight - a.weight || (a.value < b.value ? -1 : 1);
}
