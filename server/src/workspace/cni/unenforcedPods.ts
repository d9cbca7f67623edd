import type { NetworkPlugins } from '../../model/networkPlugin.ts';
import { workloadId } from '../../model/workload.ts';
import type { NamespaceContents } from '../clusterSource.ts';

/** Pods that run where policies usually have no effect although their cluster enforces them. */
export interface UnenforcedPods {
  /** One clause that goes on from a number of nodes: `run Windows`. */
  readonly why: string;
  readonly nodes: number;
  /** `namespace/name[Kind]` and how many of its pods. */
  readonly workloads: ReadonlyMap<string, number>;
}

type Contents = ReadonlyMap<string, NamespaceContents>;

const last = new WeakMap<Contents, { readonly plugins: NetworkPlugins; readonly found: readonly UnenforcedPods[] }>();

/** One for each sort of such nodes. Looks at every pod, once for each state of a cluster, and only where there are any. */
export function unenforcedPods(plugins: NetworkPlugins | undefined, contents: Contents): readonly UnenforcedPods[] {
  if (plugins === undefined || plugins.enforces === 'no' || plugins.exceptions.length === 0) return [];
  const known = last.get(contents);
  if (known?.plugins === plugins) return known.found;
  const found = findPods(plugins, contents);
  last.set(contents, { plugins, found });
  return found;
}

function findPods({ exceptions }: NetworkPlugins, contents: Contents): readonly UnenforcedPods[] {
  const found = exceptions.map(({ why, nodes }) => ({
    why,
    nodes: nodes.length,
    workloads: new Map<string, number>(),
  }));
  const byNode = Map.groupBy(
    exceptions.flatMap(({ nodes }, index) => nodes.map((node) => ({ node, workloads: found[index]?.workloads }))),
    ({ node }) => node,
  );
  for (const { pods } of contents.values()) {
    for (const { node, workload, count } of pods) {
      const sorts = node === undefined ? undefined : byNode.get(node);
      if (sorts === undefined) continue;
      const id = workloadId(workload);
      for (const { workloads } of sorts) workloads?.set(id, (workloads.get(id) ?? 0) + count);
    }
  }
  return found;
}
