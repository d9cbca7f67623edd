import type { Namespace } from '../model/workload.ts';
import type { Coverage } from '../workspace/clusterSource.ts';
import { NAMESPACES } from './resource.ts';
import type { StoredParts } from './clusterStore.ts';

/**
 * Where Namespaces were not read completely, those that are known by name only are listed as such: their labels exist
 * and are not known. Gives `before` where nothing has changed.
 */
export function withUnreadNamespaces(
  { namespaces, contents }: StoredParts,
  coverage: readonly Coverage[],
  known: ReadonlySet<string> = new Set(),
  before: readonly Namespace[] = [],
): readonly Namespace[] {
  const whole = coverage.find(({ kind, group, namespace }) => {
    return kind === NAMESPACES.kind && group === NAMESPACES.group && namespace === undefined;
  });
  const state = whole?.status.state;
  // Stale ones were read completely once.
  if (state === 'complete' || state === 'stale') return namespaces;
  const read = new Set(namespaces.map(({ name }) => name));
  const others = [...new Set([...known, ...contents.keys()])].filter((name) => !read.has(name)).sort();
  const all = [...namespaces, ...others.map((name) => ({ name, labels: {}, labelsUnknown: true as const }))];
  const same = (a: Namespace, b: Namespace | undefined): boolean =>
    a === b || (a.labelsUnknown === true && b?.labelsUnknown === true && a.name === b.name);
  return all.length === before.length && all.every((item, index) => same(item, before[index])) ? before : all;
}
