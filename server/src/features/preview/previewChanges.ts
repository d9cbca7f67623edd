import { count, listSome, thousands } from '../../analysis/wording.ts';
import { getOrMake } from '../../engine/changedTargets.ts';
import type { CompiledCluster } from '../../engine/compiledCluster.ts';
import { isolationOf } from '../../engine/workloadIsolation.ts';
import type { Direction } from '../../model/networkPolicy.ts';
import type {
  PreviewAnswerBase,
  PreviewChanges,
  PreviewCompared,
  PreviewDenied,
  PreviewEnd,
  PreviewFilter,
  PreviewGroup,
  PreviewIsolation,
  PreviewNames,
  PreviewPair,
  PreviewPairs,
  PreviewRow,
  PreviewState,
  PreviewSummary,
  PreviewUnknown,
  PreviewUnknownRow,
} from '../../protocol/preview.ts';
import type { ReachEnd } from '../../engine/reachability.ts';
import type { ClassedWorkload } from '../../engine/workloadVectors.ts';
import { countWithout, type ComparisonRow, type PreviewedWorkload } from '../../workspace/preview/comparisonRows.ts';
import { policyName, type PreviewModel } from '../../workspace/preview/previewModel.ts';
import type { PreviewedState } from '../../workspace/preview/previewStates.ts';
import { filterRows, joinedPlaces, otherPlaces, type FilteredRow } from '../../workspace/preview/rowFilter.ts';
import { foldedKey } from '../../workspace/preview/undecidedReasons.ts';
import { undecidedEntries } from '../../workspace/preview/undecidedEntries.ts';
import { previewBreaks } from './previewBreaks.ts';
import {
  shortId,
  shownAddresses,
  shownCause,
  shownPolicy,
  shownPorts,
  shownWorkload,
  shownWorkloads,
} from './previewWire.ts';

/** Rows of one answer at most. */
const MOST_ROWS = 500;
const MOST_WORKLOADS = 100;
const MOST_POLICIES = 10;

export interface Page {
  readonly filter?: PreviewFilter;
  readonly offset: number;
  readonly limit: number;
}

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

