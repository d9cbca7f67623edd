import { getOrMake } from '../../engine/changedTargets.ts';
import { NO_PORTS } from '../../engine/portSets.ts';
import { PROTOCOLS, type Direction, type Protocol } from '../../model/networkPolicy.ts';
import { countWithout, type ComparisonRow, type PreviewedWorkload } from './comparisonRows.ts';
import type { ReachComparison } from './reachComparison.ts';

/** All conditions hold; an absent or empty one always does. */
export interface RowFilter {
  /** One end is in one of these namespaces. */
  readonly namespaces?: readonly string[];
  /** One end's name contains this text, whatever its case. */
  readonly workload?: string;
  /** Whose policies made the change. */
  readonly direction?: Direction;
  /** It is among what is lost or gained. */
  readonly port?: { readonly port: number; readonly protocol?: Protocol };
  readonly onlyLost?: boolean;
}

/** A row with those of its pairs that a filter lets through. */
export interface FilteredRow {
  readonly row: ComparisonRow;
  readonly others: readonly (readonly number[])[];
  readonly pairs: number;
}

/** Costs the rows, and the ends of those whose ends decide; equal lists of ends are looked at once. */
export function filterRows(comparison: ReachComparison, filter: RowFilter): readonly FilteredRow[] {
  const { isMeant, isNone } = endFilter(filter);
  const means = rowFilter(comparison, filter);
  const { workloads } = comparison;
  const lists = new Map<readonly number[], readonly number[]>();
  const found: FilteredRow[] = [];
  for (const row of comparison.rows) {
    if (!means(row)) continue;
    const subject = workloads[row.subject] as PreviewedWorkload;
    if (isMeant(subject)) found.push({ row, others: row.others, pairs: row.pairs });
    else if (row.addresses === undefined) {
      const meant = (places: readonly number[]): readonly number[] =>
        places.filter((at) => isMeant(subject, workloads[at] as PreviewedWorkload));
      // What the subject does not decide is the same for every subject.
      const shared = isNone(subject);
      const others = row.others.map((places) =>
        shared ? getOrMake(lists, places, () => meant(places)) : meant(places),
      );
      const pairs = others.reduce((sum, places) => sum + countWithout(places, row.subject), 0);
      if (pairs > 0) found.push({ row, others, pairs });
    }
  }
  return found;
}

interface EndFilter {
  /** Whether one of two ends, or of one that is all there is, is meant by each condition on ends. */
  readonly isMeant: (one: PreviewedWorkload, other?: PreviewedWorkload) => boolean;
  /** No condition on ends means it. */
  readonly isNone: (one: PreviewedWorkload) => boolean;
}

function endFilter({ namespaces = [], workload = '' }: RowFilter): EndFilter {
  const wanted = new Set(namespaces);
  const text = workload.toLowerCase();
  const inNamespace = ({ ref }: PreviewedWorkload): boolean => wanted.has(ref.namespace);
  const isNamed = ({ id }: PreviewedWorkload): boolean => id.toLowerCase().includes(text);
  return {
    isMeant: (one, other) => {
      if (wanted.size > 0 && !inNamespace(one) && (other === undefined || !inNamespace(other))) return false;
      return text === '' || isNamed(one) || (other !== undefined && isNamed(other));
    },
    isNone: (one) => (wanted.size === 0 || !inNamespace(one)) && (text === '' || !isNamed(one)),
  };
}

/**
 * The same conditions on what a picture shows, where access that stays is there as well: the port is among what passes
 * before or after.
 *
 * @returns whether access is shown between a workload and another one; undefined: and addresses
 */
export function linkFilter(
  { states }: ReachComparison,
  { workload = '', port, onlyLost }: RowFilter,
): (subject: PreviewedWorkload, other: PreviewedWorkload | undefined, before: number, after: number) => boolean {
  const { isMeant } = endFilter({ workload });
  const { ports } = states.after;
  const protocols = port?.protocol === undefined ? PROTOCOLS : [port.protocol];
  return (subject, other, before, after) => {
    if (!isMeant(subject, other)) return false;
    if (onlyLost === true && ports.subtract(before, after) === NO_PORTS) return false;
    if (port === undefined) return true;
    return [before, after].some((id) => protocols.some((protocol) => ports.has(id, protocol, port.port)));
  };
}

function rowFilter(
  { states }: ReachComparison,
  { direction, port, onlyLost }: RowFilter,
): (row: ComparisonRow) => boolean {
  const { ports } = states.after;
  const protocols = port?.protocol === undefined ? PROTOCOLS : [port.protocol];
  return (row) => {
    if (direction !== undefined && row.direction !== direction) return false;
    if (onlyLost === true && row.lost === NO_PORTS) return false;
    if (port === undefined) return true;
    return [row.lost, row.gained].some((id) => protocols.some((protocol) => ports.has(id, protocol, port.port)));
  };
}

/** The places at the other end of a row, ascending, without the subject's own. */
export function otherPlaces({ row, others }: FilteredRow): readonly number[] {
  return joinedPlaces(others, row.subject);
}

/** Several lists of places as one, ascending, without one of them. */
export function joinedPlaces(lists: readonly (readonly number[])[], without: number): readonly number[] {
  const [only] = lists;
  if (lists.length === 1 && only !== undefined && countWithout(only, without) === only.length) return only;
  return lists
    .flat()
    .filter((at) => at !== without)
    .sort((a, b) => a - b);
}
