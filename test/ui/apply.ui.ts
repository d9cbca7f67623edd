/**
 * A real API server changed from a real VS Code, by a person's hands: previewed, confirmed, guarded, refused. Long,
 * because its walks share one server and a few windows, each of which takes seconds to open.
 */
import { writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { controlPlaneUnavailable } from '../cluster/buildControlPlane.ts';
import { startControlPlane, type ControlPlane } from '../cluster/controlPlane.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { useEditor, type SuiteEditor } from './useEditor.ts';

const unavailable = controlPlaneUnavailable();
const POLICIES = '/apis/networking.k8s.io/v1/namespaces/shop/networkpolicies';

const policy = (name: string, spec: string): string => `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: ${name}
  namespace: shop
spec:
  podSelector:
    matchLabels:
      app: web
${spec}`;

const FILES = {
  'web.yaml': policy('web', '  policyTypes: [Ingress]\n'),
  'idle.yaml': policy('idle', '  policyTypes: [Ingress]\n').replace('app: web', 'app: nobody'),
  'out.yaml': policy('out', '  policyTypes: [Egress]\n'),
  'short.yaml': policy('short', '  policyTypes: [Ingress]\n'),
  'now.yaml': policy('now', '  policyTypes: [Ingress]\n'),
  'kept.yaml': policy('kept', '  policyTypes: [Ingress]\n'),
  'wrong.yaml': policy('wrong', '  ingress:\n    - ports:\n        - port: 8080\n          protocol: HTTP\n'),
  'lens.yaml': policy('lens', '  policyTypes: [Ingress]\n').replace('app: web', 'app: nobody'),
  'many/namespace.yaml': 'apiVersion: v1\nkind: Namespace\nmetadata: { name: shop, labels: { team: a } }\n',
  'many/one.yaml': policy('one', '  policyTypes: [Ingress]\n').replace('app: web', 'app: nobody'),
  'many/two.yaml': policy('two', '  policyTypes: [Ingress]\n').replace('app: web', 'app: nobody'),
  'bound/bulkhead.yaml': 'contexts: [{ files: ["**"], context: prod-eu }]\n',
  'bound/bound.yaml': policy('bound', '  policyTypes: [Ingress]\n').replace('app: web', 'app: frontend'),
};

const place = temporaryFolder('kubeconfigs');
const kubeconfigs = ['admin', 'viewer', 'prod'].map((name) => join(place.path, name));

describe.skipIf(unavailable !== undefined)(
  `changing a cluster${unavailable === undefined ? '' : ` (${unavailable})`}`,
  () => {
    let cluster: ControlPlane;
    beforeAll(async () => {
      cluster = await startControlPlane();
      const texts = [cluster.kubeconfig('admin'), cluster.kubeconfig('viewer', 'shop'), productionOf(cluster)];
      kubeconfigs.forEach((file, index) => writeFileSync(file, texts[index] ?? ''));
      await cluster.request('POST', '/api/v1/namespaces', { metadata: { name: 'shop' } });
      await addPod('web', '10.1.0.1');
      await addPod('frontend', '10.1.0.2');
      await mayRead('viewer');
    }, 600_000);
    afterAll(async () => {
      await cluster?.stop();
      place.remove();
    });
    let editor: () => SuiteEditor;
    const useWindow = (): void => {
      const window = useEditor({
        files: FILES,
        env: { KUBECONFIG: kubeconfigs.join(delimiter) },
        settings: { 'bulkhead.apply.guardSeconds': 20 },
      });
      beforeAll(() => {
        editor = window;
      });
    };

    describe('from the editor', () => {
      useWindow();

      it('wants a context first, and leads to the choice of one', async () => {
        const { workbench, picture } = editor();
        await workbench.openFile('idle.yaml');
        await workbench.statusItem('Bulkhead: these files').waitFor();
        await workbench.command('Bulkhead: Apply to the cluster');
        const said = workbench.notification('No cluster is chosen');
        await said.waitFor();
        await picture('apply-without-context');
        await said.getByText('Choose a cluster context').click();
        await workbench.picks().filter({ hasText: 'admin' }).first().waitFor();
        await workbench.choose('admin');
        await workbench.statusItem('Bulkhead: admin').waitFor();
      });

      it('applies the active document once a person has seen what it does', async () => {
        const { workbench, page } = editor();
        await workbench.openFile('idle.yaml');
        await workbench.command('Bulkhead: Apply to the cluster');
        const question = dialog();
        await question.waitFor();
        expect(await question.innerText()).toContain(`Apply shop/idle to admin (${cluster.url})?`);
        expect(await buttonsOf(question)).toEqual({
          first: 'Apply to shop',
          others: ['Apply, roll back after 20 s unless kept', 'Cancel', 'Look first'],
        });
        expect(await page.locator('.tab.active').innerText()).toContain('shop/idle: not in admin');
        expect(await live('idle')).toBeUndefined();
        await question.getByText('Apply to shop').click();
        await workbench.notification('Applied to admin: shop/idle is created.').waitFor();
        expect(await live('idle')).toMatchObject({ spec: { podSelector: { matchLabels: { app: 'nobody' } } } });
      });

      it('applies the policy of a lens', async () => {
        const { workbench } = editor();
        await workbench.openFile('lens.yaml');
        await workbench.codeLenses().getByText('apply…').click();
        const question = dialog();
        await question.getByText('Apply to shop').click();
        await workbench.notification('Applied to admin: shop/lens is created.').waitFor();
        expect(await live('lens')).toBeDefined();
      });

      it('applies a folder from the explorer, with the Namespaces that a person ticks', async () => {
        const { workbench, picture } = editor();
        await page()
          .locator('.explorer-folders-view .monaco-list-row')
          .filter({ hasText: 'many' })
          .click({ button: 'right' });
        const entry = page().locator('.monaco-menu .action-item').filter({ hasText: 'Apply to the cluster' });
        await entry.hover();
        // By its key: a menu that has just opened ignores the mouse button.
        await page().locator('.monaco-menu .action-item.focused').filter({ hasText: 'Apply to the cluster' }).waitFor();
        await page().keyboard.press('Enter');
        await workbench.picks().filter({ hasText: 'shop' }).click();
        await picture('apply-namespaces');
        await page().keyboard.press('Enter');
        const question = dialog();
        await question.waitFor();
        expect(await question.innerText()).toContain('Apply Namespace shop, shop/one and shop/two to admin');
        await picture('apply-several');
        await question.getByText('Apply to shop').click();
        await workbench.picks().filter({ hasText: 'Stop there' }).waitFor();
        await page().keyboard.press('Enter');
        await workbench.notification('Applied to admin: all 3 changes are done.').waitFor();
        expect([await live('one'), await live('two')]).not.toContain(undefined);
        const { body } = await cluster.request('GET', '/api/v1/namespaces/shop');
        expect(body).toMatchObject({ metadata: { labels: { team: 'a' } } });
      });

      it('says so where everything is so already', async () => {
        const { workbench } = editor();
        await workbench.openFile('idle.yaml');
        await workbench.command('Bulkhead: Apply to the cluster');
        await workbench.notification('shop/idle in admin is so already.').waitFor();
      });

      it('shows what the API server refuses at its place in the document', async () => {
        const { workbench, picture } = editor();
        await workbench.openFile('wrong.yaml');
        await workbench.command('Bulkhead: Apply to the cluster');
        const said = workbench.notification('shop/wrong');
        await said.waitFor();
        await picture('apply-refused');
        await said.getByText('Show problems').click();
        await page().locator('.markers-panel .monaco-list-row').filter({ hasText: 'bulkhead (cluster)' }).waitFor();
        await workbench.command('View: Toggle Problems');
      });

      it('takes away what the document no longer has, from a policy that kubectl wrote', async () => {
        const { workbench, picture } = editor();
        await applyAsKubectl('out', {
          podSelector: { matchLabels: { app: 'web' } },
          policyTypes: ['Egress'],
          egress: [{}],
        });
        await workbench.openFile('out.yaml');
        await workbench.command('Bulkhead: Apply to the cluster');
        const question = dialog();
        await question.waitFor();
        const text = await question.innerText();
        expect(text).toMatch(/− .*web → .*frontend/);
        expect(text).toContain('Takes over from kubectl-client-side-apply');
        expect(await buttonsOf(question)).toEqual({
          first: 'Apply, roll back after 20 s unless kept',
          others: ['Apply without a guard', 'Cancel', 'Look first'],
        });
        await picture('apply-question');
        await question.getByText('Look first').click();
        await question.waitFor({ state: 'hidden' });
        expect(await workbench.text()).toContain('egress');
        await picture('apply-diff');
        await workbench.notification('Apply shop/out to admin').getByText('Decide').click();
        await question.getByText('Apply without a guard').click();
        await workbench.notification('Applied to admin: shop/out').waitFor();
        expect(await live('out')).not.toHaveProperty('spec.egress');
      });

      it('takes the last apply back', async () => {
        const { workbench } = editor();
        await workbench.command('Bulkhead: Roll back the last apply');
        const question = dialog();
        await question.waitFor();
        expect(await question.innerText()).toContain('Roll back shop/out in admin');
        await question.getByText('Roll back in shop').click();
        await workbench.notification('Rolled back in admin').waitFor();
        expect(await live('out')).toMatchObject({ spec: { egress: [{}] } });
      });

      it('rolls a guarded change back that nobody keeps', async () => {
        const { workbench, picture } = editor();
        await applyGuarded('short');
        expect(await live('short')).toBeDefined();
        await workbench.statusItem(/Rolls back in \d+ s: shop\/short/).waitFor();
        const stays = workbench.notification(/Keep or Roll back now\? shop\/short in admin rolls back at/);
        await stays.waitFor();
        await workbench.statusItem(/Rolls back in 1[0-7] s: shop\/short/).waitFor();
        await stays.waitFor();
        await picture('apply-countdown');
        await expect.poll(() => live('short'), { timeout: 60_000 }).toBeUndefined();
        await workbench.notification('shop/short in admin: rolled back').waitFor();
        await stays.waitFor({ state: 'hidden' });
        await workbench.statusItem('Rolls back in').waitFor({ state: 'hidden' });
      });

      it('leaves a guarded change that a person keeps by its key', async () => {
        const { workbench } = editor();
        await applyGuarded('kept');
        await workbench.statusItem(/Rolls back in \d+ s: shop\/kept/).waitFor();
        await page().keyboard.press('Control+K');
        await page().keyboard.press('k');
        await workbench.notification('shop/kept in admin: kept.').waitFor();
        await workbench.statusItem('Rolls back in').waitFor({ state: 'hidden' });
        expect(await live('kept')).toBeDefined();
      });

      it('rolls back at once where a person says so in the notification', async () => {
        const { workbench } = editor();
        await applyGuarded('now');
        await workbench.notification('shop/now in admin rolls back at').getByText('Roll back now').click();
        await workbench.notification('shop/now in admin: rolled back').waitFor();
        expect(await live('now')).toBeUndefined();
      });

      it('applies no file that is bound to another context', async () => {
        const { workbench, picture } = editor();
        await workbench.openFile('bound/bound.yaml');
        await workbench.command('Bulkhead: Apply to the cluster');
        await workbench.notification('This file is meant for the context prod-eu').waitFor();
        await picture('apply-bound');
        expect(await live('bound')).toBeUndefined();
      });

      it('has the name of a protected context typed', async () => {
        const { workbench, picture } = editor();
        await workbench.openFile('bound/bound.yaml');
        await choose('prod-eu');
        await workbench.command('Bulkhead: Apply to the cluster');
        await dialog().getByText('Apply without a guard').click();
        const input = page().locator('.quick-input-widget:visible input[type="text"]').first();
        await input.waitFor();
        await input.fill('prod');
        await page().keyboard.press('Enter');
        await page().locator('.quick-input-widget').getByText('Not the name of the context').waitFor();
        await picture('apply-protected');
        expect(await live('bound')).toBeUndefined();
        await input.fill('prod-eu');
        await page().keyboard.press('Enter');
        await workbench.notification('Applied to prod-eu: shop/bound is created.').waitFor();
        expect(await live('bound')).toBeDefined();
      });

      it('deletes from the cluster what the document names', async () => {
        const { workbench } = editor();
        await workbench.openFile('bound/bound.yaml');
        await workbench.command('Bulkhead: Delete from the cluster');
        const question = dialog();
        await question.waitFor();
        expect(await question.innerText()).toContain('Delete shop/bound from prod-eu');
        await question.getByText('Delete from shop').click();
        await page().locator('.quick-input-widget:visible input[type="text"]').first().fill('prod-eu');
        await page().keyboard.press('Enter');
        await workbench.notification('Deleted from prod-eu').waitFor();
        expect(await live('bound')).toBeUndefined();
      });

      it('lets a user without the right to write export, and nothing else', async () => {
        const { workbench, picture } = editor();
        await workbench.openFile('web.yaml');
        await choose('viewer');
        await workbench.command('Bulkhead: Apply to the cluster');
        const question = dialog();
        await question.waitFor();
        expect(await question.innerText()).toContain(
          'The right to create networkpolicies.networking.k8s.io in shop is missing',
        );
        expect(await buttonsOf(question)).toEqual({ first: 'Export…', others: ['Cancel', 'Look first'] });
        await picture('apply-read-only');
        await question.getByText('Export…').click();
        await workbench.picks().filter({ hasText: 'Manifests as a new document' }).first().click();
        await expect.poll(() => workbench.text()).toContain('name: web');
        expect(await live('web')).toBeUndefined();
      });
    });

    describe('from an editor that is gone', () => {
      useWindow();

      it('rolls a guarded change back at its deadline', async () => {
        const { workbench, kill } = editor();
        await workbench.openFile('short.yaml');
        await workbench.statusItem('Bulkhead: these files').waitFor();
        await choose('admin');
        await applyGuarded('short');
        await workbench.statusItem(/Rolls back in \d+ s: shop\/short/).waitFor();
        await kill();
        expect(await live('short')).toBeDefined();
        await expect.poll(() => live('short'), { timeout: 60_000 }).toBeUndefined();
      });
    });

    const page = () => editor().page;

    function dialog(): Locator {
      return page().locator('.monaco-dialog-box');
    }

    /** The one that the return key takes, and the others by name: each platform has an order of its own. */
    async function buttonsOf(question: Locator): Promise<{ readonly first: string; readonly others: string[] }> {
      const names = async (buttons: Locator): Promise<string[]> =>
        (await buttons.allInnerTexts()).map((text) => text.trim()).filter(Boolean);
      const all = await names(question.locator('.dialog-buttons .monaco-button'));
      const [first = ''] = await names(question.locator('.dialog-buttons .monaco-button:not(.secondary)'));
      return { first, others: all.filter((name) => name !== first).sort() };
    }

    async function applyGuarded(name: string): Promise<void> {
      const { workbench } = editor();
      await workbench.openFile(`${name}.yaml`);
      await workbench.command('Bulkhead: Apply to the cluster');
      await dialog().getByText('unless kept').click();
      await expect.poll(() => live(name)).toBeDefined();
    }

    async function choose(context: string): Promise<void> {
      const { workbench } = editor();
      await workbench.command('Bulkhead: Choose cluster context');
      await workbench.picks().filter({ hasText: 'current context' }).waitFor();
      await workbench.choose(context);
      await workbench.statusItem(`Bulkhead: ${context}`).waitFor();
    }

    /** The policy as the API server holds it; undefined where there is none. */
    async function live(name: string): Promise<unknown> {
      const { status, body } = await cluster.request('GET', `${POLICIES}/${name}`);
      return status === 404 ? undefined : body;
    }

    async function applyAsKubectl(name: string, spec: object): Promise<void> {
      const object = {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'NetworkPolicy',
        metadata: { name, namespace: 'shop' },
        spec,
      };
      const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify(object) };
      const metadata = { ...object.metadata, annotations };
      const path = `${POLICIES}?fieldManager=kubectl-client-side-apply`;
      expect((await cluster.request('POST', path, { ...object, metadata })).status).toBe(201);
    }

    async function addPod(app: string, ip: string): Promise<void> {
      const path = '/api/v1/namespaces/shop/pods';
      const containers = [{ name: 'main', image: 'x', ports: [{ containerPort: 8080 }] }];
      const spec = { containers, automountServiceAccountToken: false };
      const made = await cluster.request('POST', path, { metadata: { name: app, labels: { app } }, spec });
      expect(made.status).toBe(201);
      const status = { phase: 'Running', podIP: ip, podIPs: [{ ip }] };
      const contentType = 'application/merge-patch+json';
      await cluster.request('PATCH', `${path}/${app}/status`, { status }, { contentType });
    }

    async function mayRead(user: string): Promise<void> {
      const roles = '/apis/rbac.authorization.k8s.io/v1';
      const rules = [{ apiGroups: ['*'], resources: ['*'], verbs: ['get', 'list', 'watch'] }];
      await cluster.request('POST', `${roles}/clusterroles`, { metadata: { name: 'reader' }, rules });
      await cluster.request('POST', `${roles}/clusterrolebindings`, {
        metadata: { name: 'reader' },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'reader' },
        subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: user }],
      });
    }
  },
);

/** The same server by another name, which the settings protect by default. */
function productionOf(cluster: ControlPlane): string {
  return cluster.kubeconfig('admin').replace('contexts:\n- name: admin', 'contexts:\n- name: prod-eu');
}
