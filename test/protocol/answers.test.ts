/** What an editor is told of a folder with manifests: the built server, over standard input and output. */
import { afterEach, describe, expect, test } from 'vitest';
import { CancellationTokenSource } from 'vscode-languageserver/node';
import { CHECK_PAGE, CURSOR, MATCHES } from '../../server/src/protocol/methods.ts';
import { shown } from '../support/lspHarness.ts';
import { openFolder, type OpenFolder } from '../support/openFolder.ts';
import { policy, SHOP } from '../support/shopManifests.ts';

let opened: OpenFolder | undefined;

afterEach(async () => {
  await opened?.close();
  opened = undefined;
});

const WEB = policy(`
podSelector: { matchLabels: { app: web } }
ingress:
- from:
  - podSelector: { matchLabels: { app: db } }
`);
const FRONTED = WEB.replace('app: db', 'app: bd');

async function shop(files: Readonly<Record<string, string>> = {}, options = {}): Promise<OpenFolder> {
  opened = await openFolder({ ...Object.fromEntries(SHOP), ...files }, options);
  return opened;
}

describe('a document of the folder', () => {
  test('is answered from the manifests of closed files', async () => {
    const { lsp, uri } = await shop({ 'web.yaml': WEB });
    await lsp.open(uri('web.yaml'), WEB);
    expect(await lsp.hover(uri('web.yaml'), 'podSelector')).toContain('5 pods of 2 workloads');
    expect(await lsp.lenses(uri('web.yaml'))).toEqual([
      '1 Isolates ingress of 5 pods (web, web-canary)',
      '1 Pods from these files · connect a cluster…',
      '7 Lets in 3 pods on all ports',
    ]);
    expect(await lsp.inlays(uri('web.yaml'))).toEqual(['5 5 pods', '8 3 pods']);
  });

  test('leads from a count to the pods behind it', async () => {
    const { lsp, uri } = await shop({ 'web.yaml': WEB });
    await lsp.open(uri('web.yaml'), WEB);
    const list = await lsp.request(MATCHES, { uri: uri('web.yaml'), policy: 'shop/web', path: 'spec.podSelector' });
    expect(list.items.map(({ label, location }) => `${label} ${location?.uri}:${location?.line}`)).toEqual([
      `web ${uri('shop.yaml')}:4`,
      `web-canary ${uri('shop.yaml')}:13`,
    ]);
  });

  test('is answered anew after each keystroke', async () => {
    const { lsp, uri } = await shop();
    await lsp.open(uri('web.yaml'), WEB);
    await lsp.replace(uri('web.yaml'), 'app: web', 'app: webapp');
    expect(await lsp.lenses(uri('web.yaml'))).toContain('1 Isolates ingress of 2 pods (web-old)');
  });

  test('has no answers where nothing is to be said', async () => {
    const { lsp, uri } = await shop();
    const text = 'on: push\njobs: { build: { steps: [ }\n';
    await lsp.open(uri('workflow.yaml'), text);
    expect(await lsp.hover(uri('workflow.yaml'), 'jobs')).toBeUndefined();
    expect(await lsp.lenses(uri('workflow.yaml'))).toEqual([]);
    expect(await lsp.diagnostics(uri('workflow.yaml'))).toEqual([]);
  });
});

describe('an unsaved document', () => {
  test('is answered from the pods of the folder while it is written', async () => {
    const { lsp } = await shop();
    const uri = 'untitled:Untitled-1';
    await lsp.open(uri, '');
    await lsp.edit(uri, { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } }, WEB);
    expect(await lsp.hover(uri, 'podSelector')).toContain('5 pods of 2 workloads');
    await lsp.close(uri);
    expect(await lsp.hover(uri, 'podSelector')).toBeUndefined();
  });

  test('may be JSON', async () => {
    const { lsp } = await shop();
    const uri = 'untitled:policy.json';
    const spec = { podSelector: { matchLabels: { app: 'db' } } };
    const metadata = { name: 'db', namespace: 'shop' };
    await lsp.open(
      uri,
      JSON.stringify({ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata, spec }),
      'json',
    );
    expect(await lsp.hover(uri, 'podSelector')).toContain('3 pods of 1 workload');
  });
});

