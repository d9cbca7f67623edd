/** What the built server offers to mend, and what it says of files that are not open. */
import { describe, expect, test } from 'vitest';
import {
  CancellationTokenSource,
  CodeActionTriggerKind,
  type CodeAction,
  type Diagnostic,
  type TextEdit,
  type WorkspaceDiagnosticReport,
} from 'vscode-languageserver/node';
import type { OpenFolder } from '../support/openFolder.ts';
import { policy } from '../support/shopManifests.ts';
import { useShop } from '../support/useFolders.ts';

const shop = useShop();

const CONFIRMING = {
  capabilities: {
    workspace: {
      configuration: true,
      workspaceFolders: true,
      workspaceEdit: {
        documentChanges: true,
        resourceOperations: ['create' as const],
        changeAnnotationSupport: { groupsOnLabel: true },
      },
    },
  },
};

/** The actions on a whole document. */
function actions({ lsp }: OpenFolder, uri: string, only?: readonly string[]): Promise<CodeAction[] | null> {
  return lsp.connection.sendRequest('textDocument/codeAction', {
    textDocument: { uri },
    range: { start: { line: 0, character: 0 }, end: { line: 1000, character: 0 } },
    context: { diagnostics: [], triggerKind: CodeActionTriggerKind.Invoked, ...(only === undefined ? {} : { only }) },
  });
}

function applied(text: string, edits: readonly TextEdit[]): string {
  const lines = text.split('\n');
  const offset = ({ line, character }: { line: number; character: number }): number =>
    lines.slice(0, line).reduce((sum, each) => sum + each.length + 1, 0) + character;
  return [...edits]
    .sort((a, b) => offset(b.range.start) - offset(a.range.start))
    .reduce(
      (all, { range, newText }) => all.slice(0, offset(range.start)) + newText + all.slice(offset(range.end)),
      text,
    );
}

const WEB = policy(`
podSelector: { matchLabels: { app: web } }
policyTypes: [Ingress]
ingress:
- from:
  - podSelector: { matchLabels: { app: webap } } # the old shop
`);

describe('code actions', () => {
  test('say what their edit does to traffic', async () => {
    const folder = await shop({ 'web.yaml': WEB });
    await folder.lsp.open(folder.uri('web.yaml'), WEB);
    const titles = (await actions(folder, folder.uri('web.yaml'), ['quickfix']))?.map(({ title }) => title);
    expect(titles).toContain('Change to app=webapp (lets in 2 pods)');
  });

  test('ask before they take traffic', async () => {
    const folder = await shop({ 'web.yaml': WEB }, CONFIRMING);
    const uri = folder.uri('web.yaml');
    await folder.lsp.open(uri, WEB);
    const all = (await actions(folder, uri, ['refactor'])) ?? [];
    expect(all.map(({ kind, title }) => `${kind}: ${title.replace(/ \(.*/, '')}`)).toEqual([
      'refactor: Add default-deny for ingress in shop',
      'refactor: Add default-deny for both directions in shop, with a rule for DNS',
    ]);
    const [annotation] = Object.values(all[0]?.edit?.changeAnnotations ?? {});
    expect(annotation).toMatchObject({ needsConfirmation: true });
    expect(annotation?.description).toMatch(/no longer lets? in .*addresses outside/);
  });

  test('mend a check for the whole file, and on save only what changes no traffic', async () => {
    const typo = WEB.replace('app: webap', 'app: dbx');
    const twice = `${typo}---\n${typo.replace('name: web', 'name: second')}`;
    const folder = await shop({ 'web.yaml': twice });
    const uri = folder.uri('web.yaml');
    await folder.lsp.open(uri, twice);
    const all = await actions(folder, uri, ['quickfix']);
    const every = all?.find(({ title }) => title.startsWith('Fix all 2 of selector-matches-nothing'));
    expect(applied(twice, every?.edit?.changes?.[uri] ?? [])).toBe(twice.replaceAll('app: dbx', 'app: db'));
    expect(await actions(folder, uri, ['source.fixAll'])).toEqual([]);
  });

  test('disable a check on a line, after which it is silent', async () => {
    const folder = await shop({ 'web.yaml': WEB });
    const uri = folder.uri('web.yaml');
    await folder.lsp.open(uri, WEB);
    const disable = (await actions(folder, uri))?.find(
      ({ title }) => title === 'Disable selector-matches-nothing on this line',
    );
    const [edit] = disable?.edit?.changes?.[uri] ?? [];
    await folder.lsp.edit(uri, (edit as TextEdit).range, (edit as TextEdit).newText);
    const codes = (await folder.lsp.diagnostics(uri)).map(({ code }) => code);
    expect(codes).not.toContain('selector-matches-nothing');
    expect(codes).not.toContain('unused-suppression');
  });

  test('are announced', async () => {
    const { lsp } = await shop({});
    expect(lsp.initialized.capabilities.codeActionProvider).toMatchObject({
      codeActionKinds: ['quickfix', 'refactor', 'source.fixAll.bulkhead'],
    });
  });
});

function pull({ lsp }: OpenFolder, told: Readonly<Record<string, string>>, token?: CancellationTokenSource) {
  const params = { previousResultIds: Object.entries(told).map(([uri, value]) => ({ uri, value })) };
  return token === undefined
    ? lsp.connection.sendRequest<WorkspaceDiagnosticReport>('workspace/diagnostic', params)
    : lsp.connection.sendRequest<WorkspaceDiagnosticReport>('workspace/diagnostic', params, token.token);
}

function codesOf({ items }: WorkspaceDiagnosticReport, uri: string): unknown[] | undefined {
  const report = items.find((item) => item.uri === uri);
  return report?.kind === 'full' ? report.items.map(({ code }: Diagnostic) => code) : undefined;
}

describe('problems of the whole workspace', () => {
  test('are told without an open file, once, and again when their file changes', async () => {
    const folder = await shop({ 'web.yaml': WEB }, { settings: { problems: 'workspace' } });
    await folder.lsp.read();
    const uri = folder.uri('web.yaml');
    const first = await pull(folder, {});
    expect(codesOf(first, uri)).toContain('selector-matches-nothing');
    const told = Object.fromEntries(first.items.map((item) => [item.uri, item.resultId ?? '']));
    const second = pull(folder, told);
    folder.write('web.yaml', WEB.replace('app: webap', 'app: webapp'));
    await folder.lsp.fileChanged(folder.path('web.yaml'), 2);
    expect(codesOf(await second, uri)).not.toContain('selector-matches-nothing');
  });

  test('wait where there is nothing to say, until the client gives up', async () => {
    const folder = await shop({ 'web.yaml': WEB });
    await folder.lsp.read();
    const token = new CancellationTokenSource();
    const pulled = pull(folder, {}, token);
    await folder.lsp.open(folder.uri('web.yaml'), WEB);
    expect(await folder.lsp.diagnostics(folder.uri('web.yaml'))).not.toEqual([]);
    token.cancel();
    await expect(pulled).rejects.toThrow(/cancel/i);
  });

  test('are sent to a client that cannot ask', async () => {
    const folder = await shop(
      { 'web.yaml': WEB },
      { settings: { problems: 'workspace' }, capabilities: { textDocument: { publishDiagnostics: {} } } },
    );
    const codes = (): unknown[] | undefined =>
      folder.lsp.published.get(folder.uri('web.yaml'))?.diagnostics.map(({ code }) => code);
    await folder.lsp.until(() => codes()?.includes('selector-matches-nothing') === true);
    await folder.lsp.changeSettings({ problems: 'openFiles' });
    await folder.lsp.until(() => codes()?.length === 0);
  });
});
