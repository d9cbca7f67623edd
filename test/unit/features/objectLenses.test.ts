/** What stands above workloads, Services and Namespaces, and the list behind it. */
import { describe, expect, test } from 'vitest';
import { codeLenses } from '../../../server/src/features/codeLens.ts';
import { matches } from '../../../server/src/features/matches.ts';
import { DEFAULT_ENGINE_OPTIONS } from '../../../server/src/model/cluster.ts';
import type { MatchesParams } from '../../../server/src/protocol/matches.ts';
import type { SourceState } from '../../../server/src/workspace/clusterSource.ts';
import { EMPTY_TABLE } from '../../../server/src/workspace/objectTable.ts';
import { compileUniverse, overlaidParts } from '../../../server/src/workspace/universe.ts';
import { unreadScopes } from '../../../server/src/workspace/unreadScopes.ts';
import { annotated } from '../../support/annotations.ts';
import { liveSource, stateOfTexts } from '../../support/clusterSource.ts';
import { fixture } from '../../support/fixture.ts';
import { SHOP, policy } from '../../support/shopManifests.ts';
import { snapshotOf, uriOf, type SnapshotOptions } from '../../support/snapshotOf.ts';

const SERVICES = `
apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec: { selector: { app: web }, ports: [{ port: 80, targetPort: http }] }
---
apiVersion: v1
kind: Service
metadata: { name: db, namespace: shop }
spec: { selector: { app: db }, ports: [{ port: 5432 }] }
---
apiVersion: v1
kind: Service
metadata: { name: gone, namespace: shop }
spec: { selector: { app: gone }, ports: [{ port: 80 }] }
---
apiVersion: v1
kind: Service
metadata: { name: outside, namespace: shop }
spec: { ports: [{ port: 443 }] }
---
apiVersion: v1
kind: Service
metadata: { name: nodes, namespace: platform }
spec: { selector: { app: node-exporter }, ports: [{ port: 9100 }] }
`;

const WEB = policy(`
podSelector: { matchLabels: { app: web } }
ingress:
- from: [{ namespaceSelector: { matchLabels: { team: platform } } }]
  ports: [{ port: http }]`);
const DENY = policy('podSelector: {}\npolicyTypes: [Ingress]', 'name: default-deny, namespace: shop');
const CANARY = policy(
  'podSelector: { matchLabels: { track: canary } }\npolicyTypes: [Egress]',
  'name: canary, namespace: shop',
);

function shop(more: string, options?: SnapshotOptions) {
  const { files } = fixture(more);
  return snapshotOf(new Map([...SHOP, ['services.yaml', SERVICES], ...files]), options);
}

