import { describe, expect, test } from 'vitest';
import type { CoverageStatus } from '../../../server/src/workspace/clusterSource.ts';
import { codeLensPlaces, codeLenses, resolveCodeLens } from '../../../server/src/features/codeLens.ts';
import { annotated } from '../../support/annotations.ts';
import { liveSource, stateOfTexts } from '../../support/clusterSource.ts';
import { SHOP, policy, shopWith } from '../../support/shopManifests.ts';
import { snapshotOf, uriOf } from '../../support/snapshotOf.ts';

const NOW = new Date(2026, 10, 12, 9, 14).getTime();

describe('what stands above a policy and its rules, and behind its selectors', () => {
  test('selectors in one peer narrow each other, two peers add up', () => {
    const text = policy(`
podSelector: { matchLabels: { app: db } }
ingress:
- from:
  - namespaceSelector: { matchLabels: { team: shop } }
    podSelector: { matchLabels: { app: web } }
- from:
  - namespaceSelector: { matchLabels: { team: shop } }
  - podSelector: { matchLabels: { app: web } }`);
    expect(annotated(snapshotOf(shopWith(text)))).toMatchInlineSnapshot(`
      "«Isolates ingress of 3 pods (db) │ Pods from these files · connect a cluster…»
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: { name: web, namespace: shop }
      spec:
        podSelector: { matchLabels: { app: db } } ⟵ 3 pods
        ingress:
      «Lets in 5 pods on all ports»
        - from:
          - namespaceSelector: { matchLabels: { team: shop } } ⟵ 1 namespace
            podSelector: { matchLabels: { app: web } } ⟵ 5 pods
      «Lets in 10 pods on all ports»
        - from:
          - namespaceSelector: { matchLabels: { team: shop } } ⟵ 1 namespace
          - podSelector: { matchLabels: { app: web } } ⟵ 5 pods"
    `);
  });

  test('an empty selector is every pod, a workload without a replica number has no count', () => {
    const text = policy('podSelector: {}', 'name: all, namespace: platform');
    expect(annotated(snapshotOf(shopWith(text)))).toMatchInlineSnapshot(`
      "«Isolates ingress of 1 pod and those of collector (collector, prometheus) · perhaps also the pods of node-exporter │ Pods from these files · connect a cluster…»
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: { name: all, namespace: platform }
      spec:
        podSelector: {} ⟵ 1 pod and those of collector · perhaps also the pods of node-exporter"
    `);
  });

  test('expressions count like labels; what matches nothing says what nearly does', () => {
    const text = policy(`
podSelector:
  matchExpressions:
  - { key: app, operator: In, values: [web, db] }
  - { key: track, operator: NotIn, values: [canary] }
ingress:
- from:
  - podSelector: { matchLabels: { app: wep } }
- from:
  - podSelector: { matchLabels: { app: prometheus } }
- from:
  - podSelector: { matchLabels: { tier: data } }`);
    expect(annotated(snapshotOf(shopWith(text)))).toMatchInlineSnapshot(`
      "«Isolates ingress of 7 pods (db, web) │ Pods from these files · connect a cluster…»
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: { name: web, namespace: shop }
      spec:
        podSelector: ⟵ 7 pods
          matchExpressions:
          - { key: app, operator: In, values: [web, db] }
          - { key: track, operator: NotIn, values: [canary] }
        ingress:
      «Lets in nobody: no pod matches»
        - from:
          - podSelector: { matchLabels: { app: wep } } ⟵ 0 pods · 5 miss by one label
      «Lets in nobody: no pod matches»
        - from:
          - podSelector: { matchLabels: { app: prometheus } } ⟵ 0 pods · 1 in another namespace
      «Lets in nobody: no pod matches»
        - from:
          - podSelector: { matchLabels: { tier: data } } ⟵ 0 pods · 3 miss by one label"
    `);
  });

  test("a named port is the number that each destination's container gives it", () => {
    const text = policy(`
podSelector: { matchLabels: { app: web } }
ingress:
- ports: [{ port: http }]
- from: [{ podSelector: { matchLabels: { app: db } } }]
  ports: [{ port: htttp }]
egress:
- to: [{ podSelector: { matchLabels: { track: canary } } }]
  ports:
  - port: http`);
    expect(annotated(snapshotOf(shopWith(text)))).toMatchInlineSnapshot(`
      "«Isolates ingress and egress of 5 pods (web, web-canary) │ Pods from these files · connect a cluster…»
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: { name: web, namespace: shop }
      spec:
        podSelector: { matchLabels: { app: web } } ⟵ 5 pods
        ingress:
      «Lets in every pod and every address outside on 8080/TCP of web, 8081/TCP of web-canary»
        - ports: [{ port: http }] ⟵ 8080 on web, 8081 on web-canary
      «Lets in nobody: no pod has a port named htttp»
        - from: [{ podSelector: { matchLabels: { app: db } } }] ⟵ 3 pods
          ports: [{ port: htttp }] ⟵ no such port on 2 workloads
        egress:
      «Lets out to 1 pod on 8081/TCP»
        - to: [{ podSelector: { matchLabels: { track: canary } } }] ⟵ 1 pod
          ports:
          - port: http ⟵ 8081 on web-canary"
    `);
  });

  test('addresses stand beside pods; rules of a direction that policyTypes leaves out do nothing', () => {
    const text = policy(`
podSelector: { matchLabels: { app: web } }
policyTypes: [Egress]
ingress:
- {}
egress:
- to:
  - ipBlock: { cidr: 10.0.0.0/8 }
  - ipBlock: { cidr: 192.0.2.0/24 }
  - podSelector: { matchLabels: { app: db } }
  ports: [{ port: 5432 }]
- to: [{ ipBlock: { cidr: 0.0.0.0/0 } }]
- {}`);
    expect(annotated(snapshotOf(shopWith(text)))).toMatchInlineSnapshot(`
      "«Isolates egress of 5 pods (web, web-canary) │ Pods from these files · connect a cluster…»
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: { name: web, namespace: shop }
      spec:
        podSelector: { matchLabels: { app: web } } ⟵ 5 pods
        policyTypes: [Egress]
        ingress:
      «Does nothing: policyTypes leaves ingress out»
        - {}
        egress:
      «Lets out to 3 pods and 10.0.0.0/8 and 192.0.2.0/24 on 5432/TCP»
        - to:
          - ipBlock: { cidr: 10.0.0.0/8 }
          - ipBlock: { cidr: 192.0.2.0/24 }
          - podSelector: { matchLabels: { app: db } } ⟵ 3 pods
          ports: [{ port: 5432 }]
      «Lets out to 11 pods and those of collector, in 2 namespaces and every address outside on all ports»
        - to: [{ ipBlock: { cidr: 0.0.0.0/0 } }]
      «Lets out to every pod and every address outside on all ports»
        - {}"
    `);
  });

  test("pods on their node's network may be meant or not", () => {
    const text = policy(`
podSelector: { matchLabels: { app: db } }
ingress:
- from: [{ namespaceSelector: { matchLabels: { team: platform } } }]
- from:
  - namespaceSelector: {}
    podSelector: { matchLabels: { app: node-exporter } }`);
    expect(annotated(snapshotOf(shopWith(text)))).toMatchInlineSnapshot(`
      "«Isolates ingress of 3 pods (db) │ Pods from these files · connect a cluster…»
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: { name: web, namespace: shop }
      spec:
        podSelector: { matchLabels: { app: db } } ⟵ 3 pods
        ingress:
      «Lets in 1 pod and those of collector in platform, perhaps also the pods of node-exporter, on all ports»
        - from: [{ namespaceSelector: { matchLabels: { team: platform } } }] ⟵ 1 namespace
      «Lets in perhaps the pods of node-exporter on all ports»
        - from:
          - namespaceSelector: {} ⟵ 2 namespaces
            podSelector: { matchLabels: { app: node-exporter } } ⟵ perhaps the pods of node-exporter"
    `);
  });

  test('namespaces that no file brings may exist elsewhere', () => {
    const text = policy(`
podSelector: { matchLabels: { app: db } }
egress:
- to: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: kube-system } } }]
  ports: [{ port: 53, protocol: UDP }]`);
    expect(annotated(snapshotOf(shopWith(text)))).toMatchInlineSnapshot(`
      "«Isolates ingress and egress of 3 pods (db) │ Pods from these files · connect a cluster…»
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: { name: web, namespace: shop }
      spec:
        podSelector: { matchLabels: { app: db } } ⟵ 3 pods
        egress:
      «Lets out to pods on 53/UDP · no such namespace known here: choose a source»
        - to: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: kube-system } } }] ⟵ no such namespace known here: choose a source
          ports: [{ port: 53, protocol: UDP }]"
    `);
  });
});

