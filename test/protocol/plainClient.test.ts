/**
 * The language server as an editor without our extension runs it: the launcher, over standard input and output, with a
 * client that neither pulls diagnostics nor takes refreshes, snippets, registrations, configuration requests or folders.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { ClientCapabilities, CodeLens, InlayHint } from 'vscode-languageserver/node';
import type { LspHarness } from '../support/lspHarness.ts';
import { shown } from '../support/lspHarness.ts';
import type { OpenFolder } from '../support/openFolder.ts';
import { FROM_GONE, policy, SHOP } from '../support/shopManifests.ts';
import { useShop } from '../support/useFolders.ts';

const LAUNCHER = fileURLToPath(new URL('../../server/bin/bulkhead-language-server.cjs', import.meta.url));

/** What the protocol's first versions had, and nothing else. */
const PLAIN = { workspace: {}, textDocument: { publishDiagnostics: {} }, window: {} };

const WEB = policy('podSelector: { matchLabels: { app: web } }');
const DB = policy('podSelector: { matchLabels: { app: db } }', 'name: db');

const openShop = useShop();

async function plainClient(
  files: Readonly<Record<string, string>> = {},
  initializationOptions: Readonly<Record<string, unknown>> = {},
  capabilities: ClientCapabilities = {},
): Promise<OpenFolder> {
  return openShop(files, {
    capabilities: { ...PLAIN, ...capabilities },
    initializationOptions: { clientKind: undefined, trusted: undefined, ...initializationOptions },
    server: [LAUNCHER, '--stdio'],
  });
}

async function findings(lsp: LspHarness, uri: string, wanted: RegExp): Promise<readonly string[]> {
  const found = (): readonly string[] => shown(lsp.published.get(uri)?.diagnostics ?? []);
  await lsp.until(() => found().some((line) => wanted.test(line)));
  return found();
}

/** Waits until the selector's hover has read everything that it counts. */
async function hoverSays(lsp: LspHarness, uri: string, words: string): Promise<void> {
  await lsp.until(async () => (await lsp.hover(uri, 'podSelector'))?.includes(words) === true);
}

describe('diagnostics', () => {
  test('are pushed for every open document, and follow each edit', async () => {
    const { lsp, uri } = await plainClient();
    await lsp.open(uri('web.yaml'), FROM_GONE);
    expect(await findings(lsp, uri('web.yaml'), /selector-matches-nothing/)).toContainEqual(
      expect.stringContaining('No pod in `shop` matches `app=gone`'),
    );
    await lsp.replace(uri('web.yaml'), 'app: gone', 'app: db');
    await lsp.until(
      () =>
        !shown(lsp.published.get(uri('web.yaml'))?.diagnostics ?? [])
          .join()
          .includes('gone'),
    );
    expect(lsp.published.get(uri('web.yaml'))?.version).toBe(2);
  });

  test('are pushed to a client that pulls and cannot be told to pull again', async () => {
    const { lsp, uri } = await plainClient({}, {}, { textDocument: { diagnostic: {} } });
    expect(lsp.initialized.capabilities.diagnosticProvider).toBeUndefined();
    await lsp.open(uri('web.yaml'), FROM_GONE);
    await findings(lsp, uri('web.yaml'), /selector-matches-nothing/);
  });

  test('are taken back when the document is closed', async () => {
    const { lsp, uri } = await plainClient();
    await lsp.open(uri('web.yaml'), FROM_GONE);
    await findings(lsp, uri('web.yaml'), /selector-matches-nothing/);
    await lsp.close(uri('web.yaml'));
    await lsp.until(() => lsp.published.get(uri('web.yaml'))?.diagnostics.length === 0);
  });
});

test('nothing is asked of the client that it has not promised', async () => {
  const { lsp, uri } = await plainClient();
  await lsp.open(uri('web.yaml'), WEB);
  await findings(lsp, uri('web.yaml'), /./);
  expect([...lsp.asked]).toEqual([]);
  expect([...lsp.refreshes]).toEqual([]);
  expect(lsp.initialized.capabilities.diagnosticProvider).toBeUndefined();
});

