import { describe, expect, test } from 'vitest';
import type { CoverageStatus } from '../../../server/src/workspace/clusterSource.ts';
import { codeLenses } from '../../../server/src/features/codeLens.ts';
import { annotated } from '../../support/annotations.ts';
import { liveSource, stateOfTexts } from '../../support/clusterSource.ts';
import { FROM_GONE as WEB, SHOP, policy, shopWith } from '../../support/shopManifests.ts';
import { snapshotOf, uriOf } from '../../support/snapshotOf.ts';

const NOW = new Date(2026, 10, 12, 9, 14).getTime();

describe('nothing is called missing before everything was read', () => {
  test('no workload is known at all', () => {
    expect(annotated(snapshotOf(new Map([['policy.yaml', WEB]])))).toMatchInlineSnapshot(`
      "«Isolates ingress of the pods it selects · no pods known here: choose a source │ Pods from these files · connect a cluster…»
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: { name: web, namespace: shop }
      spec:
        podSelector: { matchLabels: { app: web } } ⟵ no pods known here: choose a source
        ingress:
      «Lets in pods on all ports · no pods known here: choose a source»
        - from: [{ podSelector: { matchLabels: { app: gone } } }] ⟵ no pods known here: choose a source"
    `);
  });

  test('the folder is still being read', () => {
    const source = { kind: 'files', indexing: { done: 12, total: 30 } } as const;
    expect(annotated(snapshotOf(shopWith(WEB), { source }))).toMatchInlineSnapshot(`
      "«Isolates ingress of the pods it selects · reading … 40 % │ Reading these files … 40 %»
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: { name: web, namespace: shop }
      spec:
        podSelector: { matchLabels: { app: web } } ⟵ reading … 40 %
        ingress:
      «Lets in pods on all ports · reading … 40 %»
        - from: [{ podSelector: { matchLabels: { app: gone } } }] ⟵ reading … 40 %"
    `);
  });

  const states: [CoverageStatus, string[]][] = [
    [
      { state: 'reading', fraction: 0.4 },
      [
        'Isolates ingress of the pods it selects · reading … 40 %',
        'Reading prod-eu … 40 %',
        'Lets in pods on all ports · reading … 40 %',
      ],
    ],
    [
      { state: 'forbidden', why: 'pods may not be listed', mend: 'list and watch pods' },
      [
        'Isolates ingress of the pods it selects · not known: may not list pods in shop',
        'live: prod-eu',
        'Lets in pods on all ports · not known: may not list pods in shop',
      ],
    ],
    [
      { state: 'failed', why: 'the server does not answer' },
      [
        'Isolates ingress of the pods it selects · not known: the server does not answer',
        'live: prod-eu',
        'Lets in pods on all ports · not known: the server does not answer',
      ],
    ],
    [
      { state: 'stale', since: NOW - 7_200_000, why: 'the connection was lost' },
      ['Isolates ingress of 5 pods (web, web-canary)', 'prod-eu: stale since 07:14', 'Lets in nobody: no pod matches'],
    ],
    [
      { state: 'complete' },
      ['Isolates ingress of 5 pods (web, web-canary)', 'live: prod-eu', 'Lets in nobody: no pod matches'],
    ],
  ];
  test.each(states)('a cluster with pods of coverage %o', (status, expected) => {
    const source = liveSource(shopWith(WEB), NOW - 4000, status);
    const titles = codeLenses(snapshotOf(shopWith(WEB), { source, now: NOW }), uriOf('policy.yaml')).map(
      ({ command }) => command?.title,
    );
    expect(titles).toEqual(expected);
  });

  test('pods of one namespace may be listed, those of another may not', () => {
    const refused = { state: 'forbidden', why: 'pods may not be listed', mend: 'list and watch pods' } as const;
    const text = policy('podSelector: {}\ningress: [{ from: [{ namespaceSelector: {} }] }]');
    const readable = new Map([
      ['policy.yaml', text],
      ['shop.yaml', SHOP.get('shop.yaml') ?? ''],
      ['platform.yaml', 'apiVersion: v1\nkind: Namespace\nmetadata: { name: platform }'],
    ]);
    const source = liveSource(readable, NOW, refused, [
      { kind: 'Pod', group: '', namespace: 'shop', status: { state: 'complete' } },
    ]);
    expect(annotated(snapshotOf(shopWith(text), { source, now: NOW }))).toMatchInlineSnapshot(`
      "«Isolates ingress of 10 pods (db, web, web-canary and 1 more) │ live: prod-eu»
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: { name: web, namespace: shop }
      spec:
        podSelector: {} ⟵ 10 pods
      «Lets in 10 pods on all ports · may not list pods in platform»
        ingress: [{ from: [{ namespaceSelector: {} }] }] ⟵ 2 namespaces"
    `);
  });

  test('a chosen source that gives nothing', () => {
    const source = { kind: 'none', label: 'prod-eu', problem: 'the context is no longer in the kubeconfig' } as const;
    expect(annotated(snapshotOf(shopWith(WEB), { source }))).toMatchInlineSnapshot(`
      "«Isolates ingress of the pods it selects · not known: the context is no longer in the kubeconfig │ prod-eu: the context is no longer in the kubeconfig»
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: { name: web, namespace: shop }
      spec:
        podSelector: { matchLabels: { app: web } } ⟵ not known: the context is no longer in the kubeconfig
        ingress:
      «Lets in pods on all ports · not known: the context is no longer in the kubeconfig»
        - from: [{ podSelector: { matchLabels: { app: gone } } }] ⟵ not known: the context is no longer in the kubeconfig"
    `);
  });

  test('a snapshot file says when it was taken', () => {
    const state = stateOfTexts(shopWith(WEB), { kind: 'snapshot', readAt: NOW });
    const source = { kind: 'snapshot', label: 'shop.json', state } as const;
    expect(annotated(snapshotOf(shopWith(WEB), { source, now: NOW + 1e9 }))).toMatchInlineSnapshot(`
      "«Isolates ingress of 5 pods (web, web-canary) │ snapshot: shop.json, 12 Nov 09:14»
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: { name: web, namespace: shop }
      spec:
        podSelector: { matchLabels: { app: web } } ⟵ 5 pods
        ingress:
      «Lets in nobody: no pod matches»
        - from: [{ podSelector: { matchLabels: { app: gone } } }] ⟵ 0 pods"
    `);
  });
});
