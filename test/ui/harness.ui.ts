/**
 * Proves what the other suites look through: that lenses, hints, hovers, squiggles, quick fixes, notifications and
 * status items of any extension are found on the page. When a suite fails and this one too, VS Code's page has changed.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageExtension } from '../scripts/packageExtension.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { installExtension } from '../vscode/installExtension.ts';
import { installServer } from '../vscode/installServer.ts';
import { CURRENT_SERVER, OLDEST_SERVER } from '../vscode/serverPins.ts';
import { useEditor } from './useEditor.ts';

const MANIFEST = {
  name: 'probe',
  publisher: 'harness',
  version: '1.0.0',
  description: 'Shows one of each.',
  engines: { vscode: '^1.108.0' },
  main: 'main.js',
  activationEvents: ['onLanguage:yaml'],
  contributes: { commands: [{ command: 'probe.greet', title: 'Probe: Greet' }] },
};

const MAIN = `
const { commands, languages, window, workspace, CodeAction, CodeActionKind, CodeLens, Diagnostic, Hover, InlayHint, Position, Range, WorkspaceEdit } = require('vscode');
exports.activate = ({ subscriptions }) => {
  const diagnostics = languages.createDiagnosticCollection('probe');
  const first = new Range(0, 0, 0, 4);
  const mark = (document) => {
    if (document.languageId === 'yaml') diagnostics.set(document.uri, [new Diagnostic(first, 'A probed problem', 1)]);
  };
  workspace.textDocuments.forEach(mark);
  workspace.onDidOpenTextDocument(mark);
  const status = languages.createLanguageStatusItem('probe', 'yaml');
  status.text = 'Probe: ready';
  const fix = (document) => {
    const action = new CodeAction('Mend the probe', CodeActionKind.QuickFix);
    action.edit = new WorkspaceEdit();
    action.edit.replace(document.uri, first, 'mended');
    return [action];
  };
  subscriptions.push(
    diagnostics, status,
    commands.registerCommand('probe.greet', () => window.showInformationMessage('Greetings from the probe')),
    languages.registerHoverProvider('yaml', { provideHover: () => new Hover('A probed hover') }),
    languages.registerCodeLensProvider('yaml', { provideCodeLenses: () => [new CodeLens(first, { title: 'A probed lens', command: 'probe.greet' })] }),
    languages.registerInlayHintsProvider('yaml', { provideInlayHints: () => [new InlayHint(new Position(1, 8), '3 probed pods')] }),
    languages.registerCodeActionsProvider('yaml', { provideCodeActions: fix }),
  );
};
`;

const place = temporaryFolder('probe');
afterAll(place.remove);

describe.each([CURRENT_SERVER, OLDEST_SERVER])('the page of VS Code out of code-server %s', (server) => {
  const extensionsDir = join(place.path, server);
  beforeAll(async () => {
    await installExtension(await installServer(server), await packageProbe(), extensionsDir);
  });
  const editor = useEditor({
    server,
    extensionsDir,
    files: { 'probe.yaml': 'name: web\nvalue: 1\n' },
  });

  it('shows everything that an extension gives a text', async () => {
    const { workbench, picture } = editor();
    await workbench.openFile('probe.yaml');
    await expect.poll(() => workbench.codeLensTexts()).toEqual(['A probed lens']);
    await expect.poll(() => workbench.inlayHintTexts()).toEqual(['3 probed pods']);
    expect(await workbench.hover('value')).toContain('A probed hover');
    await expect.poll(() => workbench.squiggles('warning').count()).toBe(1);
    await (await workbench.languageStatus('Probe: ready')).waitFor();
    await picture(`harness-${server}`);
  });

  it('runs commands and quick fixes, and reads problems and notifications', async () => {
    const { workbench } = editor();
    await workbench.openFile('probe.yaml');
    await workbench.codeLenses().first().click();
    await workbench.notification('Greetings from the probe').waitFor();
    await (await workbench.problems()).filter({ hasText: 'A probed problem' }).waitFor();
    await workbench.openFile('probe.yaml');
    await workbench.goTo(1, 2);
    await workbench.applyQuickFix('Mend the probe');
    await workbench.lines().filter({ hasText: 'mended: web' }).waitFor();
  });

  it('types into a document that was never saved', async () => {
    const { workbench } = editor();
    await workbench.newDocument('YAML');
    await workbench.type('kind: Pod\nspec:\nname: web');
    await workbench.lines().filter({ hasText: 'name: web' }).waitFor();
    await expect.poll(() => workbench.codeLensTexts()).toEqual(['A probed lens']);
  });
});

function packageProbe(): Promise<string> {
  const source = join(place.path, 'source');
  mkdirSync(source, { recursive: true });
  writeFileSync(join(source, 'package.json'), JSON.stringify(MANIFEST));
  writeFileSync(join(source, 'main.js'), MAIN);
  writeFileSync(join(source, '.vscodeignore'), '');
  return packageExtension(source, place.path);
}
