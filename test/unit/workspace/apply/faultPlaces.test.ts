import { expect, test } from 'vitest';
import { parseManifests } from '../../../../server/src/syntax/parseManifests.ts';
import { applyDocuments } from '../../../../server/src/workspace/apply/applyDocuments.ts';
import { fieldPath, faultRange } from '../../../../server/src/workspace/apply/faultPlaces.ts';

const TEXT = `# first
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web, labels: { a: b } }
spec:
  podSelector: {}
  ingress:
  - ports: [{ port: 70000 }]
    form: []
`;

test.each([
  ['spec.ingress[0].ports[0].port', '70000'],
  ['spec.ingress[0].form', '[]'],
  // Missing: the nearest thing around it.
  ['spec.ingress[0].ports[0].protocol', '{ port: 70000 }'],
  ['metadata.labels', '{ a: b }'],
])('%s stands at its value', (path, shown) => {
  const parsed = parseManifests(TEXT);
  const file = { uri: 'web.yaml', text: TEXT, parsed, fragment: false };
  const [policy] = applyDocuments([file], { namespaceOf: () => 'shop' }).policies;
  if (policy === undefined) throw new Error('no policy');
  const range = faultRange(policy.origin, path);
  expect(TEXT.slice(range?.start, range?.end)).toBe(shown);
});

test.each([
  ['', undefined],
  ['metadata.annotations[example.com/a]', ['metadata', 'annotations', 'example.com/a']],
  ['spec.ingress[10].from[0]', ['spec', 'ingress', 10, 'from', 0]],
])('the server’s path %s', (path, parts) => {
  expect(fieldPath(path)).toEqual(parts);
});
