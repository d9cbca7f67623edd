import { describe, expect, test } from 'vitest';
import type { CoverageStatus } from '../../../server/src/workspace/clusterSource.ts';
import { answeringLenses } from '../../support/lenses.ts';
import { said } from '../../support/annotations.ts';
import { liveSource, stateOfTexts } from '../../support/clusterSource.ts';
import { FROM_GONE as WEB, SHOP, policy, shopWith } from '../../support/shopManifests.ts';
import { snapshotOf, uriOf } from '../../support/snapshotOf.ts';

const NOW = new Date(2026, 10, 12, 9, 14).getTime();

describe('nothing is called missing before everything was read', () => {
  test('no workload is known at all', () => {
    expect(said(snapshotOf(new Map([['policy.yaml', WEB]])))).toMatchInlineSnapshot(`
      "1 «Isolates ingress of the pods it selects · no pods known here: choose a source │ Pods from these files · connect a cluster…»
      5 ⟵ no pods known here: choose a source
      7 «Lets in pods on all ports · no pods known here: choose a source»
      7 ⟵ no pods known here: choose a source"
    `);
  });

  test('the folder is still being read', () => {
    const source = { kind: 'files', indexing: { done: 12, total: 30 } } as const;
    expect(said(snapshotOf(shopWith(WEB), { source }))).toMatchInlineSnapshot(`
      "1 «Isolates ingress of the pods it selects · reading … 40 % │ Reading these files … 40 %»
      5 ⟵ reading … 40 %
      7 «Lets in pods on all ports · reading … 40 %»
      7 ⟵ reading … 40 %"
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
    const titles = answeringLenses(snapshotOf(shopWith(WEB), { source, now: NOW }), uriOf('policy.yaml')).map(
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
    expect(said(snapshotOf(shopWith(text), { source, now: NOW }))).toMatchInlineSnapshot(`
      "1 «Isolates ingress of 10 pods (db, web, web-canary and 1 more) │ live: prod-eu»
      5 ⟵ 10 pods
      6 «Lets in 10 pods on all ports · may not list pods in platform»
      6 ⟵ 2 namespaces"
    `);
  });

  test('a chosen source that gives nothing', () => {
    const source = { kind: 'none', label: 'prod-eu', problem: 'the context is no longer in the kubeconfig' } as const;
    expect(said(snapshotOf(shopWith(WEB), { source }))).toMatchInlineSnapshot(`
      "1 «Isolates ingress of the pods it selects · not known: the context is no longer in the kubeconfig │ prod-eu: the context is no longer in the kubeconfig»
      5 ⟵ not known: the context is no longer in the kubeconfig
      7 «Lets in pods on all ports · not known: the context is no longer in the kubeconfig»
      7 ⟵ not known: the context is no longer in the kubeconfig"
    `);
  });

  test('a snapshot file says when it was taken', () => {
    const state = stateOfTexts(shopWith(WEB), { kind: 'snapshot', readAt: NOW });
    const source = { kind: 'snapshot', label: 'shop.json', state } as const;
    expect(said(snapshotOf(shopWith(WEB), { source, now: NOW + 1e9 }))).toMatchInlineSnapshot(`
      "1 «Isolates ingress of 5 pods (web, web-canary) │ snapshot: shop.json, 12 Nov 09:14»
      5 ⟵ 5 pods
      7 «Lets in nobody: no pod matches»
      7 ⟵ 0 pods"
    `);
  });
});
