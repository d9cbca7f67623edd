/** Documents that are not plain files of one folder: revisions in diff views, several folders, no folder, Windows. */
import { describe, expect, test } from 'vitest';
import { CURSOR, MATCHES } from '../../server/src/protocol/methods.ts';
import type { OpenFolder } from '../support/openFolder.ts';
import { FROM_GONE, policy, SHOP } from '../support/shopManifests.ts';
import { useFolders, useShop } from '../support/useFolders.ts';

const openFolder = useFolders();
const openShop = useShop();

const WEB = policy('podSelector: { matchLabels: { app: web } }');
const DB = policy('podSelector: { matchLabels: { app: db } }');

describe('a revision that Git shows beside its file', () => {
  const revision = (uri: string, ref = 'HEAD'): string => {
    const path = uri.replace('file://', '');
    return `git:${path}?${encodeURIComponent(JSON.stringify({ path: decodeURIComponent(path), ref }))}`;
  };

  async function diff(old: string, now: string): Promise<OpenFolder & { readonly old: string; readonly now: string }> {
    const folder = await openShop({ 'policy.yaml': now });
    const uris = { old: revision(folder.uri('policy.yaml')), now: folder.uri('policy.yaml') };
    await folder.lsp.open(uris.old, old);
    await folder.lsp.open(uris.now, now);
    return { ...folder, ...uris };
  }

  test('is answered from its own text, and the file from its own', async () => {
    const { lsp, old, now } = await diff(DB, WEB);
    expect(await lsp.hover(old, 'podSelector')).toContain('3 pods of 1 workload');
    expect(await lsp.hover(now, 'podSelector')).toContain('5 pods of 2 workloads');
    expect((await lsp.lenses(old))[0]).toBe('1 Isolates ingress of 3 pods (db)');
    expect((await lsp.lenses(now))[0]).toBe('1 Isolates ingress of 5 pods (web, web-canary)');
    expect(await lsp.inlays(old)).toEqual(['5 3 pods']);
    const list = await lsp.request(MATCHES, { uri: old, policy: 'shop/web', path: 'spec.podSelector' });
    expect(list.items.map(({ label }) => label)).toEqual(['db']);
  });

  test('takes the place of the file and is never counted beside it', async () => {
    const workload = SHOP.get('shop.yaml') ?? '';
    const folder = await openShop({ 'policy.yaml': WEB });
    const { lsp, uri } = folder;
    const old = revision(uri('shop.yaml'));
    await lsp.open(uri('policy.yaml'), WEB);
    await lsp.open(old, workload.replace('replicas: 4', 'replicas: 40'));
    expect(await lsp.hover(uri('policy.yaml'), 'podSelector')).toContain('5 pods of 2 workloads');
    expect(lsp.statuses.at(-1)?.rows).toContainEqual({ kind: 'Pod', count: 13, state: 'read completely' });
  });

  test('follows what the rest of the folder says now', async () => {
    const { lsp, uri, old } = await diff(DB, WEB);
    expect(await lsp.hover(old, 'podSelector')).toContain('3 pods');
    const workload = SHOP.get('shop.yaml') ?? '';
    await lsp.open(uri('shop.yaml'), workload);
    await lsp.replace(uri('shop.yaml'), 'replicas: 3', 'replicas: 8');
    expect(await lsp.hover(old, 'podSelector')).toContain('8 pods');
  });

  test('has no problems and no fixes: nobody can edit it', async () => {
    const { lsp, old, now } = await diff(FROM_GONE, WEB);
    expect(await lsp.diagnostics(old)).toEqual([]);
    const range = { start: { line: 0, character: 0 }, end: { line: 20, character: 0 } };
    expect((await lsp.codeActions(old, range)) ?? []).toEqual([]);
    await lsp.close(old);
    expect(await lsp.hover(now, 'podSelector')).toContain('5 pods of 2 workloads');
  });

  test('two of one file, as staged changes are shown, differ', async () => {
    const { lsp, uri, old } = await diff(DB, WEB);
    const index = revision(uri('policy.yaml'), '');
    await lsp.open(index, policy('podSelector: { matchLabels: { app: webapp } }'));
    expect(await lsp.hover(index, 'podSelector')).toContain('2 pods of 1 workload');
    expect(await lsp.hover(old, 'podSelector')).toContain('3 pods of 1 workload');
  });
});

