/** What an editor is told of a folder with manifests: the built server, over standard input and output. */
import { describe, expect, test } from 'vitest';
import { CancellationTokenSource } from 'vscode-languageserver/node';
import { MATCHES } from '../../server/src/protocol/methods.ts';
import { FROM_DB as WEB, SHOP } from '../support/shopManifests.ts';
import { useShop } from '../support/useFolders.ts';

const shop = useShop();

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
