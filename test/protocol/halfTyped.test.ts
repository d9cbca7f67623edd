/** What an editor is told while a text is broken: the built server, over standard input and output. */
import { describe, expect, test } from 'vitest';
import { CURSOR } from '../../server/src/protocol/methods.ts';
import { FROM_DB as WEB } from '../support/shopManifests.ts';
import { useShop } from '../support/useFolders.ts';

const shop = useShop();
const FRONTED = WEB.replace('app: db', 'app: bd');

describe('half-typed text', () => {
  test('keeps what was known, says so, and shows the fault at once', async () => {
    const { lsp, uri } = await shop();
    await lsp.open(uri('web.yaml'), FRONTED);
    const before = await lsp.lenses(uri('web.yaml'));
    await lsp.replace(uri('web.yaml'), 'app: web }', 'app: web');
    const after = await lsp.lenses(uri('web.yaml'));
    expect(after[0]).toBe(`${before[0]} · as of the last readable text`);
    const codes = (await lsp.diagnostics(uri('web.yaml'))).map(({ code }) => code);
    expect(codes).toContain('yaml');
    expect(codes).toContain('selector-matches-nothing');
  });

  test.each([
    ['at the start of the policy', 'apiVersion:', '[apiVersion:'],
    ['in its selector', 'app: web }', 'app: web'],
    ['by a quotation that is not closed', 'spec:', '"spec:'],
    ['by a key that has lost its colon', 'ingress:', 'ingress'],
    ['in its last rule', '- from:', '- from'],
  ])('keeps every lens when it is broken %s, in the first answer', async (_, piece, by) => {
    const { lsp, uri } = await shop();
    await lsp.open(uri('web.yaml'), WEB);
    const before = await lsp.lenses(uri('web.yaml'));
    const places = await lsp.lensPlaces(uri('web.yaml'));
    await lsp.replace(uri('web.yaml'), piece, by);
    const held = before.map((lens) => (lens.includes('Pods from') ? lens : `${lens} · as of the last readable text`));
    expect(await lsp.lenses(uri('web.yaml'))).toEqual(held);
    // Those that an editor has from before the edit find their words, too.
    expect(await lsp.titles(places)).toEqual(held);
  });

  test('that was broken before anybody asked for anything keeps what it said when it was opened', async () => {
    const { lsp, uri } = await shop();
    await lsp.open(uri('web.yaml'), WEB);
    await lsp.replace(uri('web.yaml'), 'app: web }', 'app: web');
    expect((await lsp.lenses(uri('web.yaml')))[0]).toMatch(/pods .* as of the last readable text$/);
  });

  test('that is written from its first line on is answered as it stands, with what the API server would reject', async () => {
    const { lsp, uri } = await shop();
    const [head = '', ...rest] = WEB.split('\n');
    await lsp.open(uri('web.yaml'), `${head}\n`);
    await lsp.lenses(uri('web.yaml'));
    const end = { line: 1, character: 0 };
    await lsp.edit(uri('web.yaml'), { start: end, end }, `${rest.join('\n')}    ports: [{ port: 70000 }]\n`);
    expect((await lsp.lenses(uri('web.yaml')))[0]).toBe('1 Isolates ingress of 5 pods (web, web-canary)');
    expect((await lsp.diagnostics(uri('web.yaml'))).map(({ code }) => code)).toContain('validation');
  });

  test('is judged again once the cursor has left the key, without being asked for', async () => {
    const { lsp, uri } = await shop();
    await lsp.open(uri('web.yaml'), WEB);
    await lsp.lenses(uri('web.yaml'));
    await lsp.notify(CURSOR, { uri: uri('web.yaml'), line: 4 });
    await lsp.replace(uri('web.yaml'), 'podSelector: { matchLabels: { app: web } }', 'podSelector:');
    expect((await lsp.lenses(uri('web.yaml')))[0]).toMatch(/5 pods .* last readable text/);
    const refreshed = lsp.refreshes.get('workspace/codeLens/refresh') ?? 0;
    await lsp.notify(CURSOR, { uri: uri('web.yaml'), line: 0 });
    await lsp.until(() => (lsp.refreshes.get('workspace/codeLens/refresh') ?? 0) > refreshed);
    expect((await lsp.lenses(uri('web.yaml')))[0]).toBe(
      '1 Isolates ingress of 10 pods (db, web, web-canary and 1 more)',
    );
  });

  test('is judged again after a moment in an editor that tells no cursor', async () => {
    const { lsp, uri } = await shop();
    await lsp.open(uri('web.yaml'), WEB);
    await lsp.lenses(uri('web.yaml'));
    await lsp.replace(uri('web.yaml'), 'podSelector: { matchLabels: { app: web } }', 'podSelector:');
    expect((await lsp.lenses(uri('web.yaml')))[0]).toMatch(/5 pods .* last readable text/);
    await lsp.until(async () => (await lsp.lenses(uri('web.yaml')))[0]?.includes('10 pods') === true);
  });
});
