/** From what a selector matches back to the policies, and from a name to its object. */
import { describe, expect, test } from 'vitest';
import { definition } from '../../../server/src/features/definition.ts';
import { references } from '../../../server/src/features/references.ts';
import { symbolRange, workspaceSymbols } from '../../../server/src/features/workspaceSymbol.ts';
import { lineIndex } from '../../../server/src/syntax/lineIndex.ts';
import { liveSource } from '../../support/clusterSource.ts';
import { fixture } from '../../support/fixture.ts';
import { SHOP, policy } from '../../support/shopManifests.ts';
import { snapshotOf, uriOf } from '../../support/snapshotOf.ts';
import { asked, referring, shown, WEB_SERVICE } from '../../support/navigations.ts';

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
    expect(referring(`${POLICIES}#- service.yaml\n${WEB_SERVICE.replace('name: w', 'name: $0w')}`)).toEqual([
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
    new Map([...SHOP, ['service.yaml', WEB_SERVICE], ['policy.yaml', policy('podSelector: {}')]]),
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
