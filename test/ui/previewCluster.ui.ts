/**
 * The preview beside a real API server, by keyboard alone: what an unsaved edit does is read, followed, compared with
 * what Git holds, and applied from the panel, which is there again after the window was loaded anew.
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { FrameLocator, Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { controlPlaneUnavailable } from '../cluster/buildControlPlane.ts';
import { startControlPlane, type ControlPlane } from '../cluster/controlPlane.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { useEditor } from './useEditor.ts';

const unavailable = controlPlaneUnavailable();
const POLICY_PATH = '/apis/networking.k8s.io/v1/namespaces/shop/networkpolicies/web';
const POLICY = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: web
  namespace: shop
spec:
  podSelector:
    matchLabels:
      app: web
  policyTypes:
    - Ingress
  ingress:
    - from:
        - podSelector:
            matchLabels:
              app: frontend
      ports:
        - port: 8080
`;

const place = temporaryFolder('kubeconfigs');
const kubeconfigs = ['admin', 'other'].map((name) => join(place.path, name));

describe.skipIf(unavailable !== undefined)(
  `previewing against a cluster${unavailable === undefined ? '' : ` (${unavailable})`}`,
  () => {
    let cluster: ControlPlane;
    beforeAll(async () => {
      cluster = await startControlPlane();
      const admin = cluster.kubeconfig('admin');
      // The same server by another name: what is compared is which of the two a person has chosen.
      const texts = [admin, admin.replace('contexts:\n- name: admin', 'contexts:\n- name: other')];
      kubeconfigs.forEach((file, index) => writeFileSync(file, texts[index] ?? ''));
      await cluster.request('POST', '/api/v1/namespaces', { metadata: { name: 'shop' } });
      await addPod('web', '10.1.0.1');
      await addPod('frontend', '10.1.0.2');
    }, 600_000);
    afterAll(async () => {
      await cluster?.stop();
      place.remove();
    });
    const editor = useEditor({
      files: { 'web.yaml': POLICY },
      env: { KUBECONFIG: kubeconfigs.join(delimiter) },
      settings: { 'files.autoSave': 'off' },
      viewport: { width: 1600, height: 900 },
    });
    const panel = (): FrameLocator => editor().workbench.webview();

    it('shows what the cluster would gain and lose by a policy that it does not have', async () => {
      const { workbench, folder } = editor();
      commit(folder);
      await workbench.openFile('web.yaml');
      await workbench.statusItem('Bulkhead: these files').waitFor();
      await workbench.command('Bulkhead: Choose cluster context');
      await workbench.picks().filter({ hasText: 'current context' }).waitFor();
      await workbench.choose('admin');
      await workbench.statusItem('Bulkhead: admin').waitFor();
      await workbench.command('Bulkhead: Preview reachability');
      await panel().locator('.line.row').first().waitFor();
      expect(await panel().locator('header .compared').innerText()).toMatch(/admin \(live, \d+ s ago\)/);
    });

    it('is walked through by keyboard: filter, unfold, go to the cause', async () => {
      const { page } = editor();
      await page.keyboard.press('Control+2');
      await press('Tab', panel().getByRole('textbox', { name: 'Workload' }));
      await page.keyboard.type('frontend');
      await panel().locator('.line.row').filter({ hasText: 'frontend' }).first().waitFor();
      await expect.poll(() => panel().locator('.line.row').filter({ hasNotText: 'frontend' }).count()).toBe(0);
      await page.keyboard.press('Control+a');
      await page.keyboard.press('Delete');
      await press('Tab', panel().locator('.line[tabindex="0"]'));
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      await page.locator('.tab.active[data-resource-name="web.yaml"]').waitFor();
      await page.locator('.statusbar-item', { hasText: /^Ln (?!1,)/ }).waitFor();
    });

    it('applies from the panel what it has shown', async () => {
      const { page, workbench, picture } = editor();
      await page.keyboard.press('Control+2');
      await press('Tab', panel().getByRole('button', { name: 'Apply…' }));
      await page.keyboard.press('Enter');
      const question = page.locator('.monaco-dialog-box');
      await question.waitFor();
      expect(await question.innerText()).toContain('Apply shop/web to admin');
      await picture('preview-apply');
      await question.getByText(/Apply without a guard|Apply to shop/).click();
      await workbench.notification('Applied to admin: shop/web is created.').waitFor();
      expect((await cluster.request('GET', POLICY_PATH)).status).toBe(200);
      await workbench.command('View: Focus First Editor Group');
      await workbench.openFile('web.yaml');
      await panel().getByText('Nothing changes.').waitFor();
    });

    it('compares with what Git holds', async () => {
      const { workbench, page } = editor();
      const lines = POLICY.split('\n');
      const line = lines.findIndex((text) => text.includes('app: frontend')) + 1;
      await workbench.goTo(line, (lines[line - 1] ?? '').length + 1);
      await workbench.type('2');
      await panel().locator('.line.row').filter({ hasText: 'frontend' }).first().waitFor();
      await workbench.command('Bulkhead: Compare reachability with a Git revision');
      await workbench.picks().filter({ hasText: 'HEAD' }).first().waitFor();
      await workbench.choose('HEAD');
      await panel().locator('header .compared').getByText('HEAD').waitFor();
      await panel().locator('.line.row').filter({ hasText: 'frontend' }).first().waitFor();
      await page.keyboard.press('Escape');
    });

    it('compares with another context, and answers from the chosen one all the same', async () => {
      const { workbench } = editor();
      await workbench.command('Bulkhead: Compare reachability with another context');
      await workbench.picks().filter({ hasText: 'other' }).first().waitFor();
      await workbench.choose('other');
      await panel()
        .locator('header .compared')
        .getByText(/other \(live/)
        .waitFor();
      await panel().locator('.line.row').filter({ hasText: 'frontend' }).first().waitFor();
      await workbench.statusItem('Bulkhead: admin').waitFor();
      await panel().locator('header .compared').getByRole('button').first().click();
      await workbench.choose('The chosen source as it is');
      await panel()
        .locator('header .compared')
        .getByText(/admin \(live/)
        .waitFor();
    });

    it('is there again after the window was loaded anew', async () => {
      const { workbench } = editor();
      await panel().getByRole('tab', { name: 'Matrix' }).click();
      await panel().getByRole('grid').waitFor();
      await workbench.command('Developer: Reload Window');
      await panel().getByRole('grid').waitFor({ timeout: 60_000 });
      await panel()
        .locator('header .compared')
        .getByText(/admin \(live/)
        .waitFor();
    });

    /** Presses the key until the element has the focus, as a person does who listens. */
    async function press(key: string, element: Locator): Promise<void> {
      for (let step = 0; step < 60; step += 1) {
        if (await hasFocus(element)) return;
        await editor().page.keyboard.press(key);
      }
      expect(await hasFocus(element)).toBe(true);
    }

    function hasFocus(element: Locator): Promise<boolean> {
      return element.first().evaluate((node) => node.matches(':focus, :focus-within'));
    }

    async function addPod(app: string, ip: string): Promise<void> {
      const path = '/api/v1/namespaces/shop/pods';
      const containers = [{ name: 'main', image: 'x', ports: [{ containerPort: 8080 }] }];
      const spec = { containers, automountServiceAccountToken: false };
      await cluster.request('POST', path, { metadata: { name: app, labels: { app } }, spec });
      const status = { phase: 'Running', podIP: ip, podIPs: [{ ip }] };
      await cluster.request(
        'PATCH',
        `${path}/${app}/status`,
        { status },
        { contentType: 'application/merge-patch+json' },
      );
    }
  },
);

function commit(folder: string): void {
  const person = ['-c', 'user.name=t', '-c', 'user.email=t@example.invalid'];
  const git = (...args: readonly string[]): void =>
    void execFileSync('git', [...person, ...args], { cwd: folder, stdio: 'ignore' });
  git('init', '-q');
  git('add', '.');
  git('commit', '-q', '-m', 'web');
}
