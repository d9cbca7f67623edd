/** What an unsaved edit does to traffic, beside the editor: seen, followed to its cause, asked, taken over and exported. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FrameLocator } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../scripts/manifest.ts';
import { useEditor } from './useEditor.ts';

const demo = (...path: readonly string[]): string => readFileSync(join(ROOT, 'client', 'demo', ...path), 'utf8');
const POLICY = demo('policies', 'shop', 'db.yaml');

const lineOf = (text: string): number => POLICY.split('\n').findIndex((line) => line.includes(text)) + 1;

describe('the preview of a policy', () => {
  const editor = useEditor({
    files: { 'db.yaml': POLICY, 'saved/prod.json': demo('cluster.json') },
    settings: { 'bulkhead.snapshot': 'saved/prod.json' },
    viewport: { width: 1600, height: 900 },
  });
  const panel = (): FrameLocator => editor().workbench.webview();
  const tab = (name: string): Promise<void> => panel().getByRole('tab', { name }).click();
  /** In light, dark and high contrast. */
  const pictures = async (name: string): Promise<void> => {
    const { picture, setTheme, screenshot } = editor();
    await picture(name);
    await setTheme('contrast');
    await screenshot(join(ROOT, 'out', 'screenshots', 'contrast', `${name}.png`));
    await setTheme('light');
  };
  const backToText = (): Promise<void> => editor().workbench.command('View: Focus First Editor Group');

  it('says that nothing changes, and what changes as soon as a person types it', async () => {
    const { workbench, picture } = editor();
    await workbench.openFile('db.yaml');
    await workbench.codeLenses().filter({ hasText: 'Preview' }).first().waitFor();
    await workbench.command('Bulkhead: Preview reachability');
    await panel().getByText('Nothing changes.').waitFor();
    await picture('preview-nothing');
    await backToText();
    const line = lineOf('port: 5432');
    await workbench.goTo(line, (POLICY.split('\n')[line - 1] ?? '').length + 1);
    await workbench.type('1');
    await panel().locator('.line.row').first().waitFor();
    expect(await panel().locator('.summary').innerText()).toContain('1 lost');
    await pictures('preview-changes');
  });

  it('leads from a row to the line that caused it', async () => {
    const { page } = editor();
    await panel()
      .locator('.line.row')
      .first()
      .getByRole('button', { name: /^db\.yaml:/ })
      .first()
      .click();
    await page.locator('.statusbar-item', { hasText: `Ln ${lineOf('- from:')}` }).waitFor();
  });

  it('keeps a row as a test, which fails as soon as an edit brings the access back', async () => {
    const { workbench, picture, page } = editor();
    const row = panel().locator('.line.row').filter({ hasText: 'nightly-report' });
    await row.hover();
    await row.getByRole('button', { name: 'Keep as test' }).click();
    await page.locator('.tab.active[data-resource-name="shop.bulkhead-test.yaml"]').waitFor();
    await workbench.codeLenses().filter({ hasText: 'Passes' }).first().waitFor();
    await workbench.command('File: Save');
    await picture('preview-kept-test');
    await backToText();
    await workbench.openFile('db.yaml');
    await workbench.goTo(lineOf('port: 5432'), (POLICY.split('\n')[lineOf('port: 5432') - 1] ?? '').length + 2);
    await page.keyboard.press('Backspace');
    await panel().getByText('Nothing changes.').waitFor();
    await workbench.openFile('shop.bulkhead-test.yaml');
    await workbench.codeLenses().filter({ hasText: 'Fails' }).first().waitFor();
    await workbench.openFile('db.yaml');
    await page.keyboard.press('Control+z');
    await panel().locator('.line.row').first().waitFor();
  });

  it('answers why one end cannot reach another, and takes the smallest edit that lets it', async () => {
    await tab('Path');
    await panel().locator('input[name=from]').fill('shop/nightly-report');
    await panel().locator('input[name=to]').fill('shop/db');
    await panel().getByPlaceholder('5432/TCP').fill('5432/TCP');
    await panel().getByRole('button', { name: 'Ask', exact: true }).click();
    await panel().locator('.verdict', { hasText: 'Denied' }).waitFor();
    await pictures('preview-path');
    await panel().getByRole('button', { name: 'What would allow this' }).click();
    await panel().locator('.proposal').first().waitFor();
    await editor().picture('preview-proposal');
    await panel().locator('.proposal').first().getByRole('button', { name: 'Take into the editor' }).click();
    await panel().locator('.verdict', { hasText: 'Allowed' }).waitFor();
  });

  it('explains a pasted error line', async () => {
    await panel()
      .getByPlaceholder(/i\/o timeout/)
      .fill('dial tcp: lookup db.shop.svc.cluster.local on 10.96.0.10:53: read udp: i/o timeout');
    await panel()
      .getByPlaceholder(/i\/o timeout/)
      .press('Enter');
    await panel().locator('.answer').getByText(/DNS/).first().waitFor();
    await editor().picture('preview-error-line');
  });

  it('shows the same as a matrix, which unfolds, and as a graph with a table', async () => {
    await tab('Matrix');
    const grid = panel().getByRole('grid');
    await grid.waitFor();
    await grid.getByRole('rowheader', { name: /shop/ }).first().dblclick();
    await grid.getByRole('rowheader', { name: /nightly-report/ }).waitFor();
    await pictures('preview-matrix');
    await tab('Graph');
    await panel().locator('svg.graph').waitFor();
    await pictures('preview-graph');
    await panel().getByRole('button', { name: 'As a table' }).click();
    await panel().getByRole('table').getByText('db').first().waitFor();
  });

  it('exports what a pull request wants', async () => {
    const { workbench, page } = editor();
    await tab('Changes');
    await panel().getByRole('button', { name: 'Markdown' }).click();
    await page.locator('.tab.active').filter({ hasText: 'Untitled' }).waitFor();
    expect(await workbench.text()).toContain('shop/db');
  });
});
