import { count, listSome, nameSome, thousands } from '../../analysis/wording.ts';
import { getOrMake } from '../../engine/changedTargets.ts';
import type { CompiledCluster } from '../../engine/compiledCluster.ts';
import { isolationOf } from '../../engine/workloadIsolation.ts';
import type { Direction } from '../../model/networkPolicy.ts';
import type {
  PreviewAnswerBase,
  PreviewChanges,
  PreviewCompared,
  PreviewEnd,
  PreviewGroup,
  PreviewIsolation,
  PreviewPair,
  PreviewPairs,
  PreviewRow,
  PreviewState,
  PreviewSummary,
} from '../../protocol/preview.ts';
import type { ClassedWorkload } from '../../engine/workloadVectors.ts';
import type { ComparisonRow, PreviewedWorkload } from '../../workspace/preview/comparisonRows.ts';
import type { PreviewModel } from '../../workspace/preview/previewModel.ts';
import type { PreviewedState } from '../../workspace/preview/previewStates.ts';
import { filterRows, otherPlaces, type FilteredRow } from '../../workspace/preview/rowFilter.ts';
import { foldedKey, rightFor } from '../../workspace/preview/undecidedReasons.ts';
import { previewBreaks } from './previewBreaks.ts';
import { ends, paged, type Page } from './previewPage.ts';
import { shortId, shownAddresses, shownCause, shownPorts, shownWorkload, shownWorkloads } from './previewWire.ts';

const MOST_WORKLOADS = 100;

/** The summary of a comparison, and a page of its rows. */
export function changesAnswer(model: PreviewModel, base: PreviewAnswerBase, page: Page): PreviewChanges {
  const filtered = filterRows(model.comparison, page.filter ?? {});
  const shown = paged(filtered, page);
  const { added, removed } = model.comparison;
  const { nothing } = model;
  return {
    ...base,
    compared: compared(model),
    summary: summary(model),
    ...(nothing !== undefined && { nothing }),
    workloads: {
      added: added.slice(0, MOST_WORKLOADS),
      removed: removed.slice(0, MOST_WORKLOADS),
      more: Math.max(0, added.length - MOST_WORKLOADS) + Math.max(0, removed.length - MOST_WORKLOADS),
    },
    rows: shown.map((row) => shownRow(model, row)),
    groups: groupsOf(model, filtered, new Set(shown.map(({ row }) => row.subject))),
    total: filtered.length,
    breaks: previewBreaks(
      model,
      shown.map(({ row }) => row),
      page.offset <= 0,
    ),
  };
}

export function rowId({ key }: ComparisonRow): string {
  return shortId(key);
}

export function groupId({ id }: PreviewedWorkload): string {
  return shortId(`group ${id}`);
}

function compared({ states }: PreviewModel): PreviewCompared {
  const { before, after, document, held } = states;
  return {
    before: shownState(before),
    after: shownState(after),
    ...(document !== undefined && { document }),
    held,
  };
}

function shownState({ kind, label, readAt, reading, universe }: PreviewedState): PreviewState {
  const { pods, workloads, policies } = universe.cluster.stats;
  return {
    kind,
    label,
    ...(readAt !== undefined && { readAt }),
    ...(reading !== undefined && { reading }),
    pods,
    workloads,
    policies,
  };
}

function summary({ counts, undecided, states }: PreviewModel): PreviewSummary {
  const { lost, gained, changed } = counts;
  const certain = [
    ...(lost.pairs > 0 ? [`${thousands(lost.pairs)} lost`] : []),
    ...(gained.pairs > 0 ? [`${thousands(gained.pairs)} gained`] : []),
    ...(changed.pairs > 0 ? [`${thousands(changed.pairs)} changed`] : []),
  ];
  const whys = undecided.reasons.map(({ why }) => why);
  const parts = [
    `certain: ${certain.length === 0 ? 'nothing changes' : certain.join(', ')}`,
    ...(undecided.pairs > 0 ? [`not decidable: ${count(undecided.pairs, 'pair')}, ${listSome(whys, 2)}`] : []),
    ...(states.unseen.length > 0 ? [`not known: ${unseenText(states.unseen)}`] : []),
  ];
  const unseen = Map.groupBy(states.unseen, ({ why }) => why);
  return {
    lost,
    gained,
    changed,
    undecided: [
      ...undecided.reasons.map(({ key, pairs, why, right }) => ({
        id: shortId(key),
        pairs,
        why,
        ...(right !== undefined && { right }),
      })),
      ...[...unseen].map(([why, entries]) => {
        const right = rightFor(why, states.coverage);
        const reason = { id: shortId(foldedKey(entries[0]?.reasons ?? [])), pairs: 0 };
        return { ...reason, why: `${unseenText(entries)}: ${why}`, ...(right !== undefined && { right }) };
      }),
    ],
    undecidedPairs: undecided.pairs,
    text: parts.join('; '),
  };
}

