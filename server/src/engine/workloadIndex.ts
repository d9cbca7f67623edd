import type { CompiledCluster } from './compiledCluster.ts';
import type { PodClass } from './podClass.ts';
import { podsOf, type PodTable } from './podTable.ts';
import type { ClassedWorkload } from './workloadVectors.ts';

export interface IndexedWorkload extends ClassedWorkload {
  readonly pods: number;
  readonly podsUnknown: boolean;
}

/** Workloads by their places in the order of their names. */
export interface WorkloadIndex {
  readonly list: readonly IndexedWorkload[];
  /** Places of the workloads that have pods of a class, ascending, by the class's id. */
  readonly ofClass: ReadonlyMap<number, readonly number[]>;
  /** Workloads whose pods are of the same classes are one unit: no policy tells them apart. By place. */
  readonly unitOf: Int32Array;
  /** Places by unit, ascending. */
  readonly units: readonly (readonly number[])[];
}

const known = new WeakMap<PodTable, WorkloadIndex>();

/** Made once for the pods of a cluster: policies come and go without them. */
export function workloadIndex({ pods, facts }: CompiledCluster): WorkloadIndex {
  let index = known.get(pods);
  if (index === undefined) known.set(pods, (index = makeIndex(pods, facts.classes.classes)));
  return index;
}

function makeIndex(pods: PodTable, classes: readonly PodClass[]): WorkloadIndex {
  const list = [...pods.workloads.values()]
    .filter((source) => source.pods.length > 0)
    .map((source): IndexedWorkload => {
      const { pods: count, podsUnknown = false } = podsOf(source);
      const own = distinct(source.classIds).map((id) => classes[id] as PodClass);
      return { id: source.id, ref: source.ref, source, classes: own, pods: count, podsUnknown };
    })
    .sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  const ofClass = new Map<number, number[]>();
  const units: number[][] = [];
  const bySet = new Map<string | number, number>();
  const unitOf = new Int32Array(list.length);
  list.forEach((workload, place) => {
    for (const { id } of workload.classes) {
      const places = ofClass.get(id);
      if (places === undefined) ofClass.set(id, [place]);
      else places.push(place);
    }
    const [only] = workload.classes;
    const key =
      workload.classes.length === 1 && only !== undefined
        ? only.id
        : workload.classes
            .map(({ id }) => id)
            .sort((a, b) => a - b)
            .join();
    let unit = bySet.get(key);
    if (unit === undefined) bySet.set(key, (unit = units.push([]) - 1));
    unitOf[place] = unit;
    (units[unit] as number[]).push(place);
  });
  return { list, ofClass, unitOf, units };
}

function distinct(ids: readonly number[]): readonly number[] {
  const [first] = ids;
  return ids.every((id) => id === first) ? ids.slice(0, 1) : [...new Set(ids)];
}
