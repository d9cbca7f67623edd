/** What a person is asked before a real cluster is changed from a real VS Code: what they mean, where, and whose it is. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { controlPlaneUnavailable } from '../cluster/buildControlPlane.ts';
import { addPod } from '../cluster/connectedEditor.ts';
import { startControlPlane, type ControlPlane } from '../cluster/controlPlane.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { useEditor } from './useEditor.ts';

const unavailable = controlPlaneUnavailable();
const POLICIES = '/apis/networking.k8s.io/v1/namespaces/shop/networkpolicies';

const policy = (name: string, namespace: string | undefined, app: string): string => `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: ${name}
${namespace === undefined ? '' : `  namespace: ${namespace}\n`}spec:
  podSelector:
    matchLabels:
      app: ${app}
  policyTypes: [Ingress]
`;

const FILES = {
  'several.yaml': ['one', 'two', 'three'].map((name) => policy(name, 'shop', 'nobody')).join('---\n'),
  'nameless.yaml': policy('nameless', undefined, 'nobody'),
  'owned.yaml': policy('owned', 'shop', 'web'),
  'template.yaml': policy('${NAME}', 'shop', 'web'),
  'mixed.yaml': `${policy('mixed', 'shop', 'nobody')}---\napiVersion: v1\nkind: Service\nmetadata: { name: web, namespace: shop }\nspec: { ports: [{ port: 80 }] }\n`,
};

const place = temporaryFolder('kubeconfigs');
const kubeconfig = join(place.path, 'config');

describe.skipIf(unavailable !== undefined)(
  `what is asked before a cluster is changed${unavailable === undefined ? '' : ` (${unavailable})`}`,
  () => {
    let cluster: ControlPlane;
    beforeAll(async () => {
      cluster = await startControlPlane();
      writeFileSync(kubeconfig, cluster.kubeconfig('admin', 'shop'));
      await cluster.request('POST', '/api/v1/namespaces', { metadata: { name: 'shop' } });
      await addPod(cluster, 'web-1', 'web', '10.1.0.1');
      await addPod(cluster, 'client-1', 'client', '10.1.0.2');
    }, 600_000);
    afterAll(async () => {
      await cluster?.stop();
      place.remove();
    });
    const editor = useEditor({
      files: FILES,
      env: { KUBECONFIG: kubeconfig },
      viewport: { width: 1500, height: 900 },
    });
    const dialog = (): Locator => editor().page.locator('.monaco-dialog-box');

    it('sends of several policies those whose lines are selected', async () => {
      const { workbench, page } = editor();
      await workbench.openFile('several.yaml');
      await workbench.statusItem('Bulkhead: these files').waitFor();
      await workbench.command('Bulkhead: Choose cluster context');
      await workbench.picks().filter({ hasText: 'current context' }).click();
      await workbench.statusItem('Bulkhead: admin').waitFor();
      await workbench.codeLenses().filter({ hasText: 'Isolates nobody' }).first().waitFor();
      const second = policy('one', 'shop', 'nobody').split('\n').length + 3;
      await workbench.goTo(second);
      await page.keyboard.press('Shift+ArrowDown');
      await workbench.command('Bulkhead: Apply to the cluster');
      await dialog().waitFor();
      expect(await dialog().innerText()).toContain('Apply shop/two to admin');
      await dialog().getByText('Cancel').click();
    });

    it('sends what is not saved, and says so', async () => {
      const { workbench, page } = editor();
      await workbench.openFile('mixed.yaml');
      await workbench.goTo(4, 14);
      await workbench.type('-new');
      await workbench.command('Bulkhead: Apply to the cluster');
      await dialog().waitFor();
      const text = await dialog().innerText();
      expect(text).toContain('Apply shop/mixed-new to admin');
      expect(text).toContain('Unsaved changes are sent as well: mixed.yaml.');
      expect(text).toContain('1 Service is left alone.');
      await editor().picture('apply-asks-unsaved');
      await dialog().getByText('Apply to shop').click();
      await workbench.notification('Applied to admin: shop/mixed-new is created.').waitFor();
      expect((await cluster.request('GET', '/api/v1/namespaces/shop/services/web')).status).toBe(404);
      await page.keyboard.press('Escape');
    });

    it('names the namespace where the manifest does not', async () => {
      const { workbench } = editor();
      await workbench.openFile('nameless.yaml');
      await workbench.command('Bulkhead: Apply to the cluster');
      await dialog().waitFor();
      expect(await dialog().innerText()).toContain('The manifest names no namespace: nameless goes to namespace shop.');
      await editor().picture('apply-asks-namespace');
      await dialog().getByText('Apply to shop').click();
      await workbench.notification('Applied to admin: shop/nameless is created.').waitFor();
    });

    it('offers to export first what a GitOps program puts back', async () => {
      const { workbench } = editor();
      const annotations = { 'argocd.argoproj.io/tracking-id': 'shop-prod:networking.k8s.io/NetworkPolicy:shop/owned' };
      const spec = { podSelector: { matchLabels: { app: 'web' } }, ingress: [{}] };
      const metadata = { name: 'owned', annotations };
      await cluster.request('POST', `${POLICIES}?fieldManager=argocd-controller`, { metadata, spec });
      await workbench.openFile('owned.yaml');
      await workbench.codeLenses().filter({ hasText: 'Differs from the cluster' }).first().waitFor();
      await workbench.command('Bulkhead: Apply to the cluster');
      await dialog().waitFor();
      expect(await dialog().innerText()).toContain('Argo CD (Application shop-prod)');
      const first = dialog().locator('.dialog-buttons .monaco-button:not(.secondary)').first();
      expect(await first.innerText()).toBe('Export…');
      await editor().picture('apply-asks-owner');
      await dialog().getByText('Cancel').click();
    });

    it('refuses what is not written out yet', async () => {
      const { workbench } = editor();
      await workbench.openFile('template.yaml');
      await workbench.command('Bulkhead: Apply to the cluster');
      await workbench.notification('placeholder').waitFor();
      await editor().picture('apply-asks-placeholder');
    });
  },
);