describe('findings', () => {
  test('stand where they are, with their code, and link to their page only where the client can open it', async () => {
    const { lsp, uri } = await shop({}, { initializationOptions: { uriScheme: 'vscode-insiders' } });
    await lsp.open(uri('web.yaml'), FRONTED);
    const found = (await lsp.diagnostics(uri('web.yaml'))).find(({ code }) => code === 'selector-matches-nothing');
    expect(found).toMatchObject({
      range: { start: { line: 7, character: 6 } },
      severity: 2,
      source: 'bulkhead',
      codeDescription: { href: 'vscode-insiders://bulkhead.bulkhead/check/selector-matches-nothing' },
    });
    const { markdown } = await lsp.request(CHECK_PAGE, { code: 'selector-matches-nothing' });
    expect(markdown).toMatch(/^# selector-matches-nothing/);
  });

  test('have no link in an editor that gives no scheme', async () => {
    const { lsp, uri } = await shop();
    await lsp.open(uri('web.yaml'), FRONTED);
    expect((await lsp.diagnostics(uri('web.yaml'))).map(({ codeDescription }) => codeDescription)).not.toContainEqual(
      expect.anything(),
    );
  });

  test('are the same report until something has changed', async () => {
    const { lsp, uri } = await shop();
    await lsp.open(uri('web.yaml'), FRONTED);
    const first = await lsp.diagnosticReport(uri('web.yaml'));
    const again = await lsp.diagnosticReport(uri('web.yaml'), first.resultId);
    expect(again).toEqual({ kind: 'unchanged', resultId: first.resultId });
    await lsp.replace(uri('web.yaml'), 'app: bd', 'app: db');
    expect((await lsp.diagnosticReport(uri('web.yaml'), first.resultId)).kind).toBe('full');
  });

  test('carry the words of the API server at the token that it means', async () => {
    const { lsp, uri } = await shop();
    await lsp.open(uri('web.yaml'), `${WEB}  - ports: [{ port: 70000 }]\n`);
    expect(await lsp.findings(uri('web.yaml'))).toContain(
      '9:21 validation spec.ingress[1].ports[0].port: Invalid value: 70000: must be between 1 and 65535, inclusive',
    );
  });

  test('are pushed to an editor that cannot pull, and taken back when the document is closed', async () => {
    const { lsp, uri } = await shop({}, { capabilities: { textDocument: {} } });
    expect(lsp.initialized.capabilities.diagnosticProvider).toBeUndefined();
    await lsp.open(uri('web.yaml'), FRONTED);
    const published = (): readonly string[] => shown(lsp.published.get(uri('web.yaml'))?.diagnostics ?? []);
    await lsp.until(() => published().some((finding) => finding.includes('selector-matches-nothing')));
    await lsp.replace(uri('web.yaml'), 'app: bd', 'app: db');
    await lsp.until(() => !published().some((finding) => finding.includes('selector-matches-nothing')));
    expect(published()).not.toEqual([]);
    await lsp.close(uri('web.yaml'));
    await lsp.until(() => published().length === 0);
  });

  test('are switched off by the fix that they offer, which makes the configuration', async () => {
    const { lsp, uri } = await shop();
    await lsp.open(uri('web.yaml'), WEB);
    const [finding] = (await lsp.diagnostics(uri('web.yaml'))).filter(({ code }) => code === 'missing-egress');
    const range = finding?.range ?? { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
    const actions = (await lsp.codeActions(uri('web.yaml'), range)) ?? [];
    const turnOff = actions.find(({ title }) => title === 'Turn missing-egress off in bulkhead.yaml');
    const newText = 'checks:\n  missing-egress: { severity: off, reason: "why it is no goal here" }\n';
    expect(turnOff?.edit?.documentChanges).toEqual([
      { kind: 'create', uri: uri('bulkhead.yaml'), options: { ignoreIfExists: true } },
      {
        textDocument: { uri: uri('bulkhead.yaml'), version: null },
        edits: [{ range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } }, newText }],
      },
    ]);
    await lsp.open(uri('bulkhead.yaml'), newText);
    expect((await lsp.diagnostics(uri('web.yaml'))).map(({ code }) => code)).not.toContain('missing-egress');
  });

  test('are quiet hints where a text takes no part in answers', async () => {
    const { lsp, uri } = await shop();
    const hints = async (name: string, text: string): Promise<readonly object[]> => {
      await lsp.open(uri(name), text);
      const found = await lsp.diagnostics(uri(name));
      return found
        .filter(({ code }) => code === 'not-evaluated')
        .map(({ severity, message, range }) => ({ line: range.start.line + 1, severity, message }));
    };
    const head = 'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: x, namespace: shop }\n';
    expect(await hints('template.yaml', `${head}spec: {{ .Values.spec }}\n`)).toEqual([
      { line: 1, severity: 4, message: 'Not evaluated: only a template engine can read this file' },
    ]);
    expect(
      await hints('placeholder.yaml', `${head}spec:\n  podSelector: { matchLabels: { app: "\${APP}" } }\n`),
    ).toEqual([{ line: 5, severity: 4, message: 'Not evaluated: what depends on this placeholder is not known' }]);
    expect(await hints('workflow.yaml', 'on: push\njobs: { a: { if: {{ x }} } }\n')).toEqual([]);
  });

  test('of a configuration are its unknown keys', async () => {
    const { lsp, uri } = await shop();
    await lsp.open(uri('bulkhead.yaml'), 'cheks: {}\n');
    expect(await lsp.findings(uri('bulkhead.yaml'))).toEqual([
      '1:1 bulkhead-yaml Unknown key cheks; known are namespace, exclude, checks, overrides, contexts.',
    ]);
  });
});

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

