/** What an editor is told to be wrong: the built server, over standard input and output. */
import { describe, expect, test } from 'vitest';
import { CHECK_PAGE } from '../../server/src/protocol/methods.ts';
import { shown } from '../support/lspHarness.ts';
import { FROM_DB as WEB } from '../support/shopManifests.ts';
import { useShop } from '../support/useFolders.ts';

const shop = useShop();
const FRONTED = WEB.replace('app: db', 'app: bd');

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