/** `pods of billing and 2 other namespaces`. */
function unseenText(entries: readonly { readonly subject: string }[]): string {
  const names = entries.map(({ subject }) => subject.replace(/\/\*$/, ''));
  return names.includes('*') ? 'all pods' : `pods of ${nameSome(names, 'namespace')}`;
}

function groupsOf(
  model: PreviewModel,
  filtered: readonly FilteredRow[],
  subjects: ReadonlySet<number>,
): readonly PreviewGroup[] {
  const counts = new Map<number, { lost: number; gained: number; changed: number; rows: number }>();
  for (const { row, pairs } of filtered) {
    if (!subjects.has(row.subject)) continue;
    const own = getOrMake(counts, row.subject, () => ({ lost: 0, gained: 0, changed: 0, rows: 0 }));
    own[row.type] += pairs;
    own.rows += 1;
  }
  return [...counts].map(([place, own]) => {
    const subject = model.comparison.workloads[place] as PreviewedWorkload;
    return { id: groupId(subject), subject: shownWorkload(subject), ...own, isolation: isolation(model, subject) };
  });
}

function isolation({ comparison }: PreviewModel, workload: PreviewedWorkload): PreviewIsolation {
  const { before, after } = comparison.states;
  const of = (
    cluster: CompiledCluster,
    node: ClassedWorkload | undefined,
    direction: Direction,
  ): boolean | 'unknown' => (node === undefined ? false : isolationOf(cluster, node.classes).isolated[direction]);
  const both = (direction: Direction): PreviewIsolation['ingress'] => ({
    before: of(before.cluster, workload.before, direction),
    after: of(after.cluster, workload.after, direction),
  });
  return { ingress: both('ingress'), egress: both('egress') };
}

function shownRow(model: PreviewModel, filtered: FilteredRow): PreviewRow {
  const { row, pairs } = filtered;
  const subject = model.comparison.workloads[row.subject] as PreviewedWorkload;
  const places = row.addresses === undefined ? otherPlaces(filtered) : [];
  const other = row.addresses === undefined ? shownWorkloads(model, places) : shownAddresses(row.addresses);
  return {
    id: rowId(row),
    group: groupId(subject),
    type: row.type,
    direction: row.direction,
    ...ends(row.direction, { kind: 'workload', ...shownWorkload(subject) }, other),
    before: shownPorts(model, row.before),
    after: shownPorts(model, row.after),
    lost: shownPorts(model, row.lost),
    gained: shownPorts(model, row.gained),
    pairs,
    causes: model.causes(row, places[0]).map((cause) => shownCause(model, cause)),
  };
}

/** The pairs of a row; undefined where there is no such row any more. */
export function pairsAnswer(
  model: PreviewModel,
  base: PreviewAnswerBase,
  page: Page & { readonly row: string },
): PreviewPairs | undefined {
  const filtered = filterRows(model.comparison, page.filter ?? {}).find(({ row }) => rowId(row) === page.row);
  if (filtered === undefined) return undefined;
  const { row } = filtered;
  const { workloads } = model.comparison;
  const subject: PreviewEnd = { kind: 'workload', ...shownWorkload(workloads[row.subject] as PreviewedWorkload) };
  const pair = (id: string, other: PreviewEnd, place: number | undefined): PreviewPair => ({
    id: shortId(`${row.key} ${id}`),
    type: row.type,
    ...ends(row.direction, subject, other),
    before: shownPorts(model, row.before),
    after: shownPorts(model, row.after),
    causes: model.causes(row, place).map((cause) => shownCause(model, cause)),
  });
  if (row.addresses !== undefined) {
    const pairs = paged([row.addresses], page).map((addresses) => pair('', shownAddresses(addresses), undefined));
    return { ...base, row: page.row, pairs, total: 1 };
  }
  const places = otherPlaces(filtered);
  const pairs = paged(places, page).map((place) => {
    const other = workloads[place] as PreviewedWorkload;
    return pair(other.id, { kind: 'workload', ...shownWorkload(other) }, place);
  });
  return { ...base, row: page.row, pairs, total: places.length };
}
