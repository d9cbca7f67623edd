/** What a person does first: the walkthrough, the demo, the documentation, the namespace of their manifests. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { Workbench } from '../vscode/workbench.ts';
import { useEditor } from './useEditor.ts';

const POLICY = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web }
spec:
  podSelector: { matchLabels: { app: web } }
`;
const WEB = `apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop, labels: { app: web } }
spec: { containers: [{ name: web, image: nginx }] }
`;

describe('the demo', () => {
  const editor = useEditor({ files: { 'notes.md': '# Nothing of ours\n' } });

  async function openDemo(how?: string): Promise<{ page: Page; workbench: Workbench }> {
    const { workbench, page } = editor();
    const opened = page.context().waitForEvent('page');
    await workbench.command('Bulkhead: Open demo');
    if (how !== undefined) await workbench.picks().filter({ hasText: how }).click();
    const demo = await opened;
    const other = new Workbench(demo);
    await other.ready();
    return { page: demo, workbench: other };
  }
  const settingsOf = (folder: string): string =>
    readdirSync(folder).includes('.vscode') ? readFileSync(join(folder, '.vscode', 'settings.json'), 'utf8') : '';

  it('opens in a window of its own, answers from its saved cluster, and changes no setting', async () => {
    const { folder } = editor();
    const { page, workbench } = await openDemo();
    await workbench.openFile('policies/shop/api.yaml');
    await workbench.statusItem('Bulkhead: cluster.json').waitFor();
    await expect
      .poll(() => workbench.codeLensTexts())
      .toContainEqual(expect.stringContaining('Isolates ingress of 4 pods'));
    await workbench.goTo(1, 1);
    await workbench.insert('# mine ');
    await page.keyboard.press('Control+S');
    const copy = new URL(page.url()).searchParams.get('folder') ?? '';
    await expect.poll(() => readFileSync(join(copy, 'policies/shop/api.yaml'), 'utf8')).toMatch(/^# mine/);
    await page.close();
    expect(settingsOf(folder)).toBe('');
  });

  it('is kept as it was left, and comes afresh where the person wants that', async () => {
    const kept = await openDemo('as you left it');
    await kept.workbench.openFile('policies/shop/api.yaml');
    await kept.workbench.lines().filter({ hasText: '# mine' }).waitFor();
    await kept.page.close();
    const fresh = await openDemo('fresh copy');
    await fresh.workbench.openFile('policies/shop/api.yaml');
    await fresh.workbench.lines().filter({ hasText: 'apiVersion' }).first().waitFor();
    expect(await fresh.workbench.lines().filter({ hasText: '# mine' }).count()).toBe(0);
    await fresh.page.close();
  });
});

describe('in a folder with manifests', () => {
  const editor = useEditor({ files: { 'policy.yaml': POLICY, 'web.yaml': WEB } });

  it('the documentation opens inside the editor, and its table of checks leads to their pages', async () => {
    const { workbench, page, picture } = editor();
    await workbench.command('Bulkhead: Open documentation');
    await workbench.webview().locator('h1').filter({ hasText: 'Bulkhead' }).waitFor();
    await picture('documentation');
    await workbench.webview().locator('a').filter({ hasText: 'missing-egress' }).first().click();
    await page.locator('.tab.active').filter({ hasText: 'missing-egress' }).waitFor();
  });

  it('a chosen namespace becomes the setting of the folder, and the answers follow', async () => {
    const { workbench, folder, picture } = editor();
    await workbench.openFile('policy.yaml');
    await workbench.codeLenses().filter({ hasText: 'no pod' }).first().waitFor();
    await workbench.command('Bulkhead: Choose namespace');
    await workbench.picks().filter({ hasText: 'No namespace of your own' }).waitFor();
    await picture('namespace-picker');
    await workbench.picks().filter({ hasText: 'shop' }).click();
    await workbench.codeLenses().filter({ hasText: 'Isolates ingress of 1 pod' }).first().waitFor();
    expect(JSON.parse(readFileSync(join(folder, '.vscode', 'settings.json'), 'utf8'))).toEqual({
      'bulkhead.namespace': 'shop',
    });
  });

  // Last: its page takes the focus whenever it likes.
  it('the walkthrough shows five steps with pictures', async () => {
    const { workbench, page, picture } = editor();
    await workbench.command('Bulkhead: Get started');
    const steps = page.locator('.gettingStartedContainer .getting-started-step');
    await expect.poll(() => steps.count()).toBe(5);
    await page.locator('.gettingStartedContainer .getting-started-media img').first().waitFor();
    await picture('walkthrough');
    await steps.filter({ hasText: 'Ask a selector' }).click();
    await page
      .locator('.gettingStartedContainer .step-description-container')
      .filter({ hasText: 'Point at a selector' })
      .waitFor();
  });
});

describe('where there is nothing to count', () => {
  const editor = useEditor({ files: { 'policy.yaml': POLICY } });

  it('the status item welcomes with a way to the demo, and no notification does', async () => {
    const { workbench, page, picture } = editor();
    await workbench.openFile('policy.yaml');
    const status = workbench.statusItem('Bulkhead: these files');
    await status.waitFor();
    await workbench.codeLenses().first().waitFor();
    await status.hover();
    await page.locator('.workbench-hover-container a').filter({ hasText: 'Open the demo' }).waitFor();
    await picture('welcome');
    expect(await page.locator('.notifications-toasts .notification-list-item').count()).toBe(0);
  });
});