/** The lenses of a file, each with the name of what it stands above. */
function lenses(snapshot: ReturnType<typeof shop>, file: string): readonly string[] {
  const lines = (snapshot.files.get(uriOf(file))?.file.text ?? '').split('\n');
  return codeLenses(snapshot, uriOf(file)).map(({ range, command }) => {
    const name = lines
      .slice(range.start.line)
      .join(' ')
      .match(/kind: (\w+) metadata: \{ name: ([\w-]+)/);
    return `${name?.[1]} ${name?.[2]}: ${command?.title}`;
  });
}

describe('without policies everything is open', () => {
  test('workloads and the namespace', () => {
    expect(lenses(shop(''), 'shop.yaml')).toMatchInlineSnapshot(`
      [
        "Namespace shop: No default-deny · no policy · 10 pods, none isolated",
        "Deployment web: Ingress and egress open: no policy isolates it",
        "Deployment web-canary: Ingress and egress open: no policy isolates it",
        "Deployment web-old: Ingress and egress open: no policy isolates it",
        "StatefulSet db: Ingress and egress open: no policy isolates it",
      ]
    `);
  });

  test('Services', () => {
    expect(lenses(shop(''), 'services.yaml')).toMatchInlineSnapshot(`
      [
        "Service web: Leads to 5 pods (web, web-canary) on 8080,8081/TCP · ingress open: no policy isolates it",
        "Service db: Leads to 3 pods (db) on 5432/TCP · ingress open: no policy isolates it",
        "Service gone: Leads to no pod: none has its labels",
        "Service outside: Without a selector: which pods it leads to is not known",
        "Service nodes: Leads to the pods of node-exporter (node-exporter) on 9100/TCP · ingress open: no policy isolates it",
      ]
    `);
  });
});

describe('with policies', () => {
  const snapshot = shop(`#- policies.yaml\n${WEB}---\n${DENY}---\n${CANARY}`);

  test('workloads name those that isolate them, and what stays open', () => {
    expect(lenses(snapshot, 'shop.yaml')).toMatchInlineSnapshot(`
      [
        "Namespace shop: Default-deny for ingress, not for egress · 3 policies · 10 pods, ingress of all and egress of 1 isolated",
        "Deployment web: Ingress isolated by shop/default-deny, shop/web · egress open: no policy isolates it",
        "Deployment web-canary: Ingress isolated by shop/default-deny, shop/web · egress isolated by shop/canary",
        "Deployment web-old: Ingress isolated by shop/default-deny · egress open: no policy isolates it",
        "StatefulSet db: Ingress isolated by shop/default-deny · egress open: no policy isolates it",
      ]
    `);
  });

  test('Services name those that let traffic in to the ports of their pods', () => {
    expect(lenses(snapshot, 'services.yaml')).toMatchInlineSnapshot(`
      [
        "Service web: Leads to 5 pods (web, web-canary) on 8080,8081/TCP · let in by shop/web",
        "Service db: Leads to 3 pods (db) on 5432/TCP · no policy lets anything in there",
        "Service gone: Leads to no pod: none has its labels",
        "Service outside: Without a selector: which pods it leads to is not known",
        "Service nodes: Leads to the pods of node-exporter (node-exporter) on 9100/TCP · ingress open: no policy isolates it",
      ]
    `);
  });

  test('the list leads to the policies, and to those that have the pods as a peer', () => {
    const list = (object: string, uri = uriOf('shop.yaml')): readonly string[] => {
      const { title, items } = matches(snapshot, { uri, object, policy: '', path: '' });
      return [
        title,
        ...items.map(({ label, description, detail, location }) =>
          [label, description, detail, location && `${location.uri}:${location.line}`].filter(Boolean).join(' | '),
        ),
      ];
    };
    expect(list('Deployment/shop/web-canary')).toMatchInlineSnapshot(`
      [
        "Ingress isolated by shop/default-deny, shop/web · egress isolated by shop/canary",
        "shop/canary | NetworkPolicy · isolates egress | file:///policies.yaml:16",
        "shop/default-deny | NetworkPolicy · isolates ingress | file:///policies.yaml:9",
        "shop/web | NetworkPolicy · isolates ingress | file:///policies.yaml:0",
      ]
    `);
    expect(list('Deployment/platform/prometheus', uriOf('platform.yaml'))).toMatchInlineSnapshot(`
      [
        "Ingress and egress open: no policy isolates it",
        "shop/web | NetworkPolicy · has it as a peer | ingress rule 1 | file:///policies.yaml:0",
      ]
    `);
    expect(list('Service/shop/web', uriOf('services.yaml'))).toMatchInlineSnapshot(`
      [
        "Leads to 5 pods (web, web-canary) on 8080,8081/TCP · let in by shop/web",
        "shop/canary | NetworkPolicy · isolates egress | file:///policies.yaml:16",
        "shop/default-deny | NetworkPolicy · isolates ingress | file:///policies.yaml:9",
        "shop/web | NetworkPolicy · isolates ingress | file:///policies.yaml:0",
      ]
    `);
    expect(list('Namespace//shop')).toMatchInlineSnapshot(`
      [
        "Default-deny for ingress, not for egress · 3 policies · 10 pods, ingress of all and egress of 1 isolated",
        "shop/canary | NetworkPolicy · isolates egress | file:///policies.yaml:16",
        "shop/default-deny | NetworkPolicy · isolates ingress | file:///policies.yaml:9",
        "shop/web | NetworkPolicy · isolates ingress | file:///policies.yaml:0",
      ]
    `);
    expect(list('Namespace//platform', uriOf('platform.yaml'))).toMatchInlineSnapshot(`
      [
        "No default-deny · no policy · 3 pods, none isolated",
        "shop/web | NetworkPolicy · has it as a peer | ingress rule 1 | file:///policies.yaml:0",
      ]
    `);
    expect(list('Deployment/shop/gone')).toEqual(['This is no longer in the text']);
  });

  test('every lens leads to its list', () => {
    for (const { command } of codeLenses(snapshot, uriOf('shop.yaml'))) {
      const [argument] = (command?.arguments ?? []) as MatchesParams[];
      expect(argument && matches(snapshot, argument).title).toBe(command?.title);
    }
  });
});

describe('what is not known is not called open', () => {
  const deployment = `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: new, namespace: shop }\nspec: { replicas: 0, template: { metadata: { labels: { app: new } } } }\n`;

  test('a placeholder in a selector', () => {
    const text = policy('podSelector: { matchLabels: { app: "${APP}" } }', 'name: perhaps, namespace: shop');
    expect(lenses(shop(`#- policies.yaml\n${text}`), 'shop.yaml').slice(0, 2)).toMatchInlineSnapshot(`
      [
        "Namespace shop: Default-deny not known · 1 policy · 10 pods, none isolated, of 10 not known",
        "Deployment web: Ingress perhaps isolated by shop/perhaps · egress open: no policy isolates it",
      ]
    `);
  });

  test('a policy of another API', () => {
    const text = `apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: { name: other, namespace: shop }\nspec: {}\n`;
    expect(lenses(shop(`#- other.yaml\n${text}`), 'shop.yaml').slice(0, 2)).toMatchInlineSnapshot(`
      [
        "Namespace shop: No default-deny · no policy · 10 pods, none isolated, of 10 not known",
        "Deployment web: Ingress and egress not known: CiliumNetworkPolicy shop/other is not evaluated",
      ]
    `);
    expect(lenses(shop(`#- other.yaml\n${text}`), 'services.yaml').slice(0, 1)).toMatchInlineSnapshot(`
      [
        "Service web: Leads to 5 pods (web, web-canary) on 8080,8081/TCP · ingress not known: CiliumNetworkPolicy shop/other is not evaluated",
      ]
    `);
  });

  test('policies that may not be read', () => {
    const status = { state: 'forbidden', why: 'refused', mend: 'list networkpolicies' } as const;
    const state: SourceState = {
      ...stateOfTexts(SHOP, { kind: 'snapshot' }),
      coverage: [{ kind: 'NetworkPolicy', group: 'networking.k8s.io', status }],
    };
    const parts = overlaidParts(state, unreadScopes(state), EMPTY_TABLE);
    const universe = compileUniverse(parts, DEFAULT_ENGINE_OPTIONS);
    expect(lenses({ ...shop(''), universe }, 'shop.yaml').slice(0, 2)).toMatchInlineSnapshot(`
      [
        "Namespace shop: Default-deny not known · no policy · 10 pods, none isolated, of 10 not known",
        "Deployment web: Ingress and egress not known: NetworkPolicies may not be read: refused",
      ]
    `);
  });

  test('pods that are still being read, pods that may not be listed, no source', () => {
    const states = [
      { state: 'reading', fraction: 0.4 },
      { state: 'forbidden', why: 'refused', mend: 'list pods' },
    ] as const;
    for (const state of states) {
      const source = liveSource(new Map(), 0, state);
      expect(lenses(shop('', { source }), 'shop.yaml').slice(0, 2)).toMatchSnapshot();
    }
    const none = { kind: 'none', label: 'prod-eu', problem: 'the server does not answer' } as const;
    expect(lenses(shop('', { source: none }), 'shop.yaml')[0]).toMatchSnapshot();
  });

  test('a workload that the cluster does not run', () => {
    const snapshot = shop(`#- new.yaml\n${deployment}`, { source: liveSource(SHOP, 0) });
    expect(lenses(snapshot, 'new.yaml')).toMatchInlineSnapshot(`
      [
        "Deployment new: No pod of it in prod-eu",
      ]
    `);
    expect(lenses(shop(`#- new.yaml\n${deployment}`), 'new.yaml')).toMatchInlineSnapshot(`
      [
        "Deployment new: Runs no pod: policies have nothing to select",
      ]
    `);
  });

  test("pods on their node's network", () => {
    const text = policy('podSelector: {}', 'name: all, namespace: platform');
    expect(lenses(shop(`#- policies.yaml\n${text}`), 'platform.yaml')).toMatchInlineSnapshot(`
      [
        "Namespace platform: Default-deny for ingress, not for egress · 1 policy · 3 pods, ingress of 2 and egress of none isolated, of 1 not known",
        "Deployment prometheus: Ingress isolated by platform/all · egress open: no policy isolates it",
        "DaemonSet node-exporter: Ingress not known: its pods are on their node's network; platform/all selects them · egress open: no policy isolates it",
        "DaemonSet collector: Ingress isolated by platform/all · egress open: no policy isolates it",
      ]
    `);
  });
});

test('pods of one workload may differ while it is rolled out', () => {
  const pods = ['old', 'new']
    .map(
      (version) =>
        `---\napiVersion: v1\nkind: Pod\nmetadata: { name: web-${version}, namespace: shop, labels: { v: ${version} }, ownerReferences: [{ kind: ReplicaSet, name: web, controller: true }] }\n`,
    )
    .join('');
  const set = `apiVersion: apps/v1\nkind: ReplicaSet\nmetadata: { name: web, namespace: shop }\nspec: { template: { metadata: { labels: { v: new } } } }\n`;
  const text = policy('podSelector: { matchLabels: { v: new } }', 'name: new, namespace: shop');
  expect(lenses(shop(`#- set.yaml\n${set}${pods}#- policy.yaml\n${text}`), 'set.yaml')).toMatchInlineSnapshot(`
    [
      "ReplicaSet web: Ingress isolated for 1 of 2 pods, by shop/new · egress open: no policy isolates it",
      "Pod web-old: Ingress and egress open: no policy isolates it",
      "Pod web-new: Ingress isolated by shop/new · egress open: no policy isolates it",
    ]
  `);
});

test('they stand where the settings put them, and a patch has none', () => {
  const files = new Map([...SHOP].filter(([name]) => name === 'platform.yaml'));
  const settings = { lens: { policy: 'off', rule: 'off', selector: 'off', workload: 'inlay' } } as const;
  expect(annotated(snapshotOf(files, { settings }), 'platform.yaml').split('\n').slice(0, 5)).toMatchInlineSnapshot(`
    [
      "apiVersion: v1 ⟵ No default-deny · no policy · 3 pods, none isolated",
      "kind: Namespace",
      "metadata: { name: platform, labels: { team: platform } }",
      "---",
      "apiVersion: apps/v1 ⟵ Ingress and egress open: no policy isolates it",
    ]
  `);
  expect(annotated(snapshotOf(files, { fragments: ['platform.yaml'] }), 'platform.yaml')).not.toContain('«');
});
