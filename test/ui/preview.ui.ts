/** What an unsaved edit does to traffic, beside the editor: seen, followed to its cause, asked, taken over and exported. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../scripts/manifest.ts';
import { useEditor } from './useEditor.ts';

const demo = (...path: readonly string[]): string => readFileSync(join(ROOT, 'client', 'demo', ...path), 'utf8');
const POLICY = demo('policies', 'shop', 'db.yaml');

describe('the preview of a policy', () => {
  const editor = useEditor({
    files: { 'db.yaml': POLICY, 'saved/prod.json': demo('cluster.json') },
    settings: { 'bulkhead.snapshot': 'saved/prod.json' },
    viewport: { width: 1600, height: 900 },
  });

  it('says that nothing changes, and what changes as soon as a person types it', async () => {
    const { workbench, picture } = editor();
    await workbench.openFile('db.yaml');
    await workbench.codeLenses().filter({ hasText: 'Preview' }).first().waitFor();
    await workbench.command('Bulkhead: Preview reachability');
    const panel = workbench.webview();
    await panel.getByText('Nothing changes.').waitFor();
    await picture('preview-nothing');
    const line = POLICY.split('\n').findIndex((text) => text.includes('port: 5432')) + 1;
    await workbench.command('View: Focus First Editor Group');
    await workbench.goTo(line, (POLICY.split('\n')[line - 1] ?? '').length + 1);
    await workbench.type('1');
    await panel.locator('.line.row').first().waitFor();
    expect(await panel.locator('.summary').innerText()).toContain('lost');
    await picture('preview-changes');
  });
});
