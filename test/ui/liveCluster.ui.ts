/** A real API server watched from a real VS Code: what is there shows by itself, and what may not be read is said. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { controlPlaneUnavailable } from '../cluster/buildControlPlane.ts';
import { addPod } from '../cluster/connectedEditor.ts';
import { startControlPlane, type ControlPlane } from '../cluster/controlPlane.ts';
import { kubeconfigOf } from '../cluster/kubeconfigOf.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { useEditor } from './useEditor.ts';

const unavailable = controlPlaneUnavailable();
const POLICIES = '/apis/networking.k8s.io/v1/namespaces/shop/networkpolicies';
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
  ingress:
    - from:
        - podSelector:
            matchLabels:
              app: client
`;

const place = temporaryFolder('kubeconfigs');
const kubeconfig = join(place.path, 'config');

describe.skipIf(unavailable !== undefined)(
  `a live cluster${unavailable === undefined ? '' : ` (${unavailable})`}`,
  () => {
    let cluster: ControlPlane;
    beforeAll(async () => {
      cluster = await startControlPlane();
      writeFileSync(kubeconfig, kubeconfigOf({ staging: { cluster }, 'staging-audit': { cluster, user: 'viewer' } }));
      await cluster.request('POST', '/api/v1/namespaces', { metadata: { name: 'shop' } });
      await addPod(cluster, 'web-1', 'web', '10.1.0.1');
      await addPod(cluster, 'client-1', 'client', '10.1.0.2');
    }, 600_000);
    afterAll(async () => {
      await cluster?.stop();
      place.remove();
    });
    const editor = useEditor({
      files: { 'web.yaml': POLICY },
      env: { KUBECONFIG: kubeconfig },
      settings: { 'diffEditor.renderSideBySide': true },
      viewport: { width: 1500, height: 900 },
    });
    const lens = (text: string | RegExp) => editor().workbench.codeLenses().filter({ hasText: text }).first();
    const choose = async (context: string): Promise<void> => {
      const { workbench } = editor();
      await workbench.command('Bulkhead: Choose cluster context');
      await workbench.picks().filter({ hasText: 'current context' }).waitFor();
      await workbench.page.keyboard.type(context);
      await workbench.page.keyboard.press('Enter');
      await workbench.statusItem(`Bulkhead: ${context}`).waitFor();
    };

    it('is asked once a person has chosen it, and its pods are in lenses and hovers', async () => {
      const { workbench, picture } = editor();
      await workbench.openFile('web.yaml');
      await workbench.statusItem('Bulkhead: these files').waitFor();
      await choose('staging');
      await lens('Isolates ingress of 1 pod (web-1)').filter({ hasText: 'live: staging' }).waitFor();
      const hover = await workbench.hover('podSelector');
      expect(hover).toContain('client-1');
      expect(hover).toContain('live: staging');
      await picture('live-hover');
    });

    it('counts a pod as soon as the API server has it', async () => {
      const { picture } = editor();
      await addPod(cluster, 'web-2', 'web', '10.1.0.3');
      await lens('Isolates ingress of 2 pods (web-1, web-2)').waitFor();
      await picture('live-lenses');
      await cluster.request('DELETE', '/api/v1/namespaces/shop/pods/web-2?gracePeriodSeconds=0');
      await lens('Isolates ingress of 1 pod (web-1)').waitFor();
    });

    it('marks what it shows while the API server is gone, and goes on by itself when it is back', async () => {
      const { workbench, picture } = editor();
      await cluster.halt();
      await lens('stale since').waitFor();
      await workbench.statusHover('Bulkhead: staging', 'stale since');
      await picture('live-stale');
      expect(await editor().page.locator('.notifications-toasts .notification-list-item').count()).toBe(0);
      await cluster.restart();
      await addPod(cluster, 'web-3', 'web', '10.1.0.4');
      await lens('Isolates ingress of 2 pods (web-1, web-3)').waitFor();
      await lens('stale since').waitFor({ state: 'hidden' });
      await cluster.request('DELETE', '/api/v1/namespaces/shop/pods/web-3?gracePeriodSeconds=0');
      await lens('Isolates ingress of 1 pod (web-1)').waitFor();
    });

    it('shows what of it differs from the document, and its own policy, read-only', async () => {
      const { workbench, page, picture } = editor();
      await lens('Not applied yet').waitFor();
      const spec = {
        podSelector: { matchLabels: { app: 'web' } },
        egress: [{ ports: [{ port: 53, protocol: 'UDP' }] }],
      };
      expect((await cluster.request('POST', POLICIES, { metadata: { name: 'web' }, spec })).status).toBe(201);
      await lens('Differs from the cluster').waitFor();
      await picture('live-differs');
      await workbench.goTo(4);
      await workbench.command('Bulkhead: Compare policy with the cluster');
      await page.locator('.tab.active').filter({ hasText: 'shop/web: staging ↔ web.yaml' }).waitFor();
      await page
        .locator('.monaco-diff-editor .editor.original .view-line')
        .filter({ hasText: 'egress' })
        .first()
        .waitFor();
      await picture('live-differs-beside');
      await workbench.openFile('web.yaml');
      await workbench.goTo(4);
      await workbench.command('Bulkhead: Open live policy');
      await workbench.lines().filter({ hasText: 'Read-only: what Bulkhead reads of this NetworkPolicy' }).waitFor();
      expect(await workbench.text()).toContain('egress');
      await picture('live-policy-of-cluster');
    });

    it('says loudest of all that nothing in it enforces policies, once that is known', async () => {
      const { workbench, picture } = editor();
      const labels = { app: 'flannel' };
      const spec = { containers: [{ name: 'kube-flannel', image: 'ghcr.io/flannel-io/flannel:v0.26.0' }] };
      const made = await cluster.request('POST', '/apis/apps/v1/namespaces/kube-system/daemonsets', {
        metadata: { name: 'kube-flannel-ds', labels },
        spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
      });
      expect(made.status).toBe(201);
      await workbench.openFile('web.yaml');
      await workbench.command('Bulkhead: Read sources again');
      const problems = await workbench.problems();
      await problems.filter({ hasText: 'enforces NetworkPolic' }).first().waitFor();
      await workbench.statusHover('Bulkhead: staging', 'Flannel');
      await picture('nothing-enforces');
      await workbench.command('View: Toggle Problems');
      await cluster.request('DELETE', '/apis/apps/v1/namespaces/kube-system/daemonsets/kube-flannel-ds');
    });

    it('says what a user may not read, and leads to the role that mends it', async () => {
      const { workbench, picture } = editor();
      await workbench.openFile('web.yaml');
      await choose('staging-audit');
      await lens('may not list pods').waitFor();
      const hover = await workbench.statusHover('Bulkhead: staging-audit', 'The rights that mend it');
      const role = hover.locator('a').filter({ hasText: 'Copy the read role that Bulkhead needs' });
      await role.waitFor();
      const told = await hover.innerText();
      expect(told).toMatch(/Pod\s+\?\s+may not be listed/);
      expect(told).toContain('Not allowed to read in the whole cluster: NetworkPolicy, ');
      await picture('live-without-rights');
      await role.click();
      await workbench.picks().filter({ hasText: 'For the namespaces of these files' }).waitFor();
      await picture('read-role-choice');
      await workbench.picks().filter({ hasText: 'For the namespaces of these files' }).click();
      await workbench.notification('The role is on the clipboard').getByText('Show').click();
      await workbench.lines().filter({ hasText: 'kind: Role' }).first().waitFor();
      await picture('read-role');
    });

    it('answers with that role and no other right, once it is handed out', async () => {
      const { workbench } = editor();
      await page().context().grantPermissions(['clipboard-read']);
      const text = await page().evaluate(() => navigator.clipboard.readText());
      const roles = parseAllDocuments(text).map((document) => document.toJS() as { metadata: { name: string } });
      expect(roles).toHaveLength(1);
      const api = '/apis/rbac.authorization.k8s.io/v1/namespaces/shop';
      for (const role of roles) expect((await cluster.request('POST', `${api}/roles`, role)).status).toBe(201);
      await cluster.request('POST', `${api}/rolebindings`, {
        metadata: { name: 'audit' },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: roles[0]?.metadata.name },
        subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'viewer' }],
      });
      await workbench.openFile('web.yaml');
      await workbench.command('Bulkhead: Read sources again');
      await lens('Isolates ingress of 1 pod (web-1)').waitFor();
      await expect.poll(() => workbench.inlayHintTexts()).toEqual(['1 pod', '1 pod']);
      await workbench.statusHover('Bulkhead: staging-audit', 'read in 1 of 2 namespaces');
      await editor().picture('live-with-read-role');
    });

    const page = () => editor().page;
  },
);
