import type { NamespaceSummary } from '../protocol/namespaces.ts';
import { coverageTotals } from '../workspace/policyCoverage.ts';
import type { WorkspaceSnapshot } from '../workspace/snapshot.ts';

/** Every namespace that a folder's answers know of, by name. */
export function namespaceList({ universe }: WorkspaceSnapshot): readonly NamespaceSummary[] {
  return coverageTotals(universe).namespaces.map(({ name, pods }) => ({
    name,
    pods,
    policies: universe.parts.contents.get(name)?.policies.length ?? 0,
  }));
}
