/** A policy of a real API server that somebody else changes: it shows in the view, and a click lays both states side by side. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { controlPlaneUnavailable } from '../cluster/buildControlPlane.ts';
import { startControlPlane, type ControlPlane } from '../cluster/controlPlane.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { useEditor } from './useEditor.ts';

const unavailable = controlPlaneUnavailable();
const POLICIES = '/apis/networking.k8s.io/v1/namespaces/shop/networkpolicies';
const OPEN = { podSelector: { matchLabels: { app: 'web' } }, policyTypes: ['Ingress'], ingress: [{}] };
const CLOSED = { ...OPEN, ingress: [{ from: [{ podSelector: { matchLabels: { app: 'nobody' } } }] }] };
const FILE =
  'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: own, namespace: shop }\nspec: { podSelector: {} }\n';

const place = temporaryFolder('kubeconfigs');
const kubeconfig = join(place.path, 'admin');

describe.skipIf(unavailable !== undefined)(
  `policies that change by other hands${unavailable === undefined ? '' : ` (${unavailable})`}`,
  () => {
    let cluster: ControlPlane;
    beforeAll(async () => {
      cluster = await startControlPlane();
      writeFileSync(kubeconfig, cluster.kubeconfig('admin', 'shop'));
      await cluster.request('POST', '/api/v1/namespaces', { metadata: { name: 'shop' } });
      await addPod('web', '10.1.0.1');
      await addPod('client', '10.1.0.2');
    }, 600_000);
    afterAll(async () => {
      await cluster?.stop();
      place.remove();
    });
    const editor = useEditor({
      files: { 'own.yaml': FILE },
      env: { KUBECONFIG: kubeconfig },
      settings: { 'diffEditor.renderSideBySide': true },
      viewport: { width: 1600, height: 900 },
    });
    const pane = (): Locator => editor().page.locator('.pane').filter({ hasText: 'Policy changes' });
    const row = (text: string): Locator => pane().locator('.monaco-list-row').filter({ hasText: text });

    it('says what to do where no cluster is connected', async () => {
      const { workbench, picture } = editor();
      await workbench.openFile('own.yaml');
      await workbench.statusItem('Bulkhead: these files').waitFor();
      await workbench.command('Explorer: Focus on Policy changes View');
      await pane().getByText('No cluster is connected').waitFor();
      await pane().getByText('Choose cluster context').click();
      await workbench.picks().filter({ hasText: 'admin' }).first().waitFor();
      await workbench.choose('admin');
      await workbench.statusItem('Bulkhead: admin').waitFor();
      await pane().getByText('No NetworkPolicy has changed').waitFor();
      await picture('policy-changes-none');
    });

    it('shows what somebody else has written, the newest first, and both states of it', async () => {
      const { page, picture } = editor();
      await write('POST', OPEN, 'kubectl-create');
      await row('created').waitFor();
      await write('PUT', CLOSED, 'kubectl-edit');
      const changed = row('field manager kubectl-edit');
      await changed.waitFor();
      const texts = await pane().locator('.monaco-list-row').allInnerTexts();
      expect(texts.map((text) => /Today|kubectl-edit|kubectl-create/.exec(text)?.[0])).toEqual([
        'Today',
        'kubectl-edit',
        'kubectl-create',
      ]);
      expect(texts[1]).toContain('web (1 pod) no longer lets in');
      await changed.click();
      await page
        .locator('.tab.active')
        .filter({ hasText: 'shop/web: before ↔ changed by field manager kubectl-edit' })
        .waitFor();
      const side = (name: 'original' | 'modified'): Locator => page.locator(`.monaco-diff-editor .editor.${name}`);
      await side('original').locator('.view-line').filter({ hasText: '- {}' }).waitFor();
      await side('modified').locator('.view-line').filter({ hasText: 'app: nobody' }).waitFor();
      await picture('policy-changes');
    });

    it('opens the policy as it is now, and verifies the journal', async () => {
      const { workbench } = editor();
      const changed = row('field manager kubectl-edit');
      await changed.hover();
      await changed.getByRole('button', { name: 'Open live policy' }).click();
      await workbench.lines().filter({ hasText: 'Read-only: what Bulkhead reads of this NetworkPolicy' }).waitFor();
      await workbench.command('Bulkhead: Verify the journal');
      await workbench.notification('The journal is intact: 2 lines').waitFor();
    });

    it('finds what has changed while nobody watched, and says between when', async () => {
      const { workbench, page, picture } = editor();
      const window = page.url();
      await page.goto('about:blank');
      // Its extensions end with the window.
      await expect.poll(() => isWatched(), { timeout: 60_000 }).toBe(false);
      await write('PUT', OPEN, 'argocd-controller');
      await page.goto(window);
      await workbench.ready();
      await workbench.openFile('own.yaml');
      await workbench.statusItem('Bulkhead: admin').waitFor();
      await workbench.command('Explorer: Focus on Policy changes View');
      const missed = row('argocd-controller');
      await missed.waitFor();
      expect(await missed.innerText()).toMatch(/between .+ and /);
      await picture('policy-changes-missed');
    });

    /** Whether anybody outside of the API server follows its policies. */
    async function isWatched(): Promise<boolean> {
      const { body } = await cluster.request('GET', '/metrics');
      const lines = String(body).match(
        /^apiserver_longrunning_requests\{.*resource="networkpolicies".*verb="WATCH".*$/gm,
      );
      return (lines ?? []).some((line) => !line.endsWith(' 0'));
    }

    async function write(method: 'POST' | 'PUT', spec: object, manager: string): Promise<void> {
      const path = method === 'POST' ? POLICIES : `${POLICIES}/web`;
      const body = { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'web' }, spec };
      expect((await cluster.request(method, `${path}?fieldManager=${manager}`, body)).status).toBeLessThan(300);
    }

    async function addPod(name: string, ip: string): Promise<void> {
      const path = '/api/v1/namespaces/shop/pods';
      const spec = { containers: [{ name: 'main', image: 'x' }], automountServiceAccountToken: false };
      await cluster.request('POST', path, { metadata: { name, labels: { app: name } }, spec });
      const status = { phase: 'Running', podIP: ip, podIPs: [{ ip }] };
      await cluster.request('PATCH', `${path}/${name}/status`, JSON.stringify({ status }), {
        contentType: 'application/merge-patch+json',
      });
    }
  },
);
