import type { WorkloadRef } from '../model/workload.ts';
import type { SourceState } from '../workspace/clusterSource.ts';
import {
  compareNamespace,
  comparePolicy,
  compareService,
  compareWorkload,
  PLACEHOLDER,
  type Comparison,
} from '../workspace/compareWithSource.ts';
import type { LabelDifference, ServiceDifference, WorkloadDifference } from '../workspace/objectDifferences.ts';
import type { PolicyDifference } from '../workspace/policyDifferences.ts';
import type { WorkspaceSnapshot } from '../workspace/snapshot.ts';
import type { PolicyView } from './policyViews.ts';
import type { WrittenObject } from './writtenObjects.ts';

export type ObjectDifference = WorkloadDifference | ServiceDifference | LabelDifference;

/** What the chosen cluster or snapshot holds; undefined where none is chosen, or the chosen one gives nothing. */
export function clusterState({ source }: WorkspaceSnapshot): SourceState | undefined {
  return source.kind === 'live' || source.kind === 'snapshot' ? source.state : undefined;
}

/** How a policy of a file stands to the cluster's; undefined for one that is in no answer, or without a cluster. */
export function policyComparison(
  snapshot: WorkspaceSnapshot,
  { written, state, name }: PolicyView,
): Comparison<PolicyDifference> | undefined {
  const cluster = clusterState(snapshot);
  if (cluster === undefined || written === undefined || state.kind !== 'evaluated' || name === '') return undefined;
  return comparePolicy(cluster, written);
}

/** How a workload, a Service or a Namespace of a file stands to the cluster's. */
export function objectComparison(
  snapshot: WorkspaceSnapshot,
  { object, placed, manifest }: WrittenObject,
): Comparison<ObjectDifference> | undefined {
  const cluster = clusterState(snapshot);
  if (cluster === undefined || object === undefined) return undefined;
  switch (object.type) {
    case 'workload':
      return compareWorkload(cluster, object.workload);
    case 'namespace':
      return compareNamespace(cluster, object.namespace);
    case 'service': {
      // A port that holds a placeholder is no port of the decoded Service.
      const isOpen = placed.document.notEvaluated.some(
        ({ path = [] }) => manifest.path.every((step, index) => path[index] === step) || path.length === 0,
      );
      return isOpen ? { kind: 'unknown', why: PLACEHOLDER } : compareService(cluster, object.service);
    }
    case 'networkPolicy':
    case 'rejectedPolicy':
    case 'ingress':
    case 'endpoints':
    case 'foreignPolicy':
      return undefined;
  }
}

/** What of a workload's manifest, in whatever file it stands, the cluster's pods do not have. */
export function manifestDifferences(
  snapshot: WorkspaceSnapshot,
  { kind, namespace, name }: WorkloadRef,
): readonly WorkloadDifference[] {
  const cluster = clusterState(snapshot);
  const object = snapshot.manifests.namespaces.get(namespace)?.get(`${kind}/${namespace}/${name}`)?.at(-1)?.object;
  if (cluster === undefined || object?.type !== 'workload') return [];
  const comparison = compareWorkload(cluster, object.workload);
  return comparison.kind === 'differs' ? comparison.differences : [];
}