function paged<T>(items: readonly T[], { offset, limit }: Page): readonly T[] {
  const from = Math.max(0, Math.floor(offset));
  return items.slice(from, from + Math.min(MOST_ROWS, Math.max(0, Math.floor(limit))));
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

function summary({ counts, undecided }: PreviewModel): PreviewSummary {
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
  ];
  return {
    lost,
    gained,
    changed,
    undecided: undecided.reasons.map(({ key, pairs, why, right }) => ({
      id: shortId(key),
      pairs,
      why,
      ...(right !== undefined && { right }),
    })),
    undecidedPairs: undecided.pairs,
    text: parts.join('; '),
  };
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

function ends(direction: Direction, subject: PreviewEnd, other: PreviewEnd): { from: PreviewEnd; to: PreviewEnd } {
  return direction === 'ingress' ? { from: other, to: subject } : { from: subject, to: other };
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

/** What the edit opens on one side and the other side still denies. */
export function deniedAnswer(model: PreviewModel, base: PreviewAnswerBase, page: Page): PreviewDenied {
  const { workloads, states } = model.comparison;
  const { namespaces = [], workload = '', direction, port } = page.filter ?? {};
  const text = workload.toLowerCase();
  const wanted = new Set(namespaces);
  const means = (place: number): boolean => {
    const { id, ref } = workloads[place] as PreviewedWorkload;
    return (wanted.size === 0 || wanted.has(ref.namespace)) && id.toLowerCase().includes(text);
  };
  const rows = model.denied.flatMap((row) => {
    if (direction !== undefined && row.direction !== direction) return [];
    const { ports } = states.after;
    const protocols = port?.protocol === undefined ? (['TCP', 'UDP', 'SCTP'] as const) : [port.protocol];
    if (port !== undefined && !protocols.some((protocol) => ports.has(row.ports, protocol, port.port))) return [];
    if (namespaces.length === 0 && text === '') return [row];
    if (means(row.subject)) return [row];
    const others = row.others.map((places) => places.filter(means));
    const pairs = others.reduce((sum, places) => sum + countWithout(places, row.subject), 0);
    return pairs === 0 ? [] : [{ ...row, others, pairs }];
  });
  return {
    ...base,
    rows: paged(rows, page).map((row) => {
      const subject = shownWorkload(workloads[row.subject] as PreviewedWorkload);
      const places = joinedPlaces(row.others, row.subject);
      const other = shownWorkloads(model, places);
      const deniedIn = row.direction === 'ingress' ? 'egress' : 'ingress';
      const policies = row.deniedBy.map(policyName);
      const who = other.kind === 'workload' ? other.name : count(places.length, 'workload');
      return {
        id: shortId(`denied ${row.key}`),
        ...ends(row.direction, { kind: 'workload', ...subject }, other),
        ports: shownPorts(model, row.ports),
        opened: row.direction,
        causes: row.causes.map((cause) => shownCause(model, cause)),
        deniedIn,
        deniedBy: row.deniedBy.slice(0, MOST_POLICIES).map((policy) => shownPolicy(model, policy)),
        morePolicies: Math.max(0, row.deniedBy.length - MOST_POLICIES),
        pairs: row.pairs,
        text: `still denied by ${listSome(policies, 2)} (${deniedIn} of ${who})`,
      };
    }),
    total: rows.length,
    pairs: rows.reduce((sum, { pairs }) => sum + pairs, 0),
  };
}

/** What is not decided, as `bulkhead diff` lists it. */
export function unknownAnswer(model: PreviewModel, base: PreviewAnswerBase, page: Page): PreviewUnknown {
  const entries = model.undecided.pairs === 0 ? [] : undecidedEntries(model.comparison);
  const { workloads } = model.comparison;
  const byId = new Map(workloads.map((workload) => [workload.id, workload]));
  const end = (each: ReachEnd): PreviewEnd => {
    if (typeof each !== 'string') {
      const everywhere = each.cidrs.includes('0.0.0.0/0');
      return {
        kind: 'external',
        cidrs: each.cidrs.slice(0, 20),
        more: Math.max(0, each.cidrs.length - 20),
        everywhere,
      };
    }
    return { kind: 'workload', ...shownWorkload(byId.get(each) as PreviewedWorkload) };
  };
  const covers = (subject: string): number =>
    subject === '*'
      ? workloads.length
      : subject.endsWith('/*')
        ? workloads.filter(({ ref }) => ref.namespace === subject.slice(0, -2)).length
        : 1;
  const { namespaces = [], workload = '' } = page.filter ?? {};
  const isMeant = (text: string): boolean =>
    (namespaces.length === 0 || namespaces.some((name) => text === '*' || text.startsWith(`${name}/`))) &&
    (text === '*' || text.toLowerCase().includes(workload.toLowerCase()));
  const meant = entries.filter(({ subject, from, to }) =>
    [subject, from, to].some((each) => typeof each === 'string' && isMeant(each)),
  );
  const rows = paged(meant, page).map(({ subject, direction, from, to, why, reasons }): PreviewUnknownRow => {
    const others = workloads.length - 1;
    const isPair = from !== undefined && to !== undefined;
    const pairs = isPair ? 1 : covers(subject) * (direction === undefined ? 2 * (others + 1) : others + 1);
    return {
      id: shortId(JSON.stringify([subject, direction, from, to])),
      reason: shortId(foldedKey(reasons)),
      subject,
      ...(direction !== undefined && { direction }),
      ...(isPair && { from: end(from), to: end(to) }),
      pairs,
      why,
    };
  });
  return { ...base, rows, total: meant.length };
}

/** Names that contain a text. */
export function namesAnswer(
  { comparison }: PreviewModel,
  base: PreviewAnswerBase,
  { text, limit }: { readonly text: string; readonly limit: number },
): PreviewNames {
  const most = Math.min(200, Math.max(0, Math.floor(limit)));
  const wanted = text.toLowerCase();
  const first = (names: Iterable<string>): readonly string[] => {
    const found: string[] = [];
    for (const name of names) {
      if (found.length >= most) break;
      if (name.toLowerCase().includes(wanted)) found.push(name);
    }
    return found;
  };
  const { workloads, states } = comparison;
  const shown: PreviewedWorkload[] = [];
  for (const workload of workloads) {
    if (shown.length >= most) break;
    if (workload.id.toLowerCase().includes(wanted)) shown.push(workload);
  }
  const policies = [states.before, states.after].flatMap(({ cluster }) =>
    [...cluster.policies.entries()].map(([key]) => key),
  );
  return {
    ...base,
    workloads: shown.map(shownWorkload),
    namespaces: first([...new Set(workloads.map(({ ref }) => ref.namespace))].sort()),
    policies: first([...new Set(policies)].sort()),
  };
}
