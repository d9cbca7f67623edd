/** What a folder's snapshots are made of, and what a change costs. */
import { beforeEach, describe, expect, test } from 'vitest';
import { matchPeer, matchPods, type PodScope } from '../../../server/src/engine/matchPods.ts';
import { policyViews } from '../../../server/src/features/policyViews.ts';
import type { Universe } from '../../../server/src/workspace/universe.ts';
import type { SourceState } from '../../../server/src/workspace/clusterSource.ts';
import { FolderWorkspace } from '../../../server/src/workspace/folderWorkspace.ts';
import type { FolderSource } from '../../../server/src/workspace/folderSource.ts';
import { DEFAULT_SETTINGS } from '../../../server/src/workspace/settings.ts';
import { stateOfTexts } from '../../support/clusterSource.ts';
import { policy, SHOP } from '../../support/shopManifests.ts';

let folder: FolderWorkspace;
let now: number;

beforeEach(() => {
  now = 0;
  folder = new FolderWorkspace('file:///w', { now: () => now, date: () => now });
});

const uri = (name: string): string => `file:///w/${name}`;

function put(files: Readonly<Record<string, string>> | ReadonlyMap<string, string>): void {
  for (const [name, text] of files instanceof Map ? files : Object.entries(files)) folder.putFile(uri(name), text);
}

const names = ({ cluster }: Universe): readonly string[] => [...cluster.policies.entries()].map(([key]) => key).sort();
const policies = (): readonly string[] => names(folder.snapshot().universe);
/** What the lens above the policy in `p.yaml` counts. */
const isolatedPods = (workspace: FolderWorkspace): number => {
  const [policy] = policyViews(workspace.snapshot(), uri('p.yaml'));
  const scope = { namespace: 'shop', podSelector: policy?.written?.podSelector };
  const { certain } = matchPods(workspace.snapshot().universe.cluster, scope as PodScope);
  return certain.reduce((sum, { pods }) => sum + pods, 0);
};
const all = policy('podSelector: {}');
const unnamed = policy('podSelector: {}', 'name: web');

function live(
  state: Partial<SourceState> = {},
  more: Partial<Extract<FolderSource, { kind: 'live' }>> = {},
): FolderSource {
  const origin = { kind: 'live', context: 'prod-eu', server: 'https://prod.example', readAt: 0 } as const;
  return { kind: 'live', label: 'prod-eu', state: { ...stateOfTexts(SHOP, origin), ...state }, ...more };
}

const READING = live({ coverage: [{ kind: 'Pod', group: '', status: { state: 'reading', fraction: 0.4 } }] });

describe('without a source', () => {
  test('every manifest of the folder is part of the universe, an open document in place of its file', () => {
    put({ 'a.yaml': all, 'b.yaml': policy('podSelector: {}', 'name: b, namespace: shop') });
    expect(policies()).toEqual(['shop/b', 'shop/web']);
    folder.openDocument(uri('a.yaml'), policy('podSelector: {}', 'name: changed, namespace: shop'));
    expect(policies()).toEqual(['shop/b', 'shop/changed']);
    folder.closeDocument(uri('a.yaml'));
    expect(policies()).toEqual(['shop/b', 'shop/web']);
  });

  test('a file is the same file however a client writes its URI', () => {
    folder.putFile('file:///w/a@b%20c.yaml', all);
    folder.openDocument('file:///w/a%40b%20c.yaml', all);
    const { files, manifests } = folder.snapshot();
    expect([...files.keys()]).toEqual(['file:///w/a%40b%20c.yaml']);
    expect([...manifests.files.keys()]).toEqual(['file:///w/a%40b%20c.yaml']);
  });

  test('a document that is only in an editor takes part until it is closed', () => {
    folder.openDocument('untitled:Untitled-1', all);
    expect(policies()).toEqual(['shop/web']);
    folder.closeDocument('untitled:Untitled-1');
    expect(policies()).toEqual([]);
  });

  test('files that go take their objects with them, one or a whole folder', () => {
    put({ 'x/a.yaml': all, 'x/b.yaml': policy('podSelector: {}', 'name: b, namespace: shop') });
    folder.removeFile(uri('x/a.yaml'));
    expect(policies()).toEqual(['shop/b']);
    folder.removeFilesBelow(uri('x'));
    expect(policies()).toEqual([]);
  });

  test('nothing is called missing before the folder has been read', () => {
    put(SHOP);
    folder.setIndexing({ done: 1, total: 2 });
    expect(folder.snapshot().knowledge.podsKnown('shop')).toBe(false);
    folder.setIndexing(undefined);
    expect(folder.snapshot().knowledge.podsKnown('shop')).toBe(true);
  });

  test('nothing is called missing where the folder cannot be listed', () => {
    put(SHOP);
    folder.setUnlisted();
    expect(folder.snapshot().knowledge.podsKnown('shop')).toBe(false);
  });

  test('a saved cluster among the manifests is no manifest', () => {
    put({
      'cluster.json': `{"apiVersion":"v1","kind":"List","metadata":{"annotations":{"bulkhead/coverage":"{}"}},"items":[${JSON.stringify(
        { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', namespace: 'shop' } },
      )}]}`,
    });
    expect(folder.snapshot().universe.cluster.stats.pods).toBe(0);
  });

  test('a patch that a kustomization names is no object, and is one again without it', () => {
    put({ 'o/kustomization.yaml': 'patches: [{ path: patch.yaml }]\n', 'o/patch.yaml': all });
    expect(policies()).toEqual([]);
    expect(folder.snapshot().files.get(uri('o/patch.yaml'))?.file.fragment).toBe(true);
    folder.removeFile(uri('o/kustomization.yaml'));
    expect(policies()).toEqual(['shop/web']);
  });

  test.each([
    ['bulkhead.yaml', (): void => put({ 'bulkhead.yaml': 'exclude: ["other/**"]\n' })],
    ['the settings', (): void => folder.setSettings({ ...DEFAULT_SETTINGS, exclude: ['other/**'] })],
  ])('files that %s leaves out are not part of it', (_, exclude) => {
    put({ 'other/a.yaml': all });
    expect(policies()).toEqual(['shop/web']);
    exclude();
    expect(policies()).toEqual([]);
  });
});

