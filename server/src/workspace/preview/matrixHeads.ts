import { getOrMake } from '../../engine/changedTargets.ts';
import type { PreviewedWorkload } from './comparisonRows.ts';
import type { ReachComparison } from './reachComparison.ts';
import type { RowFilter } from './rowFilter.ts';

/** A row or a column of the matrix. */
export interface MatrixHead {
  readonly kind: 'namespace' | 'workload' | 'outside';
  /** A namespace's name, or the one that the workload is in; empty of `outside`. */
  readonly namespace: string;
  /** Places of the workloads that it stands for. */
  readonly places: readonly number[];
  readonly expanded: boolean;
}

export interface MatrixOptions {
  readonly filter: RowFilter;
  /** Namespaces that are unfolded into their workloads. */
  readonly expanded: ReadonlySet<string>;
  /** Only what has a pair that changes or is not decided. */
  readonly onlyChanged: boolean;
}

/** Both axes of the matrix: addresses outside, then each namespace, followed by its workloads where it is unfolded. */
export function matrixHeads(
  comparison: ReachComparison,
  { filter, expanded, onlyChanged }: MatrixOptions,
): readonly MatrixHead[] {
  const { workloads } = comparison;
  const touched = onlyChanged ? touchedPlaces(comparison) : undefined;
  const { namespaces = [], workload = '' } = filter;
  const wanted = new Set(namespaces);
  const text = workload.toLowerCase();
  const heads: MatrixHead[] = [{ kind: 'outside', namespace: '', places: [], expanded: false }];
  for (const [namespace, all] of namespacePlaces(comparison)) {
    if (wanted.size > 0 && !wanted.has(namespace)) continue;
    const places =
      text === '' ? all : all.filter((at) => (workloads[at] as PreviewedWorkload).id.toLowerCase().includes(text));
    const isTouched = (place: number): boolean => touched === undefined || touched.has(place);
    if (places.length === 0 || !places.some(isTouched)) continue;
    const isExpanded = expanded.has(namespace);
    heads.push({ kind: 'namespace', namespace, places, expanded: isExpanded });
    if (!isExpanded) continue;
    for (const place of places) {
      if (isTouched(place)) heads.push({ kind: 'workload', namespace, places: [place], expanded: false });
    }
  }
  return heads;
}

const byNamespace = new WeakMap<readonly PreviewedWorkload[], ReadonlyMap<string, readonly number[]>>();

/** Places by namespace, both in the order of their names. */
export function namespacePlaces({ workloads }: ReachComparison): ReadonlyMap<string, readonly number[]> {
  let known = byNamespace.get(workloads);
  if (known === undefined) {
    const found = new Map<string, number[]>();
    workloads.forEach(({ ref }, place) => getOrMake(found, ref.namespace, (): number[] => []).push(place));
    known = new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
    byNamespace.set(workloads, known);
  }
  return known;
}

const touches = new WeakMap<ReachComparison, ReadonlySet<number>>();

/** Places of workloads with a pair that changes or is not decided. */
export function touchedPlaces(comparison: ReachComparison): ReadonlySet<number> {
  let known = touches.get(comparison);
  if (known === undefined) touches.set(comparison, (known = findTouched(comparison)));
  return known;
}

function findTouched({ rows, undecided }: ReachComparison): ReadonlySet<number> {
  const found = new Set<number>();
  const seen = new Set<readonly number[]>();
  const addAll = (places: readonly number[]): void => {
    if (seen.has(places)) return;
    seen.add(places);
    for (const place of places) found.add(place);
  };
  for (const { subject, others } of rows) {
    found.add(subject);
    others.forEach(addAll);
  }
  for (const { subjects, others } of undecided) {
    addAll(subjects);
    if (others.kind === 'workloads') addAll(others.places);
  }
  return found;
}
