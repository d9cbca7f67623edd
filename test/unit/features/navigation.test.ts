/** From a selector to what it matches, and to what no file holds. */
import { describe, expect, test } from 'vitest';
import { definition } from '../../../server/src/features/definition.ts';
import { goneText, objectView } from '../../../server/src/features/objectView.ts';
import { objectOfQuery, objectUri } from '../../../server/src/protocol/objects.ts';
import { liveSource } from '../../support/clusterSource.ts';
import { fixture } from '../../support/fixture.ts';
import { SHOP, policy } from '../../support/shopManifests.ts';
import { snapshotOf, uriOf } from '../../support/snapshotOf.ts';
import { asked, definitions, shown, WEB_SERVICE } from '../../support/navigations.ts';

describe('definition', () => {
  const peers = (mark: string): string =>
    policy(`
podSelector: { matchLabels: { app: web } }
ingress:
- from:
  - namespaceSelector: { matchLabels: { team: platform } }
    podSelector: { matchExpressions: [{ key: app, operator: In, values: [prometheus, collector] }] }
  - namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: shop } }
  ports: [{ port: http }, { port: 80 }]
`).replace(mark, `$0${mark}`);

  test('of a selector is where the pods’ templates have their labels', () => {
    expect(definitions(peers('podSelector: { matchLabels'))).toEqual(['shop.yaml:11 labels', 'shop.yaml:19 labels']);
  });

  test('of a label is that label', () => {
    expect(definitions(peers('app: web'))).toEqual(['shop.yaml:11 app', 'shop.yaml:19 app']);
    expect(definitions(peers('prometheus'))).toEqual(['platform.yaml:26 app', 'platform.yaml:10 app']);
  });

  test('of a namespace’s label, name and of the policy’s namespace are the namespaces', () => {
    expect(definitions(peers('team: platform'))).toEqual(['platform.yaml:3 team']);
    expect(definitions(peers('kubernetes.io/metadata.name'))).toEqual(['shop.yaml:3 name']);
    expect(definitions(peers('namespace: shop'))).toEqual(['shop.yaml:3 name']);
  });

  test('of a port’s name are the containers that have it', () => {
    expect(definitions(peers('http'))).toEqual(['shop.yaml:12 name', 'shop.yaml:20 name']);
    expect(definitions(peers('80 }'))).toEqual([]);
  });

  test('of a Service’s selector are the pods behind it', () => {
    expect(definitions(WEB_SERVICE.replace('app:', '$0app:'))).toEqual(['shop.yaml:11 app', 'shop.yaml:19 app']);
    expect(definitions(WEB_SERVICE.replace('http', '$0http'))).toEqual(['shop.yaml:12 name', 'shop.yaml:20 name']);
  });

  test.each(['kind', 'name: web', 'from', '- namespace'])('is none of %j', (mark) => {
    expect(definitions(peers(mark))).toEqual([]);
  });

  test('is the pods that a controller without a manifest has', () => {
    const pod = `apiVersion: v1
kind: Pod
metadata: { name: r-1, namespace: shop, labels: { app: rolled }, ownerReferences: [{ kind: Rollout, name: r, controller: true }] }
`;
    const text = policy('podSel$0ector: { matchLabels: { app: rolled } }');
    expect(definitions(`#- pods.yaml\n${pod}#- policy.yaml\n${text}`)).toEqual(['pods.yaml:3 labels']);
  });

  test('answers a half-typed text from what it was', () => {
    const readable = peers('app: web').replace('$0', '');
    const { files, cursor } = fixture(peers('app: web').replace('policyTypes', 'policyTypes:\n  -'));
    const present = (files.get('policy.yaml') ?? '').replace('ports: [', 'ports: ');
    const snapshot = snapshotOf(new Map([...SHOP, ['policy.yaml', readable]]), { held: { 'policy.yaml': present } });
    const found = definition(snapshot, uriOf('policy.yaml'), cursor?.offset ?? 0, { views: false });
    expect(shown(snapshot, found?.places ?? [])).toEqual(['shop.yaml:11 app', 'shop.yaml:19 app']);
  });
});

