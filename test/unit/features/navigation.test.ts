/** From a selector to what it matches, and from what it matches back to the policies. */
import { describe, expect, test } from 'vitest';
import { definition } from '../../../server/src/features/definition.ts';
import type { Place } from '../../../server/src/features/objectPlaces.ts';
import { goneText, objectView } from '../../../server/src/features/objectView.ts';
import { references } from '../../../server/src/features/references.ts';
import { symbolRange, workspaceSymbols } from '../../../server/src/features/workspaceSymbol.ts';
import { objectOfQuery, objectUri } from '../../../server/src/protocol/objects.ts';
import { lineIndex } from '../../../server/src/syntax/lineIndex.ts';
import type { WorkspaceSnapshot } from '../../../server/src/workspace/snapshot.ts';
import { liveSource } from '../../support/clusterSource.ts';
import { fixture } from '../../support/fixture.ts';
import { SHOP, policy } from '../../support/shopManifests.ts';
import { snapshotOf, uriOf, type SnapshotOptions } from '../../support/snapshotOf.ts';

const SERVICE = `apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec: { selector: { app: web }, ports: [{ port: 80, targetPort: http }] }
`;

interface Asked {
  readonly snapshot: WorkspaceSnapshot;
  readonly uri: string;
  readonly offset: number;
}

function asked(marked: string, options: SnapshotOptions = {}, shop: ReadonlyMap<string, string> = SHOP): Asked {
  const { files, cursor } = fixture(marked);
  if (cursor === undefined) throw new Error('the text has no $0');
  const snapshot = snapshotOf(new Map([...shop, ...files]), options);
  return { snapshot, uri: uriOf(cursor.file), offset: cursor.offset };
}

/** `FILE:LINE text`, of a view its path. */
function shown(snapshot: WorkspaceSnapshot, places: readonly Place[]): readonly string[] {
  return places.map(({ uri, selection }) => {
    const text = snapshot.files.get(uri)?.file.text;
    const where = `${(uri.split('?')[0] ?? '').replace('file:///', '')}:${selection.start.line + 1}`;
    if (text === undefined) return where;
    const lines = lineIndex(text);
    return `${where} ${text.slice(lines.offset(selection.start), lines.offset(selection.end))}`;
  });
}

function definitions(marked: string, options?: SnapshotOptions, shop?: ReadonlyMap<string, string>): readonly string[] {
  const { snapshot, uri, offset } = asked(marked, options, shop);
  return shown(snapshot, definition(snapshot, uri, offset, { views: true })?.places ?? []);
}

function referring(marked: string, options?: SnapshotOptions, shop?: ReadonlyMap<string, string>): readonly string[] {
  const { snapshot, uri, offset } = asked(marked, options, shop);
  return shown(snapshot, references(snapshot, uri, offset, { views: true, declaration: false }));
}

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
    expect(definitions(SERVICE.replace('app:', '$0app:'))).toEqual(['shop.yaml:11 app', 'shop.yaml:19 app']);
    expect(definitions(SERVICE.replace('http', '$0http'))).toEqual(['shop.yaml:12 name', 'shop.yaml:20 name']);
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
      ['service.yaml', SERVICE],
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