describe('files that change outside of the editor', () => {
  test('count as soon as the editor tells of them', async () => {
    const { lsp, uri, path, write, remove } = await shop();
    await lsp.open(uri('web.yaml'), WEB);
    write('more.yaml', 'apiVersion: v1\nkind: Pod\nmetadata: { name: web-2, namespace: shop, labels: { app: web } }\n');
    await lsp.fileChanged(path('more.yaml'), 1);
    await lsp.until(async () => (await lsp.lenses(uri('web.yaml')))[0]?.includes('6 pods') === true);
    remove('more.yaml');
    await lsp.fileChanged(path('more.yaml'), 3);
    await lsp.until(async () => (await lsp.lenses(uri('web.yaml')))[0]?.includes('5 pods') === true);
  });

  test('do not show while an editor holds them', async () => {
    const { lsp, uri, path, write } = await shop({ 'web.yaml': WEB });
    await lsp.open(uri('web.yaml'), WEB);
    write('web.yaml', WEB.replace('app: web', 'app: db'));
    await lsp.fileChanged(path('web.yaml'), 2);
    expect((await lsp.lenses(uri('web.yaml')))[0]).toContain('5 pods');
  });
});

describe('workloads, Services and namespaces', () => {
  const SERVICE = `apiVersion: v1
kind: Service
metadata:
  name: web
  namespace: shop
spec: { selector: { app: web }, ports: [{ port: 80, targetPort: http }] }
`;

  test('say above them what policies do to them, and lead to the policies', async () => {
    const { lsp, uri } = await shop({ 'web.yaml': WEB });
    const text = SHOP.get('shop.yaml') ?? '';
    await lsp.open(uri('shop.yaml'), text);
    await lsp.open(uri('service.yaml'), SERVICE);
    expect((await lsp.lenses(uri('shop.yaml'))).slice(0, 2)).toEqual([
      '1 No default-deny · 1 policy · 10 pods, ingress of 5 and egress of none isolated',
      '5 Ingress isolated by shop/web · egress open: no policy isolates it',
    ]);
    expect(await lsp.lenses(uri('service.yaml'))).toEqual([
      '1 Leads to 5 pods (web, web-canary) on 8080,8081/TCP · let in by shop/web',
    ]);
    const object = 'Deployment/shop/web';
    const list = await lsp.request(MATCHES, { uri: uri('shop.yaml'), object, policy: '', path: '' });
    expect(list.items.map(({ label, location }) => `${label} ${location?.uri}:${location?.line}`)).toEqual([
      `shop/web ${uri('web.yaml')}:0`,
    ]);
    expect(await lsp.hover(uri('shop.yaml'), 'StatefulSet')).toContain('**Ingress** open: no policy isolates it');
  });

  test('follow a setting of their own', async () => {
    const { lsp, uri } = await shop({ 'web.yaml': WEB }, { settings: { lens: { workload: 'inlay' } } });
    await lsp.open(uri('service.yaml'), SERVICE);
    expect(await lsp.lenses(uri('service.yaml'))).toEqual([]);
    expect(await lsp.inlays(uri('service.yaml'))).toEqual([
      '1 Leads to 5 pods (web, web-canary) on 8080,8081/TCP · let in by shop/web',
    ]);
  });
});

