import { connectionsText } from '../../analysis/wording.ts';
import type {
  PreviewAnswerBase,
  PreviewCellPorts,
  PreviewMatrix,
  PreviewMatrixCell,
  PreviewMatrixHead,
  PreviewMatrixParams,
  PreviewWindow,
} from '../../protocol/preview.ts';
import type { PreviewedWorkload } from '../../workspace/preview/comparisonRows.ts';
import { matrixCells, type MatrixCell } from '../../workspace/preview/matrix.ts';
import { matrixHeads, touchedPlaces, type MatrixHead } from '../../workspace/preview/matrixHeads.ts';
import type { CellPorts } from '../../workspace/preview/matrixStates.ts';
import type { PreviewModel } from '../../workspace/preview/previewModel.ts';

/** Of each axis, and of both together. */
const MOST_HEADS = 200;
const MOST_CELLS = 10_000;

/** A window of the matrix: sources down, destinations across. */
export function matrixAnswer(
  model: PreviewModel,
  base: PreviewAnswerBase,
  { filter, expanded, onlyChanged, rows, columns }: PreviewMatrixParams,
): PreviewMatrix {
  const { comparison } = model;
  const heads = matrixHeads(comparison, {
    filter: filter ?? {},
    expanded: new Set(expanded),
    onlyChanged: onlyChanged === true,
  });
  const across = windowOf(heads, columns, MOST_HEADS);
  const down = windowOf(heads, rows, Math.min(MOST_HEADS, Math.floor(MOST_CELLS / Math.max(1, across.length))));
  const cells = matrixCells(comparison, down, across);
  return {
    ...base,
    total: heads.length,
    rows: down.map((head) => shownHead(model, head)),
    columns: across.map((head) => shownHead(model, head)),
    cells: cells.map((cell) => shownCell(model, cell)),
  };
}

function windowOf(heads: readonly MatrixHead[], { offset, count }: PreviewWindow, most: number): readonly MatrixHead[] {
  const from = Math.max(0, Math.floor(offset));
  return heads.slice(from, from + Math.min(most, Math.max(0, Math.floor(count))));
}

function shownHead({ comparison }: PreviewModel, { kind, namespace, places, expanded }: MatrixHead): PreviewMatrixHead {
  const { workloads } = comparison;
  const touched = touchedPlaces(comparison);
  const pods = places.reduce((sum, place) => sum + (workloads[place] as PreviewedWorkload).pods, 0);
  const [first] = places;
  const own = first === undefined ? undefined : workloads[first];
  const name = kind === 'outside' ? 'outside' : kind === 'namespace' ? namespace : (own?.ref.name ?? '');
  return {
    id: kind === 'outside' ? 'outside' : `${kind} ${kind === 'namespace' ? namespace : own?.id}`,
    kind,
    label: name,
    ...(kind !== 'outside' && { namespace }),
    workloads: places.length,
    pods,
    expanded,
    changed: places.some((place) => touched.has(place)),
  };
}

function shownCell(
  model: PreviewModel,
  { before, after, pairs, lost, gained, changed, unknown }: MatrixCell,
): PreviewMatrixCell {
  const kinds = [lost > 0, gained > 0, changed > 0].filter(Boolean).length;
  const state =
    pairs === 0
      ? 'none'
      : kinds > 1 || changed > 0
        ? 'changed'
        : lost > 0
          ? 'lost'
          : gained > 0
            ? 'gained'
            : unknown > 0
              ? 'unknown'
              : 'same';
  return {
    state,
    before: shownPorts(model, before),
    after: shownPorts(model, after),
    pairs,
    lost,
    gained,
    changed,
    unknown,
  };
}

function shownPorts({ comparison }: PreviewModel, { any, open, uniform }: CellPorts): PreviewCellPorts {
  const connections = comparison.states.after.ports.connections(any);
  return { text: connections.length === 0 ? '' : connectionsText(connections), open, uniform };
}
