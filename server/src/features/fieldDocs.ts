import type { FieldPath } from '../model/manifest.ts';

/**
 * What a field of a NetworkPolicy means, in one or two sentences; Markdown. By path without list indices; what
 * ingress and egress share begins with `peer` and `ports`, what all label selectors share with `selector`.
 */
const FIELD_DOCS: ReadonlyMap<string, string> = new Map([
  [
    '',
    'A NetworkPolicy isolates the pods that it selects and lets through what its rules list. All policies that select a pod add up; none takes away what another allows.',
  ],
  ['apiVersion', 'NetworkPolicy is served as `networking.k8s.io/v1`, by every version since 1.7.'],
  ['kind', 'NetworkPolicy: it isolates the pods that it selects and lets through what its rules list.'],
  ['metadata', 'The name and the namespace of the policy. Its labels and annotations change no traffic.'],
  ['metadata.name', 'What the policy is called: one of this name in a namespace. It changes no traffic.'],
  ['metadata.namespace', 'A policy selects pods of its own namespace only.'],
  ['metadata.labels', 'Labels of the policy itself, for people and tools. Pods are selected by their own labels.'],
  ['metadata.annotations', 'Notes of people and tools on the policy. They change no traffic.'],
  ['spec', 'Which pods the policy isolates, in which directions, and what its rules let through.'],
  [
    'spec.podSelector',
    'The pods that the policy isolates, of its own namespace. `{}` selects every pod of the namespace, also future ones.',
  ],
  [
    'spec.policyTypes',
    'The directions that the policy isolates. Left out, it is Ingress, and Egress where `egress` has a rule.',
  ],
  ['spec.ingress', 'What may come in. An empty or absent list lets nobody in; `- {}` lets everyone in.'],
  ['spec.egress', 'What may go out. An empty or absent list lets nothing out; `- {}` lets everything out.'],
  ['spec.ingress.from', 'Who may come in: any one of these peers. Absent or empty, everyone.'],
  ['spec.egress.to', 'Where traffic may go: to any one of these peers. Absent or empty, everywhere.'],
  ['rule', 'A rule lets through what comes from one of its peers on one of its ports; rules of a list add up.'],
  [
    'peer',
    'The selectors of one peer narrow each other; peers of a list add up. One more `-` turns one peer into two.',
  ],
  [
    'peer.podSelector',
    'Pods by their labels: of the policy’s namespace, or of the selected namespaces where `namespaceSelector` stands in the same peer.',
  ],
  [
    'peer.namespaceSelector',
    'Namespaces by their labels. Every namespace has `kubernetes.io/metadata.name` with its name.',
  ],
  [
    'peer.ipBlock',
    'Addresses, meant for those outside the cluster. Whether a Service or a node rewrites an address before a policy sees it depends on the cluster.',
  ],
  ['peer.ipBlock.cidr', 'An address and how many of its leading bits count: `10.0.0.0/8`, `2001:db8::/32`.'],
  ['peer.ipBlock.except', 'Parts of `cidr` that are not meant. Another peer or rule can still let them through.'],
  ['ports', 'Any one of these ports. Absent or empty, every port.'],
  [
    'ports.port',
    'A port of the pod that receives, not of a Service in front of it. A name stands for the container port of that name.',
  ],
  ['ports.endPort', 'The last port of a range that begins with `port`, which has to be a number.'],
  ['ports.protocol', 'TCP, UDP or SCTP; TCP where it is left out.'],
  ['selector.matchLabels', 'Labels that have to be there with exactly these values, all of them.'],
  ['selector.matchExpressions', 'Conditions on labels that have to hold as well, all of them.'],
  ['selector.matchExpressions.key', 'The label that the condition is about.'],
  [
    'selector.matchExpressions.operator',
    '`In` and `Exists` need the label; `NotIn` and `DoesNotExist` also hold where it is missing.',
  ],
  ['selector.matchExpressions.values', 'What `In` and `NotIn` compare with; the other operators take none.'],
  ['status', 'Written by the cluster. It changes no traffic.'],
]);

/** The documentation of the field at a path in a NetworkPolicy: its own, or that of the field around it. */
export function fieldDoc(path: FieldPath): string {
  const names = path.filter((step) => typeof step === 'string');
  for (let length = names.length; length > 0; length--) {
    const doc = FIELD_DOCS.get(docKey(names.slice(0, length), path));
    if (doc !== undefined) return doc;
  }
  return FIELD_DOCS.get('') ?? '';
}

/** A peer or a rule is an item of its list, not the list; the inside of a selector is the same everywhere. */
function docKey(names: readonly string[], path: FieldPath): string {
  const [spec, direction, list, ...rest] = names;
  if (spec !== 'spec') return names.join('.');
  const selector = names.findIndex((name) => name === 'podSelector' || name === 'namespaceSelector');
  if (selector > 0 && selector < names.length - 1) return ['selector', ...names.slice(selector + 1)].join('.');
  if (direction !== 'ingress' && direction !== 'egress') return names.join('.');
  if (list === undefined) return typeof path[2] === 'number' ? 'rule' : names.join('.');
  if (list === 'ports') return ['ports', ...rest].join('.');
  if (list !== 'from' && list !== 'to') return names.join('.');
  if (rest.length > 0) return ['peer', ...rest].join('.');
  return typeof path[4] === 'number' ? 'peer' : names.join('.');
}
