/** Which manifests belong together: each file is answered in the nearest scope that it takes part in. */
import { beforeEach, describe, expect, test } from 'vitest';
import { policyViews } from '../../../server/src/features/policyViews.ts';
import { FolderWorkspace } from '../../../server/src/workspace/folderWorkspace.ts';
import { DEFAULT_SETTINGS } from '../../../server/src/workspace/settings.ts';
import { stateOfTexts } from '../../support/clusterSource.ts';
import { policy, SHOP } from '../../support/shopManifests.ts';

let folder: FolderWorkspace;
beforeEach(() => {
  folder = new FolderWorkspace('file:///w', { now: () => 0, date: () => 0 });
  folder.setIndexing(undefined);
});

const uri = (name: string): string => `file:///w/${name}`;

function put(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) folder.putFile(uri(name), text);
}

const named = (name: string): string => policy('podSelector: {}', `name: ${name}, namespace: shop`);
const web = (labels = 'app: web'): string =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web }\nspec: { template: { metadata: { labels: { ${labels} } } } }\n`;

/** The scope of a file and the policies that are evaluated there. */
function answeredIn(name: string): { scope: string; kind: string; policies: readonly string[] } {
  const { scope, universe } = folder.snapshot(uri(name));
  return {
    scope: scope.name,
    kind: scope.kind,
    policies: [...universe.cluster.policies.entries()].map(([key]) => key).sort(),
  };
}

describe('a file is answered', () => {
  test('with everything in the folder where nothing says otherwise', () => {
    put({ 'manifests/a.yaml': named('a'), 'policies/b.yaml': named('b') });
    expect(answeredIn('policies/b.yaml')).toEqual({ scope: '', kind: 'folder', policies: ['shop/a', 'shop/b'] });
  });

  test.each([
    ['bulkhead.yaml', 'namespace: shop\n', 'bulkhead'],
    ['Chart.yaml', 'name: one\n', 'chart'],
  ])('with what lies below the nearest %s', (marker, text, kind) => {
    put({ [`one/${marker}`]: text, 'one/sub/a.yaml': named('a'), 'two/b.yaml': named('b') });
    expect(answeredIn('one/sub/a.yaml')).toEqual({ scope: 'one', kind, policies: ['shop/a'] });
    expect(answeredIn('two/b.yaml').policies).toEqual(['shop/a', 'shop/b']);
  });

  test('with what its kustomization reaches, wherever that lies', () => {
    put({
      'base/kustomization.yaml': 'resources: [a.yaml]\n',
      'base/a.yaml': named('a'),
      'overlays/dev/kustomization.yaml': 'namespace: dev\nresources: [../../base, b.yaml]\n',
      'overlays/dev/b.yaml': named('b'),
      'overlays/dev/unused.yaml': named('unused'),
      'overlays/prod/kustomization.yaml': 'namespace: prod\nnamePrefix: p-\nresources: [../../base]\n',
    });
    expect(answeredIn('overlays/dev/b.yaml')).toEqual({
      scope: 'overlays/dev',
      kind: 'kustomization',
      policies: ['dev/a', 'dev/b'],
    });
    expect(answeredIn('base/a.yaml')).toEqual({ scope: 'base', kind: 'kustomization', policies: ['shop/a'] });
    // What the overlay leaves out is no part of it: it is answered with everything.
    expect(answeredIn('overlays/dev/unused.yaml')).toMatchObject({ scope: '', kind: 'folder' });
  });

  test('in another scope that it takes part in, where a person has chosen that', () => {
    put({
      'base/kustomization.yaml': 'resources: [a.yaml]\n',
      'base/a.yaml': named('a'),
      'prod/kustomization.yaml': 'namespace: prod\nnamePrefix: p-\nresources: [../base]\n',
    });
    expect(folder.scopesOf(uri('base/a.yaml')).map((scope) => scope.folder)).toEqual(['/w/base', '/w/prod', '']);
    folder.chooseScope('/w/prod');
    expect(answeredIn('base/a.yaml')).toEqual({ scope: 'prod', kind: 'kustomization', policies: ['prod/p-a'] });
    const [view] = policyViews(folder.snapshot(uri('base/a.yaml')), uri('base/a.yaml'));
    expect(view).toMatchObject({ namespace: 'prod', name: 'p-a', state: { kind: 'evaluated' } });
    folder.chooseScope('');
    expect(answeredIn('base/a.yaml')).toMatchObject({ kind: 'folder', policies: ['shop/a'] });
    folder.chooseScope(undefined);
    expect(answeredIn('base/a.yaml')).toMatchObject({ scope: 'base' });
  });

  test('in its own scope where the chosen one does not hold it', () => {
    put({ 'one/bulkhead.yaml': '', 'one/a.yaml': named('a'), 'two/bulkhead.yaml': '', 'two/b.yaml': named('b') });
    folder.chooseScope('/w/one');
    expect(answeredIn('two/b.yaml')).toMatchObject({ scope: 'two', policies: ['shop/b'] });
  });
});

describe('changes reach every scope', () => {
  beforeEach(() => {
    put({
      'base/kustomization.yaml': 'resources: [a.yaml]\n',
      'base/a.yaml': named('a'),
      'prod/kustomization.yaml': 'namespace: prod\nresources: [../base]\n',
      'prod/b.yaml': named('b'),
    });
    answeredIn('base/a.yaml');
    answeredIn('prod/kustomization.yaml');
  });

  test('an edited base in its overlays', () => {
    folder.openDocument(uri('base/a.yaml'), named('changed'));
    expect(answeredIn('base/a.yaml').policies).toEqual(['shop/changed']);
    expect(answeredIn('prod/kustomization.yaml').policies).toEqual(['prod/changed']);
    folder.closeDocument(uri('base/a.yaml'));
    expect(answeredIn('prod/kustomization.yaml').policies).toEqual(['prod/a']);
  });

  test('a kustomization that takes in one file more, and one that is gone', () => {
    folder.openDocument(uri('prod/kustomization.yaml'), 'namespace: prod\nresources: [../base, b.yaml]\n');
    expect(answeredIn('prod/b.yaml')).toEqual({ scope: 'prod', kind: 'kustomization', policies: ['prod/a', 'prod/b'] });
    folder.closeDocument(uri('prod/kustomization.yaml'));
    folder.removeFile(uri('prod/kustomization.yaml'));
    expect(answeredIn('prod/b.yaml')).toMatchObject({ kind: 'folder', policies: ['shop/a', 'shop/b'] });
  });

  test('files that the settings leave out from now on', () => {
    folder.setSettings({ ...DEFAULT_SETTINGS, exclude: ['base/**'] });
    expect(answeredIn('prod/kustomization.yaml').policies).toEqual([]);
  });
});

describe('what is not certain is said', () => {
  test('a name that several files write: the last one counts, never both', () => {
    put({ 'dev/web.yaml': web(), 'prod/web.yaml': web('app: other') });
    const { scope, universe } = folder.snapshot(uri('dev/web.yaml'));
    expect(scope.writtenTwice()).toEqual([
      { key: 'Deployment/default/web', files: [uri('dev/web.yaml'), uri('prod/web.yaml')] },
    ]);
    expect(universe.cluster.stats.pods).toBe(1);
  });

  test.each([
    [
      'a remote base',
      'resources: [a.yaml, "https://example.com/base?ref=v1"]',
      'prod/kustomization.yaml builds on https://example.com/base?ref=v1, which is not fetched',
    ],
    [
      'a generator',
      'resources: [a.yaml]\nhelmCharts: [{ name: redis }]',
      '`helmCharts` of prod/kustomization.yaml are not applied here',
    ],
    [
      'a base outside of the folder',
      'resources: [a.yaml, ../../elsewhere]',
      'prod/kustomization.yaml builds on ../../elsewhere, which is not read here',
    ],
    ['a circle', 'resources: [a.yaml, ../prod]', 'prod/kustomization.yaml includes itself'],
  ])('%s makes what could depend on it unknown', (_, text, why) => {
    put({ 'prod/kustomization.yaml': `${text}\n`, 'prod/a.yaml': named('a') });
    const { scope, universe, knowledge } = folder.snapshot(uri('prod/a.yaml'));
    expect(scope.gaps).toEqual([why.replace('prod/', 'w/prod/')]);
    expect(universe.parts.unread).toEqual([{ namespace: '*', why: scope.gaps[0] }]);
    expect(knowledge.podsKnown('shop')).toBe(false);
    expect(knowledge.policiesKnown('shop', 'ingress')).toBe(false);
  });

  test.each([
    ['labels of pods', '{ op: add, path: /spec/template/metadata/labels/tier, value: x }', { unknownLabels: ['tier'] }],
    [
      'ports',
      '{ op: replace, path: /spec/template/spec/containers/0/ports/0/containerPort, value: 1 }',
      { portsIncomplete: true },
    ],
    ['the number of pods', '{ op: replace, path: /spec/replicas, value: 3 }', { countUnknown: true }],
  ])('a patch of %s leaves just that unknown', (_, operation, unknown) => {
    put({
      'kustomization.yaml': `resources: [web.yaml]\npatches:\n- target: { kind: Deployment }\n  patch: |-\n    - ${operation}\n`,
      'web.yaml': web(),
    });
    const { universe } = folder.snapshot(uri('web.yaml'));
    expect(universe.parts.contents.get('default')?.pods).toMatchObject([unknown]);
    expect(universe.parts.unread).toEqual([]);
  });

  test('a patch of a policy makes its namespace unknown, and names both', () => {
    put({
      'kustomization.yaml': 'resources: [a.yaml]\npatches: [{ path: p.yaml }]\n',
      'a.yaml': named('a'),
      'p.yaml': policy('podSelector: { matchLabels: { app: web } }', 'name: a'),
    });
    const snapshot = folder.snapshot(uri('a.yaml'));
    const why = 'the patch p.yaml changes NetworkPolicy shop/a, which only Kustomize can apply';
    expect(snapshot.universe.parts.unread).toEqual([{ namespace: 'shop', layer: 'networkPolicy', why }]);
    expect(policyViews(snapshot, uri('a.yaml'))).toMatchObject([{ state: { kind: 'notEvaluated', why } }]);
  });
});

test('beside a cluster an overlay’s policies are laid over it under the names that they will have', () => {
  put({ 'prod/kustomization.yaml': 'namespace: shop\nnamePrefix: p-\nresources: [a.yaml]\n' });
  folder.openDocument(uri('prod/a.yaml'), policy('podSelector: {}', 'name: a'));
  folder.setSource({ kind: 'snapshot', label: 'shop.json', state: stateOfTexts(SHOP, { kind: 'snapshot' }) });
  const snapshot = folder.snapshot(uri('prod/a.yaml'));
  expect(snapshot.universe.cluster.policies.get('shop/p-a')).toBeDefined();
  expect(snapshot.universe.cluster.stats.pods).toBeGreaterThan(1);
  // Another scope of the same folder sees the cluster without them.
  expect(folder.snapshot(uri('other/b.yaml')).universe.cluster.policies.get('shop/p-a')).toBeUndefined();
});
