/** Where pods come from: files, a saved cluster, a live one; what is said meanwhile, and what is never contacted. */
import { afterEach, describe, expect, test } from 'vitest';
import { CONNECT, CONTEXTS, DIAGNOSE, REFRESH, USE_SOURCE } from '../../server/src/protocol/methods.ts';
import { clusterServer, type ClusterObjects, type ClusterServer } from '../support/clusterServer.ts';
import type { HarnessOptions, LspHarness } from '../support/lspHarness.ts';
import { openFolder, type OpenFolder } from '../support/openFolder.ts';
import { policy, SHOP } from '../support/shopManifests.ts';

let opened: OpenFolder | undefined;
let cluster: ClusterServer | undefined;

afterEach(async () => {
  await opened?.close();
  await cluster?.close();
  opened = undefined;
  cluster = undefined;
});

const WEB = policy('podSelector: { matchLabels: { app: web } }');
const FRONTED = policy('podSelector: { matchLabels: { app: wob } }', 'name: wob, namespace: shop');

function pod(name: string, app = 'web'): object {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'shop', uid: name, resourceVersion: '2', labels: { app } },
    spec: { containers: [{ name: 'c' }] },
    status: { phase: 'Running', podIPs: [{ ip: '10.0.0.1' }] },
  };
}

function saved(...pods: readonly object[]): string {
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } };
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [namespace, ...pods] });
}

async function shop(files: Readonly<Record<string, string>> = {}, options: HarnessOptions = {}): Promise<OpenFolder> {
  opened = await openFolder({ ...Object.fromEntries(SHOP), ...files }, options);
  await opened.lsp.open(opened.uri('web.yaml'), WEB);
  return opened;
}

async function live(objects: ClusterObjects, options: HarnessOptions = {}): Promise<OpenFolder> {
  cluster = await clusterServer(objects);
  const folder = await openFolder({ ...Object.fromEntries(SHOP), 'k/config': cluster.kubeconfig }, options);
  opened = folder;
  await folder.lsp.changeSettings({ kubeconfig: folder.path('k/config') });
  await folder.lsp.open(folder.uri('web.yaml'), WEB);
  await folder.lsp.until(async () => {
    const { contexts, problem } = await contextsOf(folder);
    return contexts.length > 0 || problem !== undefined;
  });
  return folder;
}

const folderUri = ({ uri }: OpenFolder): string => uri('').replace(/\/$/, '');
const contextsOf = (folder: OpenFolder) => folder.lsp.request(CONTEXTS, { folder: folderUri(folder) });

async function connect(folder: OpenFolder, context = 'prod-eu', more: object = {}) {
  const { contexts } = await contextsOf(folder);
  const identity = contexts.find(({ name }) => name === context)?.identity ?? '';
  return folder.lsp.request(CONNECT, { folder: folderUri(folder), context, identity, ...more });
}

async function lensSays(lsp: LspHarness, uri: string, ...texts: readonly string[]): Promise<void> {
  await lsp.until(async () => {
    const lenses = (await lsp.lenses(uri)).join('\n');
    return texts.every((text) => lenses.includes(text));
  });
}

