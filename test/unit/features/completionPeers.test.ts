/** Whole peers and rules that completion writes. */
import { describe, expect, test } from 'vitest';
import { completionsAt } from '../../support/completions.ts';
import { fixture } from '../../support/fixture.ts';
import { policy, SHOP } from '../../support/shopManifests.ts';

const at = (marked: string): ReturnType<typeof completionsAt> => completionsAt(marked, SHOP);

describe('whole peers and rules', () => {
  const peers = at(policy('podSelector: {}\ningress:\n- from:\n  - $0'));

  test('stand for workloads, those of the policy’s namespace first', () => {
    expect(peers.labels.filter((label) => label.startsWith('from the pods of'))).toEqual([
      'from the pods of web',
      'from the pods of db',
      'from the pods of web-old',
      'from the pods of web-canary',
      'from the pods of platform/collector',
      'from the pods of platform/prometheus',
    ]);
  });

  test('name another namespace by the label that every namespace has', () => {
    expect(peers.take('from the pods of platform/prometheus')).toContain(`  - from:
    - namespaceSelector:
        matchLabels:
          kubernetes.io/metadata.name: platform
      podSelector:
        matchLabels:
          app: prometheus
`);
  });

  test('take the labels that the Service or the controller selects', () => {
    const more = fixture(`
#- more.yaml
apiVersion: apps/v1
kind: Deployment
metadata: { name: cart, namespace: shop }
spec:
  selector: { matchLabels: { app: cart } }
  template:
    metadata: { labels: { app: cart, version: v2, helm.sh/chart: cart-1.2 } }
    spec: { containers: [] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: pay, namespace: shop }
spec:
  template:
    metadata: { labels: { app: pay, role: api, version: v2 } }
    spec: { containers: [] }
---
apiVersion: v1
kind: Service
metadata: { name: pay, namespace: shop }
spec: { selector: { role: api }, ports: [{ port: 80, targetPort: 8080 }] }
`).files;
    const text = policy('podSelector: {}\negress: [{ to: [{ $0 }] }]');
    const offered = completionsAt(text, new Map([...SHOP, ...more]));
    expect(offered.take('to the pods of cart')).toContain('podSelector: { matchLabels: { app: cart } } }');
    expect(offered.take('to the pods of pay')).toContain('podSelector: { matchLabels: { role: api } } }');
    expect(offered.detailed).toContain('to the pods of pay: 1 pod · pay · these files');
    const rules = completionsAt(policy('podSelector: {}\negress:\n- $0'), new Map([...SHOP, ...more]));
    expect(rules.take('to the pods of pay on 8080/TCP')).toContain('    ports:\n    - protocol: TCP\n      port: 8080');
  });
});

test('a rule for DNS is at hand for egress', () => {
  const offered = at(policy('egress:\n- $0'));
  expect(offered.labels.slice(0, 3)).toEqual(['to', 'ports', 'to the DNS servers']);
  expect(offered.take('to the DNS servers')).toContain(
    'k8s-app: kube-dns\n    ports:\n    - protocol: UDP\n      port: 53',
  );
});

test('what the labels of a workload select beside it is said', () => {
  const service = fixture(`
#- service.yaml
apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec: { selector: { app: web }, ports: [{ port: 80 }] }
`).files;
  const { detailed } = completionsAt(policy('ingress:\n- from:\n  - $0'), new Map([...SHOP, ...service]));
  expect(detailed).toContain('from the pods of web: 5 pods · web, web-canary · these files');
});
