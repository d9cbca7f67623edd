import type { WorkloadRef } from '../model/workload.ts';
import { ClassRanges } from './classRanges.ts';
import type { PortVector } from './classVectors.ts';
import type { CompiledCluster } from './compiledCluster.ts';
import type { Bound } from './externalPorts.ts';
import type { PodClass } from './podClass.ts';
import type { WorkloadPods } from './podTable.ts';
import { ALL_PORTS, NO_PORTS, type PortSetId } from './portSets.ts';

/** A workload and the classes of its pods. */
export interface ClassedWorkload {
  readonly id: string;
  readonly ref: WorkloadRef;
  readonly source: WorkloadPods;
  readonly classes: readonly PodClass[];
}

/** A workload and where its classes stand in `ClassPositions`. */
export interface WorkloadNode extends ClassedWorkload {
  readonly positions: readonly number[];
}

/**
 * Which ports the pods of a workload can reach on the pods of every other one, one source at a time: the union over
 * pairs of pods. Workloads are in the order of their names.
 */
export class WorkloadVectors {
  readonly nodes: readonly WorkloadNode[];
  /** Whether the two bounds of what is known can differ anywhere. */
  readonly doubtful: boolean;
  readonly #cluster: CompiledCluster;
  readonly #ranges: ClassRanges;
  /** Position of a workload's only class; -1 where it has several. */
  readonly #only: Int32Array;

  constructor(cluster: CompiledCluster) {
    this.#cluster = cluster;
    this.#ranges = new ClassRanges(cluster);
    const { positionOf } = this.#ranges.positions;
    this.nodes = [...cluster.pods.workloads.values()]
      .filter(({ pods }) => pods.length > 0)
      .map((source) => {
        const ids = [...new Set(source.classIds)];
        const own = ids.map((id) => cluster.facts.classes.classes[id] as PodClass);
        return {
          id: source.id,
          ref: source.ref,
          source,
          classes: own,
          positions: ids.map((id) => positionOf[id] as number),
        };
      })
      .sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
    this.#only = Int32Array.from(this.nodes, ({ positions }) =>
      positions.length === 1 ? (positions[0] as number) : -1,
    );
    this.doubtful = this.#ranges.doubtful;
  }

  /** The ports by workload, as far as known (`certain`) or at most (`possible`). A fresh vector. */
  from(source: number, bound: Bound): PortVector {
    const result = new Int32Array(this.nodes.length);
    const only = this.#only;
    const { ports } = this.#cluster.facts;
    for (const position of (this.nodes[source] as WorkloadNode).positions) {
      const vector = this.#ranges.from(position, bound);
      for (let target = 0; target < result.length; target += 1) {
        const at = only[target] as number;
        const open = at >= 0 ? (vector[at] as number) : this.#union(vector, target);
        const known = result[target] as number;
        if (open !== known) result[target] = known === NO_PORTS ? open : ports.union(known, open);
      }
    }
    return result;
  }

  /** The ports that hold between every pod of one workload and every pod of the other. */
  betweenAll(source: number, target: number): PortSetId {
    const from = (this.nodes[source] as WorkloadNode).positions;
    const to = (this.nodes[target] as WorkloadNode).positions;
    const { ports } = this.#cluster.facts;
    let all = ALL_PORTS;
    for (const position of from) {
      const vector = this.#ranges.from(position, 'certain');
      for (const at of to) all = ports.intersect(all, vector[at] as number);
    }
    return all;
  }

  /** Whether either workload has pods that policies tell apart. */
  isMixed(source: number, target: number): boolean {
    return (this.#only[source] as number) < 0 || (this.#only[target] as number) < 0;
  }

  #union(vector: PortVector, target: number): PortSetId {
    let union = NO_PORTS;
    for (const at of (this.nodes[target] as WorkloadNode).positions) {
      union = this.#cluster.facts.ports.union(union, vector[at] as number);
    }
    return union;
  }
}
