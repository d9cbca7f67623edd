import { describe, expect, test } from 'vitest';
import { annotated } from '../../support/annotations.ts';
import { policy, shopWith } from '../../support/shopManifests.ts';
import { snapshotOf } from '../../support/snapshotOf.ts';

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