const WEB = policy(`
podSelector: { matchLabels: { app: web } }
ingress:
- from: [{ podSelector: { matchLabels: { app: gone } } }]`);

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
    const source = liveSource(SHOP, NOW - 4000, status);
    const titles = codeLenses(snapshotOf(shopWith(WEB), { source, now: NOW }), uriOf('policy.yaml')).map(
      ({ command }) => command?.title,
    );
    expect(titles).toEqual(expected);
  });

  test('pods of one namespace may be listed, those of another may not', () => {
    const refused = { state: 'forbidden', why: 'pods may not be listed', mend: 'list and watch pods' } as const;
    const readable = new Map([
      ['shop.yaml', SHOP.get('shop.yaml') ?? ''],
      ['platform.yaml', 'apiVersion: v1\nkind: Namespace\nmetadata: { name: platform }'],
    ]);
    const source = liveSource(readable, NOW, refused, [
      { kind: 'Pod', group: '', namespace: 'shop', status: { state: 'complete' } },
    ]);
    const text = policy('podSelector: {}\ningress: [{ from: [{ namespaceSelector: {} }] }]');
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
    const state = stateOfTexts(SHOP, { kind: 'snapshot', readAt: NOW });
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

describe('places come from the text alone', () => {
  test('a document that cannot be decoded keeps its answers at the places of the present text', () => {
    const readable = policy(`
podSelector: { matchLabels: { app: web } }
ingress:
- from: [{ podSelector: { matchLabels: { app: db } } }]`);
    const present = `# one line more\n${readable.replace('app: web', 'app: [')}  - ports:\n`;
    const half = readable
      .replace('ingress:', 'policyTypes: Ingress\n  ingress:')
      .replace(/$/, '  - ports: [{ port: 1 }]\n');
    expect(annotated(snapshotOf(shopWith(readable), { held: { 'policy.yaml': half } }))).toMatchInlineSnapshot(`
      "«Isolates ingress of 5 pods (web, web-canary) · as of the last readable text │ Pods from these files · connect a cluster…»
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: { name: web, namespace: shop }
      spec:
        podSelector: { matchLabels: { app: web } } ⟵ 5 pods · as of the last readable text
        policyTypes: Ingress
        ingress:
      «Lets in 3 pods on all ports · as of the last readable text»
        - from: [{ podSelector: { matchLabels: { app: db } } }] ⟵ 3 pods · as of the last readable text
      «Not read yet»
        - ports: [{ port: 1 }]"
    `);
    const places = (held: string): number[] =>
      codeLenses(snapshotOf(shopWith(readable), { held: { 'policy.yaml': held } }), uriOf('policy.yaml')).map(
        ({ range }) => range.start.line,
      );
    expect(places(present)[0]).toBe(1);
  });

  test('a text that was never readable still has its places', () => {
    const text = policy('podSelector: {}\ningress: [{}]\npolicyTypes: Ingress');
    const snapshot = snapshotOf(new Map([['policy.yaml', '']]), { held: { 'policy.yaml': text } });
    expect(annotated(snapshot)).toMatchInlineSnapshot(`
      "«Not evaluated: the text cannot be read yet │ Pods from these files · connect a cluster…»
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: { name: web, namespace: shop }
      spec:
        podSelector: {} ⟵ not known yet
      «Not evaluated»
        ingress: [{}]
        policyTypes: Ingress"
    `);
  });

  test('the same places with every source', () => {
    const places = [
      snapshotOf(new Map([['policy.yaml', WEB]])),
      snapshotOf(shopWith(WEB)),
      snapshotOf(shopWith(WEB), { source: { kind: 'files', indexing: { done: 0, total: 0 } } }),
      snapshotOf(shopWith(WEB), { source: liveSource(SHOP, NOW) }),
    ].map((snapshot) => codeLenses(snapshot, uriOf('policy.yaml')).map(({ range }) => range));
    for (const other of places) expect(other).toEqual(places[0]);
  });

  test('policies of a List and several documents each have their own', () => {
    const item = {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'a', namespace: 'shop' },
    };
    const list = JSON.stringify(
      { apiVersion: 'v1', kind: 'List', items: [{ ...item, spec: { podSelector: {} } }] },
      null,
      1,
    );
    const lenses = codeLenses(snapshotOf(shopWith(list, 'list.json')), uriOf('list.json'));
    expect(lenses.map(({ range, command }) => `${range.start.line}: ${command?.title ?? ''}`)).toEqual([
      '4: Isolates ingress of 10 pods (db, web, web-canary and 1 more)',
      '4: Pods from these files · connect a cluster…',
    ]);
    expect(annotated(snapshotOf(shopWith(`${WEB}---\n${WEB.replace('name: web', 'name: other')}`))))
      .toMatchInlineSnapshot(`
      "«Isolates ingress of 5 pods (web, web-canary) │ Pods from these files · connect a cluster…»
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: { name: web, namespace: shop }
      spec:
        podSelector: { matchLabels: { app: web } } ⟵ 5 pods
        ingress:
      «Lets in nobody: no pod matches»
        - from: [{ podSelector: { matchLabels: { app: gone } } }] ⟵ 0 pods
      ---
      «Isolates ingress of 5 pods (web, web-canary) │ Pods from these files · connect a cluster…»
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: { name: other, namespace: shop }
      spec:
        podSelector: { matchLabels: { app: web } } ⟵ 5 pods
        ingress:
      «Lets in nobody: no pod matches»
        - from: [{ podSelector: { matchLabels: { app: gone } } }] ⟵ 0 pods"
    `);
  });

  test('a policy that does not count says what counts instead', () => {
    const files = new Map([...shopWith(WEB), ['zz.yaml', WEB]]);
    expect(annotated(snapshotOf(files)).split('\n')[0]).toMatchInlineSnapshot(
      `"«Not evaluated: zz.yaml writes it once more, and that counts │ Pods from these files · connect a cluster…»"`,
    );
    expect(annotated(snapshotOf(shopWith(`${WEB}---\n${WEB}`))).split('\n')[0]).toMatchInlineSnapshot(
      `"«Not evaluated: this file writes it once more below, and that counts │ Pods from these files · connect a cluster…»"`,
    );
    const refused = snapshotOf(shopWith(WEB), { refused: ['web'] });
    expect(annotated(refused).split('\n')[0]).toMatchInlineSnapshot(
      `"«Not evaluated: the API server would refuse it as it stands │ Pods from these files · connect a cluster…»"`,
    );
    expect(annotated(snapshotOf(shopWith(WEB), { fragments: ['policy.yaml'] })).split('\n')[0]).toMatchInlineSnapshot(
      `"«Not evaluated: this is a patch, which Kustomize lays over another file │ Pods from these files · connect a cluster…»"`,
    );
  });
});

describe('lenses are resolved one by one', () => {
  const file = uriOf('policy.yaml');

  test('places come without titles that have to be worked out, and resolve to the same lenses', () => {
    const snapshot = snapshotOf(shopWith(WEB));
    const places = codeLensPlaces(snapshot, file);
    expect(places.map(({ command }) => command?.title)).toEqual([
      undefined,
      'Pods from these files · connect a cluster…',
      undefined,
    ]);
    const sent = JSON.parse(JSON.stringify(places)) as typeof places;
    expect(sent.map((lens) => resolveCodeLens(snapshot, lens))).toEqual(codeLenses(snapshot, file));
  });

  test('a lens of an earlier text finds its policy again, and has no words once that is gone', () => {
    const [lens] = codeLensPlaces(snapshotOf(shopWith(WEB)), file);
    const titleIn = (text: string): string | undefined =>
      lens && resolveCodeLens(snapshotOf(shopWith(text)), lens).command?.title;
    expect(titleIn(`${policy('podSelector: {}', 'name: first, namespace: shop')}---\n${WEB}`)).toBe(
      'Isolates ingress of 5 pods (web, web-canary)',
    );
    expect(titleIn('kind: Other')).toBe('');
  });
});

test('each kind stands where the settings put it', () => {
  const lens = { policy: 'inlay', rule: 'off', selector: 'lens' } as const;
  expect(annotated(snapshotOf(shopWith(WEB), { settings: { lens } }))).toMatchInlineSnapshot(`
    "apiVersion: networking.k8s.io/v1 ⟵ Isolates ingress of 5 pods (web, web-canary)
    kind: NetworkPolicy
    metadata: { name: web, namespace: shop }
    spec:
    «5 pods»
      podSelector: { matchLabels: { app: web } }
      ingress:
    «0 pods»
      - from: [{ podSelector: { matchLabels: { app: gone } } }]"
  `);
});
