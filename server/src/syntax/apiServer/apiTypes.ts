import { ANYTHING, BOOL, INT32, INT64, INT_OR_STRING, STRING, TIME, listOf, mapOf, named, struct } from './goType.ts';

const OWNER_REFERENCE = struct('v1.OwnerReference', {
  apiVersion: STRING,
  kind: STRING,
  name: STRING,
  uid: named('types.UID'),
  controller: BOOL,
  blockOwnerDeletion: BOOL,
});

const MANAGED_FIELDS_ENTRY = struct('v1.ManagedFieldsEntry', {
  manager: STRING,
  operation: named('v1.ManagedFieldsOperationType'),
  apiVersion: STRING,
  time: TIME,
  fieldsType: STRING,
  fieldsV1: ANYTHING,
  subresource: STRING,
});

/** meta/v1 ObjectMeta with every field of its Go type (k8s.io/apimachinery 0.36). */
export const OBJECT_META = struct('v1.ObjectMeta', {
  name: STRING,
  generateName: STRING,
  namespace: STRING,
  selfLink: STRING,
  uid: named('types.UID'),
  resourceVersion: STRING,
  generation: INT64,
  creationTimestamp: TIME,
  deletionTimestamp: TIME,
  deletionGracePeriodSeconds: INT64,
  labels: mapOf(STRING),
  annotations: mapOf(STRING),
  ownerReferences: listOf(OWNER_REFERENCE),
  finalizers: listOf(STRING),
  managedFields: listOf(MANAGED_FIELDS_ENTRY),
});

const LABEL_SELECTOR = struct('v1.LabelSelector', {
  matchLabels: mapOf(STRING),
  matchExpressions: listOf(
    struct('v1.LabelSelectorRequirement', {
      key: STRING,
      operator: named('v1.LabelSelectorOperator'),
      values: listOf(STRING),
    }),
  ),
});

const PORTS = listOf(
  struct('v1.NetworkPolicyPort', { protocol: named('v1.Protocol'), port: INT_OR_STRING, endPort: INT32 }),
);

const PEERS = listOf(
  struct('v1.NetworkPolicyPeer', {
    podSelector: LABEL_SELECTOR,
    namespaceSelector: LABEL_SELECTOR,
    ipBlock: struct('v1.IPBlock', { cidr: STRING, except: listOf(STRING) }),
  }),
);

/** networking.k8s.io/v1 NetworkPolicy (k8s.io/api 0.36). */
export const NETWORK_POLICY = struct('v1.NetworkPolicy', {
  kind: STRING,
  apiVersion: STRING,
  metadata: OBJECT_META,
  spec: struct('v1.NetworkPolicySpec', {
    podSelector: LABEL_SELECTOR,
    ingress: listOf(struct('v1.NetworkPolicyIngressRule', { ports: PORTS, from: PEERS })),
    egress: listOf(struct('v1.NetworkPolicyEgressRule', { ports: PORTS, to: PEERS })),
    policyTypes: listOf(named('v1.PolicyType')),
  }),
});
