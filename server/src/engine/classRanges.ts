import { classPositions, ClassVectors, type ClassPositions, type PortVector } from './classVectors.ts';
import type { CompiledCluster } from './compiledCluster.ts';
import type { Bound } from './externalPorts.ts';
import { hasDoubts } from './hasDoubts.ts';

/**
 * Which ports a class of pods reaches on every other class, over both ways in which a plug-in may treat pods on their
 * node's network, one source at a time.
 */
export class ClassRanges {
  readonly positions: ClassPositions;
  /** Whether the two bounds of what is known can differ anywhere. */
  readonly doubtful: boolean;
  readonly #cluster: CompiledCluster;
  readonly #vectors = new Map<Bound, ClassVectors>();
  /** Position of the `node` class of a class of pods on their node's network; -1 for all others. */
  readonly #asNode: Int32Array;
  readonly #anyNode: boolean;

  constructor(cluster: CompiledCluster) {
    this.#cluster = cluster;
    this.positions = classPositions(cluster);
    const { classes, positionOf } = this.positions;
    this.#asNode = Int32Array.from(classes, ({ asNode }) =>
      asNode === undefined ? -1 : (positionOf[asNode.id] as number),
    );
    this.#anyNode = this.#asNode.some((position) => position >= 0);
    this.doubtful = this.#anyNode || hasDoubts(cluster);
  }

  /** Port sets by position, as far as known (`certain`) or at most (`possible`). A fresh vector. */
  from(position: number, bound: Bound): PortVector {
    const vectors = this.#classVectors(bound);
    const vector = new Int32Array(this.positions.classes.length);
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
      vectors = new ClassVectors(this.#cluster, this.positions, bound);
      this.#vectors.set(bound, vectors);
    }
    return vectors;
  }
}
