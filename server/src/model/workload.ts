import type { Labels } from './labels.ts';
import type { Protocol } from './networkPolicy.ts';

export type WorkloadKind =
  'Pod' | 'Deployment' | 'ReplicaSet' | 'StatefulSet' | 'DaemonSet' | 'Job' | 'CronJob' | 'ReplicationController';

export interface WorkloadRef {
  readonly namespace: string;
  readonly name: string;
  /** A WorkloadKind, or the kind of a controller that we do not decode (an Argo Rollout). */
  readonly kind: string;
}

/** `namespace/name[Kind]`, the name of a workload in every output (cli-contract, Names). */
export function workloadId(workload: WorkloadRef): string {
  return `${workload.namespace}/${workload.name}[${workload.kind}]`;
}

export interface ContainerPort {
  readonly name?: string;
  readonly port: number;
  readonly protocol: Protocol;
}

/**
 * Pods that the engine need not tell apart: one live pod (`count` 1), or a workload's template with its replicas.
 * Sources share `labels` and `ports` objects between equal pods, which keeps 150,000 pods small.
 */
export interface Pod {
  readonly workload: WorkloadRef;
  /** The pod's own name where one is known (live, snapshot, a Pod manifest). */
  readonly name?: string;
  readonly labels: Labels;
  /** Keys whose values are not known (placeholders, patches): a selector on them is undecided. */
  readonly unknownLabels?: readonly string[];
  /** One clause that says why labels or ports are not known, where it is no placeholder: `the patch x.yaml changes …`. */
  readonly unknownWhy?: string;
  /** Container ports in the order of the spec: the first of a name and protocol wins. */
  readonly ports: readonly ContainerPort[];
  /** The container ports are not all known (placeholder): a named port is undecided. */
  readonly portsIncomplete?: true;
  /** status.podIPs; empty where only manifests are known. */
  readonly ips: readonly string[];
  readonly hostNetwork: boolean;
  /** The node that it runs on, where one is known. */
  readonly node?: string;
  /** How many pods this stands for. */
  readonly count: number;
  /** The number is not written anywhere (DaemonSet, CronJob, autoscaled): `count` is 1 and outputs say so. */
  readonly countUnknown?: true;
}

export interface Namespace {
  readonly name: string;
  /** As written; `kubernetes.io/metadata.name` is implied by the engine. */
  readonly labels: Labels;
  readonly unknownLabels?: readonly string[];
  /**
   * The object could not be read (no right to, or a snapshot without it): only its name is known, so a selector on
   * any key but `kubernetes.io/metadata.name` is undecided.
   */
  readonly labelsUnknown?: true;
}

export interface Service {
  readonly namespace: string;
  readonly name: string;
  /** Absent: a Service without selector, or ExternalName. */
  readonly selector?: Labels;
  readonly type: string;
  /** The Service's own labels, which its pods need not have; absent where it has none. */
  readonly labels?: Labels;
  readonly clusterIPs: readonly string[];
  /** `clusterIP: None`: its name leads to the pods' own addresses, and no port is translated. */
  readonly headless?: true;
  /** `Local` keeps the address of clients outside the cluster; absent: the API server's default, `Cluster`. */
  readonly externalTrafficPolicy?: string;
  readonly ports: readonly ServicePort[];
}

/** A Service that the API server itself calls: an admission webhook, or an API that it passes on. */
export interface ServiceReference {
  /** Who has it called: `ValidatingWebhookConfiguration cert-manager-webhook`. */
  readonly by: string;
  readonly namespace: string;
  readonly name: string;
  /** The Service's port. */
  readonly port: number;
}

export interface ServicePort {
  readonly name?: string;
  readonly protocol: Protocol;
  readonly port: number;
  /** Absent: the same as `port`. */
  readonly targetPort?: number | string;
  /** Where nodes listen for it; absent where that is not written. */
  readonly nodePort?: number;
}
