import type { LabelSelector } from './labels.ts';

export type Direction = 'ingress' | 'egress';
export type PolicyType = 'Ingress' | 'Egress';
export type Protocol = 'TCP' | 'UDP' | 'SCTP';

/** The order in which every output lists protocols. */
export const PROTOCOLS: readonly Protocol[] = ['TCP', 'UDP', 'SCTP'];

/**
 * networking.k8s.io/v1 NetworkPolicy as written, before defaulting: what the text leaves out is absent here.
 * A null and an absent list mean the same to the API server, so both are absent; an empty list stays empty.
 */
export interface NetworkPolicy {
  readonly namespace: string;
  readonly name: string;
  readonly podSelector: LabelSelector;
  readonly policyTypes?: readonly PolicyType[];
  readonly ingress?: readonly PolicyRule[];
  readonly egress?: readonly PolicyRule[];
  /** `spec.policyTypes` holds a placeholder: which directions are isolated is not known. */
  readonly policyTypesIncomplete?: true;
}

/** An ingress or egress rule: `from`/`to` are its peers. Absent or empty peers or ports mean all. */
export interface PolicyRule {
  readonly peers?: readonly Peer[];
  readonly ports?: readonly PolicyPort[];
}

/** Either `ipBlock` alone, or one or both selectors (both: AND; podSelector alone: the policy's own namespace). */
export interface Peer {
  readonly podSelector?: LabelSelector;
  readonly namespaceSelector?: LabelSelector;
  readonly ipBlock?: IpBlock;
  /** The peer holds a placeholder outside its selectors: whom it matches is not known. */
  readonly incomplete?: true;
}

export interface IpBlock {
  readonly cidr: string;
  readonly except: readonly string[];
}

/** Absent protocol: TCP. Absent port: every port of the protocol. A string port is a container port's name. */
export interface PolicyPort {
  readonly protocol?: Protocol;
  readonly port?: number | string;
  readonly endPort?: number;
  /** The entry holds a placeholder: which ports it opens is not known. */
  readonly incomplete?: true;
}

/** A policy of any API, as answers name it. */
export interface PolicyRef {
  readonly kind: string;
  /** Absent for cluster-scoped kinds. */
  readonly namespace?: string;
  readonly name: string;
}

/** Where in a policy an answer comes from; indices are 0-based. `rule` is absent where the isolation itself is meant. */
export interface RuleRef {
  readonly policy: PolicyRef;
  readonly direction: Direction;
  readonly rule?: number;
  readonly peer?: number;
}
