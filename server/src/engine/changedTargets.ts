import type { Direction } from '../model/networkPolicy.ts';
import { decidingRow, type CompiledCluster } from './compiledCluster.ts';
import { NO } from './match.ts';
import type { PodClass } from './podClass.ts';
import type { Row, RowEntry } from './policyRow.ts';

/** Classes whose policies in one direction changed in the same way. */
export interface ChangedTargets {
  readonly before: Row;
  readonly after: Row;
  readonly classes: readonly PodClass[];
  /** Entries that only one of the two rows has; undefined where one of the rows is not a list of entries. */
  readonly entries: readonly RowEntry[] | undefined;
}

/** The classes of both versions whose rows in a direction say something else now; unchanged chunks cost nothing. */
export function changedTargets(
  before: CompiledCluster,
  after: CompiledCluster,
  direction: Direction,
): readonly ChangedTargets[] {
  const groups = new Map<Row, Map<Row, Map<number, PodClass[]>>>();
  for (const id of changedClasses(before, after)) {
    const old = before.classes.get(id);
    const now = after.classes.get(id);
    if (old === undefined || now === undefined) continue;
    const rows = [decidingRow(before, old, direction), decidingRow(after, now, direction)] as const;
    if (rows[0] === rows[1]) continue;
    const { podClass } = now;
    // What a rule opens by name depends on the target's ports, and a pod on its node's network is a case of its own.
    const kind = podClass.kind === 'hostNetwork' ? -1 - id : podClass.ports.id;
    const byAfter = getOrMake(groups, rows[0], () => new Map<Row, Map<number, PodClass[]>>());
    const byKind = getOrMake(byAfter, rows[1], () => new Map<number, PodClass[]>());
    getOrMake(byKind, kind, () => []).push(podClass);
  }
  const changed: ChangedTargets[] = [];
  for (const [old, byAfter] of groups) {
    for (const [now, byKind] of byAfter) {
      const entries = differentEntries(old, now);
      if (entries?.length === 0) continue;
      for (const classes of byKind.values()) changed.push({ before: old, after: now, classes, entries });
    }
  }
  return changed;
}

function* changedClasses(before: CompiledCluster, after: CompiledCluster): Generator<number> {
  if (before.layers === after.layers) yield* before.classes.differences(after.classes);
  else for (const [id] of after.classes.entries()) yield id;
}

function differentEntries(before: Row, after: Row): RowEntry[] | undefined {
  if (before.kind !== 'isolated' || after.kind !== 'isolated') return undefined;
  return [...onlyIn(before.entries, after.entries), ...onlyIn(before.possible, after.possible)];
}

/** Entries of one list alone, of either. */
function onlyIn(before: readonly RowEntry[], after: readonly RowEntry[]): RowEntry[] {
  const has = (list: readonly RowEntry[], { peer, ports }: RowEntry): boolean =>
    list.some((entry) => entry.peer === peer && entry.ports === ports);
  return [...before.filter((entry) => !has(after, entry)), ...after.filter((entry) => !has(before, entry))];
}

/** Whether classes that neither row names can be treated in another way than before. */
export function othersChange({ entries }: ChangedTargets): boolean {
  return entries === undefined || entries.some(({ peer }) => peer.others !== NO);
}

/** All entries of the two rows. */
export function allEntries({ before, after }: ChangedTargets): readonly RowEntry[] {
  return [...entriesOf(before), ...entriesOf(after)];
}

function entriesOf(row: Row): readonly RowEntry[] {
  if (row.kind === 'isolated') return [...row.entries, ...row.possible];
  return row.kind === 'perhaps' ? row.policies.flat() : [];
}

export function getOrMake<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = make()));
  return value;
}
