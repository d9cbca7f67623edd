/** From policies to what they select and back, and the structure of a policy, in the real editor. */
import { describe, expect, it } from 'vitest';
import { policy, SHOP } from '../support/shopManifests.ts';
import { useEditor } from './useEditor.ts';

const WEB = policy(`
podSelector:
  matchLabels:
    app: web
ingress:
- from:
  - podSelector:
      matchLabels:
        app: db
  ports:
  - port: http
`);

describe('a policy and its workloads in files', () => {
  const editor = useEditor({ files: { ...Object.fromEntries(SHOP), 'web.yaml': WEB } });

  it('goes from a label to the pods that have it, and from there back to the policy', async () => {
    const { workbench, page, picture } = editor();
    await workbench.openFile('web.yaml');
    await workbench.codeLenses().filter({ hasText: 'Isolates ingress of 5 pods' }).first().waitFor();
    await workbench.goTo(12, 12);
    await workbench.command('Go to Definition');
    await page.locator('.tab.active').filter({ hasText: 'shop.yaml' }).waitFor();
    await expect.poll(() => page.locator('.statusbar-item').filter({ hasText: 'Ln 37' }).count()).toBe(1);
    await workbench.command('Go to References');
    await page.locator('.tab.active').filter({ hasText: 'web.yaml' }).waitFor();
    await picture('references');
  });

  it('peeks at several places', async () => {
    const { workbench, page, picture } = editor();
    await workbench.openFile('web.yaml');
    await workbench.goTo(7, 10);
    await workbench.command('Peek Definition');
    await page
      .locator('.zone-widget .monaco-list-row')
      .filter({ hasText: 'app: web, track: canary' })
      .first()
      .waitFor();
    await picture('definitions');
    await page.keyboard.press('Escape');
  });

  it('shows where the cursor stands as policy, direction and rule', async () => {
    const { workbench, page, picture } = editor();
    await workbench.openFile('web.yaml');
    await workbench.goTo(12, 12);
    const crumbs = page.locator('.breadcrumbs-control .monaco-breadcrumb-item');
    await expect.poll(() => crumbs.allInnerTexts()).toContainEqual(expect.stringContaining('from app=db on http/TCP'));
    const texts = (await crumbs.allInnerTexts()).join(' > ');
    expect(texts).toMatch(/web\.yaml > shop\/web > ingress: 1 rule > from app=db/);
    await picture('breadcrumbs');
  });
});

describe('pods that only a saved cluster has', () => {
  const editor = useEditor({ copyOf: 'client/demo', files: { 'shop/api.yaml': '# moved elsewhere\n' } });

  it('are shown as the source knows them, read-only', async () => {
    const { workbench, page, picture } = editor();
    await workbench.openFile('policies/shop/api.yaml');
    await workbench.codeLenses().filter({ hasText: 'Isolates ingress of 4 pods' }).first().waitFor();
    await workbench.goTo(9, 12);
    await workbench.command('Go to Definition');
    await page.locator('.tab.active').filter({ hasText: 'api.Deployment.yaml' }).waitFor();
    await expect
      .poll(async () => (await workbench.lines().allInnerTexts()).join('\n').replaceAll('\u00a0', ' '))
      .toContain('From snapshot: cluster.json');
    await picture('object-view');
  });
});