describe('a saved cluster', () => {
  test('is the universe once it is chosen, and files are again when they are', async () => {
    const folder = await shop({ 'saved.json': saved(pod('web-1')) });
    const { lsp, uri } = folder;
    expect(
      await lsp.request(USE_SOURCE, { folder: folderUri(folder), kind: 'snapshot', path: folder.path('saved.json') }),
    ).toEqual({});
    expect(await lsp.lenses(uri('web.yaml'))).toEqual([
      '1 Isolates ingress of 1 pod (web-1)',
      '1 snapshot: saved.json',
    ]);
    await lsp.until(() => lsp.statuses.at(-1)?.source === 'saved.json');
    await lsp.request(USE_SOURCE, { folder: folderUri(folder), kind: 'files' });
    expect((await lsp.lenses(uri('web.yaml')))[0]).toContain('5 pods');
  });

  test('may be named by a setting, relative to the folder', async () => {
    const folder = await shop({ 'd/saved.json': saved(pod('web-1')) }, { settings: { snapshot: 'd/saved.json' } });
    await lensSays(folder.lsp, folder.uri('web.yaml'), '1 pod (web-1)', 'snapshot: saved.json');
    await folder.lsp.changeSettings({ snapshot: '' });
    await lensSays(folder.lsp, folder.uri('web.yaml'), '5 pods', 'these files');
  });

  test('that a setting names in vain leaves nothing known and is said', async () => {
    const { lsp, uri } = await shop({}, { settings: { snapshot: 'gone.json' } });
    await lensSays(lsp, uri('web.yaml'), 'gone.json: gone.json cannot be read: there is no such file.');
    await lsp.until(() => lsp.statuses.at(-1)?.health === 'error');
    expect((await lsp.diagnostics(uri('web.yaml'))).map(({ code }) => code)).toEqual([]);
  });

  test.each([
    ['does not exist', undefined, 'saved.json cannot be read: there is no such file.'],
    ['is something else', '{"a":1}', /^saved\.json: /],
    ['is cut off', '{"apiVersion":"v1","items":[', /^saved\.json: /],
  ])('that %s is refused, and the source before it stays', async (_, text, problem) => {
    const folder = await shop(text === undefined ? {} : { 'saved.json': text });
    const answer = await folder.lsp.request(USE_SOURCE, {
      folder: folderUri(folder),
      kind: 'snapshot',
      path: folder.path('saved.json'),
    });
    expect(answer.problem).toMatch(problem);
    expect((await folder.lsp.lenses(folder.uri('web.yaml')))[0]).toContain('5 pods');
  });

  test('is read again when it is written anew', async () => {
    const folder = await shop({ 'saved.json': saved(pod('web-1')) });
    const { lsp, uri, path, write } = folder;
    await lsp.request(USE_SOURCE, { folder: folderUri(folder), kind: 'snapshot', path: path('saved.json') });
    write('saved.json', saved(pod('web-1'), pod('web-2')));
    await lensSays(lsp, uri('web.yaml'), '2 pods');
  });
});