describe('what no file holds', () => {
  const NOW = new Date(2026, 10, 12, 9, 14).getTime();
  const live = { source: liveSource(SHOP, NOW - 4000), now: NOW };
  const NOTHING: ReadonlyMap<string, string> = new Map();

  test('is shown as the source knows it, at the line that is meant', () => {
    const text = policy('podSelector: { matchLabels: { $0app: web } }');
    expect(definitions(text, live, NOTHING)).toEqual([
      'bulkhead-object:/shop/web.Deployment.yaml:9',
      'bulkhead-object:/shop/web-canary.Deployment.yaml:9',
    ]);
    const { snapshot, uri, offset } = asked(text, live, NOTHING);
    const [first] = definition(snapshot, uri, offset, { views: true })?.places ?? [];
    const object = objectOfQuery(decodeURIComponent(first?.uri.split('?')[1] ?? ''));
    expect(object).toEqual({ document: uri, kind: 'Deployment', namespace: 'shop', name: 'web' });
    expect(object && objectView(snapshot, object)?.text).toMatchInlineSnapshot(`
      "# Read-only: what Bulkhead reads of this Deployment, not the whole object
      # From live: prod-eu, 4 s ago; shown as of 09:14
      # 4 pods
      apiVersion: v1
      kind: Pod
      metadata:
        namespace: shop
        labels:
          app: web
          track: stable
        ownerReferences:
          - kind: Deployment
            name: web
            controller: true
      spec:
        containers:
          - ports:
              - name: http
                containerPort: 8080
                protocol: TCP
      "
    `);
  });

  test('is not offered to a client that cannot show it', () => {
    const { snapshot, uri, offset } = asked(policy('podSel$0ector: {}'), live, NOTHING);
    expect(definition(snapshot, uri, offset, { views: false })).toBeUndefined();
  });

  test('of a namespace, a Service and a policy is what Bulkhead reads of them', () => {
    const shop = new Map([
      ...SHOP,
      ['service.yaml', WEB_SERVICE],
      [
        'policy.yaml',
        policy('podSelector: {}\ningress:\n- from:\n  - ipBlock: { cidr: 10.0.0.0/8 }\n  ports: [{ port: http }]'),
      ],
    ]);
    const snapshot = snapshotOf(NOTHING, { source: liveSource(shop, NOW - 4000), now: NOW });
    const texts = [
      { kind: 'Namespace', namespace: '', name: 'shop' },
      { kind: 'Service', namespace: 'shop', name: 'web' },
      { kind: 'NetworkPolicy', namespace: 'shop', name: 'web' },
    ].map((object) => objectView(snapshot, object)?.text);
    expect(texts.join('---\n')).toMatchInlineSnapshot(`
      "# Read-only: what Bulkhead reads of this Namespace, not the whole object
      # From live: prod-eu, 4 s ago; shown as of 09:14
      apiVersion: v1
      kind: Namespace
      metadata:
        name: shop
        labels:
          team: shop
      ---
      # Read-only: what Bulkhead reads of this Service, not the whole object
      # From live: prod-eu, 4 s ago; shown as of 09:14
      apiVersion: v1
      kind: Service
      metadata:
        name: web
        namespace: shop
      spec:
        type: ClusterIP
        selector:
          app: web
        ports:
          - protocol: TCP
            port: 80
            targetPort: http
      ---
      # Read-only: what Bulkhead reads of this NetworkPolicy, not the whole object
      # From live: prod-eu, 4 s ago; shown as of 09:14
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata:
        name: web
        namespace: shop
      spec:
        podSelector: {}
        ingress:
          - from:
              - ipBlock:
                  cidr: "10.0.0.0/8"
            ports:
              - port: http
      "
    `);
    expect(objectView(snapshot, { kind: 'Service', namespace: 'shop', name: 'gone' })).toBeUndefined();
    expect(goneText(snapshot, { kind: 'Service', namespace: 'shop', name: 'gone' })).toBe(
      '# Service shop/gone is not known to live: prod-eu, 4 s ago\n',
    );
  });

  test('has hostile names in no path and no line of its own', () => {
    const name = '../../x/\n# y\u202e?a=b#c';
    const uri = objectUri({ document: 'file:///a b', kind: 'Pod', namespace: '..', name });
    expect(uri).toMatch(/^bulkhead-object:\/_\/\.\._\.\._x____y__a_b_c\.Pod\.yaml\?[\w%.'()*!~-]+$/);
    expect(objectOfQuery(decodeURIComponent(uri.split('?')[1] ?? ''))).toEqual({
      document: 'file:///a b',
      kind: 'Pod',
      namespace: '..',
      name,
    });
    for (const query of ['', '{}', '[1,2,3,4]', '["a"]', 'null']) expect(objectOfQuery(query)).toBeUndefined();
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace: 'x', labels: { __proto__x: 'a\u2028b', yes: '1' } },
    };
    const snapshot = snapshotOf(NOTHING, {
      source: liveSource(new Map([['p.json', JSON.stringify(pod)]]), NOW),
      now: NOW,
    });
    const { text = '' } = objectView(snapshot, { kind: 'Pod', namespace: 'x', name }) ?? {};
    expect(text).toContain('    "yes": "1"\n');
    expect(text).not.toMatch(/[^ -~\n…]/);
    expect(text.split('\n').filter((line) => line.startsWith('# y'))).toEqual([]);
  });
});
