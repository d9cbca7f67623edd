import type { WorkloadIndex } from './workloadIndex.ts';

const onNodes = new WeakMap<WorkloadIndex, ReadonlySet<number>>();

/** Units with pods on their node's network. */
export function unitsOnNodes(index: WorkloadIndex): ReadonlySet<number> {
  let known = onNodes.get(index);
  if (known === undefined) {
    const isOnNode = ([place]: readonly number[]): boolean =>
      index.list[place as number]?.classes.some(({ kind }) => kind === 'hostNetwork') === true;
    known = new Set(index.units.flatMap((places, unit) => (isOnNode(places) ? [unit] : [])));
    onNodes.set(index, known);
  }
  return known;
}
