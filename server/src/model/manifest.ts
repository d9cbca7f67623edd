import type { EndpointSlice, Ingress } from './exposure.ts';
import type { NetworkPolicy } from './networkPolicy.ts';
import type { Namespace, Pod, Service, WorkloadKind, WorkloadRef } from './workload.ts';

export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };

/** A field path in a document: keys and list indices. */
export type FieldPath = readonly (string | number)[];

/**
 * A Kubernetes object that the engine or an answer needs, decoded from JSON (live, snapshot) or YAML. `namespace` is
 * `''` where the text names none: the workspace fills it in by the order of cli-contract (Inputs).
 */
export type ClusterObject =
  | { readonly type: 'networkPolicy'; readonly policy: NetworkPolicy }
  | { readonly type: 'namespace'; readonly namespace: Namespace }
  | { readonly type: 'workload'; readonly workload: WorkloadObject }
  | { readonly type: 'service'; readonly service: Service }
  | { readonly type: 'ingress'; readonly ingress: Ingress }
  | { readonly type: 'endpoints'; readonly endpoints: EndpointsObject }
  | { readonly type: 'foreignPolicy'; readonly policy: ForeignPolicy }
  | { readonly type: 'rejectedPolicy'; readonly policy: RejectedPolicy };

/**
 * A workload's manifest or a live Pod. `pods` has one entry (a template's replicas or one pod); it is empty where
 * the object runs none (zero replicas, a finished pod).
 */
export interface WorkloadObject {
  readonly kind: WorkloadKind;
  readonly namespace: string;
  readonly name: string;
  /** The object's own metadata.labels (not the template's): for near misses. */
  readonly labels: Readonly<Record<string, string>>;
  /** metadata.ownerReferences' controller; the workspace follows it upward (ReplicaSet to Deployment). */
  readonly controller?: { readonly kind: string; readonly name: string };
  /** The pods with `workload` set to this object itself. */
  readonly pods: readonly Pod[];
}

/** What a manifest puts behind a Service itself. */
export interface EndpointsObject {
  readonly kind: 'EndpointSlice' | 'Endpoints';
  readonly namespace: string;
  readonly name: string;
  /** One of an EndpointSlice, one of each subset of Endpoints. */
  readonly slices: readonly EndpointSlice[];
}

/** A policy of another API that we do not evaluate; only its reach is read. */
export interface ForeignPolicy {
  readonly group: string;
  readonly kind: string;
  /** Absent: cluster-scoped. `''`: namespaced, and the text names no namespace. */
  readonly namespace?: string;
  readonly name: string;
}

/** A NetworkPolicy manifest that the API server would refuse as it stands: what it will do is not known. */
export interface RejectedPolicy {
  readonly namespace: string;
  readonly name: string;
  /** The first fault in the server's words, with its path. */
  readonly fault: string;
}

/** Why a document or part of it is not evaluated (cli-contract, Inputs). */
export type NotEvaluatedReason = 'template' | 'patch' | 'placeholder' | 'generated';

export type { WorkloadRef };
