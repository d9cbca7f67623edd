/** Texts as people leave them while they type: pieces of manifests in any order, and edits at any place. */
import * as fc from 'fast-check';
import { policy } from './shopManifests.ts';

export const POLICY = policy(
  `
podSelector:
  matchExpressions:
  - key: app
    operator: In
    values: [web, "\u{1f600}"]
policyTypes: [Ingress, Egress]
ingress:
- from:
  - &peer
    namespaceSelector: { matchLabels: { team: shop } }
    podSelector: { matchLabels: { app: "web" } }
  - *peer
  - namespaceSelector: {}
  - ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16]}
  ports:
  - port: 80
    endPort: 90
  - port: http
`,
  `name: web, namespace: shop, labels: { "a": 'b' }`,
);

/** A Deployment behind a comment, and a List with objects in both styles. */
export const WORKLOADS = `---
# a
# workload
apiVersion: apps/v1
kind: Deployment
metadata:
  name: api
  namespace: shop
spec:
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - ports: [{containerPort: 80, name: http}]
---
apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: Service, metadata: {name: web, namespace: shop}, spec: {selector: {app: web}}}
- apiVersion: v1
  kind: Namespace
  metadata: {name: shop, labels: {team: shop}}
`;

/** What means something to YAML, JSON, a template engine or a careless program. */
const MARKS: readonly string[] = [
  [
    '---\n',
    '--- \n',
    '...\n',
    '... \n',
    ': ',
    '- ',
    '-',
    '? ',
    ', ',
    '{',
    '}',
    '[',
    ']',
    '[[',
    '{{',
    '}}',
    '<%',
    '${A}',
  ],
  ['&a ', '*a ', '*peer', '<<: *peer', '!!str ', '"', "'", '#', '%', '@', '|', '|\n', '>-\n', '~', 'null'],
  ['\t', '\r', '\r\n', '\uFEFF', '\ud83d', '__proto__', '__proto__: ', 'constructor: ', 'items:\n- '],
].flat();
const PIECES = [...POLICY.split('\n'), ...WORKLOADS.split('\n'), ...POLICY.split(/[ \n]+/)];

export const anyText: fc.Arbitrary<string> = fc
  .array(fc.oneof(fc.constantFrom(...PIECES), fc.constantFrom(...MARKS), fc.constantFrom('\n', '\n  ', '  ', ' ')), {
    maxLength: 60,
  })
  .map((pieces) => pieces.join(''));

export interface Edit {
  readonly at: number;
  readonly removed: number;
  readonly inserted: string;
}

export const anyEdit: fc.Arbitrary<Edit> = fc.record({
  at: fc.nat(2000),
  removed: fc.nat(12),
  inserted: fc.oneof(fc.constantFrom(...MARKS, ...PIECES), fc.constant('')),
});

export function edited(before: string, { at, removed, inserted }: Edit): string {
  const from = at % (before.length + 1);
  return before.slice(0, from) + inserted + before.slice(from + removed);
}
