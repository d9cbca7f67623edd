import { getOrMake } from '../../engine/changedTargets.ts';
import type { CompiledCluster } from '../../engine/compiledCluster.ts';
import type { PreviewedWorkload } from './comparisonRows.ts';
import { matrixCounts, type CellCounts } from './matrixCounts.ts';
import { namespacePlaces, type MatrixHead } from './matrixHeads.ts';
import { MatrixState, NOTHING, changedCell, type CellPorts } from './matrixStates.ts';
import type { ReachComparison } from './reachComparison.ts';

export interface MatrixCell extends CellCounts {
  readonly before: CellPorts;
  readonly after: CellPorts;
  /** Pairs of workloads, or of workloads with addresses outside. */
  readonly pairs: number;
}

/** So many pairs are asked one by one after an edit; more are worth the whole state's vectors. */
const MOST_ASKED = 20_000;

/** The cells of a window, row by row. Of the earlier state they are kept; after an edit only changed cells are made anew. */
export function matrixCells(
  comparison: ReachComparison,
  rows: readonly MatrixHead[],
  columns: readonly MatrixHead[],
): readonly MatrixCell[] {
  const { states, workloads } = comparison;
  const counts = matrixCounts(comparison, rows, columns);
  const before = new KeptCells(comparison);
  const heads = rows.flatMap((row) => columns.map((column) => [row, column] as const));
  const isSamePods = comparison.added.length + comparison.removed.length === 0;
  const asked = [...counts.keys()].reduce((sum, at) => sum + pairsOf(...(heads[at] as (typeof heads)[number])), 0);
  let whole: MatrixState | undefined;
  return heads.map(([row, column], at): MatrixCell => {
    const pairs = pairsOf(row, column);
    const count = counts.get(at) ?? NO_COUNTS;
    if (pairs === 0) return { ...NO_COUNTS, before: NOTHING, after: NOTHING, pairs };
    const old = before.cell(row, column);
    const isOutside = row.kind === 'outside' || column.kind === 'outside';
    const changes = count !== NO_COUNTS || !isSamePods;
    if (!changes) return { ...count, before: old, after: old, pairs };
    const now =
      !isOutside && isSamePods && asked <= MOST_ASKED
        ? changedCell(states, workloads, row, column)
        : (whole ??= new MatrixState(states.after, workloads, 'after')).cell(row, column);
    return { ...count, before: old, after: now, pairs };
  });
}

const NO_COUNTS: CellCounts = { lost: 0, gained: 0, changed: 0, unknown: 0 };

function pairsOf(row: MatrixHead, column: MatrixHead): number {
  if (row.kind === 'outside' || column.kind === 'outside') return row.places.length + column.places.length;
  const [few, many] = row.places.length < column.places.length ? [row, column] : [column, row];
  const own = new Set(many.places);
  return row.places.length * column.places.length - few.places.filter((place) => own.has(place)).length;
}

interface Kept {
  readonly workloads: readonly PreviewedWorkload[];
  readonly ports: object;
  readonly cells: Map<string, CellPorts>;
}

/** By the earlier state, which stays the same one while a person types. */
const kept = new WeakMap<CompiledCluster, Kept>();

class KeptCells {
  readonly #cells: Map<string, CellPorts>;
  readonly #comparison: ReachComparison;
  #state: MatrixState | undefined;

  constructor(comparison: ReachComparison) {
    const { states, workloads } = comparison;
    this.#comparison = comparison;
    const known = kept.get(states.before.cluster);
    if (known?.workloads === workloads && known.ports === states.after.ports) this.#cells = known.cells;
    else {
      this.#cells = new Map();
      kept.set(states.before.cluster, { workloads, ports: states.after.ports, cells: this.#cells });
    }
  }

  cell(row: MatrixHead, column: MatrixHead): CellPorts {
    const [from, to] = [this.#key(row), this.#key(column)];
    const make = (): CellPorts => {
      const { states, workloads } = this.#comparison;
      this.#state ??= new MatrixState(states.before, workloads, 'before');
      return this.#state.cell(row, column);
    };
    return from === undefined || to === undefined ? make() : getOrMake(this.#cells, `${from} ${to}`, make);
  }

  /** Undefined of a namespace of which a filter leaves some workloads out. */
  #key({ kind, namespace, places }: MatrixHead): string | undefined {
    if (kind === 'outside') return 'outside';
    if (kind === 'workload') return `workload ${places[0]}`;
    return namespacePlaces(this.#comparison).get(namespace) === places ? `namespace ${namespace}` : undefined;
  }
}
