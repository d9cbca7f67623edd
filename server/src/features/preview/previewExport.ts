import { count, qualifiedName } from '../../analysis/wording.ts';
import type { ChangeCause } from '../../engine/changeCauses.ts';
import type { PreviewAnswerBase, PreviewExport, PreviewExportParams, PreviewMatrix } from '../../protocol/preview.ts';
import { baseName, pathOfUri } from '../../workspace/fileUri.ts';
import type { PictureNode } from '../../workspace/preview/picture.ts';
import { pairsInOrder } from '../../workspace/preview/pairsInOrder.ts';
import type { PreviewedWorkload } from '../../workspace/preview/comparisonRows.ts';
import type { PreviewModel } from '../../workspace/preview/previewModel.ts';
import { filterRows } from '../../workspace/preview/rowFilter.ts';
import { undecidedEntries } from '../../workspace/preview/undecidedEntries.ts';
import { brokenNeeds } from '../../workspace/needs/brokenNeeds.ts';
import { breakText, evidencePlace } from '../../workspace/needs/breakText.ts';
import { DIFF_REPORTS, type Breaks, type ShownCause } from '../../workspace/report/diffReport.ts';
import { csvRow, markdownCell, mermaidLabel, nodeNames } from '../../workspace/report/ends.ts';
import { drawPicture } from './previewGraph.ts';
import { matrixAnswer } from './previewMatrix.ts';

/** Pairs of one export at most: what is longer is for `bulkhead diff`. */
const MOST_PAIRS = 100_000;
/** Mermaid draws no more edges than this without being told to. */
const MOST_MERMAID = 500;

/** What a panel shows as text for elsewhere; undefined where there is no such picture. */
export function exportAnswer(
  model: PreviewModel,
  base: PreviewAnswerBase,
  params: PreviewExportParams,
): PreviewExport | undefined {
  switch (params.what) {
    case 'changes':
      return { ...base, ...changesText(model, params) };
    case 'matrix':
      return { ...base, ...matrixText(model, base, params) };
    case 'graph': {
      const text = graphText(model, params);
      return text === undefined ? undefined : { ...base, ...text };
    }
  }
}

interface Text {
  readonly text: string;
  readonly truncated?: string;
}

/** The same text as `bulkhead diff` in that format. */
function changesText(model: PreviewModel, { filter, format }: PreviewExportParams): Text {
  const parts: string[] = [];
  const { before, after } = model.states;
  const report = DIFF_REPORTS[format](
    { write: (text) => void parts.push(text) },
    { before: before.label, after: after.label },
  );
  const most = format === 'mermaid' ? MOST_MERMAID : MOST_PAIRS;
  const filtered = filterRows(model.comparison, filter ?? {});
  for (const change of pairsInOrder(model, filtered, most)) {
    report.change(
      change,
      change.because.map((cause) => shownCause(model, cause)),
    );
  }
  const { added, removed } = model.comparison;
  report.end(
    { added, removed },
    [...(model.undecided.pairs === 0 ? [] : undecidedEntries(model.comparison)), ...model.states.unseen],
    [],
    breaksOf(model),
  );
  const pairs = filtered.reduce((sum, each) => sum + each.pairs, 0);
  return { text: parts.join(''), ...truncated(pairs, most) };
}

/** What would break, with its evidence and where that is written. */
function breaksOf({ states }: PreviewModel): Breaks {
  const broken = brokenNeeds(states.before.universe.cluster, states.after.universe.cluster, states.needs());
  const shown = broken.map((each) => {
    const { evidence, kind, sureness } = each.need;
    const place = evidencePlace(evidence.written, states.fileOf);
    const written = place === undefined ? {} : { file: baseName(pathOfUri(place.uri)), line: place.range.start.line };
    return { need: kind, text: breakText(each), sureness, evidence: { what: evidence.what, ...written } };
  });
  return { broken, shown };
}

function truncated(pairs: number, most: number): { readonly truncated?: string } {
  return pairs <= most ? {} : { truncated: `${count(pairs - most, 'pair')} of ${count(pairs, 'pair')} left out.` };
}

function shownCause(model: PreviewModel, cause: ChangeCause): ShownCause {
  const { policy, direction, rule } = cause;
  const place = model.places.of(model.comparison.states, cause);
  return {
    policy: qualifiedName(policy),
    direction,
    ...(rule !== undefined && { rule }),
    ...(place !== undefined && { file: baseName(pathOfUri(place.uri)), line: place.range.start.line }),
  };
}

