import type { WorkloadRef } from '../model/workload.ts';
import { classPositions, ClassVectors, type ClassPositions, type PortVector } from './classVectors.ts';
import type { CompiledCluster } from './compiledCluster.ts';
import type { Bound } from './externalPorts.ts';
import { hasDoubts } from './hasDoubts.ts';
import type { PodClass } from './podClass.ts';
import type { WorkloadPods } from './podTable.ts';
import { ALL_PORTS, NO_PORTS, type PortSetId } from './portSets.ts';

/** A workload and where its classes stand in `ClassPositions`. */
export interface WorkloadNode {
  readonly id: string;
  readonly ref: WorkloadRef;
  readonly source: WorkloadPods;
  readonly classes: readonly PodClass[];
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
  readonly #positions: ClassPositions;
  readonly #vectors = new Map<Bound, ClassVectors>();
  /** Position of the `node` class of a class of pods on their node's network; -1 for all others. */
  readonly #asNode: Int32Array;
  readonly #anyNode: boolean;
  /** Position of a workload's only class; -1 where it has several. */
  readonly #only: Int32Array;

  constructor(cluster: CompiledCluster) {
    this.#cluster = cluster;
    this.#positions = classPositions(cluster);
    const { classes, positionOf } = this.#positions;
    this.#asNode = Int32Array.from(classes, ({ asNode }) =>
      asNode === undefined ? -1 : (positionOf[asNode.id] as number),
    );
    this.#anyNode = this.#asNode.some((position) => position >= 0);
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
    this.doubtful = this.#anyNode || hasDoubts(cluster);
  }

  /** The ports by workload, as far as known (`certain`) or at most (`possible`). A fresh vector. */
  from(source: number, bound: Bound): PortVector {
    const result = new Int32Array(this.nodes.length);
    const only = this.#only;
    const { ports } = this.#cluster.facts;
    for (const position of (this.nodes[source] as WorkloadNode).positions) {
      const vector = this.#fromClass(position, bound);
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
      const vector = this.#fromClass(position, 'certain');
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

  #fromClass(position: number, bound: Bound): PortVector {
    const vectors = this.#classVectors(bound);
    const vector = new Int32Array(this.#positions.classes.length);
    vectors.connections(position, vector);
    if (!this.#anyNode) return vector;
    const node = this.#asNode[position] as number;
    const asNode = node < 0 ? vector.slice() : new Int32Array(vector.length);
    if (node >= 0) vectors.connections(node, asNode);
    const { ports } = this.#cluster.facts;
    for (let target = 0; target < vector.length; target += 1) {
      const targetNode = this.#asNode[target] as number;
      if (node < 0 && targetNode < 0) continue;
      const other = asNode[targetNode < 0 ? target : targetNode] as number;
      const one = vector[target] as number;
      vector[target] = bound === 'certain' ? ports.intersect(one, other) : ports.union(one, other);
    }
    return vector;
  }

  #classVectors(bound: Bound): ClassVectors {
    let vectors = this.#vectors.get(bound);
    if (vectors === undefined) {
      vectors = new ClassVectors(this.#cluster, this.#positions, bound);
      this.#vectors.set(bound, vectors);
    }
    return vectors;
  }
}
