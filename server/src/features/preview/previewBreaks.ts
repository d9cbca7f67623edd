import { getOrMake } from '../../engine/changedTargets.ts';
import type { PreviewBreak } from '../../protocol/preview.ts';
import { brokenNeeds, type BrokenNeed, type LostAccess } from '../../workspace/needs/brokenNeeds.ts';
import { breakClauses, evidencePlace } from '../../workspace/needs/breakText.ts';
import type { Sureness } from '../../workspace/needs/need.ts';
import { OUTSIDE } from '../../workspace/needs/outcome.ts';
import { hasPlace, type ComparisonRow } from '../../workspace/preview/comparisonRows.ts';
import type { PreviewModel } from '../../workspace/preview/previewModel.ts';
import { shortId } from './previewWire.ts';

/** So many of one answer; the first are the surest. */
const MOST = 500;

/**
 * What the lost access of some rows is known to be needed for, workloads with the same need of one row together. With the
 * first page also what no row loses for certain.
 */
export function previewBreaks(
  model: PreviewModel,
  rows: readonly ComparisonRow[],
  isFirstPage: boolean,
): readonly PreviewBreak[] {
  const shown = new Set(rows);
  const breaks = foundIn(model).filter(({ row }) => (row === undefined ? isFirstPage : shown.has(row)));
  return breaks.slice(0, MOST).map((each) => shownBreak(model, each));
}

/** Needs that one row takes away, all of one kind and name. */
interface RowBreak {
  /** Undefined where nothing is lost for certain. */
  readonly row: ComparisonRow | undefined;
  readonly broken: readonly BrokenNeed[];
}

const known = new WeakMap<PreviewModel, readonly RowBreak[]>();

function foundIn(model: PreviewModel): readonly RowBreak[] {
  const { rows, undecided } = model.comparison;
  if (rows.length + undecided.length === 0) return [];
  let found = known.get(model);
  if (found === undefined) {
    const { states, comparison } = model;
    const { before, after } = states;
    const broken = brokenNeeds(before.universe.cluster, after.universe.cluster, states.needs());
    const rowOf = rowFinder(comparison);
    const groups = new Map<ComparisonRow | undefined, Map<string, BrokenNeed[]>>();
    for (const each of broken) {
      const row = each.lost.map(rowOf).find((one) => one !== undefined);
      const { kind, what, sureness } = each.need;
      const same = getOrMake(groups, row, () => new Map<string, BrokenNeed[]>());
      getOrMake(same, JSON.stringify([kind, what, sureness, each.verdict]), () => []).push(each);
    }
    found = [...groups].flatMap(([row, same]) => [...same.values()].map((list) => ({ row, broken: list })));
    known.set(model, found);
  }
  return found;
}

/** The row that loses a port of a pair; undefined where none does for certain. */
function rowFinder({
  workloads,
  rows,
  states,
}: PreviewModel['comparison']): (lost: LostAccess) => ComparisonRow | undefined {
  const places = new Map(workloads.map(({ id }, place) => [id, place]));
  const bySubject = Map.groupBy(rows, ({ subject }) => subject);
  const { ports } = states.after;
  return ({ from, to, protocol, port }) => {
    const ends = { from: places.get(from), to: places.get(to) };
    for (const [subject, other, direction, otherId] of [
      [ends.to, ends.from, 'ingress', from],
      [ends.from, ends.to, 'egress', to],
    ] as const) {
      if (subject === undefined) continue;
      const found = bySubject.get(subject)?.find((row) => {
        if (row.direction !== direction || !ports.has(row.lost, protocol, port)) return false;
        if (row.addresses !== undefined) return otherId === OUTSIDE;
        return other !== undefined && row.others.some((list) => hasPlace(list, other));
      });
      if (found !== undefined) return found;
    }
    return undefined;
  };
}

function shownBreak(model: PreviewModel, { row, broken }: RowBreak): PreviewBreak {
  const [first] = broken as readonly [BrokenNeed, ...BrokenNeed[]];
  const [pair] = first.lost;
  const [text = ''] = breakClauses(broken);
  const place = evidencePlace(first.need.evidence.written, model.states.fileOf);
  const isOnePair = broken.length === 1 && first.lost.length === 1 && pair !== undefined && (row?.pairs ?? 0) > 1;
  return {
    row: row === undefined ? '' : shortId(row.key),
    ...(isOnePair && { pair: { from: pair.from, to: pair.to } }),
    need: first.need.kind,
    text,
    sureness: surenessOf(first),
    ...(place !== undefined && { evidence: place }),
  };
}

/** What is not decided is no more than possible, whoever needs it. */
function surenessOf({ need, verdict, wasUnknown }: BrokenNeed): Sureness {
  if (verdict === 'unknown') return 'possible';
  return wasUnknown && need.sureness === 'certain' ? 'likely' : need.sureness;
}