test('defaults of fields stand in the text by a setting', async () => {
  const { lsp, uri } = await shop({}, { settings: { lens: { selector: 'off' }, inlay: { defaults: true } } });
  await lsp.open(uri('web.yaml'), WEB);
  expect(await lsp.inlays(uri('web.yaml'))).toEqual(['4 policyTypes: Ingress']);
});

test('a check in a bulkhead.yaml leads to its page where the client can open it', async () => {
  const { lsp, uri } = await shop({}, { initializationOptions: { uriScheme: 'vscode' } });
  await lsp.open(uri('bulkhead.yaml'), 'checks:\n  missing-egress: off\n');
  expect(await lsp.hover(uri('bulkhead.yaml'), 'missing-egress')).toContain(
    '[Open its page](vscode://bulkhead.bulkhead/check/missing-egress)',
  );
});

describe('settings', () => {
  test('take effect when they change', async () => {
    const { lsp, uri } = await shop({}, { settings: { lens: { policy: 'off' } } });
    await lsp.open(uri('web.yaml'), WEB);
    expect(await lsp.lenses(uri('web.yaml'))).toEqual(['7 Lets in 3 pods on all ports']);
    await lsp.changeSettings({ lens: { policy: 'off', rule: 'off' } });
    await lsp.until(async () => (await lsp.lenses(uri('web.yaml'))).length === 0);
  });
});

describe('a request', () => {
  test('that is cancelled answers so, and the next one is answered', async () => {
    const { lsp, uri } = await shop();
    await lsp.open(uri('web.yaml'), WEB);
    const source = new CancellationTokenSource();
    const params = { uri: uri('web.yaml'), policy: 'shop/web', path: 'spec.podSelector' };
    // The server has this to read first, so that the request and its cancellation are there together when it looks.
    const many = Array.from({ length: 3000 }, (_, index) => WEB.replace('name: web', `name: web-${index}`));
    await lsp.open(uri('many.yaml'), many.join('---\n'));
    const cancelled = lsp.request(MATCHES, params, source.token);
    source.cancel();
    await expect(cancelled).rejects.toMatchObject({ code: -32800 });
    expect((await lsp.request(MATCHES, params)).items).toHaveLength(2);
  });

  test.each([
    [
      'names of objects that are properties of every object',
      WEB.replaceAll('app', '__proto__').replaceAll('web', 'constructor'),
    ],
    ['control characters', WEB.replace('app: web', 'app: "w\\u0000\\u202eeb"')],
    ['a byte order mark and CRLF', `\ufeff${WEB.replaceAll('\n', '\r\n')}`],
    [
      'aliases of aliases',
      `a: &a [x, x]\nb: &b [*a, *a, *a]\nc: &c [*b, *b, *b]\nkind: NetworkPolicy\nd: [*c, *c, *c]\n`,
    ],
    ['deep nesting', `kind: NetworkPolicy\napiVersion: networking.k8s.io/v1\nspec: ${'['.repeat(2000)}`],
    ['lone surrogates', WEB.replace('app: web', 'app: "\ud800"')],
    ['a template', WEB.replace('name: web', 'name: {{ .Values.name }}')],
    ['nothing but markers', '---\n---\n...\n---\n'],
    ['no text', ''],
  ])('is answered whatever the text: %s', async (_, text) => {
    const { lsp, uri } = await shop();
    await lsp.open(uri('web.yaml'), text);
    await lsp.diagnostics(uri('web.yaml'));
    await lsp.lenses(uri('web.yaml'));
    await lsp.inlays(uri('web.yaml'));
    await lsp.hover(uri('web.yaml'), 'kind');
    await lsp.close(uri('web.yaml'));
    await lsp.open(uri('web.yaml'), WEB);
    expect(await lsp.hover(uri('web.yaml'), 'podSelector')).toContain('5 pods of 2 workloads');
  });
});
