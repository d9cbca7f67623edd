import type { CompiledCluster } from './compiledCluster.ts';
import { editPods } from './editPods.ts';
import type { Features } from './features.ts';

/**
 * The same cluster with classes at least as fine as the given features ask for, so that two versions of which one has
 * split classes name the same pods by the same classes.
 */
export function alignFeatures(cluster: CompiledCluster, features: Features): CompiledCluster {
  const joined = cluster.features.with(features);
  if (joined === cluster.features) return cluster;
  const { table, states, classesAdded } = editPods(cluster, { namespaces: cluster.namespaces, features: joined }, {});
  return {
    ...cluster,
    features: joined,
    pods: table,
    classes: cluster.classes.with(states),
    stats: { ...cluster.stats, classes: cluster.stats.classes + classesAdded },
  };
}