describe('several folders', () => {
  const POD = (labels: string): string =>
    `apiVersion: v1\nkind: Pod\nmetadata: { name: web, namespace: shop, labels: ${labels} }\nspec: { containers: [] }\n`;

  test('each answer from their own files, and a revision from those of its file', async () => {
    const { lsp, uri } = await openFolder(
      { 'one/web.yaml': POD('{ app: web }'), 'two/web.yaml': POD('{ app: other }'), 'two/policy.yaml': WEB },
      {},
      ['one', 'two'],
    );
    await lsp.open(uri('one/policy.yaml'), WEB);
    await lsp.open(uri('two/policy.yaml'), WEB);
    expect(await lsp.hover(uri('one/policy.yaml'), 'podSelector')).toContain('1 pod');
    expect(await lsp.hover(uri('two/policy.yaml'), 'podSelector')).toContain('no pod');
    const old = `git:${uri('two/policy.yaml').replace('file://', '')}?%7B%7D`;
    await lsp.open(old, policy('podSelector: { matchLabels: { app: other } }'));
    expect(await lsp.hover(old, 'podSelector')).toContain('1 pod');
  });

  test('the status is that of the document with the cursor, whatever else is opened', async () => {
    const { lsp, uri } = await openFolder({ 'one/web.yaml': POD('{ app: web }'), 'two/policy.yaml': WEB }, {}, [
      'one',
      'two',
    ]);
    const pods = (): number | undefined => lsp.statuses.at(-1)?.rows.find(({ kind }) => kind === 'Pod')?.count;
    await lsp.open(uri('one/policy.yaml'), WEB);
    await lsp.notify(CURSOR, { uri: uri('one/policy.yaml'), line: 0 });
    await lsp.until(() => pods() === 1);
    await lsp.open(uri('two/policy.yaml'), WEB);
    await lsp.notify(CURSOR, { uri: uri('one/policy.yaml'), line: 1 });
    expect(await lsp.hover(uri('two/policy.yaml'), 'podSelector')).toContain('No pods known here');
    expect(pods()).toBe(1);
    await lsp.notify(CURSOR, { uri: uri('two/policy.yaml'), line: 0 });
    await lsp.until(() => pods() === 0);
  });

  test('a file outside of them is answered from the pods of the first', async () => {
    const { lsp, uri } = await openFolder({ 'one/web.yaml': POD('{ app: web }'), 'elsewhere/policy.yaml': WEB }, {}, [
      'one',
    ]);
    await lsp.open(uri('elsewhere/policy.yaml'), WEB);
    expect(await lsp.hover(uri('elsewhere/policy.yaml'), 'podSelector')).toContain('1 pod');
  });
});

describe('without any folder', () => {
  test('open documents answer each other, saved or not', async () => {
    const { lsp } = await openFolder({}, {}, []);
    await lsp.open('untitled:Untitled-1', SHOP.get('shop.yaml') ?? '');
    await lsp.open('untitled:Untitled-2', WEB);
    expect(await lsp.hover('untitled:Untitled-2', 'podSelector')).toContain('5 pods of 2 workloads');
  });

  test('so do those of a virtual workspace', async () => {
    const { lsp } = await openFolder({}, {}, []);
    await lsp.open('vscode-vfs://github/shop/deploy/shop.yaml', SHOP.get('shop.yaml') ?? '');
    await lsp.open('vscode-vfs://github/shop/deploy/web.yaml', WEB);
    expect(await lsp.hover('vscode-vfs://github/shop/deploy/web.yaml', 'podSelector')).toContain(
      '5 pods of 2 workloads',
    );
  });
});

describe('line ends of Windows', () => {
  const crlf = (text: string): string => text.replaceAll('\n', '\r\n');

  test('change no answer and no place', async () => {
    const files = Object.fromEntries([...SHOP].map(([name, text]) => [name, crlf(text)]));
    const { lsp, uri } = await openFolder(files);
    await lsp.open(uri('unix.yaml'), FROM_GONE);
    const expected = [
      await lsp.lenses(uri('unix.yaml')),
      await lsp.inlays(uri('unix.yaml')),
      await lsp.findings(uri('unix.yaml')),
    ];
    await lsp.close(uri('unix.yaml'));
    await lsp.open(uri('windows.yaml'), crlf(FROM_GONE));
    expect([
      await lsp.lenses(uri('windows.yaml')),
      await lsp.inlays(uri('windows.yaml')),
      await lsp.findings(uri('windows.yaml')),
    ]).toEqual(expected);
  });

  test('are kept by an edit', async () => {
    const { lsp, uri } = await openShop();
    await lsp.open(uri('web.yaml'), crlf(WEB));
    await lsp.replace(uri('web.yaml'), 'app: web', 'app: db');
    expect(await lsp.hover(uri('web.yaml'), 'podSelector')).toContain('3 pods of 1 workload');
  });
});

test('a manifest in JSON is answered as one in YAML', async () => {
  const { lsp, uri } = await openShop();
  const text = JSON.stringify(
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'db', namespace: 'shop' },
      spec: { podSelector: { matchLabels: { app: 'db' } }, ingress: [{ ports: [{ port: 0 }] }] },
    },
    null,
    2,
  );
  await lsp.open(uri('db.json'), text, 'json');
  expect((await lsp.lenses(uri('db.json')))[0]).toContain('Isolates ingress of 3 pods (db)');
  expect(await lsp.findings(uri('db.json'))).toContainEqual(
    expect.stringMatching(/^\d+:\d+ validation .*Invalid value: 0/),
  );
});
