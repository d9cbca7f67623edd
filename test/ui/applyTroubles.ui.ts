/** What goes wrong when a real cluster is changed from a real VS Code: each is said, and leaves a way on. */
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

const policy = (name: string, app: string): string => `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: ${name}
  namespace: shop
spec:
  podSelector:
    matchLabels:
      app: ${app}
  policyTypes: [Ingress]
`;

const FILES = {
  'several.yaml': ['one', 'three', 'two'].map((name) => policy(name, 'nobody')).join('---\n'),
  'maker.yaml': policy('maker', 'web'),
  'asked.yaml': policy('asked', 'web'),
  'prod.yaml': policy('prod', 'web'),
  'moved.yaml': policy('moved', 'web'),
};

const place = temporaryFolder('kubeconfigs');
const kubeconfig = join(place.path, 'config');

describe.skipIf(unavailable !== undefined)(
  `what goes wrong while a cluster is changed${unavailable === undefined ? '' : ` (${unavailable})`}`,
  () => {
    let cluster: ControlPlane;
    beforeAll(async () => {
      cluster = await startControlPlane();
      const contexts = {
        admin: { cluster },
        maker: { cluster, user: 'viewer' as const },
        asking: { cluster, credentials: { exec: loginProgram() } },
        'prod-eu': { cluster },
      };
      writeFileSync(kubeconfig, kubeconfigOf(contexts));
      await cluster.request('POST', '/api/v1/namespaces', { metadata: { name: 'shop' } });
      await addPod(cluster, 'web-1', 'web', '10.1.0.1');
      await addPod(cluster, 'client-1', 'client', '10.1.0.2');
      await mayMake('viewer');
    }, 600_000);
    afterAll(async () => {
      await cluster?.stop();
      place.remove();
    });
    const editor = useEditor({
      files: FILES,
      env: { KUBECONFIG: kubeconfig },
      settings: { 'bulkhead.apply.guardSeconds': 20 },
      machineSettings: { 'bulkhead.apply.protection': 'refuse' },
      viewport: { width: 1500, height: 900 },
    });
    const dialog = (): Locator => editor().page.locator('.monaco-dialog-box');

    it('the cluster refuses one of several: what is applied and what is not is a list, and can be undone', async () => {
      const { workbench, page, picture } = editor();
      await quota(2);
      await applyFrom('several.yaml', 'admin');
      await dialog().getByText('Apply to shop').click();
      await workbench.picks().filter({ hasText: 'Stop there' }).waitFor();
      await page.keyboard.press('Enter');
      const title = page.locator('.quick-input-widget:visible').filter({ hasText: 'admin: 2 of 3 changes are done.' });
      await title.waitFor();
      await picture('apply-partly');
      const rows = await workbench.picks().allInnerTexts();
      expect(rows.join('\n')).toContain('exceeded quota');
      expect(rows.join('\n')).not.toContain('"kind":"Status"');
      expect(await allLive()).toHaveLength(2);
      await workbench.picks().filter({ hasText: 'Undo what was applied' }).click();
      await dialog().waitFor();
      expect(await dialog().innerText()).toContain('Roll back shop/');
      await dialog().getByText('Roll back in shop').click();
      await workbench.picks().filter({ hasText: 'Stop there' }).waitFor();
      await page.keyboard.press('Enter');
      await workbench.notification('Rolled back in admin: all 2 changes are done.').waitFor();
      expect(await allLive()).toEqual([]);
    });

    it('the cluster refuses it at once: that is said in its words, and nothing else is offered', async () => {
      const { workbench } = editor();
      await quota(0);
      await workbench.openFile('moved.yaml');
      await workbench.command('Bulkhead: Apply to the cluster');
      await workbench.notification('shop/moved: exceeded quota: policies').waitFor();
      await editor().picture('apply-quota');
      await cluster.request('DELETE', '/api/v1/namespaces/shop/resourcequotas/policies');
    });

    it('somebody else writes after the preview: nothing is sent, and it is previewed again', async () => {
      const { workbench } = editor();
      await applyFrom('moved.yaml');
      const spec = { podSelector: { matchLabels: { app: 'web' } }, ingress: [{}] };
      await cluster.request('POST', `${POLICIES}?fieldManager=kubectl-create`, { metadata: { name: 'moved' }, spec });
      await dialog().getByText('Apply without a guard').click();
      const said = workbench.notification('Preview again');
      await said.waitFor();
      await editor().picture('apply-moved');
      expect(await live('moved')).toMatchObject({ spec: { ingress: [{}] } });
      await said.getByText('Preview again').click();
      await dialog().waitFor();
      expect(await dialog().innerText()).toContain('kubectl-create');
      await dialog().getByText('Apply without a guard').click();
      await workbench.notification('Applied to admin: shop/moved').waitFor();
      expect(await live('moved')).not.toHaveProperty('spec.ingress');
      await cluster.request('DELETE', `${POLICIES}/moved`);
    });

    it('a protected context may be refused by a setting: then it can be exported alone', async () => {
      const { workbench, picture } = editor();
      await applyFrom('prod.yaml', 'prod-eu');
      expect(await dialog().innerText()).toContain('prod-eu is protected: the settings');
      expect(await buttons()).toEqual(['Cancel', 'Export…', 'Look first', 'Open settings']);
      await picture('apply-protection-refused');
      await dialog().getByText('Export…').click();
      await workbench.picks().filter({ hasText: 'Markdown for a pull request, as a new document' }).click();
      await expect.poll(() => workbench.text()).toContain('shop/web-1');
      await picture('apply-export-markdown');
      expect(await live('prod')).toBeUndefined();
    });

    it('a right to roll back is missing: that is said, and without a guard is a second choice', async () => {
      const { workbench, picture } = editor();
      await applyFrom('maker.yaml', 'maker');
      await dialog().getByText('unless kept').click();
      const second = dialog().filter({ hasText: 'Nothing was sent, because it could not be guarded.' });
      await second.waitFor();
      expect(await second.innerText()).toContain('Rolling back needs the right to delete networkpolicies in shop');
      expect(await buttons()).toEqual(['Apply without a guard', 'Cancel', 'Export…']);
      expect(await second.locator('.monaco-button:not(.secondary)').first().innerText()).toBe('Export…');
      await picture('apply-unguarded');
      expect(await live('maker')).toBeUndefined();
      await second.getByText('Apply without a guard').click();
      await workbench.notification('Applied to maker: shop/maker is created.').waitFor();
      expect(await live('maker')).toBeDefined();
    });

    it('only a person can sign in: this editor itself can roll back while it runs, and does', async () => {
      const { workbench, picture } = editor();
      await applyFrom('asked.yaml', 'asking');
      await dialog().getByText('unless kept').click();
      const second = dialog().filter({ hasText: 'Nothing was sent, because it could not be guarded.' });
      await second.waitFor();
      expect(await buttons()).toEqual([
        'Apply without a guard',
        'Apply, roll back after 20 s while this editor runs',
        'Cancel',
      ]);
      await picture('apply-guard-here');
      await second.getByText('while this editor runs').click();
      await workbench.notification('It is rolled back only while this editor runs').first().waitFor();
      await workbench.statusItem(/Rolls back in \d+ s: shop\/asked/).waitFor();
      await picture('apply-guarded-here');
      expect(await live('asked')).toBeDefined();
      await expect.poll(() => live('asked'), { timeout: 60_000 }).toBeUndefined();
      await workbench.notification('shop/asked in asking: rolled back').waitFor();
    });

    it('the window that holds a guard closes: the next one asks, and rolls back where a person says so', async () => {
      const { workbench, page, picture } = editor();
      await applyFrom('asked.yaml');
      await dialog().getByText('unless kept').click();
      await dialog().getByText('while this editor runs').click();
      await workbench.statusItem(/Rolls back in \d+ s: shop\/asked/).waitFor();
      const window = page.url();
      await page.goto('about:blank');
      await page.goto(window);
      await workbench.ready();
      await workbench.openFile('asked.yaml');
      const asks = workbench.notification('shop/asked in asking was changed under a guard, which has ended');
      await asks.waitFor();
      await picture('apply-guard-lost');
      expect(await live('asked')).toBeDefined();
      await workbench.statusItem('Bulkhead: asking').waitFor();
      await asks.getByText('Roll back now').click();
      await workbench.notification('shop/asked in asking: rolled back').waitFor();
      expect(await live('asked')).toBeUndefined();
    });

    async function applyFrom(file: string, context?: string): Promise<void> {
      const { workbench, page } = editor();
      await workbench.openFile(file);
      if (context !== undefined) {
        await workbench.statusItem('Bulkhead: ').waitFor();
        await workbench.command('Bulkhead: Choose cluster context');
        await workbench.picks().filter({ hasText: 'current context' }).waitFor();
        await page.keyboard.type(context);
        await page.keyboard.press('Enter');
        if (context === 'asking') await dialog().getByText('Run and connect').click();
        await workbench.statusItem(`Bulkhead: ${context}`).waitFor();
        // Not applied before it is connected, which a login takes its time for.
        await workbench
          .codeLenses()
          .filter({ hasText: /Isolates (?:nobody|ingress of 1 pod)/ })
          .filter({ hasText: `live: ${context}` })
          .first()
          .waitFor();
      }
      await workbench.command('Bulkhead: Apply to the cluster');
      await dialog().waitFor();
    }

    async function buttons(): Promise<readonly string[]> {
      const texts = await dialog().locator('.dialog-buttons .monaco-button').allInnerTexts();
      return texts
        .map((text) => text.trim())
        .filter(Boolean)
        .sort();
    }

    async function live(name: string): Promise<unknown> {
      const { status, body } = await cluster.request('GET', `${POLICIES}/${name}`);
      return status === 404 ? undefined : body;
    }

    async function allLive(): Promise<readonly unknown[]> {
      const { body } = await cluster.request('GET', POLICIES);
      return (body as { readonly items: readonly unknown[] }).items;
    }

    /** There is no controller that would write what is counted. */
    async function quota(most: number): Promise<void> {
      const path = '/api/v1/namespaces/shop/resourcequotas';
      const hard = { 'count/networkpolicies.networking.k8s.io': String(most) };
      await cluster.request('DELETE', `${path}/policies`);
      await cluster.request('POST', path, { metadata: { name: 'policies' }, spec: { hard } });
      const used = { 'count/networkpolicies.networking.k8s.io': '0' };
      // A dry run takes nothing from it, so that only sending shows what is too much.
      const patched = await cluster.request(
        'PATCH',
        `${path}/policies/status`,
        { status: { hard, used } },
        {
          contentType: 'application/merge-patch+json',
        },
      );
      expect(patched.status).toBe(200);
    }

    /** Everything may be read and made, nothing deleted. */
    async function mayMake(user: string): Promise<void> {
      const roles = '/apis/rbac.authorization.k8s.io/v1';
      const rules = [{ apiGroups: ['*'], resources: ['*'], verbs: ['get', 'list', 'watch', 'create', 'update'] }];
      await cluster.request('POST', `${roles}/clusterroles`, { metadata: { name: 'maker' }, rules });
      await cluster.request('POST', `${roles}/clusterrolebindings`, {
        metadata: { name: 'maker' },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'maker' },
        subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: user }],
      });
    }
  },
);

/** Asks a person each time, who enters the code at once. */
function loginProgram(): object {
  const program = join(place.path, 'login');
  const credential = JSON.stringify({
    apiVersion: 'client.authentication.k8s.io/v1',
    kind: 'ExecCredential',
    status: { token: 'admin-token' },
  });
  const asks = 'echo "Open https://login.example/device and enter the code ABCD-EFGH" >&2';
  // Time for whoever has to hear of it before it is over.
  writeFileSync(program, `#!/bin/sh\n${asks}\nsleep 1\necho '${credential}'\n`, { mode: 0o700 });
  return { apiVersion: 'client.authentication.k8s.io/v1', command: program, interactiveMode: 'IfAvailable' };
}
