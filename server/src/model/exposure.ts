import type { Protocol } from './networkPolicy.ts';

/** A networking.k8s.io/v1 Ingress: which Services its controller sends traffic to from outside of the cluster. */
export interface Ingress {
  readonly namespace: string;
  readonly name: string;
  /** spec.ingressClassName, else the annotation that came before it; absent: the cluster's default class. */
  readonly className?: string;
  /** Hosts of its rules, each once; empty where a rule is for any host. */
  readonly hosts: readonly string[];
  /** Services in its namespace, each with its port once. What leads to another resource is left out. */
  readonly backends: readonly IngressBackend[];
}

export interface IngressBackend {
  readonly service: string;
  /** The Service's port, by number or name. */
  readonly port: number | string;
}

/**
 * Addresses behind a Service that somebody else than its selector has put there: a discovery.k8s.io/v1 EndpointSlice
 * that Kubernetes has not made from a selector, or one subset of a v1 Endpoints object. Slices that it has made say
 * nothing that the pods do not, and there are as many of them as pods; so those are not read at all.
 */
export interface EndpointSlice {
  readonly namespace: string;
  readonly name: string;
  /** The Service, of the same namespace. */
  readonly service: string;
  /** Empty: none. A port without a number is every port (API doc of EndpointPort). */
  readonly ports: readonly EndpointPort[];
  readonly endpoints: readonly Endpoint[];
}

export interface EndpointPort {
  /** That of the Service's port; absent for the one port that has none. */
  readonly name?: string;
  readonly protocol: Protocol;
  readonly port?: number;
}

export interface Endpoint {
  /** Any of them leads there; IPs. */
  readonly addresses: readonly string[];
  /** False: no traffic is sent there now. */
  readonly ready: boolean;
  /** The pod that the addresses are said to be of. */
  readonly pod?: { readonly namespace: string; readonly name: string };
}
