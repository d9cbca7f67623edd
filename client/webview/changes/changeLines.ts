import type {
  PreviewBreak,
  PreviewChanges,
  PreviewDenied,
  PreviewDeniedRow,
  PreviewGroup,
  PreviewPair,
  PreviewReason,
  PreviewRow,
  PreviewUnknown,
  PreviewUnknownRow,
} from '../../../server/src/protocol/preview.ts';

/** One line of the list of changes, before it is drawn. */
export type ChangeLine =
  | { readonly kind: 'group'; readonly key: string; readonly group: PreviewGroup; readonly unfolded: boolean }
  | {
      readonly kind: 'row';
      readonly key: string;
      readonly row: PreviewRow;
      readonly breaks: readonly PreviewBreak[];
      /** Undefined where it is one pair. */
      readonly unfolded: boolean | undefined;
      readonly within: string;
    }
  | { readonly kind: 'breaks'; readonly key: string; readonly count: number; readonly unfolded: boolean }
  | {
      readonly kind: 'break';
      readonly key: string;
      readonly breaks: PreviewBreak;
      /** The row that loses it, where it is among those that are there. */
      readonly row: PreviewRow | undefined;
    }
  | { readonly kind: 'pair'; readonly key: string; readonly pair: PreviewPair; readonly row: PreviewRow }
  /** Something is still to be asked for. */
  | { readonly kind: 'more'; readonly key: string; readonly level: 1 | 3; readonly of: CutOff }
  | { readonly kind: 'denied'; readonly key: string; readonly pairs: number; readonly unfolded: boolean }
  | { readonly kind: 'deniedRow'; readonly key: string; readonly row: PreviewDeniedRow }
  | { readonly kind: 'reason'; readonly key: string; readonly reason: PreviewReason; readonly unfolded: boolean }
  | { readonly kind: 'unknownRow'; readonly key: string; readonly row: PreviewUnknownRow };

/** What has been asked for so far. */
export interface LoadedChanges {
  /** The first page's answer: its rows are those of all pages. */
  readonly changes: PreviewChanges;
  readonly rows: readonly PreviewRow[];
  readonly groups: ReadonlyMap<string, PreviewGroup>;
  /** By row. */
  readonly pairs: ReadonlyMap<string, { readonly pairs: readonly PreviewPair[]; readonly total: number }>;
  readonly denied: PreviewDenied | undefined;
  readonly unknown: Pick<PreviewUnknown, 'rows' | 'total'> | undefined;
}

/** What is cut off: rows, the pairs of one, what is still denied, or what is not decided. */
export type CutOff =
  { readonly kind: 'rows' | 'denied' | 'unknown' } | { readonly kind: 'pairs'; readonly row: PreviewRow };

export const DENIED_KEY = 'denied';
const BREAKS_KEY = 'breaks';

/** The keys of what is folded in other than by default: groups are unfolded, everything else is folded. */
export type Folds = ReadonlySet<string>;

/** The list as it is to be drawn: what would break, changes by workload, then what is still denied, then what is not decided. */
export function changeLines(loaded: LoadedChanges, folds: Folds): readonly ChangeLine[] {
  const breaks = new Map<string, PreviewBreak[]>();
  for (const each of loaded.changes.breaks) breaks.set(each.row, [...(breaks.get(each.row) ?? []), each]);
  const lines: ChangeLine[] = [...breakLines(loaded, folds)];
  let group: string | undefined;
  for (const row of loaded.rows) {
    const heading = loaded.groups.get(row.group);
    const unfolded = !folds.has(groupKey(row.group));
    if (row.group !== group && heading !== undefined) {
      lines.push({ kind: 'group', key: groupKey(row.group), group: heading, unfolded });
    }
    group = row.group;
    if (!unfolded) continue;
    const isOne = row.pairs <= 1;
    const isOpen = !isOne && folds.has(rowKey(row.id));
    lines.push({
      kind: 'row',
      key: rowKey(row.id),
      row,
      breaks: breaks.get(row.id) ?? [],
      unfolded: isOne ? undefined : isOpen,
      within: heading?.subject.namespace ?? '',
    });
    if (isOpen) lines.push(...pairLines(row, loaded.pairs.get(row.id)));
  }
  if (loaded.rows.length < loaded.changes.total) {
    lines.push({ kind: 'more', key: 'more', level: 1, of: { kind: 'rows' } });
  }
  lines.push(...deniedLines(loaded.denied, folds), ...unknownLines(loaded, folds));
  return lines;
}

export function groupKey(group: string): string {
  return `group ${group}`;
}

export function rowKey(row: string): string {
  return `row ${row}`;
}

function* breakLines({ changes, rows }: LoadedChanges, folds: Folds): Iterable<ChangeLine> {
  const { breaks } = changes;
  if (breaks.length === 0) return;
  const unfolded = !folds.has(BREAKS_KEY);
  yield { kind: 'breaks', key: BREAKS_KEY, count: breaks.length, unfolded };
  if (!unfolded) return;
  for (const each of breaks) {
    const key = JSON.stringify(['break', each.row, each.pair, each.need, each.text]);
    yield { kind: 'break', key, breaks: each, row: rows.find(({ id }) => id === each.row) };
  }
}

function* pairLines(
  row: PreviewRow,
  loaded: { readonly pairs: readonly PreviewPair[]; readonly total: number } | undefined,
): Iterable<ChangeLine> {
  const pairs = loaded?.pairs ?? [];
  for (const pair of pairs) yield { kind: 'pair', key: `pair ${row.id} ${pair.id}`, pair, row };
  if (loaded !== undefined && pairs.length >= loaded.total) return;
  yield { kind: 'more', key: `more ${row.id}`, level: 3, of: { kind: 'pairs', row } };
}

function* deniedLines(denied: PreviewDenied | undefined, folds: Folds): Iterable<ChangeLine> {
  if (denied === undefined || denied.total === 0) return;
  const unfolded = folds.has(DENIED_KEY);
  yield { kind: 'denied', key: DENIED_KEY, pairs: denied.pairs, unfolded };
  if (!unfolded) return;
  for (const row of denied.rows) yield { kind: 'deniedRow', key: `denied ${row.id}`, row };
  if (denied.rows.length < denied.total) {
    yield { kind: 'more', key: 'more denied', level: 3, of: { kind: 'denied' } };
  }
}

function* unknownLines({ changes, unknown }: LoadedChanges, folds: Folds): Iterable<ChangeLine> {
  for (const reason of changes.summary.undecided) {
    const key = `reason ${reason.id}`;
    const unfolded = folds.has(key);
    yield { kind: 'reason', key, reason, unfolded };
    if (!unfolded) continue;
    for (const row of unknown?.rows ?? []) {
      if (row.reason === reason.id) yield { kind: 'unknownRow', key: `unknown ${row.id}`, row };
    }
    // They come in one order for all reasons: which of the next ones are of this one shows when they are there.
    if (unknown === undefined || unknown.rows.length < unknown.total) {
      yield { kind: 'more', key: `more ${key}`, level: 3, of: { kind: 'unknown' } };
    }
  }
}
