/** From an empty file to a finished policy, with nothing typed but what finds the next completion. */
import { expect, test } from 'vitest';
import { parseManifests } from '../../../server/src/syntax/parseManifests.ts';
import { validateObject } from '../../../server/src/syntax/apiServer/validateObject.ts';
import { completionsAt } from '../../support/completions.ts';
import { SHOP } from '../../support/shopManifests.ts';

/**
 * One step: the cursor goes to the first `at` (its end), `typed` is typed there, and the item of that label is taken.
 */
type Step = readonly [at: string, typed: string, label: string];

function walk(start: string, steps: readonly Step[]): string {
  return steps.reduce((text, [at, typed, label]) => {
    const offset = at === '' ? text.length : text.indexOf(at) + at.length;
    expect(text, `"${at}" stands in the text`).toContain(at);
    return completionsAt(`${text.slice(0, offset)}${typed}$0${text.slice(offset)}`, SHOP).take(label);
  }, start);
}

function faults(text: string): readonly string[] {
  return parseManifests(text).documents.flatMap(({ document }) => [
    ...document.problems.map(({ message }) => message),
    ...document.objects.flatMap((object) =>
      validateObject(document, object, { targetVersion: '1.36' }).map(({ message }) => message),
    ),
  ]);
}

test('field by field', () => {
  const text = walk('', [
    ['', 'ap', 'apiVersion'],
    ['', '\nme', 'metadata'],
    ['metadata:', '\n  na', 'namespace'],
    ['namespace: ', '', 'shop'],
    ['\n  name: ', 'w', 'web'],
    ['', '\nsp', 'spec'],
    ['', 'a', 'app'],
    ['app: ', 'w', 'web'],
    ['', '\n  pol', 'policyTypes'],
    ['- Ingress', '\n  - ', 'Egress'],
    ['', '\n  ing', 'ingress'],
    ['- from:\n    - ', 'prom', 'from the pods of platform/prometheus'],
    ['', '\n    po', 'ports'],
    ['port: ', '', 'http'],
    ['', '\n  egr', 'egress'],
    ['- to:\n    - ', 'db', 'to the pods of db'],
    ['', '\n    ports:\n    - ', '5432/TCP'],
  ]);
  expect(text).toMatchInlineSnapshot(`
    "apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      namespace: shop
      name: web
    spec:
      podSelector:
        matchLabels:
          app: web
      policyTypes:
      - Ingress
      - Egress
      ingress:
      - from:
        - namespaceSelector:
            matchLabels:
              kubernetes.io/metadata.name: platform
          podSelector:
            matchLabels:
              app: prometheus
        ports:
        - protocol: TCP
          port: http
      egress:
      - to:
        - podSelector:
            matchLabels:
              app: db
        ports:
        - protocol: TCP
          port: 5432"
  `);
  expect(faults(text)).toEqual([]);
});

test('a whole policy, then what is to be let in', () => {
  const text = walk('', [
    ['', 'deny', 'default-deny ingress'],
    ['namespace: ', '', 'shop'],
    ['', '\n  in', 'ingress'],
    ['- from:\n    - ', 'web', 'from the pods of web-canary'],
    ['', '\n', 'allow DNS'],
  ]);
  expect(text).toMatchInlineSnapshot(`
    "apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: default-deny-ingress
      namespace: shop
    spec:
      podSelector: {}
      policyTypes:
      - Ingress
      ingress:
      - from:
        - podSelector:
            matchLabels:
              app: web
              track: canary
    ---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: allow-dns
      namespace: shop
    spec:
      podSelector: {}
      policyTypes:
      - Egress
      egress:
      - to:
        - namespaceSelector:
            matchLabels:
              kubernetes.io/metadata.name: kube-system
          podSelector:
            matchLabels:
              k8s-app: kube-dns
        ports:
        - protocol: UDP
          port: 53
        - protocol: TCP
          port: 53"
  `);
  expect(faults(text)).toEqual([]);
});

test('between brackets', () => {
  const text = walk('apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { }\nspec: { }\n', [
    ['metadata: { ', 'na', 'namespace'],
    ['namespace: ', '', 'shop'],
    ['namespace: shop', ', na', 'name'],
    ['name: ', '', 'db'],
    ['spec: { ', 'pod', 'podSelector'],
    ['matchLabels: { ', '', 'app'],
    ['app: ', '', 'db'],
    ['} }', ', ing', 'ingress'],
    ['from: [', '', 'from the pods of web'],
  ]);
  expect(text).toMatchInlineSnapshot(`
    "apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: { namespace: shop, name: db}
    spec: { podSelector: { matchLabels: { app: db } }, ingress: [{ from: [{ podSelector: { matchLabels: { app: web, track: stable } } }] }]}
    "
  `);
  expect(faults(text)).toEqual([]);
});