describe('what would run a command of our extension', () => {
  test('is only words in lenses and counts', async () => {
    const { lsp, uri } = await plainClient({ 'web.yaml': WEB });
    await lsp.open(uri('web.yaml'), WEB);
    await lsp.until(async () =>
      (await lsp.lenses(uri('web.yaml'))).includes('1 Isolates ingress of 5 pods (web, web-canary)'),
    );
    const textDocument = { uri: uri('web.yaml') };
    const places = await lsp.connection.sendRequest<CodeLens[]>('textDocument/codeLens', { textDocument });
    const lenses = await Promise.all(places.map(async (lens) => lens.command ?? (await resolved(lsp, lens)).command));
    expect(lenses).toEqual([
      { title: 'Isolates ingress of 5 pods (web, web-canary)', command: '' },
      { title: 'Pods from these files', command: '' },
    ]);
    const range = { start: { line: 0, character: 0 }, end: { line: 9, character: 0 } };
    const hints = await lsp.connection.sendRequest<InlayHint[]>('textDocument/inlayHint', { textDocument, range });
    expect(JSON.stringify(hints)).not.toContain('command');
  });

  test('is no link in a hover', async () => {
    const { lsp, uri } = await plainClient({ 'web.yaml': FROM_GONE });
    await lsp.open(uri('web.yaml'), FROM_GONE);
    await hoverSays(lsp, uri('web.yaml'), '5 pods of 2 workloads');
    for (const word of ['podSelector', 'ingress', 'app: gone']) {
      expect((await lsp.hover(uri('web.yaml'), word)) ?? '').not.toContain('command:');
    }
  });
});

describe('initializationOptions', () => {
  test('hold the settings of a client that cannot be asked for them', async () => {
    const { lsp, uri } = await plainClient({}, { settings: { namespace: 'shop', lens: { policy: 'off' } } });
    await lsp.open(uri('db.yaml'), DB);
    await hoverSays(lsp, uri('db.yaml'), '3 pods of 1 workload');
    expect(await lsp.lenses(uri('db.yaml'))).toEqual([]);
  });

  test('name a snapshot that pods come from', async () => {
    const saved = { apiVersion: 'v1', kind: 'List', items: [pod('one'), pod('two')] };
    const { lsp, uri } = await plainClient({ 'saved.json': JSON.stringify(saved) }, { snapshot: 'saved.json' });
    await lsp.open(uri('web.yaml'), WEB);
    await hoverSays(lsp, uri('web.yaml'), '2 pods');
    expect(await lsp.hover(uri('web.yaml'), 'podSelector')).toContain('saved.json');
  });

  test('stand where a client answers for its settings and has none', async () => {
    const { lsp, uri } = await openShop(
      {},
      {
        settings: { targetVersion: '1.36' },
        initializationOptions: { clientKind: undefined, settings: { namespace: 'shop' } },
      },
    );
    await lsp.open(uri('db.yaml'), DB);
    await hoverSays(lsp, uri('db.yaml'), '3 pods');
  });
});

test('a file that was saved is read again when it is closed, although nobody watches files', async () => {
  const { lsp, uri, write } = await plainClient();
  const more = SHOP.get('shop.yaml')?.replace('replicas: 4', 'replicas: 7') ?? '';
  await lsp.open(uri('shop.yaml'), SHOP.get('shop.yaml') ?? '');
  await lsp.replace(uri('shop.yaml'), 'replicas: 4', 'replicas: 7');
  write('shop.yaml', more);
  await lsp.close(uri('shop.yaml'));
  await lsp.open(uri('web.yaml'), WEB);
  await hoverSays(lsp, uri('web.yaml'), '8 pods');
});

describe('the launcher', () => {
  test.each([
    ['says how it is used where it is given no way to talk', [], 2, '', /^Usage: bulkhead-language-server --stdio/],
    ['has help', ['--help'], 0, /^Usage: bulkhead-language-server --stdio/, ''],
    ['has a version', ['--version'], 0, /^\d+\.\d+\.\d+\n$/, ''],
  ])('%s', (_name, args, status, stdout, stderr) => {
    const run = spawnSync(process.execPath, [LAUNCHER, ...args], { encoding: 'utf8' });
    expect(run).toMatchObject({ status });
    expect(run.stdout).toMatch(stdout === '' ? /^$/ : stdout);
    expect(run.stderr).toMatch(stderr === '' ? /^$/ : stderr);
  });
});

function resolved(lsp: LspHarness, lens: CodeLens): Promise<CodeLens> {
  return lsp.connection.sendRequest<CodeLens>('codeLens/resolve', lens);
}

function pod(name: string): object {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'shop', labels: { app: 'web' } },
    spec: { containers: [{ name: 'web' }] },
    status: { phase: 'Running', podIP: name === 'one' ? '10.0.0.1' : '10.0.0.2' },
  };
}