describe('a live cluster', () => {
  test('is not contacted before a person has chosen it', async () => {
    const folder = await live({ pods: [pod('web-1')] });
    expect((await contextsOf(folder)).contexts.map(({ name }) => name)).toEqual(['prod-eu', 'signs-in']);
    expect(await folder.lsp.lenses(folder.uri('web.yaml'))).toContain('1 Pods from these files · connect a cluster…');
    expect(cluster?.requests).toEqual([]);
  });

  test('answers with its pods once it has been chosen, and follows them', async () => {
    const folder = await live({ pods: [pod('web-1')], namespaces: [{ metadata: { name: 'shop' } }] });
    expect(await connect(folder)).toEqual({ ok: true });
    await lensSays(folder.lsp, folder.uri('web.yaml'), '1 pod (web-1)', 'live: prod-eu');
    cluster?.addPod(pod('web-2'));
    await lensSays(folder.lsp, folder.uri('web.yaml'), '2 pods');
    await folder.lsp.until(() => {
      const { rows = [], source } = folder.lsp.statuses.at(-1) ?? {};
      return source === 'prod-eu' && rows.some(({ kind, count }) => kind === 'Pod' && count === 2);
    });
  });

  test('gives its namespace to documents that name none', async () => {
    const folder = await live({ pods: [pod('web-1')] });
    await connect(folder);
    const uri = 'untitled:Untitled-1';
    await folder.lsp.open(uri, policy('podSelector: { matchLabels: { app: web } }', 'name: web'));
    await lensSays(folder.lsp, uri, '1 pod (web-1)');
  });

  test('whose name has come to mean another server is refused', async () => {
    const folder = await live({ pods: [pod('web-1')] });
    const outcome = await connect(folder, 'prod-eu', { identity: 'another' });
    expect(outcome).toEqual({ ok: false, problem: expect.stringContaining('points to another server') });
    expect(cluster?.requests).toEqual([]);
    expect((await folder.lsp.lenses(folder.uri('web.yaml')))[0]).toContain('5 pods');
  });

  test('that signs in by a program is refused where nobody has agreed to it', async () => {
    const folder = await live({ pods: [] });
    const outcome = await connect(folder, 'signs-in', { execConsent: 'something else' });
    expect(outcome).toEqual({ ok: false, problem: expect.stringContaining('have not agreed') });
    expect(cluster?.requests).toEqual([]);
  });

  test('whose login program asks something of a person says so to the client, and when that is over', async () => {
    const folder = await live({ pods: [pod('web-1')] });
    const credential = {
      apiVersion: 'client.authentication.k8s.io/v1',
      kind: 'ExecCredential',
      status: { token: 't' },
    };
    const script = `echo 'Open https://login.example and enter the code ABCD-1234' >&2; echo '${JSON.stringify(credential)}'`;
    const exec = { apiVersion: credential.apiVersion, command: '/bin/sh', args: ['-c', script] };
    const config = JSON.parse(cluster?.kubeconfig ?? '') as { users: { name: string; user: object }[] };
    config.users = config.users.map(({ name, user }) => ({ name, user: name === 'plug-in' ? { exec } : user }));
    folder.write('k/config', JSON.stringify(config));
    const { contexts } = await contextsOf(folder);
    const consent = contexts.find(({ name }) => name === 'signs-in')?.exec?.identity;
    expect(await connect(folder, 'signs-in', { execConsent: consent })).toEqual({ ok: true });
    const { loginPrompts } = folder.lsp;
    await folder.lsp.until(() => loginPrompts.length === 2);
    const at = { folder: folderUri(folder), context: 'signs-in' };
    expect(loginPrompts).toEqual([
      { ...at, prompt: expect.objectContaining({ program: 'sh', url: 'https://login.example', code: 'ABCD-1234' }) },
      at,
    ]);
  });

  test('is tried step by step when a person asks for a diagnosis', async () => {
    const folder = await live({ pods: [] });
    const { contexts, machine } = await contextsOf(folder);
    const identity = contexts[0]?.identity ?? '';
    const choice = { folder: folderUri(folder), context: 'prod-eu', identity };
    const { text } = await folder.lsp.request(DIAGNOSE, choice);
    expect(text).toMatch(new RegExp(`^Connection to prod-eu, tried on ${machine} at `));
    expect(text).toMatch(/^ok {4}Network +127\.0\.0\.1:\d+ takes connections\.$/m);
    expect(text).toMatch(/^ok {4}Login /m);
    const before = cluster?.requests.length;
    const moved = await folder.lsp.request(DIAGNOSE, { ...choice, identity: 'another' });
    expect(moved.text).toMatch(/^FAIL {2}Context /m);
    expect(cluster?.requests).toHaveLength(before ?? 0);
  });

  test('is not what a file is meant for that a bulkhead.yaml binds to another one', async () => {
    const folder = await live({ pods: [pod('web-1')] });
    await connect(folder);
    folder.write('bulkhead.yaml', 'contexts: [{ files: ["web.yaml"], context: dev-eu }]');
    await folder.lsp.fileChanged(folder.path('bulkhead.yaml'), 1);
    await lensSays(folder.lsp, folder.uri('web.yaml'), 'live: prod-eu · this file is meant for dev-eu');
    await folder.lsp.until(
      () => folder.lsp.statuses.at(-1)?.problems.some((problem) => problem.includes('context dev-eu')) === true,
    );
    const asked = { folder: folderUri(folder), uri: folder.uri('web.yaml') };
    const { bound, boundTo } = await folder.lsp.request(CONTEXTS, asked);
    expect([bound, boundTo]).toEqual([[{ context: 'dev-eu', files: ['web.yaml'] }], 'dev-eu']);
  });

  test('is neither listed nor contacted from a workspace that is not trusted', async () => {
    const folder = await live({ pods: [] }, { initializationOptions: { trusted: false } });
    expect((await contextsOf(folder)).contexts).toEqual([]);
    expect(await connect(folder)).toMatchObject({ ok: false, problem: expect.stringContaining('not trusted') });
    const choice = { folder: folderUri(folder), context: 'prod-eu', identity: '' };
    expect((await folder.lsp.request(DIAGNOSE, choice)).text).toContain('not trusted');
    expect(cluster?.requests).toEqual([]);
  });

  test('that does not answer is refused with its reason, and the source before it stays', async () => {
    const folder = await live({ pods: [] });
    await cluster?.close();
    cluster = undefined;
    const outcome = await connect(folder);
    expect(outcome).toMatchObject({ ok: false, problem: expect.any(String) });
    expect((await folder.lsp.lenses(folder.uri('web.yaml')))[0]).toContain('5 pods');
  });

  test('says what may not be read, and which right mends it', async () => {
    const folder = await live({ namespaces: [{ metadata: { name: 'shop' } }], forbidden: ['pods'] });
    expect(await connect(folder)).toEqual({ ok: true });
    await folder.lsp.until(() => {
      const status = folder.lsp.statuses.at(-1);
      return status?.health === 'warning' && status.problems.some((problem) => /\bPods?\b|\bpods\b/.test(problem));
    });
    await lensSays(folder.lsp, folder.uri('web.yaml'), 'not known');
    expect((await folder.lsp.diagnostics(folder.uri('web.yaml'))).map(({ code }) => code)).toEqual([]);
  });

  test('that is lost is said to be stale, with what was known', async () => {
    const folder = await live({ pods: [pod('web-1')] });
    await connect(folder);
    await lensSays(folder.lsp, folder.uri('web.yaml'), '1 pod (web-1)');
    await cluster?.close();
    cluster = undefined;
    await lensSays(folder.lsp, folder.uri('web.yaml'), '1 pod (web-1)', 'prod-eu: stale since');
  });

  test('does not flash findings while it is read', async () => {
    const folder = await live({ pods: [pod('web-1')] });
    const { lsp, uri } = folder;
    const shopUri = uri('fronted.yaml');
    await lsp.open(shopUri, FRONTED);
    const isFound = async (): Promise<boolean> =>
      (await lsp.diagnostics(shopUri)).some(({ code }) => code === 'selector-matches-nothing');
    expect(await isFound()).toBe(true);
    const seen: boolean[] = [];
    const connected = connect(folder);
    const isRead = async (): Promise<boolean> => (await lsp.lenses(shopUri)).includes('1 live: prod-eu');
    while (!(await isRead())) seen.push(await isFound());
    await connected;
    seen.push(await isFound());
    expect(seen).not.toContain(false);
  });
});

