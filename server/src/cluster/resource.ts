import { MANAGED_BY, SELECTOR_CONTROLLER } from '../syntax/objects/endpoints.ts';

/** A kind as the API server serves it. */
export interface Resource {
  /** `''` for the core API. */
  readonly group: string;
  readonly version: string;
  /** The name in paths and in RBAC rules: `networkpolicies`. */
  readonly plural: string;
  readonly kind: string;
  readonly namespaced: boolean;
  /** Only metadata is needed, so only that is asked for (meta/v1 PartialObjectMetadata). */
  readonly metadataOnly: boolean;
  readonly fieldSelector?: string;
  readonly labelSelector?: string;
  /** There may be very many: their number is asked for, to say how far the first read is. */
  readonly countFirst?: true;
}

/** Finished pods hold no address and are left out by the server itself. */
export const PODS: Resource = {
  group: '',
  version: 'v1',
  plural: 'pods',
  kind: 'Pod',
  namespaced: true,
  metadataOnly: false,
  fieldSelector: 'status.phase!=Succeeded,status.phase!=Failed',
  countFirst: true,
};

export const NAMESPACES: Resource = {
  group: '',
  version: 'v1',
  plural: 'namespaces',
  kind: 'Namespace',
  namespaced: false,
  metadataOnly: true,
};

export const NODES: Resource = {
  group: '',
  version: 'v1',
  plural: 'nodes',
  kind: 'Node',
  namespaced: false,
  metadataOnly: false,
};

export const SERVICES: Resource = {
  group: '',
  version: 'v1',
  plural: 'services',
  kind: 'Service',
  namespaced: true,
  metadataOnly: false,
};

export const INGRESSES: Resource = {
  group: 'networking.k8s.io',
  version: 'v1',
  plural: 'ingresses',
  kind: 'Ingress',
  namespaced: true,
  metadataOnly: false,
};

/**
 * Slices that Kubernetes makes from selectors say what the pods say, and hold every pod once more: the server leaves
 * them out, so that a large cluster's endpoints cost nothing to read or to keep.
 */
export const OWN_ENDPOINT_SLICES: Resource = {
  group: 'discovery.k8s.io',
  version: 'v1',
  plural: 'endpointslices',
  kind: 'EndpointSlice',
  namespaced: true,
  metadataOnly: false,
  labelSelector: `${MANAGED_BY}!=${SELECTOR_CONTROLLER}`,
};

export const NETWORK_POLICIES: Resource = {
  group: 'networking.k8s.io',
  version: 'v1',
  plural: 'networkpolicies',
  kind: 'NetworkPolicy',
  namespaced: true,
  metadataOnly: false,
};

/** Owners: a Deployment's name comes from its ReplicaSets, a CronJob's from its Jobs. */
export const REPLICA_SETS: Resource = {
  group: 'apps',
  version: 'v1',
  plural: 'replicasets',
  kind: 'ReplicaSet',
  namespaced: true,
  metadataOnly: true,
};

export const JOBS: Resource = {
  group: 'batch',
  version: 'v1',
  plural: 'jobs',
  kind: 'Job',
  namespaced: true,
  metadataOnly: true,
};

/** What has the API server call Services: of these only the references are kept. */
export const VALIDATING_WEBHOOKS = referring(
  'admissionregistration.k8s.io',
  'validatingwebhookconfigurations',
  'ValidatingWebhookConfiguration',
);
export const MUTATING_WEBHOOKS = referring(
  'admissionregistration.k8s.io',
  'mutatingwebhookconfigurations',
  'MutatingWebhookConfiguration',
);
export const API_SERVICES = referring('apiregistration.k8s.io', 'apiservices', 'APIService');

function referring(group: string, plural: string, kind: string): Resource {
  return { group, version: 'v1', plural, kind, namespaced: false, metadataOnly: false };
}

/** `/apis/networking.k8s.io/v1/namespaces/shop/networkpolicies`. */
export function resourcePath(resource: Resource, namespace?: string): string {
  const { group, version, plural } = resource;
  const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  return namespace === undefined
    ? `${root}/${plural}`
    : `${root}/namespaces/${encodeURIComponent(namespace)}/${plural}`;
}

export function apiVersionOf({ group, version }: Resource): string {
  return group === '' ? version : `${group}/${version}`;
}

/** The Accept header of a list or of a watch. A server that cannot give metadata alone gives whole objects. */
export function acceptHeader({ metadataOnly }: Resource, answer: 'list' | 'object'): string {
  if (!metadataOnly) return 'application/json';
  const type = answer === 'list' ? 'PartialObjectMetadataList' : 'PartialObjectMetadata';
  return `application/json;as=${type};g=meta.k8s.io;v=v1,application/json`;
}
