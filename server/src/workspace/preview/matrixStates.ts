import { getOrMake } from '../../engine/changedTargets.ts';
import type { CompiledCluster } from '../../engine/compiledCluster.ts';
import { pairChange, type ComparedState, type ComparedStates } from '../../engine/comparedPair.ts';
import { NO_PORTS, type PortSetId, type PortSets } from '../../engine/portSets.ts';
import { joinClasses } from '../../engine/workloadExternals.ts';
import { workloadIndex } from '../../engine/workloadIndex.ts';
import { WorkloadVectors } from '../../engine/workloadVectors.ts';
import type { PreviewedWorkload } from './comparisonRows.ts';
import type { MatrixHead } from './matrixHeads.ts';

/** What certainly passes in a cell, in one state. */
export interface CellPorts {
  /** Everything that passes for some pair, in the port sets of the later state. */
  readonly any: PortSetId;
  /** Pairs between which anything passes. */
  readonly open: number;
  /** Every pair has the same ports. */
  readonly uniform: boolean;
}

export const NOTHING: CellPorts = { any: NO_PORTS, open: 0, uniform: true };

/** Vectors of so many sources are kept. */
const MOST_VECTORS = 1500;

/** Answers for cells of one state; vectors are made source by source, as they are asked for, and kept with the state. */
export class MatrixState {
  readonly #state: ComparedState;
  readonly #workloads: readonly PreviewedWorkload[];
  readonly #side: 'before' | 'after';
  readonly #vectors: Vectors;

  constructor(state: ComparedState, workloads: readonly PreviewedWorkload[], side: 'before' | 'after') {
    this.#state = state;
    this.#workloads = workloads;
    this.#side = side;
    this.#vectors = vectorsOf(state.cluster);
  }

  cell(row: MatrixHead, column: MatrixHead): CellPorts {
    if (row.kind === 'outside' || column.kind === 'outside') return this.#outside(row, column);
    const { positions, from } = this.#vectors;
    const sum = new CellSum(this.#state.cluster.facts.ports);
    for (const source of row.places) {
      const place = positions.get((this.#workloads[source] as PreviewedWorkload).id);
      const vector = place === undefined ? undefined : from(place);
      for (const target of column.places) {
        if (source === target) continue;
        const at = vector && positions.get((this.#workloads[target] as PreviewedWorkload).id);
        sum.add(vector === undefined || at === undefined ? NO_PORTS : (vector[at] as PortSetId));
      }
    }
    return this.#told(sum);
  }

  #outside(row: MatrixHead, column: MatrixHead): CellPorts {
    const sum = new CellSum(this.#state.cluster.facts.ports);
    const { cluster } = this.#state;
    const direction = row.kind === 'outside' ? 'ingress' : 'egress';
    for (const place of [...row.places, ...column.places]) {
      const node = this.#workloads[place]?.[this.#side];
      if (node === undefined) sum.add(NO_PORTS);
      else {
        const pieces = joinClasses(cluster, node, direction, 'certain').any;
        sum.add(
          pieces.reduce((all, { ports }) => cluster.facts.ports.union(all, ports), NO_PORTS),
          new Set(pieces.map(({ ports }) => ports)).size <= 1,
        );
      }
    }
    return this.#told(sum);
  }

  #told({ any, open, uniform }: CellSum): CellPorts {
    return { any: this.#state.translate(any), open, uniform };
  }
}

/** The later state of a cell of which some pairs change: those are asked one by one, the others are as before. */
export function changedCell(
  states: ComparedStates,
  workloads: readonly PreviewedWorkload[],
  row: MatrixHead,
  column: MatrixHead,
): CellPorts {
  const sum = new CellSum(states.after.ports);
  for (const source of row.places) {
    for (const target of column.places) {
      if (source === target) continue;
      const change = pairChange(states, workloads[source] as PreviewedWorkload, workloads[target] as PreviewedWorkload);
      sum.add(change.after.certain);
    }
  }
  return { any: sum.any, open: sum.open, uniform: sum.uniform };
}

class CellSum {
  any: PortSetId = NO_PORTS;
  open = 0;
  uniform = true;
  readonly #ports: PortSets;
  #first: PortSetId | undefined;

  constructor(ports: PortSets) {
    this.#ports = ports;
  }

  add(ports: PortSetId, isUniform = true): void {
    if (this.#first === undefined) this.#first = ports;
    if (ports !== this.#first || !isUniform) this.uniform = false;
    if (ports === NO_PORTS) return;
    this.open += 1;
    this.any = this.any === NO_PORTS ? ports : this.#ports.union(this.any, ports);
  }
}

interface Vectors {
  readonly positions: ReadonlyMap<string, number>;
  readonly from: (position: number) => Int32Array;
}

const known = new WeakMap<CompiledCluster, Vectors>();

function vectorsOf(cluster: CompiledCluster): Vectors {
  let found = known.get(cluster);
  if (found === undefined) known.set(cluster, (found = makeVectors(cluster)));
  return found;
}

function makeVectors(cluster: CompiledCluster): Vectors {
  const vectors = new WorkloadVectors(cluster);
  const positions = new Map(vectors.nodes.map(({ id }, position) => [id, position]));
  // Workloads of one unit reach the same: most sources share their vectors.
  const { unitOf } = workloadIndex(cluster);
  const kept = new Map<number, Int32Array>();
  return {
    positions,
    from: (position) => {
      const unit = unitOf[position] as number;
      const vector = getOrMake(kept, unit, () => vectors.from(position, 'certain'));
      const [oldest] = kept.keys();
      if (kept.size > MOST_VECTORS && oldest !== undefined) kept.delete(oldest);
      return vector;
    },
  };
}