describe('the namespace of a document that names none', () => {
  const origin = (): unknown => folder.snapshot().files.get(uri('a.yaml'))?.namespace;

  test('comes from the setting, bulkhead.yaml, the context, else it is default', () => {
    put({ 'a.yaml': unnamed });
    expect(origin()).toEqual({ name: 'default', from: 'default' });
    folder.setSource(live({}, { namespace: 'of-context' }));
    expect(origin()).toEqual({ name: 'of-context', from: 'context' });
    put({ 'bulkhead.yaml': 'namespace: of-file\n' });
    expect(origin()).toEqual({ name: 'of-file', from: 'bulkhead.yaml' });
    folder.setSettings({ ...DEFAULT_SETTINGS, namespace: 'of-setting' });
    expect(origin()).toEqual({ name: 'of-setting', from: 'setting' });
  });
});

describe('with a cluster', () => {
  test('its policies count, open documents over them; what only closed files say is intended', () => {
    folder.setSource(live());
    put({ 'closed.yaml': policy('podSelector: {}', 'name: closed, namespace: shop') });
    folder.openDocument(uri('open.yaml'), all);
    expect(policies()).toEqual(['shop/web']);
    expect(names(folder.snapshot().intended)).toEqual(['shop/closed', 'shop/web']);
    folder.closeDocument(uri('open.yaml'));
    expect(policies()).toEqual([]);
  });

  test('workloads of the manifests add no pods to it', () => {
    folder.setSource(live());
    const { pods } = folder.snapshot().universe.cluster.stats;
    put({ 'more.yaml': 'apiVersion: v1\nkind: Pod\nmetadata: { name: more, namespace: shop }\n' });
    expect(folder.snapshot().universe.cluster.stats.pods).toBe(pods);
  });

  test('until it has been read, what was known before goes on answering and the view says that it is being read', () => {
    put(SHOP);
    folder.setIndexing(undefined);
    const before = folder.snapshot();
    folder.setSource(READING);
    const reading = folder.snapshot();
    expect(reading.source.kind).toBe('live');
    expect(reading.universe.cluster.stats).toEqual(before.universe.cluster.stats);
    expect(reading.knowledge.podsKnown('shop')).toBe(true);
    folder.setSource(live());
    expect(folder.snapshot().knowledge.namespacesKnown).toBe(true);
  });

  test('where nothing was known before, nothing is called missing until it has been read', () => {
    put(SHOP);
    folder.setSource(READING);
    folder.setIndexing(undefined);
    expect(folder.snapshot().knowledge.podsKnown('shop')).toBe(false);
    folder.setSource(live());
    expect(folder.snapshot().knowledge.podsKnown('shop')).toBe(true);
  });

  test('a source that gives nothing leaves nothing known', () => {
    put(SHOP);
    folder.setIndexing(undefined);
    folder.setSource({ kind: 'none', label: 'shop.json', problem: 'shop.json cannot be read.' });
    const { universe, knowledge } = folder.snapshot();
    expect(universe.cluster.stats.pods).toBe(0);
    expect(knowledge.podsKnown('shop')).toBe(false);
  });
});

