import type { Resource } from './resource.ts';
import {
  API_SERVICES,
  INGRESSES,
  JOBS,
  MUTATING_WEBHOOKS,
  NAMESPACES,
  NETWORK_POLICIES,
  NODES,
  PODS,
} from './resource.ts';
import { OWN_ENDPOINT_SLICES, REPLICA_SETS, SERVICES, VALIDATING_WEBHOOKS } from './resource.ts';
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

/** All of them: others than we may read a snapshot. */
const { labelSelector: _, ...ENDPOINT_SLICES } = OWN_ENDPOINT_SLICES;

/** What a snapshot holds (cli-contract), Namespaces first: the others may have to be read by namespace. */
export const SNAPSHOT_KINDS: readonly SnapshotKind[] = [
  { resource: NAMESPACES, cut: metadataOnly },
  { resource: NETWORK_POLICIES, cut: policyFields },
  { resource: PODS, cut: podFields },
  { resource: REPLICA_SETS, cut: metadataOnly },
  { resource: JOBS, cut: metadataOnly },
  { resource: SERVICES, cut: serviceFields },
  { resource: ENDPOINT_SLICES, cut: endpointSliceFields },
  { resource: INGRESSES, cut: ingressFields },
  { resource: NODES, cut: nodeFields },
  { resource: VALIDATING_WEBHOOKS, cut: webhookFields },
  { resource: MUTATING_WEBHOOKS, cut: webhookFields },
  { resource: API_SERVICES, cut: apiServiceFields },
];
