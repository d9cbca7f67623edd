/**
 * Beside the YAML extension, by what it is known to contribute: its errors of a text that is no YAML come late and under
 * the source `YAML`, its schema's under `yaml-schema`, and its hovers describe fields. The registry that has the real one
 * is none that tests may rely on.
 */
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { packageExtension } from '../scripts/packageExtension.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { installExtension } from '../vscode/installExtension.ts';
import { installServer } from '../vscode/installServer.ts';
import { useEditor } from './useEditor.ts';

const STAND_IN = {
  name: 'vscode-yaml',
  publisher: 'redhat',
  version: '1.19.0',
  description: 'Stands in for the YAML extension.',
  engines: { vscode: '^1.108.0' },
  main: 'main.js',
  activationEvents: ['onLanguage:yaml'],
};

/** Validates 200 ms after a change, as the real one does. */
const MAIN = `
const { languages, workspace, Diagnostic, Hover, Range } = require('vscode');
exports.activate = ({ subscriptions }) => {
  const found = languages.createDiagnosticCollection('yaml');
  const timers = new Map();
  const judge = (document) => {
    if (document.languageId !== 'yaml') return;
    const items = [];
    for (let line = 0; line < document.lineCount; line++) {
      const { text, range } = document.lineAt(line);
      // Where its parser notices: behind everything that the quotation has swallowed.
      const end = new Range(document.lineCount - 1, 0, document.lineCount - 1, 0);
      if (text.includes('app: "')) items.push(Object.assign(new Diagnostic(end, 'Missing closing "quote', 0), { source: 'YAML' }));
      if (text.startsWith('spce:')) items.push(Object.assign(new Diagnostic(range, 'Property spce is not allowed.', 1), { source: 'yaml-schema: kubernetes' }));
    }
    found.set(document.uri, items);
  };
  const soon = (document) => {
    clearTimeout(timers.get(document));
    timers.set(document, setTimeout(() => judge(document), 200));
  };
  workspace.textDocuments.forEach(soon);
  subscriptions.push(found, workspace.onDidOpenTextDocument(soon), workspace.onDidChangeTextDocument(({ document }) => soon(document)),
    languages.registerHoverProvider('yaml', { provideHover: () => new Hover('What the schema says of the field.') }));
};
`;

const POLICY = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web, namespace: shop }
spec:
  podSelector:
    matchLabels:
      app: "web
`;
const POD = `apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop, labels: { app: web } }
spec: { containers: [{ name: web, image: nginx }] }
`;

const place = temporaryFolder('beside');
const extensionsDir = join(place.path, 'extensions');
beforeAll(async () => {
  cpSync(inject('extensionsDir'), extensionsDir, { recursive: true });
  const source = join(place.path, 'source');
  mkdirSync(source);
  writeFileSync(join(source, 'package.json'), JSON.stringify(STAND_IN));
  writeFileSync(join(source, 'main.js'), MAIN);
  writeFileSync(join(source, '.vscodeignore'), '');
  await installExtension(
    await installServer(inject('codeServer')),
    await packageExtension(source, place.path),
    extensionsDir,
  );
});
afterAll(place.remove);

describe('beside the YAML extension', () => {
  const editor = useEditor({ extensionsDir, files: { 'policy.yaml': POLICY, 'pod.yaml': POD } });

  it('a text that is no YAML is said once', async () => {
    const { workbench, picture } = editor();
    await workbench.openFile('policy.yaml');
    const problems = await workbench.problems();
    await problems
      .filter({ hasText: 'Missing closing' })
      .filter({ hasText: /quote\s*YAML/ })
      .first()
      .waitFor();
    await expect.poll(() => problems.filter({ hasText: 'Missing closing' }).count()).toBe(1);
    await picture('beside-yaml');
  });

  it('a hover has what the schema says and what the policy does', async () => {
    const { workbench, page } = editor();
    await workbench.openFile('policy.yaml');
    await workbench.goTo(7, 12);
    await page.keyboard.press('Delete');
    await workbench.codeLenses().filter({ hasText: 'Isolates ingress of 1 pod' }).first().waitFor();
    await workbench.hoverAt(5, 5);
    const hover = page.locator('.monaco-hover:visible');
    await hover.getByText('What the schema says of the field.').waitFor();
    await hover.getByText('1 pod', { exact: false }).first().waitFor();
  });
});