describe('several folders', () => {
  test('have each their own files, settings and source', async () => {
    const shopFiles = Object.fromEntries([...SHOP].map(([name, text]) => [`one/${name}`, text]));
    const two = {
      'two/pods.yaml': 'apiVersion: v1\nkind: Pod\nmetadata: { name: solo, namespace: shop, labels: { app: web } }\n',
    };
    opened = await openFolder({ ...shopFiles, ...two, 'saved.json': saved(pod('a'), pod('b')) }, {}, ['one', 'two']);
    const { lsp, uri, path } = opened;
    await lsp.open(uri('one/web.yaml'), WEB);
    await lsp.open(uri('two/web.yaml'), WEB);
    await lensSays(lsp, uri('one/web.yaml'), '5 pods');
    await lensSays(lsp, uri('two/web.yaml'), '1 pod');
    await lsp.request(USE_SOURCE, { folder: uri('two'), kind: 'snapshot', path: path('saved.json') });
    await lensSays(lsp, uri('two/web.yaml'), '2 pods', 'snapshot: saved.json');
    await lensSays(lsp, uri('one/web.yaml'), '5 pods', 'these files');
  });

  test('come and go while their documents stay answered', async () => {
    opened = await openFolder({ ...Object.fromEntries(SHOP), 'two/web.yaml': WEB }, {}, ['two']);
    const { lsp, uri, path } = opened;
    await lsp.open(uri('two/web.yaml'), WEB);
    expect((await lsp.lenses(uri('two/web.yaml')))[0]).not.toContain('5 pods');
    const event = { added: [{ uri: uri(''), name: 'all' }], removed: [{ uri: uri('two'), name: 'two' }] };
    await lsp.connection.sendNotification('workspace/didChangeWorkspaceFolders', { event });
    await lensSays(lsp, uri('two/web.yaml'), '5 pods');
    expect(path('two')).toBeTruthy();
  });

  test('need not be there: a window without a folder answers from what is open', async () => {
    opened = await openFolder({}, {}, []);
    const { lsp } = opened;
    await lsp.open('untitled:pods', [...SHOP.values()].join('\n---\n'));
    await lsp.open('untitled:policy', WEB);
    expect((await lsp.lenses('untitled:policy'))[0]).toContain('5 pods');
    await lsp.request(REFRESH, {});
    expect((await lsp.lenses('untitled:policy'))[0]).toContain('5 pods');
  });
});
