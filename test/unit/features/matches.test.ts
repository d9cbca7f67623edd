import { describe, expect, test } from 'vitest';
import { codeLenses } from '../../../server/src/features/codeLens.ts';
import { matches } from '../../../server/src/features/matches.ts';
import type { MatchesParams } from '../../../server/src/protocol/matches.ts';
import { policy, shopWith } from '../../support/shopManifests.ts';
import { snapshotOf, uriOf } from '../../support/snapshotOf.ts';

const uri = uriOf('policy.yaml');
const snapshot = snapshotOf(
  shopWith(
    policy(`
podSelector: { matchLabels: { app: web } }
ingress:
- from:
  - namespaceSelector: { matchLabels: { team: platform } }
- from:
  - podSelector: { matchLabels: { app: wep } }
egress:
- to:
  - podSelector: { matchLabels: { app: db } }
  - ipBlock: { cidr: 10.0.0.0/8, except: [10.0.0.0/9] }`),
  ),
);

function listed(path: string, name = 'shop/web'): readonly string[] {
  const { title, items } = matches(snapshot, { uri, policy: name, path });
  return [
    title,
    ...items.map(({ label, description, detail, location }) =>
      [label, description, detail, location && `${location.uri}:${location.line}`].filter(Boolean).join(' | '),
    ),
  ];
}

describe('the list behind a lens', () => {
  test('of a policy: the workloads that it selects, with the place of their manifests', () => {
    expect(listed('spec.podSelector')).toMatchInlineSnapshot(`
      [
        "5 pods · 2 workloads",
        "web | Deployment · 4 pods | file:///shop.yaml:4",
        "web-canary | Deployment · 1 pod | file:///shop.yaml:13",
      ]
    `);
  });

  test('of a rule: pods, those that perhaps are meant, and address ranges', () => {
    expect(listed('spec.ingress[0]')).toMatchInlineSnapshot(`
      [
        "1 pod and those of collector · 2 workloads",
        "platform/collector | DaemonSet · number of pods not written | file:///platform.yaml:20",
        "platform/prometheus | Deployment · 1 pod | file:///platform.yaml:4",
        "platform/node-exporter | DaemonSet · number of pods not written | perhaps: on their node's network, where policies apply or not as the network plug-in does it | file:///platform.yaml:12",
      ]
    `);
    expect(listed('spec.egress[0]')).toMatchInlineSnapshot(`
      [
        "3 pods · 1 workload · 1 address range",
        "db | StatefulSet · 3 pods | file:///shop.yaml:30",
        "10.128.0.0/9 | addresses outside",
      ]
    `);
  });

  test('of a rule or selector that matches nothing: the pods that nearly do', () => {
    expect(listed('spec.ingress[1]')).toMatchInlineSnapshot(`
      [
        "No pod matches; these miss by one thing",
        "web | Deployment · 4 pods | misses: has app=web | file:///shop.yaml:4",
        "web-canary | Deployment · 1 pod | misses: has app=web | file:///shop.yaml:13",
      ]
    `);
    expect(listed('spec.ingress[1].from[0].podSelector')).toMatchInlineSnapshot(`
      [
        "No pod matches; these miss by one thing",
        "web | Deployment · 4 pods | misses: has app=web | file:///shop.yaml:4",
        "web-canary | Deployment · 1 pod | misses: has app=web | file:///shop.yaml:13",
      ]
    `);
  });

  test('of a namespace selector: namespaces', () => {
    expect(listed('spec.ingress[0].from[0].namespaceSelector')).toMatchInlineSnapshot(`
      [
        "1 namespace",
        "platform | Namespace · 1 pod and those of collector | file:///platform.yaml:0",
      ]
    `);
  });

  test('of a label: its values, and the pods that have one of them', () => {
    expect(listed('spec.podSelector#app')).toMatchInlineSnapshot(`
      [
        "3 values of app",
        "app=web | 5 pods | web, web-canary",
        "app=db | 3 pods | db",
        "app=webapp | 2 pods | web-old",
      ]
    `);
    expect(listed('spec.podSelector#app=web')).toMatchInlineSnapshot(`
      [
        "5 pods · 2 workloads",
        "web | Deployment · 4 pods | file:///shop.yaml:4",
        "web-canary | Deployment · 1 pod | file:///shop.yaml:13",
      ]
    `);
    expect(listed('spec.egress[0].to[1]#app')).toEqual(['This is no longer in the text']);
  });

  test('of what has left the text: a sentence', () => {
    expect(listed('spec.ingress[7]')).toEqual(['This is no longer in the text']);
    expect(listed('spec.podSelector', 'shop/gone')).toEqual(['The policy is no longer in this text']);
  });

  test('every lens that lists leads to a list', () => {
    const lists = codeLenses(snapshot, uri).filter(({ command }) => command?.command === 'bulkhead.showMatches');
    expect(lists).toHaveLength(4);
    for (const { command } of lists) {
      const [argument] = (command?.arguments ?? []) as MatchesParams[];
      expect(argument && matches(snapshot, argument).items.length).toBeGreaterThan(0);
    }
  });
});