/** A table of cells that are not empty: who to whom, before and after. */
function matrixText(model: PreviewModel, base: PreviewAnswerBase, params: PreviewExportParams): Text {
  const { format, filter, expanded = [] } = params;
  const whole = { offset: 0, count: 100 };
  const matrix = matrixAnswer(model, base, {
    id: params.id,
    ...(filter !== undefined && { filter }),
    expanded,
    rows: whole,
    columns: whole,
  });
  const cells = cellsOf(matrix);
  const left = matrix.total - matrix.rows.length;
  const cut = left <= 0 ? {} : { truncated: `${count(left, 'more row')} and as many columns are left out.` };
  const head = ['from', 'to', 'before', 'after', 'state', 'pairs'];
  if (format === 'csv') return { text: [head, ...cells].map(csvRow).join(''), ...cut };
  if (format === 'json') {
    const objects = cells.map((cell) => Object.fromEntries(head.map((name, at) => [name, cell[at]])));
    return { text: `${JSON.stringify({ version: 1, cells: objects }, undefined, 1)}\n`, ...cut };
  }
  if (format === 'mermaid') {
    const names = nodeNames();
    const node = (label: string): string => {
      const { name, isNew } = names(label);
      return isNew ? `${name}["${mermaidLabel(label)}"]` : name;
    };
    const lines = cells.slice(0, MOST_MERMAID).map(([from = '', to = '', before = '', after = '', state = '']) => {
      const label = state === 'same' ? after : `${before} ⇒ ${after}`;
      return `  ${node(from)} ${after === '' ? '-.->' : '-->'}|"${mermaidLabel(label)}"| ${node(to)}\n`;
    });
    return { text: `flowchart LR\n${lines.join('')}`, ...cut };
  }
  const row = (texts: readonly string[]): string => `| ${texts.map(markdownCell).join(' | ')} |\n`;
  return { text: `${row(head)}|---|---|---|---|---|---|\n${cells.map(row).join('')}`, ...cut };
}

function cellsOf({ rows, columns, cells }: PreviewMatrix): readonly (readonly string[])[] {
  const name = (head: (typeof rows)[number]): string =>
    head.kind === 'workload' ? head.id.slice('workload '.length) : head.kind === 'outside' ? '* outside' : head.label;
  return rows.flatMap((row, down) =>
    columns.flatMap((column, across) => {
      const cell = cells[down * columns.length + across];
      if (cell === undefined || cell.pairs === 0) return [];
      if (cell.before.text === '' && cell.after.text === '' && cell.unknown === 0) return [];
      return [[name(row), name(column), cell.before.text, cell.after.text, cell.state, String(cell.pairs)]];
    }),
  );
}

/** The picture as edges. */
function graphText(model: PreviewModel, params: PreviewExportParams): Text | undefined {
  const { format, focus = { kind: 'changes' } } = params;
  const found = finished(
    drawPicture(model, {
      focus,
      ...(params.filter !== undefined && { filter: params.filter }),
      most: format === 'mermaid' ? MOST_MERMAID : 5000,
    }),
  );
  if (found === undefined) return undefined;
  const { nodes, edges } = found.drawn;
  const { ports } = model.comparison.states.after;
  const names = new Map(nodes.map((node) => [node.id, nodeText(model, node)]));
  const text = (ids: readonly number[]): string =>
    ports
      .connections(ids.reduce((union, id) => ports.union(union, id), 0))
      .map(({ protocol, ranges }) =>
        ranges.map(({ from, to }) => `${from === to ? from : `${from}-${to}`}/${protocol}`).join(' '),
      )
      .join(' ');
  const rows = edges.map(({ from, to, state, before, after }) => [
    names.get(from) ?? '',
    names.get(to) ?? '',
    text(before),
    text(after),
    state,
  ]);
  const head = ['from', 'to', 'before', 'after', 'state'];
  if (format === 'csv') return { text: [head, ...rows].map(csvRow).join('') };
  if (format === 'json') {
    const objects = rows.map((row) => Object.fromEntries(head.map((name, at) => [name, row[at]])));
    return { text: `${JSON.stringify({ version: 1, edges: objects }, undefined, 1)}\n` };
  }
  if (format === 'md') {
    const line = (texts: readonly string[]): string => `| ${texts.map(markdownCell).join(' | ')} |\n`;
    return { text: `${line(head)}|---|---|---|---|---|\n${rows.map(line).join('')}` };
  }
  const short = nodeNames();
  const lines = [...Map.groupBy(nodes, ({ namespace }) => namespace)].map(([namespace, members]) => {
    const inner = members
      .map((node) => `    ${short(node.id).name}["${mermaidLabel(names.get(node.id) ?? '')}"]\n`)
      .join('');
    if (namespace === undefined) return inner;
    return `  subgraph ${short(`namespace ${namespace}`).name}["${mermaidLabel(namespace)}"]\n${inner}  end\n`;
  });
  const arrows = edges.map(({ from, to, state, before, after }) => {
    const arrow = state === 'removed' || state === 'unknown' ? '-.->' : state === 'added' ? '==>' : '-->';
    const label = state === 'unknown' ? 'not decided' : `${state} ${text(state === 'removed' ? before : after)}`;
    return `  ${short(from).name} ${arrow}|"${mermaidLabel(label)}"| ${short(to).name}\n`;
  });
  return { text: `flowchart LR\n${lines.join('')}${arrows.join('')}` };
}

function finished<T>(steps: Generator<undefined, T, void>): T {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

function nodeText({ comparison }: PreviewModel, { kind, places, ranges }: PictureNode): string {
  const [first] = places;
  if (kind === 'external') return ranges;
  if (kind === 'anyPod') return 'any pod';
  if (kind === 'unknown') return 'not known';
  if (places.length === 1) return (comparison.workloads[first as number] as PreviewedWorkload).id;
  return count(places.length, 'workload');
}
