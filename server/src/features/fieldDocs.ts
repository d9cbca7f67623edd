import type { FieldPath } from '../model/manifest.ts';

/** What a field of a NetworkPolicy means, in one or two sentences; Markdown. By path without list indices. */
const FIELD_DOCS: ReadonlyMap<string, string> = new Map([
  [
    '',
    'A NetworkPolicy isolates the pods that it selects and lets through what its rules list. All policies that select a pod add up; none takes away what another allows.',
  ],
  ['metadata.namespace', 'A policy selects pods of its own namespace only.'],
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
  ['ports', 'Any one of these ports. Absent or empty, every port.'],
  [
    'ports.port',
    'A port of the pod that receives, not of a Service in front of it. A name stands for the container port of that name.',
  ],
  ['ports.endPort', 'The last port of a range that begins with `port`, which has to be a number.'],
  ['ports.protocol', 'TCP, UDP or SCTP; TCP where it is left out.'],
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

/** Ingress and egress share the fields of peers and ports; a peer is an item of its list, not the list. */
function docKey(names: readonly string[], path: FieldPath): string {
  const [spec, direction, list, ...rest] = names;
  if (spec !== 'spec' || (direction !== 'ingress' && direction !== 'egress') || list === undefined) {
    return names.join('.');
  }
  if (list === 'ports') return ['ports', ...rest].join('.');
  if (list !== 'from' && list !== 'to') return names.join('.');
  if (rest.length > 0) return ['peer', ...rest].join('.');
  return typeof path[4] === 'number' ? 'peer' : names.join('.');
}
