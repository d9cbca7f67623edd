/** A policy that the cluster has otherwise: the lens says so, and a click lays both side by side. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../scripts/manifest.ts';
import { useEditor } from './useEditor.ts';

const demo = (...path: readonly string[]): string => readFileSync(join(ROOT, 'client', 'demo', ...path), 'utf8');
const POLICY = demo('policies', 'shop', 'db.yaml');

describe('a folder beside a saved cluster', () => {
  const editor = useEditor({
    files: {
      'policies.yaml': `${POLICY}---\n${demo('policies', 'shop', 'frontend.yaml')}`,
      'saved/prod.json': demo('cluster.json'),
    },
    settings: { 'bulkhead.snapshot': 'saved/prod.json', 'diffEditor.renderSideBySide': true },
    viewport: { width: 1600, height: 900 },
  });

  it('shows nothing while both are the same, and where they differ from the first changed letter on', async () => {
    const { workbench, page, picture } = editor();
    await workbench.openFile('policies.yaml');
    const first = workbench.codeLenses().filter({ hasText: 'Isolates ingress of 2 pods (db)' }).first();
    await first.filter({ hasText: 'snapshot: prod.json' }).waitFor();
    expect(await first.innerText()).not.toContain('Differs');
    const line = POLICY.split('\n').findIndex((text) => text.includes('port: 5432')) + 1;
    await workbench.goTo(line, (POLICY.split('\n')[line - 1] ?? '').length + 1);
    await workbench.type('1');
    await workbench.goTo(1);
    await first.filter({ hasText: 'Differs from the snapshot' }).waitFor();
    await picture('differs');
    const compared = page.locator('.tab.active').filter({ hasText: 'shop/db: prod.json ↔ policies.yaml' });
    // A lens that is drawn anew just then swallows the click.
    for (let attempt = 0; attempt < 5 && (await compared.count()) === 0; attempt += 1) {
      await workbench.codeLenses().getByText('Differs from the snapshot').click();
      await compared.waitFor({ timeout: 6_000 }).catch(() => undefined);
    }
    const side = (name: 'original' | 'modified') => page.locator(`.monaco-diff-editor .editor.${name}`);
    await side('modified').locator('.view-line').filter({ hasText: 'port: 54321' }).waitFor();
    await side('original').locator('.view-line').filter({ hasText: 'port: 5432' }).waitFor();
    // One place differs, in one line.
    await expect.poll(() => side('original').locator('.line-delete').count()).toBe(1);
    await expect.poll(() => side('modified').locator('.line-insert').count()).toBe(1);
    await picture('differs-beside');
  });

  it('shows the policy alone, as the cluster has it', async () => {
    const { workbench, picture } = editor();
    await workbench.command('View: Close All Editors');
    await workbench.openFile('policies.yaml');
    await workbench.codeLenses().filter({ hasText: 'Differs from the snapshot' }).first().waitFor();
    await workbench.goTo(3);
    await workbench.command('Bulkhead: Open live policy');
    await workbench.lines().filter({ hasText: 'Read-only: what Bulkhead reads of this NetworkPolicy' }).waitFor();
    await workbench.lines().filter({ hasText: 'port: 5432' }).first().waitFor();
    await picture('live-policy');
  });
});
