import { describe, expect, test } from 'vitest';
import { parseManifests } from '../../../../server/src/syntax/parseManifests.ts';
import {
  applyDocuments,
  type ApplySelection,
  type SelectionOptions,
} from '../../../../server/src/workspace/apply/applyDocuments.ts';
import type { SourceFile } from '../../../../server/src/workspace/sourceFile.ts';

function file(text: string, uri = 'web.yaml', fragment = false): SourceFile {
  return { uri, text, parsed: parseManifests(text), fragment };
}

function select(text: string, options: Partial<SelectionOptions> = {}): ApplySelection {
  return applyDocuments([file(text)], { namespaceOf: () => 'given', ...options });
}

const HEAD = 'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n';

test('each policy is the JSON that its text means, numbers and anchors resolved as the API server does', () => {
  const { policies, leftAlone, refused } = select(`${HEAD}metadata: { name: web, namespace: shop }
spec:
  podSelector: &all {}
  ingress: [{ from: [{ podSelector: *all }], ports: [{ port: 0x50 }] }]
---
${HEAD}metadata: { name: db }
spec: { podSelector: {} }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
---
apiVersion: v1
kind: Service
metadata: { name: web }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: db }
`);
  expect(policies.map(({ target, namesNamespace }) => ({ ...target, namesNamespace }))).toEqual([
    { kind: 'NetworkPolicy', namespace: 'shop', name: 'web', namesNamespace: true },
    { kind: 'NetworkPolicy', namespace: 'given', name: 'db', namesNamespace: false },
  ]);
  expect(policies[0]?.document['spec']).toEqual({
    podSelector: {},
    ingress: [{ from: [{ podSelector: {} }], ports: [{ port: 80 }] }],
  });
  expect(leftAlone).toEqual([
    { kind: 'Deployment', count: 2 },
    { kind: 'Service', count: 1 },
  ]);
  expect(refused).toEqual([]);
});

test('items of a List are objects of their own, and Namespaces wait for a tick', () => {
  const { policies, namespaces } = select(`apiVersion: v1
kind: List
items:
- { apiVersion: v1, kind: Namespace, metadata: { name: shop } }
- { apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: { name: web, namespace: shop }, spec: {} }
`);
  expect(policies.map(({ target }) => target.name)).toEqual(['web']);
  expect(namespaces.map(({ target }) => target)).toEqual([{ kind: 'Namespace', namespace: '', name: 'shop' }]);
});

const REFUSED: readonly (readonly [what: string, text: string, why: RegExp])[] = [
  ['a template', `${HEAD}metadata:\n  name: {{ .Release.Name }}\nspec: {}\n`, /template engine/],
  [
    'a placeholder in the spec',
    `${HEAD}metadata: { name: web }\nspec: { podSelector: { matchLabels: { app: "\${APP}" } } }\n`,
    /^NetworkPolicy web holds a placeholder that is not filled in: \$\{APP\} at spec\.podSelector\.matchLabels\.app\.$/,
  ],
  ['a placeholder as a name', `${HEAD}metadata: { name: "{{ x }}" }\nspec: {}\n`, /placeholder/],
  [
    'a placeholder where no answer needs it',
    `${HEAD}metadata: { name: web, annotations: { owner: "$(OWNER)" } }\nspec: {}\n`,
    /\$\(OWNER\) at metadata\.annotations\.owner/,
  ],
  ['no name', `${HEAD}metadata: { generateName: web- }\nspec: {}\n`, /has no name/],
  [
    'a key twice',
    `${HEAD}metadata: { name: web }\nspec:\n  podSelector: {}\n  podSelector: { matchLabels: { a: b } }\n`,
    /^NetworkPolicy web has a key twice: "podSelector"/,
  ],
  ['broken YAML', `${HEAD}metadata: { name: web\nspec: {}\n`, /cannot be read as YAML/],
  [
    'a policy of an OpenShift Template',
    `apiVersion: template.openshift.io/v1
kind: Template
objects:
- { apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: { name: web }, spec: {} }
`,
    /part of a Template/,
  ],
];

describe('a text is refused, in one sentence, with', () => {
  test.each(REFUSED)('%s', (_what, text, why) => {
    const { policies, refused } = select(text);
    expect(policies).toEqual([]);
    expect(refused.map((one) => one.why)).toEqual([expect.stringMatching(why)]);
  });

  test('a patch of a kustomization', () => {
    const patch = file(`${HEAD}metadata: { name: web }\nspec: {}\n`, 'patch.yaml', true);
    const { policies, refused } = applyDocuments([patch], { namespaceOf: () => 'x' });
    expect(policies).toEqual([]);
    expect(refused[0]?.why).toMatch(/patch/);
  });
});

test('of two of one name the later one counts, and the other is named', () => {
  const one = file(`${HEAD}metadata: { name: web, namespace: shop }\nspec: { egress: [{}] }\n`, 'a.yaml');
  const two = file(`${HEAD}metadata: { name: web }\nspec: {}\n`, 'b.yaml');
  const { policies, overridden } = applyDocuments([one, two], { namespaceOf: () => 'shop' });
  expect(policies.map(({ origin }) => origin.file.uri)).toEqual(['b.yaml']);
  expect(overridden.map(({ origin }) => origin.file.uri)).toEqual(['a.yaml']);
});

test('only what is meant is taken or refused', () => {
  const text = `${HEAD}metadata: { name: web }\nspec: {}\n---\n${HEAD}metadata: { name: "\${X}" }\nspec: {}\n`;
  const { policies, refused } = select(text, { isMeant: (_file, placed) => placed.start === 0 });
  expect(policies.map(({ target }) => target.name)).toEqual(['web']);
  expect(refused).toEqual([]);
});
