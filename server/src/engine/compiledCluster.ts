import type { EngineOptions } from '../model/cluster.ts';
import type { Direction } from '../model/networkPolicy.ts';
import type { Namespace } from '../model/workload.ts';
import type { ChunkedArray } from './chunkedArray.ts';
import type { CompiledPolicy } from './compilePolicy.ts';
import type { Facts } from './facts.ts';
import type { Features } from './features.ts';
import type { LayeredMap } from './layeredMap.ts';
import type { PodClass } from './podClass.ts';
import type { PodTable } from './podTable.ts';
import { rowOf, type PolicyLayer } from './policyLayers.ts';
import type { Row, Signature } from './policyRow.ts';
import type { UnreadableScope } from '../model/cluster.ts';

/**
 * A universe of pods and policies, ready to be asked. An immutable value: `compileCluster` makes one, `withEdit` makes
 * another that shares what did not change. Callers treat it as opaque, apart from `stats`.
 */
export interface CompiledCluster {
  readonly options: EngineOptions;
  readonly stats: ClusterStats;
  readonly facts: Facts;
  readonly features: Features;
  /** Namespaces as the source gave them, by name. */
  readonly namespaces: LayeredMap<string, Namespace>;
  readonly pods: PodTable;
  /** By class id; classes without pods are absent. */
  readonly classes: ChunkedArray<ClassState>;
  /** By `namespace/name`. */
  readonly policies: LayeredMap<string, CompiledPolicy>;
  readonly policiesByNamespace: LayeredMap<string, readonly CompiledPolicy[]>;
  readonly unreadable: readonly UnreadableScope[];
  readonly layers: readonly PolicyLayer[];
  readonly nodeAddresses: ReadonlySet<string>;
}

/** What a version knows of a class: how many pods are in it, and which policies isolate them. */
export interface ClassState {
  readonly podClass: PodClass;
  readonly pods: number;
  readonly ingress: Signature;
  readonly egress: Signature;
}

/** Sizes of a version, and what the step that made it cost. */
export interface ClusterStats {
  readonly pods: number;
  readonly workloads: number;
  readonly policies: number;
  readonly classes: number;
  /** Distinct sets of policies that isolate a class in one direction, that were computed to make this version. */
  readonly rowsComputed: number;
  /** Classes that came to be, because pods or policies brought a feature that is new. */
  readonly classesComputed: number;
  /** Distinct peers and port sets met so far, over all versions. */
  readonly peers: number;
  readonly portSets: number;
  /** `peers` when the cluster was compiled from scratch. */
  readonly peersAtFirst: number;
}

export function stateOf(cluster: CompiledCluster, classId: number): ClassState | undefined {
  return cluster.classes.get(classId);
}

/** The row that decides about a class of pods, over all layers of policies. */
export function decidingRow(cluster: CompiledCluster, state: ClassState, direction: Direction): Row {
  return rowOf(cluster.layers, state, direction);
}
