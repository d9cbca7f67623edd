/**
 * The editor and `bulkhead check` on whole real projects: the same findings, code for code and range for range; no error;
 * and only warnings that a reviewer would stand by, which this file lists.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Diagnostic } from 'vscode-languageserver-types';
import { bulkhead } from '../support/commandLine.ts';
import { CORPORA, CORPORA_NOTE } from '../support/corpora.ts';
import { LspHarness, uriOfPath } from '../support/lspHarness.ts';

const ROOT = CORPORA === undefined ? undefined : join(CORPORA, 'real-world');
const SEVERITIES = ['', 'error', 'warning', 'information', 'hint'];

interface Checked {
  readonly code: string;
  readonly severity: string;
  readonly message: string;
  readonly file: string;
  readonly range: Diagnostic['range'];
}

describe.skipIf(ROOT === undefined)(`real projects${CORPORA_NOTE}`, () => {
  const root = ROOT ?? '';
  let lsp: LspHarness;
  let checked: readonly Checked[];

  beforeAll(async () => {
    lsp = await LspHarness.start({ folders: [root] });
    await lsp.read();
    const { stdout } = await bulkhead(['check', '.', '--format', 'json', '--fail-on', 'never'], { cwd: root });
    checked = (JSON.parse(stdout) as { findings: readonly Checked[] }).findings;
  });
  afterAll(() => lsp.stop());

  test('have the same findings in the editor and on the command line', async () => {
    const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.ya?ml$/.test(file))
      .sort();
    expect(files.length).toBeGreaterThan(150);
    for (const file of files) {
      const uri = uriOfPath(join(root, file));
      await lsp.open(uri, readFileSync(join(root, file), 'utf8'));
      const shown = (await lsp.diagnostics(uri)).filter(({ code }) => code !== 'not-evaluated');
      expect.soft(shown.map(ofEditor).sort(), file).toEqual(
        checked
          .filter((finding) => finding.file === file)
          .map(ofCommandLine)
          .sort(),
      );
      await lsp.close(uri);
    }
  });

  test('have no error', () => {
    expect(checked.filter(({ severity }) => severity === 'error')).toEqual([]);
  });

  test('have these warnings', () => {
    const warnings = checked.filter(({ severity }) => severity === 'warning');
    const said = Map.groupBy(warnings, ({ code, message }) => `${code}: ${message}`);
    expect([...said].map(([text, { length }]) => `${length} × ${text}`).sort()).toMatchInlineSnapshot(`
      [
        "1 × missing-egress: Nothing limits what carts and 13 other workloads (14 pods) can reach: every pod and every address outside",
        "1 × selector-matches-nothing: No pod in \`sock-shop\` matches \`name=cortex\`",
        "1 × yaml: Missing closing 'quote. The API server reads it all the same",
        "2 × selector-matches-nothing: No pod in \`sock-shop\` matches \`name=cart\`. carts (1 pod) has \`name=carts\`",
      ]
    `);
  });
});

function ofEditor({ code, severity, message, range }: Diagnostic): string {
  return line({ code: String(code), severity: SEVERITIES[severity ?? 0] ?? '', message: message as string, range });
}

function ofCommandLine(finding: Checked): string {
  return line(finding);
}

function line({ code, severity, message, range: { start, end } }: Omit<Checked, 'file'>): string {
  return `${start.line}:${start.character}-${end.line}:${end.character} ${severity} ${code} ${message}`;
}
