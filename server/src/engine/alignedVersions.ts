import { alignFeatures } from './alignFeatures.ts';
import type { CompiledCluster } from './compiledCluster.ts';
import type { Features } from './features.ts';

const known = new WeakMap<CompiledCluster, { readonly features: Features; readonly cluster: CompiledCluster }>();

/**
 * A version of a cluster with classes as fine as another version asks for, too. The last one is kept, because one of two
 * states stays while the other follows what a person types.
 */
export function aligned(cluster: CompiledCluster, { features }: CompiledCluster): CompiledCluster {
  const kept = known.get(cluster);
  if (kept?.features === features) return kept.cluster;
  const made = alignFeatures(cluster, features);
  known.set(cluster, { features, cluster: made });
  return made;
}
