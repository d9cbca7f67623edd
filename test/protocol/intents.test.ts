/** Intent tests of a folder: the built server, over standard input and output. */
import { describe, expect, test } from 'vitest';
import { CancellationTokenSource } from 'vscode-languageserver/node';
import { INTENTS, INTENTS_CHANGED, KEEP_INTENT, RUN_INTENTS } from '../../server/src/protocol/methods.ts';
import type { OpenFolder } from '../support/openFolder.ts';
import { policy } from '../support/shopManifests.ts';
import { useShop } from '../support/useFolders.ts';

const shop = useShop();

const DB = policy(
  'podSelector: { matchLabels: { app: db } }\ningress: [{ from: [{ podSelector: { matchLabels: { app: web } } }], ports: [{ port: 5432 }] }]',
);
const TESTS = `version: 1
tests:
- name: web may reach db
  from: shop/web
  to: shop/db
  ports: [5432/TCP]
  expect: allow
- name: nobody outside shop may reach db
  from: { outside: shop }
  to: shop/db
  expect: deny
`;
const FILES = { 'db.yaml': DB, 'shop.bulkhead-test.yaml': TESTS };
const NAME = 'shop.bulkhead-test.yaml';

function rootOf({ uri }: OpenFolder): string {
  return uri('.').replace(/\/\.?$/, '');
}

describe('the tests of a folder', () => {
  test('are listed with their places, as their editors hold them', async () => {
    const folder = await shop(FILES);
    const { lsp, uri } = folder;
    const { files } = await lsp.request(INTENTS, { folder: rootOf(folder) });
    expect(files.map((file) => [file.uri, file.tests.map(({ name, range }) => [range.start.line, name])])).toEqual([
      [
        uri(NAME),
        [
          [2, 'web may reach db'],
          [7, 'nobody outside shop may reach db'],
        ],
      ],
    ]);
    await lsp.open(uri(NAME), TESTS.replace('web may', 'web should'));
    const [edited] = (await lsp.request(INTENTS, { folder: rootOf(folder) })).files;
    expect(edited?.tests[0]?.name).toBe('web should reach db');
  });

  test('are run against the unsaved text of the policies, and lead to what causes a failure', async () => {
    const folder = await shop(FILES);
    const { lsp, uri } = folder;
    const run = async (names?: readonly string[]) =>
      (
        await lsp.request(RUN_INTENTS, {
          folder: rootOf(folder),
          files: [{ uri: uri(NAME), ...(names === undefined ? {} : { names }) }],
        })
      ).results;
    expect((await run()).map(({ outcome }) => outcome)).toEqual(['passed', 'passed']);
    await lsp.open(uri('db.yaml'), DB);
    await lsp.replace(uri('db.yaml'), 'port: 5432', 'port: 5433');
    const [failed, ...others] = await run(['web may reach db']);
    expect(others).toEqual([]);
    expect(failed).toMatchObject({
      outcome: 'failed',
      message: 'Fails: shop/web cannot reach shop/db on 5432/TCP',
      range: { start: { line: 2 } },
      details: [expect.stringMatching(/^shop\/web cannot reach shop\/db on 5432\/TCP: shop\/\S+ isolates ingress/)],
      places: [{ uri: uri('db.yaml'), label: expect.stringContaining('isolates ingress') }],
    });
  });

  test('are told about when anything may have changed, once somebody has asked for them', async () => {
    const folder = await shop(FILES);
    const { lsp, uri } = folder;
    await lsp.request(INTENTS, { folder: rootOf(folder) });
    const told = new Promise<void>((resolve) => {
      lsp.connection.onNotification(INTENTS_CHANGED.name, () => resolve());
    });
    await lsp.open(uri('db.yaml'), DB);
    await lsp.replace(uri('db.yaml'), 'port: 5432', 'port: 5433');
    await told;
    const { results } = await lsp.request(RUN_INTENTS, { folder: rootOf(folder) });
    expect(results[0]?.outcome).toBe('failed');
  });

  test('stop when the run is taken back', async () => {
    const many = Array.from(
      { length: 300 },
      (_, at) => `- { name: t${at}, from: any pod, to: any pod, expect: deny }\n`,
    );
    const folder = await shop({ [NAME]: `version: 1\ntests:\n${many.join('')}` });
    const source = new CancellationTokenSource();
    const running = folder.lsp.connection.sendRequest(RUN_INTENTS.name, { folder: rootOf(folder) }, source.token);
    source.cancel();
    await expect(running).rejects.toMatchObject({ message: 'Cancelled' });
  });
});

describe('a document of tests', () => {
  test('has lenses, hovers and faults as any other', async () => {
    const { lsp, uri } = await shop(FILES);
    const text = `${TESTS}- name: faulty\n  form: shop/web\n`;
    await lsp.open(uri(NAME), text);
    expect(await lsp.lenses(uri(NAME))).toEqual([
      '3 4 pods → 3 pods · passes',
      expect.stringMatching(/^8 .* and addresses → 3 pods · passes$/),
      '12 Something is wrong with this test',
    ]);
    expect(await lsp.hover(uri(NAME), 'outside: shop')).toContain('addresses outside the cluster');
    expect((await lsp.diagnostics(uri(NAME))).map(({ message, range }) => [range.start.line, message])).toEqual([
      [12, 'Unknown key form; known are name, from, to, ports, expect.'],
    ]);
  });
});

describe('kept as a test', () => {
  test('an answer goes into the nearest file, in its style, with what it says today', async () => {
    const { lsp, uri } = await shop(FILES);
    await lsp.open(uri('db.yaml'), DB);
    const kept = await lsp.request(KEEP_INTENT, {
      uri: uri('db.yaml'),
      from: 'shop/web-old[Deployment]',
      to: 'shop/db[StatefulSet]',
      ports: ['5432/TCP'],
      expect: 'deny',
    });
    expect(kept).toMatchObject({
      uri: uri(NAME),
      isNew: false,
      name: 'web-old may not reach db on 5432/TCP',
      outcome: 'passed',
      edits: [{ newText: expect.stringContaining('  from: shop/web-old\n  to: shop/db\n') }],
    });
  });

  test('begins a file where the folder has none', async () => {
    const { lsp, uri } = await shop({ 'db.yaml': DB });
    await lsp.open(uri('db.yaml'), DB);
    const ends = { uri: uri('db.yaml'), from: '203.0.113.0/24', to: 'shop/db[StatefulSet]', ports: [] };
    expect(await lsp.request(KEEP_INTENT, { ...ends, expect: 'deny' })).toMatchObject({
      uri: uri('shop.bulkhead-test.yaml'),
      isNew: true,
      outcome: 'passed',
      edits: [{ newText: expect.stringMatching(/^version: 1\ntests:\n/) }],
    });
    expect(await lsp.request(KEEP_INTENT, { ...ends, from: 'no end', expect: 'deny' })).toEqual({
      problem: 'No test can be written that says this.',
    });
  });
});