describe('what a change costs', () => {
  test('nothing, where nobody asks and nothing changed: the snapshot is the same', () => {
    put(SHOP);
    const first = folder.snapshot();
    expect(folder.snapshot()).toBe(first);
    now += 5000;
    expect(folder.snapshot()).toMatchObject({ revision: first.revision, now });
  });

  test('a keystroke leaves the contents of other namespaces and the other documents as they are', () => {
    put(SHOP);
    const text = `${policy('podSelector: { matchLabels: { app: web } }')}---\n${policy('podSelector: {}', 'name: all, namespace: shop')}`;
    folder.openDocument(uri('p.yaml'), text);
    const before = folder.snapshot();
    folder.editDocument(uri('p.yaml'), text.replace('app: web', 'app: db'));
    const after = folder.snapshot();
    expect(after.universe.parts.contents.get('platform')).toBe(before.universe.parts.contents.get('platform'));
    expect(after.universe.parts.contents.get('shop')).not.toBe(before.universe.parts.contents.get('shop'));
    const [old, now] = [before, after].map(({ files }) => files.get(uri('p.yaml'))?.file.parsed.documents[1]?.document);
    expect(now).toBe(old);
    expect(now).toBeDefined();
  });

  test('one edit after another gives what reading everything anew gives', () => {
    put(SHOP);
    folder.openDocument(uri('p.yaml'), all);
    for (const label of ['web', 'db', 'none', 'webapp']) {
      folder.editDocument(uri('p.yaml'), policy(`podSelector: { matchLabels: { app: ${label} } }`));
      folder.snapshot();
    }
    const fresh = new FolderWorkspace('file:///w', { now: () => now, date: () => now });
    for (const [name, text] of SHOP) fresh.putFile(uri(name), text);
    fresh.putFile(uri('p.yaml'), policy('podSelector: { matchLabels: { app: webapp } }'));
    expect(names(folder.snapshot().universe)).toEqual(names(fresh.snapshot().universe));
    expect(isolatedPods(folder)).toBe(2);
    expect(isolatedPods(fresh)).toBe(2);
  });
});

describe('what enforces policies decides what an ipBlock means', () => {
  const everywhere = policy(
    '{ podSelector: {}, policyTypes: [Egress], egress: [{ to: [{ ipBlock: { cidr: 0.0.0.0/0 } }] }] }',
  );
  /** Pods to which the policy lets its targets, certainly and perhaps. */
  const meant = (): readonly [certain: number, possible: number] => {
    const { certain, possible } = matchPeer(folder.snapshot().universe.cluster, 'shop', {
      ipBlock: { cidr: '0.0.0.0/0', except: [] },
    });
    return [certain.length, possible.length];
  };
  const plugin = (id: string, more: object = {}) => ({
    plugins: [{ id, name: id, enforces: 'yes' as const, seen: '', ...more }],
    enforces: 'yes' as const,
    why: '',
    exceptions: [],
  });

  test('as soon as it is known, and by the setting above all', () => {
    put({ 'p.yaml': everywhere });
    folder.setSource(live());
    const [certain, possible] = meant();
    expect(certain + possible).toBeGreaterThan(0);
    folder.setSource(live({ plugins: plugin('cilium', { ipBlockPods: 'never' }) }));
    expect(meant()).toEqual([0, 0]);
    folder.setSettings({ ...DEFAULT_SETTINGS, cni: 'calico' });
    expect(meant()).toEqual([certain, possible]);
    folder.setSettings({ ...DEFAULT_SETTINGS, cni: 'gke-dpv2' });
    expect(meant()).toEqual([0, 0]);
  });

  test('also of manifests, where the setting says it', () => {
    put({ 'p.yaml': everywhere });
    put(SHOP);
    expect(meant()).not.toEqual([0, 0]);
    folder.setSettings({ ...DEFAULT_SETTINGS, cni: 'gke-dpv2' });
    expect(meant()).toEqual([0, 0]);
  });
});
