import type { Resource } from './resource.ts';
import { API_SERVICES, JOBS, MUTATING_WEBHOOKS, NAMESPACES, NETWORK_POLICIES, NODES, PODS } from './resource.ts';
import { REPLICA_SETS, SERVICES, VALIDATING_WEBHOOKS } from './resource.ts';
import type { FieldCutter } from './snapshotFields.ts';
import {
  apiServiceFields,
  endpointSliceFields,
  ingressFields,
  metadataOnly,
  nodeFields,
  podFields,
  policyFields,
  serviceFields,
  webhookFields,
} from './snapshotFields.ts';

/** A kind of a snapshot and what of its objects goes into it. */
export interface SnapshotKind {
  readonly resource: Resource;
  readonly cut: FieldCutter;
}

/** What a snapshot holds (cli-contract), Namespaces first: the others may have to be read by namespace. */
export const SNAPSHOT_KINDS: readonly SnapshotKind[] = [
  { resource: NAMESPACES, cut: metadataOnly },
  { resource: NETWORK_POLICIES, cut: policyFields },
  { resource: PODS, cut: podFields },
  { resource: REPLICA_SETS, cut: metadataOnly },
  { resource: JOBS, cut: metadataOnly },
  { resource: SERVICES, cut: serviceFields },
  { resource: other('discovery.k8s.io', 'endpointslices', 'EndpointSlice', true), cut: endpointSliceFields },
  { resource: other('networking.k8s.io', 'ingresses', 'Ingress', true), cut: ingressFields },
  { resource: NODES, cut: nodeFields },
  { resource: VALIDATING_WEBHOOKS, cut: webhookFields },
  { resource: MUTATING_WEBHOOKS, cut: webhookFields },
  { resource: API_SERVICES, cut: apiServiceFields },
];

function other(group: string, plural: string, kind: string, namespaced = false): Resource {
  return { group, version: 'v1', plural, kind, namespaced, metadataOnly: false };
}