describe('references', () => {
  const POLICIES = `#- web.yaml
${policy('podSelector: { matchLabels: { app: web } }\negress:\n- to:\n  - podSelector: { matchLabels: { app: db } }\n- ports: [{ port: 53 }]\npolicyTypes: [Egress]')}
#- monitoring.yaml
${policy('podSelector: {}\ningress:\n- from:\n  - namespaceSelector: { matchLabels: { team: shop } }\n    podSelector: { matchExpressions: [{ key: app, operator: In, values: [web, api] }] }\npolicyTypes: [Ingress]', 'name: all, namespace: platform')}
#- ignored.yaml
${policy('podSelector: { matchLabels: { app: gone } }\ningress:\n- from: [{ podSelector: {} }]\npolicyTypes: [Egress]', 'name: ignored, namespace: shop')}
`;
  const shopAt = (mark: string): string =>
    `${POLICIES}#- shop.yaml\n${(SHOP.get('shop.yaml') ?? '').replace(mark, `${mark}$0`)}`;

  test('to a workload are the selectors, peers and rules that select or admit it', () => {
    expect(referring(shopAt('metadata: { name: web'))).toEqual([
      'web.yaml:5 podSelector',
      'web.yaml:9 ports',
      'monitoring.yaml:9 podSelector',
    ]);
    expect(referring(shopAt('metadata: { name: db'))).toEqual(['web.yaml:8 podSelector', 'web.yaml:9 ports']);
  });

  test('to one of its labels are those that ask for it', () => {
    expect(referring(shopAt('labels: { app: we'))).toEqual(['web.yaml:5 app', 'monitoring.yaml:9 key']);
    expect(referring(shopAt('track: stab'))).toEqual([]);
  });

  test('to a Service are those to the pods behind it', () => {
    expect(referring(`${POLICIES}#- service.yaml\n${SERVICE.replace('name: w', 'name: $0w')}`)).toEqual([
      'web.yaml:5 podSelector',
      'web.yaml:9 ports',
      'monitoring.yaml:9 podSelector',
    ]);
  });

  test('to a namespace are the peers that name it and the policies in it', () => {
    expect(referring(shopAt('metadata: { name: sh'))).toEqual([
      'monitoring.yaml:8 namespaceSelector',
      'web.yaml:3 namespace',
      'ignored.yaml:3 namespace',
    ]);
    expect(referring(shopAt('labels: { tea'))).toEqual(['monitoring.yaml:8 team']);
  });

  test('to a policy’s selector are the workloads that it selects, to its name nothing', () => {
    expect(referring(policy('podSel$0ector: { matchLabels: { app: db } }'))).toEqual(['shop.yaml:37 labels']);
    expect(referring(policy('podSelector: {}', 'name: we$0b, namespace: shop'))).toEqual([]);
  });

  test('have the object itself where that is asked for', () => {
    const { snapshot, uri, offset } = asked(shopAt('metadata: { name: web-o'));
    expect(shown(snapshot, references(snapshot, uri, offset, { views: true, declaration: true }))).toEqual([
      'shop.yaml:24 name',
      'web.yaml:9 ports',
    ]);
  });

  test('lead to a policy that only the cluster has, and not to a file that says something else', () => {
    const files = fixture(POLICIES).files;
    const source = liveSource(new Map([...SHOP, ...files]), 0);
    const other = policy('podSelector: { matchLabels: { app: db } }');
    const marked = `#- web.yaml\n${other}#- shop.yaml\n${(SHOP.get('shop.yaml') ?? '').replace('name: web,', 'name: we$0b,')}`;
    expect(referring(marked, { source }, new Map())).toEqual(['bulkhead-object:/platform/all.NetworkPolicy.yaml:17']);
  });

  test('agree with what the policies’ own selectors match', () => {
    const { snapshot } = asked(shopAt('metadata: { name: web'));
    const uri = uriOf('web.yaml');
    const text = snapshot.files.get(uri)?.file.text ?? '';
    const selected = definition(snapshot, uri, text.indexOf('podSelector'), { views: true })?.places ?? [];
    expect(selected).not.toEqual([]);
    for (const { uri: of, selection } of selected) {
      const lines = lineIndex(snapshot.files.get(of)?.file.text ?? '');
      const back = references(snapshot, of, lines.offset(selection.start), { views: true, declaration: false });
      expect(shown(snapshot, back)).toContain('web.yaml:5 podSelector');
    }
  });
});

describe('symbols of the folder', () => {
  const snapshot = snapshotOf(
    new Map([...SHOP, ['service.yaml', SERVICE], ['policy.yaml', policy('podSelector: {}')]]),
  );
  const names = (query: string): readonly string[] =>
    workspaceSymbols(snapshot, query).map(({ name, containerName }) => `${name} ${containerName}`);

  test('are found by their name’s beginning, a part, or some of its letters, the nearest first', () => {
    expect(names('web')).toEqual([
      'shop/web Deployment',
      'shop/web Service',
      'shop/web NetworkPolicy',
      'shop/web-canary Deployment',
      'shop/web-old Deployment',
    ]);
    expect(names('WO')).toEqual(['shop/web-old Deployment']);
    expect(names('shop/db')).toEqual(['shop/db StatefulSet']);
    expect(names('platprom')).toEqual(['platform/prometheus Deployment']);
    expect(names('nothing here')).toEqual([]);
    expect(names('')).toHaveLength(11);
  });

  test('stand at the name of their object', () => {
    const [first] = workspaceSymbols(snapshot, 'canary');
    expect(first && symbolRange(snapshot, first.data)).toEqual({
      start: { line: 15, character: 18 },
      end: { line: 15, character: 28 },
    });
    expect(symbolRange(snapshot, { uri: uriOf('shop.yaml'), key: 'Pod/x/y', index: 0 })).toBeUndefined();
  });

  test('are no more than a picker shows', () => {
    const pods = Array.from(
      { length: 600 },
      (_, index) => `---\napiVersion: v1\nkind: Pod\nmetadata: { name: p${index} }\n`,
    );
    expect(workspaceSymbols(snapshotOf(new Map([['pods.yaml', pods.join('')]])), 'p')).toHaveLength(500);
  });
});
