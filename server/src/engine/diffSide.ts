import type { CompiledCluster } from './compiledCluster.ts';
import type { Endpoint } from './endpoint.ts';
import type { PortSetId, PortSets } from './portSets.ts';
import { workloadFingerprints, type WorkloadFingerprint } from './workloadFingerprint.ts';
import type { WorkloadNode, WorkloadVectors } from './workloadVectors.ts';

/** One of two states that are compared; workloads by their places in the union of both. */
export interface DiffSide {
  readonly cluster: CompiledCluster;
  readonly vectors: WorkloadVectors;
  /** Position in `vectors.nodes`; -1 where the state has no such workload. */
  readonly positionOf: Int32Array;
  readonly fingerprints: () => readonly WorkloadFingerprint[];
  /** Port sets of this state as port sets of the state that is told. */
  readonly translate: (ports: PortSetId) => PortSetId;
}

export function diffSide(
  cluster: CompiledCluster,
  vectors: WorkloadVectors,
  union: readonly WorkloadNode[],
  ports: PortSets,
): DiffSide {
  const positions = new Map(vectors.nodes.map(({ id }, at) => [id, at]));
  const own = cluster.facts.ports;
  const known: PortSetId[] = [];
  const translate = (id: PortSetId): PortSetId => (known[id] ??= ports.fromConnections(own.connections(id)));
  let fingerprints: readonly WorkloadFingerprint[] | undefined;
  return {
    cluster,
    vectors,
    positionOf: Int32Array.from(union, ({ id }) => positions.get(id) ?? -1),
    fingerprints: () => (fingerprints ??= workloadFingerprints(cluster, vectors.nodes)),
    translate: own === ports ? (id) => id : translate,
  };
}

/** The workload at a place of the union; undefined where the state does not have it. */
export function nodeAt({ vectors, positionOf }: DiffSide, at: number): WorkloadNode | undefined {
  return vectors.nodes[positionOf[at] as number];
}

export function endpointsAt(side: DiffSide, at: number): readonly Endpoint[] {
  const node = nodeAt(side, at);
  return node?.classes.map((podClass) => ({ kind: 'pods', podClass, name: node.id })) ?? [];
}

export function fingerprintAt(side: DiffSide, at: number): WorkloadFingerprint | undefined {
  return side.fingerprints()[side.positionOf[at] as number];
}
