import type { Labels, LabelSelector } from '../../model/labels.ts';
import type { FieldPath } from '../../model/manifest.ts';
import type { Protocol } from '../../model/networkPolicy.ts';
import type { ManifestDocument } from '../../syntax/manifestDocument.ts';

/**
 * Traffic that something is known to need. It is plain data about workloads by their names; whether policies let it
 * through is a question about one state of a cluster (`NeedJudge`).
 */
export interface Need {
  readonly kind: NeedKind;
  readonly sureness: Sureness;
  readonly from: NeedSource;
  /** Any one of them is enough; each alone may be many pods, all of which are needed. */
  readonly to: readonly NeedTarget[];
  /** What would break: `DATABASE_URL`, `DNS`, `Ingress web`. */
  readonly what: string;
  /** The workload whose need it is, `namespace/name[Kind]`; absent where `what` says all there is. */
  readonly of?: string;
  /** The Service through which it goes, with its port; a port that the Service does not have is the pods' own. */
  readonly service?: { readonly namespace: string; readonly name: string; readonly port: number };
  readonly evidence: NeedEvidence;
}

/** `observed` is for flows that were seen. `service`: whom a Service lets in from outside of the cluster. */
export type NeedKind = 'dns' | 'apiServer' | 'webhook' | 'ingress' | 'metrics' | 'service' | 'environment' | 'observed';

/**
 * `certain`: somebody has written down exactly this (an Ingress' backend, a URL with its port). `likely`: a part of it
 * is inferred, such as the port or which pods are Prometheus. `possible`: it is a sign and no more.
 */
export type Sureness = 'certain' | 'likely' | 'possible';

export interface NeedEvidence {
  /** One clause: `the variable DATABASE_URL names Service shop/db`. */
  readonly what: string;
  /** Where it is written, in a manifest; absent of what only the cluster says. */
  readonly written?: WrittenPlace;
}

/** A place that stays true while other documents of its file change. */
export interface WrittenPlace {
  readonly uri: string;
  readonly document: ManifestDocument;
  /** In the document. */
  readonly path: FieldPath;
}

export type NeedSource =
  | { readonly kind: 'workload'; readonly id: string }
  /** Addresses that are not known, such as the API server's or those of clients outside. */
  | { readonly kind: 'outside' }
  /** Pods that are known to exist and not known here, such as an ingress controller that no manifest brings. */
  | { readonly kind: 'unseenPods' };

export type NeedTarget =
  | PodsTarget
  /** All of these addresses. */
  | { readonly kind: 'addresses'; readonly addresses: readonly string[]; readonly ports: readonly NeedPort[] }
  /** Some address that is not known. */
  | { readonly kind: 'someAddress'; readonly ports: readonly NeedPort[] }
  /** DNS servers that are not among the known pods. */
  | { readonly kind: 'unseenDns' };

/** The pods of some workloads that a selector means: those behind a Service. */
export interface PodsTarget {
  readonly kind: 'pods';
  /** `namespace/name[Kind]`, ascending. */
  readonly workloads: readonly string[];
  readonly selector: LabelSelector;
  readonly ports: readonly NeedPort[];
  /** They answer DNS: a rule for addresses on their ports may mean a resolver that is no pod. */
  readonly dns?: true;
}

export interface NeedPort {
  readonly protocol: Protocol;
  /** A name is that of a container's port. */
  readonly port: number | string;
}

export function labelsSelector(labels: Labels): LabelSelector {
  return { matchLabels: labels, matchExpressions: [] };
}
