/** A folder with a context for each environment in a real VS Code, over two real API servers at once. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { controlPlaneUnavailable } from '../cluster/buildControlPlane.ts';
import { addPod } from '../cluster/connectedEditor.ts';
import { startControlPlane, type ControlPlane } from '../cluster/controlPlane.ts';
import { kubeconfigOf } from '../cluster/kubeconfigOf.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { useEditor } from './useEditor.ts';

const unavailable = controlPlaneUnavailable();
const POLICIES = '/apis/networking.k8s.io/v1/namespaces/shop/networkpolicies';
const BINDINGS = `contexts:
  - files: ["clusters/dev/**"]
    context: dev
  - files: ["clusters/prod/**"]
    context: prod
`;
const POLICY = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: web
  namespace: shop
spec:
  podSelector:
    matchLabels:
      app: web
  policyTypes: [Ingress]
`;
const [DEV, PROD] = ['clusters/dev/web-dev.yaml', 'clusters/prod/web-prod.yaml'] as const;

const place = temporaryFolder('kubeconfigs');
const kubeconfig = join(place.path, 'config');

describe.skipIf(unavailable !== undefined)(
  `a context for each environment${unavailable === undefined ? '' : ` (${unavailable})`}`,
  () => {
    let dev: ControlPlane;
    let prod: ControlPlane;
    beforeAll(async () => {
      [dev, prod] = await Promise.all([startControlPlane(), startControlPlane()]);
      writeFileSync(kubeconfig, kubeconfigOf({ dev: { cluster: dev }, prod: { cluster: prod } }));
      for (const cluster of [dev, prod]) {
        await cluster.request('POST', '/api/v1/namespaces', { metadata: { name: 'shop' } });
        await addPod(cluster, 'web-1', 'web', '10.1.0.1');
      }
      await addPod(prod, 'web-2', 'web', '10.1.0.2');
    }, 600_000);
    afterAll(async () => {
      await dev?.stop();
      await prod?.stop();
      place.remove();
    });
    const editor = useEditor({
      files: { 'bulkhead.yaml': BINDINGS, [DEV]: POLICY, [PROD]: POLICY },
      env: { KUBECONFIG: kubeconfig },
      viewport: { width: 1500, height: 900 },
    });
    const lens = (text: string) => editor().workbench.codeLenses().filter({ hasText: text }).first();
    const dialog = (): Locator => editor().page.locator('.monaco-dialog-box');

    it('says that a file is meant for another cluster than the one that was chosen', async () => {
      const { workbench, picture } = editor();
      await workbench.openFile(DEV);
      await workbench.statusItem('Bulkhead: these files').waitFor();
      await chooseFirst('dev');
      await workbench.openFile(PROD);
      await workbench.goTo(2);
      await workbench.statusHover(
        'Bulkhead: dev',
        'This file is meant for the context prod (bulkhead.yaml), and the pods are those of dev.',
      );
      await picture('bound-to-another');
      await workbench.command('Bulkhead: Apply to the cluster');
      await workbench.notification('This file is meant for the context prod').waitFor();
      await workbench.command('Notifications: Clear All Notifications');
    });

    it('answers each file from its own cluster once both are chosen', async () => {
      const { workbench, picture } = editor();
      await workbench.openFile(PROD);
      await chooseFirst('prod');
      await lens('Isolates ingress of 2 pods (web-1, web-2)').filter({ hasText: 'live: prod' }).waitFor();
      await workbench.statusHover('Bulkhead: prod', 'Connected for other files of this folder: dev');
      await picture('bound-both');
      await workbench.openFile(DEV);
      await lens('Isolates ingress of 1 pod (web-1)').filter({ hasText: 'live: dev' }).waitFor();
      await workbench.statusItem('Bulkhead: dev').waitFor();
    });

    it('applies a file to its own cluster, although another was chosen last', async () => {
      const { workbench, picture } = editor();
      await workbench.openFile(DEV);
      await workbench.command('Bulkhead: Apply to the cluster');
      await dialog().waitFor();
      expect(await dialog().innerText()).toContain(`Apply shop/web to dev (${dev.url})?`);
      await picture('bound-apply');
      await dialog().getByText('Apply without a guard').click();
      await workbench.notification('Applied to dev: shop/web is created.').waitFor();
      expect(await both()).toEqual([true, false]);
    });

    it('has the name of the protected one typed for its own file, and takes back what was done there', async () => {
      const { workbench, page } = editor();
      await workbench.openFile(PROD);
      await lens('Not applied yet').waitFor();
      await workbench.command('Bulkhead: Apply to the cluster');
      await dialog().getByText('Apply without a guard').click();
      await typeContext('prod');
      await workbench.notification('Applied to prod: shop/web is created.').waitFor();
      expect(await both()).toEqual([true, true]);
      await workbench.command('Bulkhead: Roll back the last apply');
      await dialog().waitFor();
      expect(await dialog().innerText()).toContain('Roll back shop/web in prod');
      await dialog().getByText('Roll back in shop').click();
      await typeContext('prod');
      await workbench.notification('Rolled back in prod').waitFor();
      expect(await both()).toEqual([true, false]);
      await page.keyboard.press('Escape');
    });

    it('connects to both again when the window comes back', async () => {
      const { workbench, page } = editor();
      await page.reload();
      await workbench.ready();
      await workbench.openFile(DEV);
      await lens('Isolates ingress of 1 pod (web-1)').filter({ hasText: 'live: dev' }).waitFor();
      await workbench.openFile(PROD);
      await lens('Isolates ingress of 2 pods (web-1, web-2)').filter({ hasText: 'live: prod' }).waitFor();
    });

    /** The context of the open file stands first. */
    async function chooseFirst(context: string): Promise<void> {
      const { workbench, page } = editor();
      await workbench.command('Bulkhead: Choose cluster context');
      await workbench.picks().first().filter({ hasText: context }).filter({ hasText: 'this file' }).waitFor();
      await page.keyboard.press('Enter');
      await workbench.statusItem(`Bulkhead: ${context}`).waitFor();
    }

    async function typeContext(name: string): Promise<void> {
      const { page } = editor();
      await page.locator('.quick-input-widget:visible input[type="text"]').first().fill(name);
      await page.keyboard.press('Enter');
    }

    async function both(): Promise<readonly boolean[]> {
      const answers = await Promise.all([dev, prod].map((cluster) => cluster.request('GET', `${POLICIES}/web`)));
      return answers.map(({ status }) => status === 200);
    }
  },
);
