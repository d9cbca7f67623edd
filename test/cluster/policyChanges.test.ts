/** The built language server tells which policies of a real API server change by other hands, also between two starts. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { PolicyChangeItem, PolicyChanges } from '../../server/src/protocol/changes.ts';
import {
  CHANGE_TEXT,
  CONNECT,
  CONTEXTS,
  EXPORT_JOURNAL,
  POLICY_CHANGES,
  PREVIEW_APPLY,
  SEND_APPLY,
  VERIFY_JOURNAL,
} from '../../server/src/protocol/methods.ts';
import { openFolder, type OpenFolder } from '../support/openFolder.ts';
import { temporaryFolder, type TemporaryFolder } from '../support/temporaryFolder.ts';
import { controlPlaneUnavailable } from './buildControlPlane.ts';
import { startControlPlane, type ControlPlane, type User } from './controlPlane.ts';

const unavailable = controlPlaneUnavailable();
const POLICIES = '/apis/networking.k8s.io/v1/namespaces/shop/networkpolicies';
const OPEN = { podSelector: { matchLabels: { app: 'web' } }, policyTypes: ['Ingress'], ingress: [{}] };
const NOBODY = [{ from: [{ podSelector: { matchLabels: { app: 'nobody' } } }] }];
const CLOSED = { ...OPEN, ingress: NOBODY };
const EMPTIED = { podSelector: { matchLabels: { app: 'web' } }, policyTypes: ['Ingress'] };
const WRITTEN = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web, namespace: shop }
spec: ${JSON.stringify(CLOSED)}
`;

describe.skipIf(unavailable !== undefined)(
  `policies that change by other hands${unavailable === undefined ? '' : ` (${unavailable})`}`,
  () => {
    let cluster: ControlPlane;
    let opened: OpenFolder | undefined;
    let storage: TemporaryFolder;
    beforeAll(async () => {
      cluster = await startControlPlane();
      for (const name of ['shop', 'billing']) {
        await cluster.request('POST', '/api/v1/namespaces', { metadata: { name } });
      }
      await addPod('web-1', 'web', '10.1.0.1');
      await addPod('client-1', 'client', '10.1.0.2');
    }, 600_000);
    beforeEach(() => {
      storage = temporaryFolder('changes-storage');
    });
    afterEach(async () => {
      await close();
      storage.remove();
      await cluster.request('DELETE', POLICIES);
    });
    afterAll(() => cluster.stop());

    it('tells what was made, changed and deleted, by which program, and what it does', async () => {
      await connected();
      expect((await changes()).watched).toEqual(['admin']);
      await write('POST', OPEN, 'kubectl-create');
      await told(1);
      await write('PUT', CLOSED, 'kubectl-edit');
      await told(2);
      await write('PUT', EMPTIED, 'kubectl-replace');
      await told(3);
      await cluster.request('DELETE', `${POLICIES}/web`);
      const [deleted, emptied, changed, created] = await told(4);
      expect(created).toMatchObject({
        context: 'admin',
        namespace: 'shop',
        name: 'web',
        change: 'created',
        manager: { name: 'kubectl-create', time: expect.stringMatching(/^\d{4}-.*Z$/) },
        effect: 'Isolates 1 pod',
      });
      expect(created).not.toHaveProperty('since');
      expect(changed).toMatchObject({ change: 'changed', manager: { name: 'kubectl-edit' } });
      expect(changed?.effect).toMatch(/^web-1 \(1 pod\) no longer lets in .*client-1/);
      expect(deleted).toMatchObject({ change: 'deleted', effect: expect.stringMatching(/^Isolates 1 pod no longer/) });
      // Neither leaves an entry in the managed fields: nobody is named who has not done it.
      expect(emptied).not.toHaveProperty('manager');
      expect(deleted).not.toHaveProperty('manager');
      expect(await text(changed?.texts?.before)).toContain('ingress:\n    - {}');
      expect(await text(changed?.texts?.after)).toContain('app: nobody');
      expect(await text(deleted?.texts?.after)).toBe('');
      expect(await text('bulkhead-change://0/before/x')).toBeUndefined();
      expect(journal().map(({ kind, who, object }) => [kind, who.name, object.name])).toEqual([
        ['change', 'kubectl-create', 'web'],
        ['change', 'kubectl-edit', 'web'],
        ['change', 'not known', 'web'],
        ['change', 'not known', 'web'],
      ]);
    });

    it('leaves out what changes nothing a person writes, and what it has applied itself', async () => {
      const folder = await connected({ 'web.yaml': WRITTEN });
      const { lsp, uri } = folder;
      for (const action of ['apply', 'delete', 'apply'] as const) {
        const preview = await lsp.request(PREVIEW_APPLY, { action, uris: [uri('web.yaml')] });
        if ('problem' in preview) throw new Error(preview.problem);
        expect(await lsp.request(SEND_APPLY, { id: preview.id, stopAtError: true })).toMatchObject({ changed: true });
      }
      await write('PUT', CLOSED, 'kubectl-edit');
      await write('POST', OPEN, 'kubectl-create', 'last');
      expect((await told(1)).map(({ name }) => name)).toEqual(['last']);
      expect(journal().map(({ kind }) => kind)).toEqual(['apply', 'delete', 'apply', 'change']);
    });

    it('leaves out what the helper process of a guard has rolled back', async () => {
      await write('POST', OPEN, 'kubectl-create');
      const { lsp, uri } = await connected({ 'web.yaml': WRITTEN });
      const preview = await lsp.request(PREVIEW_APPLY, { action: 'apply', uris: [uri('web.yaml')] });
      if ('problem' in preview) throw new Error(preview.problem);
      const sent = await lsp.request(SEND_APPLY, { id: preview.id, stopAtError: true, guardSeconds: 1 });
      expect(sent).toMatchObject({ changed: true, guard: expect.any(String) });
      await lsp.until(() => lsp.guards.at(-1)?.state === 'ended');
      await write('POST', OPEN, 'kubectl-create', 'last');
      expect((await told(1)).map(({ name }) => name)).toEqual(['last']);
      expect(journal().map(({ kind }) => kind)).toEqual(['apply', 'rollback', 'change']);
    });

    it('finds at the next start what changed while nobody watched', async () => {
      await write('POST', OPEN, 'kubectl-create');
      await write('POST', OPEN, 'kubectl-create', 'old');
      await connected();
      expect((await changes()).changes).toEqual([]);
      await close();
      const before = Date.now();
      await write('PUT', CLOSED, 'argocd-controller');
      await cluster.request('DELETE', `${POLICIES}/old`);
      await connected();
      const [changed, deleted] = await told(2);
      expect(deleted).toMatchObject({ name: 'old', change: 'deleted' });
      expect(changed).toMatchObject({ name: 'web', change: 'changed', manager: { name: 'argocd-controller' } });
      expect(changed?.since).toBeLessThanOrEqual(before);
      expect(changed?.at).toBeGreaterThan(before);
      expect(changed?.effect).toMatch(/no longer lets? in/);
      expect(await text(changed?.texts?.before)).toContain('ingress:\n    - {}');
      expect(journal().map(({ since, at }) => since !== undefined && since < at)).toEqual([true, true]);
      await close();
      await connected();
      // They stand there still, as the journal has them, and are no news.
      const { texts: _, ...kept } = changed as PolicyChangeItem;
      expect((await told(2))[0]).toEqual({ ...kept, manager: { name: 'argocd-controller' }, live: expect.any(String) });
      expect(journal()).toHaveLength(2);
    });

    it('goes on after the API server was restarted', async () => {
      await write('POST', OPEN, 'kubectl-create');
      await connected();
      await cluster.restart();
      await write('PUT', CLOSED, 'kubectl-edit');
      expect((await told(1)).map(({ change, name }) => [change, name])).toEqual([['changed', 'web']]);
    }, 120_000);

    it('says nothing of a namespace that it may not read, and compares it once it may', async () => {
      await write('POST', OPEN, 'kubectl-create');
      const other = '/apis/networking.k8s.io/v1/namespaces/billing/networkpolicies';
      await cluster.request('POST', other, { metadata: { name: 'api' }, spec: OPEN });
      await connected();
      await close();
      await cluster.request('DELETE', other);
      await write('PUT', CLOSED, 'kubectl-edit');
      await allowViewer('shop');
      // The same cluster for a user who reads one namespace alone.
      await connected({}, 'viewer');
      expect((await told(1)).map(({ name, namespace }) => `${namespace}/${name}`)).toEqual(['shop/web']);
      await close();
      await connected();
      expect(await told(2)).toMatchObject([{ namespace: 'billing', name: 'api', change: 'deleted' }, { name: 'web' }]);
    });

    it('verifies and exports the journal', async () => {
      const { lsp } = await connected();
      expect(await lsp.request(VERIFY_JOURNAL, {})).toMatchObject({ intact: true, text: 'The journal is empty.' });
      await write('POST', OPEN, 'kubectl-create');
      await told(1);
      expect(await lsp.request(VERIFY_JOURNAL, {})).toMatchObject({
        intact: true,
        text: 'The journal is intact: 1 line, each follows from the one before it.',
        path: join(storage.path, 'journal.jsonl'),
      });
      const { text, lines } = await lsp.request(EXPORT_JOURNAL, { format: 'csv' });
      expect(lines).toBe(1);
      expect(text).toContain('field manager kubectl-create,managed fields,admin,');
    });

    interface Line {
      readonly kind: string;
      readonly at: string;
      readonly since?: string;
      readonly who: { readonly name: string };
      readonly object: { readonly name: string };
    }

    function journal(): readonly Line[] {
      const lines = readFileSync(join(storage.path, 'journal.jsonl'), 'utf8').trim().split('\n');
      return lines.map((line) => JSON.parse(line) as Line);
    }

    /** Another program's write. */
    async function write(method: 'POST' | 'PUT', spec: object, manager: string, name = 'web'): Promise<void> {
      const path = method === 'POST' ? POLICIES : `${POLICIES}/${name}`;
      const body = { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name }, spec };
      const { status } = await cluster.request(method, `${path}?fieldManager=${manager}`, body);
      expect(status).toBeLessThan(300);
    }

    async function changes(): Promise<PolicyChanges> {
      return (opened as OpenFolder).lsp.request(POLICY_CHANGES, {});
    }

    /** Waits for so many changes. */
    async function told(number: number): Promise<readonly PolicyChangeItem[]> {
      let items: readonly PolicyChangeItem[] = [];
      await (opened as OpenFolder).lsp.until(async () => (items = (await changes()).changes).length >= number);
      return items;
    }

    async function text(address = ''): Promise<string | undefined> {
      return (await (opened as OpenFolder).lsp.request(CHANGE_TEXT, { address })).text;
    }

    async function close(): Promise<void> {
      await opened?.close();
      opened = undefined;
    }

    async function connected(files: Readonly<Record<string, string>> = {}, user: User = 'admin'): Promise<OpenFolder> {
      const folder = await openFolder(
        { 'k/config': cluster.kubeconfig(user, 'shop'), ...files },
        { initializationOptions: { storage: storage.path, clientKind: 'bulkhead' } },
      );
      opened = folder;
      const { lsp } = folder;
      await lsp.read();
      await lsp.changeSettings({ kubeconfig: folder.path('k/config') });
      const uri = folder.uri('').replace(/\/$/, '');
      let identity = '';
      await lsp.until(async () => {
        const { contexts } = await lsp.request(CONTEXTS, { folder: uri });
        identity = contexts.find(({ name }) => name === user)?.identity ?? '';
        return identity !== '';
      });
      expect(await lsp.request(CONNECT, { folder: uri, context: user, identity })).toEqual({ ok: true });
      await lsp.until(async () => (await changes()).watched.length === 1);
      return folder;
    }

    async function allowViewer(namespace: string): Promise<void> {
      const api = `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}`;
      const rules = [{ apiGroups: ['*'], resources: ['*'], verbs: ['list', 'watch', 'get'] }];
      await cluster.request('POST', `${api}/roles`, { metadata: { name: 'reader' }, rules });
      const subjects = [{ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: 'viewer' }];
      const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'reader' };
      await cluster.request('POST', `${api}/rolebindings`, { metadata: { name: 'reader' }, subjects, roleRef });
    }

    async function addPod(name: string, app: string, ip: string): Promise<void> {
      const path = '/api/v1/namespaces/shop/pods';
      const spec = { containers: [{ name: 'main', image: 'x' }], automountServiceAccountToken: false };
      await cluster.request('POST', path, { metadata: { name, labels: { app } }, spec });
      const status = { phase: 'Running', podIP: ip, podIPs: [{ ip }] };
      await cluster.request('PATCH', `${path}/${name}/status`, JSON.stringify({ status }), {
        contentType: 'application/merge-patch+json',
      });
    }
  },
);
