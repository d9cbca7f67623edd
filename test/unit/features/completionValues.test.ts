/** What completion offers as labels, ports and addresses. */
import { describe, expect, test } from 'vitest';
import { liveSource } from '../../support/clusterSource.ts';
import { completionsAt } from '../../support/completions.ts';
import { fixture } from '../../support/fixture.ts';
import { policy, SHOP } from '../../support/shopManifests.ts';

const at = (marked: string): ReturnType<typeof completionsAt> => completionsAt(marked, SHOP);

describe('labels', () => {
  test('of the pods that a selector looks at, the most used first', () => {
    expect(at(policy('podSelector: { matchLabels: { $0 } }')).detailed).toEqual([
      'app: 10 pods · db, web, web-canary and 1 more · these files',
      'track: 5 pods · web, web-canary · these files',
    ]);
    expect(at(policy('podSelector: { matchLabels: { app: $0 } }')).detailed).toEqual([
      'web: 5 pods · web, web-canary · these files',
      'db: 3 pods · db · these files',
      'webapp: 2 pods · web-old · these files',
    ]);
  });

  test('that select nothing beside the others come last and say so', () => {
    expect(at(policy('podSelector: { matchLabels: { track: canary, app: $0 } }')).detailed).toEqual([
      'web: 1 pod · web-canary · these files',
      'db: nothing together with track=canary; alone 3 pods · db · these files',
      'webapp: nothing together with track=canary; alone 2 pods · web-old · these files',
    ]);
  });

  test('of other namespaces where the peer selects those', () => {
    const peer = (namespaces: string): string =>
      policy(`ingress:\n- from:\n  - namespaceSelector: ${namespaces}\n    podSelector: { matchLabels: { app: $0 } }`);
    expect(at(peer('{ matchLabels: { team: platform } }')).labels).toEqual([
      'collector',
      'node-exporter',
      'prometheus',
    ]);
    expect(at(peer('{}')).labels).toContain('db');
  });

  test('of namespaces in a namespaceSelector', () => {
    const selector = (labels: string): string =>
      policy(`ingress:\n- from:\n  - namespaceSelector: { matchLabels: { ${labels} } }`);
    expect(at(selector('$0')).detailed).toEqual([
      'kubernetes.io/metadata.name: 2 namespaces · platform, shop · these files',
      'team: 2 namespaces · platform, shop · these files',
    ]);
    expect(at(selector('kubernetes.io/metadata.name: $0')).labels).toEqual(['platform', 'shop']);
    expect(at(selector('kubernetes.io/metadata.name: $0, team: shop')).labels).toEqual(['shop', 'platform']);
  });

  test('in expressions', () => {
    const condition = (text: string): string => policy(`podSelector: { matchExpressions: [{ ${text} }] }`);
    expect(at(condition('key: $0')).labels).toEqual(['app', 'track']);
    expect(at(condition('key: app, operator: In, values: [web, $0]')).labels).toEqual(['db', 'webapp']);
    expect(at(condition('key: app, operator: $0')).labels).toEqual(['In', 'NotIn', 'Exists', 'DoesNotExist']);
    expect(at(condition('key: app, operator: $0, values: [web]')).labels).toEqual(['In', 'NotIn']);
  });

  const ODD = fixture(`
#- odd.yaml
apiVersion: v1
kind: Pod
metadata:
  name: odd
  namespace: odd
  labels: { answer: "yes", version: "1.0", octal: "010", pod-template-hash: abc12, constructor: "y" }
spec: {}
`).files;

  test.each([
    ['answer', 'yes', '"yes"'],
    ['version', '1.0', '"1.0"'],
    ['octal', '010', '"010"'],
    ['constructor', 'y', '"y"'],
  ])('are quoted where YAML 1.1 would read something else: %s', (key, value, written) => {
    const text = policy(`podSelector: { matchLabels: { ${key}: $0 } }`, 'name: x, namespace: odd');
    expect(completionsAt(text, ODD).take(value)).toContain(`${key}: ${written} }`);
  });

  test('of one generation of pods are not offered', () => {
    const text = policy('podSelector: { matchLabels: { $0 } }', 'name: x, namespace: odd');
    expect(completionsAt(text, ODD).labels).not.toContain('pod-template-hash');
  });

  test('stay in the quotes that are there', () => {
    expect(at(policy('podSelector: { matchLabels: { app: "we$0" } }')).take('web')).toContain('app: web }');
    expect(at('{ "kind": "NetworkPolicy", "metadata": { "namespace": "$0" } }').take('shop')).toContain(
      '"namespace": "shop"',
    );
  });
});

describe('ports', () => {
  test('of the selected pods for ingress, with who has them', () => {
    const text = policy('podSelector: { matchLabels: { app: web } }\ningress:\n- ports:\n  - port: $0');
    expect(at(text).detailed).toEqual([
      'http: 8080, 8081 on 5 pods · web, web-canary · these files',
      '8080: http of 4 pods · web · these files',
      '8081: http of 1 pod · web-canary · these files',
    ]);
  });

  test('of the peers for egress', () => {
    const text = policy(
      'podSelector: {}\negress:\n- to:\n  - podSelector: { matchLabels: { app: db } }\n  ports:\n  - $0',
    );
    expect(at(text).labels).toEqual(['protocol', 'port', '5432/TCP']);
    expect(at(text).take('5432/TCP')).toContain('    - protocol: TCP\n      port: 5432');
  });

  test('behind a Service count where containers declare none', () => {
    const service = fixture(`
#- service.yaml
apiVersion: v1
kind: Service
metadata: { name: old, namespace: shop }
spec: { selector: { app: webapp }, ports: [{ port: 80, targetPort: 3000 }] }
`).files;
    const text = policy('podSelector: { matchLabels: { app: webapp } }\ningress:\n- ports: [{ port: $0 }]');
    expect(completionsAt(text, new Map([...SHOP, ...service])).labels).toEqual(['3000']);
  });
});

describe('addresses', () => {
  test('of nodes first, then those that everybody needs', () => {
    const source = liveSource(SHOP, 0);
    if (!('state' in source)) throw new Error('a live source has a state');
    const nodes = [
      { name: 'a', labels: {}, ips: ['192.168.4.5'] },
      { name: 'b', labels: {}, ips: ['192.168.4.9'] },
    ];
    const text = policy('podSelector: {}\negress: [{ to: [{ ipBlock: { cidr: $0 } }] }]');
    const { detailed } = completionsAt(text, SHOP, {
      source: { ...source, state: { ...source.state, nodes } },
      now: 4000,
    });
    expect(detailed.slice(0, 4)).toEqual([
      '192.168.4.0/28: holds all 2 nodes · live: prod-eu, 4 s ago',
      '192.168.4.5/32: node a · live: prod-eu, 4 s ago',
      '192.168.4.9/32: node b · live: prod-eu, 4 s ago',
      '0.0.0.0/0: every IPv4 address',
    ]);
  });

  test('that are to be left out lie within the block', () => {
    const text = policy('podSelector: {}\negress: [{ to: [{ ipBlock: { cidr: 10.0.0.0/7, except: [$0] } }] }]');
    expect(at(text).labels).toEqual(['10.0.0.0/8']);
  });
});
