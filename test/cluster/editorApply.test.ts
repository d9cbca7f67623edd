/** The built language server changes a real API server: previewed, sent once, guarded, kept or rolled back. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ApplyPreview, PreviewParams } from '../../server/src/protocol/apply.ts';
import {
  APPLY_TEXT,
  DECIDE_GUARD,
  EXPORT_APPLY,
  OBJECT,
  PREVIEW_APPLY,
  SEND_APPLY,
} from '../../server/src/protocol/methods.ts';
import type { OpenFolder } from '../support/openFolder.ts';
import { temporaryFolder, type TemporaryFolder } from '../support/temporaryFolder.ts';
import { controlPlaneUnavailable } from './buildControlPlane.ts';
import { addPod, connectedEditor } from './connectedEditor.ts';
import { startControlPlane, type ControlPlane, type User } from './controlPlane.ts';

const unavailable = controlPlaneUnavailable();
const POLICIES = '/apis/networking.k8s.io/v1/namespaces/shop/networkpolicies';
const policy = (spec: string, name = 'web'): string => `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: ${name}, namespace: shop }
spec:
${spec}`;
const OPEN = policy('  podSelector: { matchLabels: { app: web } }\n  ingress: [{}]\n');
const CLOSED = policy('  podSelector: { matchLabels: { app: web } }\n  policyTypes: [Ingress]\n');

describe.skipIf(unavailable !== undefined)(
  `changing a live cluster from an editor${unavailable === undefined ? '' : ` (${unavailable})`}`,
  () => {
    let cluster: ControlPlane;
    let opened: OpenFolder | undefined;
    let storage: TemporaryFolder;
    beforeAll(async () => {
      cluster = await startControlPlane();
      await cluster.request('POST', '/api/v1/namespaces', { metadata: { name: 'shop' } });
      await addPod(cluster, 'web-1', 'web', '10.1.0.1');
      await addPod(cluster, 'client-1', 'client', '10.1.0.2');
    }, 600_000);
    beforeEach(() => {
      storage = temporaryFolder('apply-storage');
    });
    afterEach(async () => {
      await opened?.close();
      opened = undefined;
      storage.remove();
      await cluster.request('DELETE', POLICIES);
    });
    afterAll(() => cluster.stop());

    it('creates what is not there, says what it does, and sends it once', async () => {
      const { lsp } = await connected('admin', CLOSED);
      const shown = await preview();
      expect(shown).toMatchObject({
        context: 'admin',
        protection: 'none',
        identity: 'admin',
        steps: [{ key: 'shop/web', change: 'create', owners: [], namespaceAssumed: false, line: 1 }],
        refused: [],
        missingRights: [],
        effect: { summary: expect.stringContaining('no longer lets in'), gained: [] },
      });
      expect(shown.effect.lost).toContain('shop/client-1 → shop/web-1  all ports');
      expect((await lsp.request(APPLY_TEXT, { address: shown.steps[0]?.before ?? '' })).text).toBe('');
      expect((await lsp.request(APPLY_TEXT, { address: shown.steps[0]?.after ?? '' })).text).toContain('- Ingress');
      expect((await cluster.request('GET', `${POLICIES}/web`)).status).toBe(404);
      expect(await lsp.request(SEND_APPLY, { id: shown.id, stopAtError: true })).toEqual({
        results: [{ key: 'shop/web', outcome: 'applied', text: 'shop/web is created' }],
        changed: true,
        canUndo: true,
      });
      expect((await cluster.request('GET', `${POLICIES}/web`)).status).toBe(200);
      expect(await lsp.request(SEND_APPLY, { id: shown.id, stopAtError: true })).toHaveProperty('problem');
      expect((await preview()).steps).toMatchObject([{ change: 'nothing' }]);
    });

    it('names the tests of the folder that would not pass any more', async () => {
      const tests = `version: 1
tests:
- { name: client may reach web, from: shop/client-1, to: shop/web-1, ports: [80], expect: allow }
- { name: web may reach client, from: shop/web-1, to: shop/client-1, ports: [80], expect: allow }
`;
      await connected('admin', CLOSED, { 'shop.bulkhead-test.yaml': tests });
      expect((await preview()).brokenTests).toBe(
        '1 test in shop.bulkhead-test.yaml would fail: “client may reach web”.',
      );
    });

    it('names what the lost access is known to be needed for, and no value, also not in the journal', async () => {
      const services = '/api/v1/namespaces/shop/services';
      const spec = { selector: { app: 'web' }, ports: [{ port: 80 }] };
      await cluster.request('POST', services, { metadata: { name: 'web' }, spec });
      const client = `apiVersion: v1
kind: Pod
metadata: { name: client-1, namespace: shop, labels: { app: client } }
spec: { containers: [{ name: main, env: [{ name: BACKEND, value: "http://me:hunter2@web/" }] }] }
`;
      await connected('admin', CLOSED, { 'client.yaml': client });
      const shown = await preview();
      expect(shown.effect.breaks).toBe('Would break BACKEND of client-1');
      expect(shown.effect.markdown).toContain('BACKEND of client-1 (BACKEND names Service shop/web)');
      await send(shown);
      const journal = readdirSync(storage.path, { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('journal.jsonl'))
        .map((name) => readFileSync(join(storage.path, name), 'utf8'));
      expect(journal.join()).toContain('shop');
      expect(JSON.stringify([shown, journal])).not.toContain('hunter2');
      expect(journal.join()).not.toContain('BACKEND');
      await cluster.request('DELETE', `${services}/web`);
    });

    it('rolls the last change back, and not over what somebody else has written since', async () => {
      await connected('admin', CLOSED);
      await send(await preview());
      await send(await preview({ action: 'rollBack' }));
      expect((await cluster.request('GET', `${POLICIES}/web`)).status).toBe(404);
      await send(await preview());
      await cluster.request('PATCH', `${POLICIES}/web`, '{"spec":{"policyTypes":["Ingress","Egress"]}}', {
        contentType: 'application/merge-patch+json',
      });
      const back = await preview({ action: 'rollBack' });
      expect(back.steps).toEqual([]);
      expect(back.refused).toMatchObject([{ name: 'shop/web', why: expect.stringContaining('meanwhile') }]);
    });

    it('sends nothing once other policies have changed what it would do', async () => {
      const { lsp, uri } = await connected('admin', CLOSED);
      const shown = await preview();
      await cluster.request('POST', POLICIES, OPEN.replace('name: web', 'name: other'), {
        contentType: 'application/yaml',
      });
      const other = { document: uri('web.yaml'), kind: 'NetworkPolicy', namespace: 'shop', name: 'other' };
      await lsp.until(async () => (await lsp.request(OBJECT, other)).text.includes('podSelector'));
      const answer = await lsp.request(SEND_APPLY, { id: shown.id, stopAtError: true });
      expect(answer).toEqual({ problem: expect.stringContaining('Preview it again') });
      expect((await cluster.request('GET', `${POLICIES}/web`)).status).toBe(404);
    });

    it('shows the faults that the server finds where they stand', async () => {
      await connected('admin', policy('  podSelector: { matchLabels: { app: "not a label" } }\n'));
      const { steps, refused } = await preview();
      expect(steps).toEqual([]);
      expect(refused).toMatchObject([
        {
          name: 'shop/web',
          places: [{ range: { start: { line: 4 } }, message: expect.stringContaining('Invalid value') }],
        },
      ]);
    });

    it('names the right that is missing, and offers what can be taken elsewhere', async () => {
      const { lsp } = await connected('viewer', CLOSED);
      const shown = await preview();
      expect(shown).toMatchObject({
        steps: [{ key: 'shop/web', unchecked: true, notes: ['Not checked by the server'] }],
        missingRights: [expect.stringContaining('networkpolicies.networking.k8s.io in shop is missing')],
      });
      const exported = await lsp.request(EXPORT_APPLY, { id: shown.id });
      expect(exported.kubectl).toContain('kubectl --context viewer apply -f ');
      expect(exported.manifests).toContain('- Ingress');
      expect(exported.markdown).toContain('not checked by the server');
      const sent = await lsp.request(SEND_APPLY, { id: shown.id, stopAtError: true });
      expect(sent).toEqual({ results: [], changed: false });
    });

    it('says what the server forbids to everybody, and offers nothing that would be sent', async () => {
      const quotas = '/api/v1/namespaces/shop/resourcequotas';
      const hard = { 'count/networkpolicies.networking.k8s.io': '0' };
      await cluster.request('POST', quotas, { metadata: { name: 'none' }, spec: { hard } });
      const status = { hard, used: hard };
      const contentType = 'application/merge-patch+json';
      await cluster.request('PATCH', `${quotas}/none/status`, { status }, { contentType });
      await connected('admin', CLOSED);
      const { steps, refused, missingRights } = await preview();
      expect([steps, missingRights]).toEqual([[], []]);
      expect(refused).toMatchObject([
        { name: 'shop/web', why: expect.stringContaining('shop/web: exceeded quota: none, ') },
      ]);
      await cluster.request('DELETE', `${quotas}/none`);
    });

    it('refuses a file that is meant for another context', async () => {
      const { lsp, uri } = await connected('admin', CLOSED, {
        'bulkhead.yaml': 'contexts: [{ context: other, files: ["**"] }]\n',
      });
      const answer = await lsp.request(PREVIEW_APPLY, { action: 'apply', uris: [uri('web.yaml')] });
      expect(answer).toMatchObject({ problem: expect.stringContaining('is meant for the context other') });
    });

    it('rolls a guarded change back at its deadline, and leaves one that is kept', async () => {
      await cluster.request('POST', POLICIES, OPEN, { contentType: 'application/yaml' });
      const { lsp } = await connected('admin', CLOSED);
      const { guards } = lsp;
      const first = await lsp.request(SEND_APPLY, { id: (await preview()).id, stopAtError: true, guardSeconds: 2 });
      expect(first).toMatchObject({ changed: true, guard: expect.any(String) });
      expect(await ingressOf('web')).toBeUndefined();
      await lsp.until(() => guards.at(-1)?.state === 'ended');
      expect(guards.some(({ state }) => state === 'counting')).toBe(true);
      expect(guards.at(-1)?.text).toContain('rolled back. Open again: shop/client-1 → shop/web-1');
      expect(await ingressOf('web')).toEqual([{}]);
      const second = await lsp.request(SEND_APPLY, { id: (await preview()).id, stopAtError: true, guardSeconds: 60 });
      const id = 'guard' in second ? (second.guard ?? '') : '';
      // There is no kubelet that says that a pod is ready.
      await lsp.until(() => guards.at(-1)?.observed.includes('0 of 1 pod concerned are ready') === true);
      // Over a change that is not decided nothing is sent, guarded or not: a rollback of both would be a mixture.
      const over = await lsp.request(SEND_APPLY, { id: (await preview({ action: 'delete' })).id, stopAtError: true });
      expect(over).toEqual({ problem: expect.stringContaining('Decide it first') });
      expect(await lsp.request(DECIDE_GUARD, { id, decision: 'keep' })).toMatchObject({ done: true });
      await lsp.until(() => guards.at(-1)?.id === id && guards.at(-1)?.state === 'ended');
      expect(await ingressOf('web')).toBeUndefined();
    });

    async function ingressOf(name: string): Promise<unknown> {
      const { body } = await cluster.request('GET', `${POLICIES}/${name}`);
      return (body as { spec: { ingress?: unknown } }).spec.ingress;
    }

    async function preview(params: Partial<PreviewParams> = {}): Promise<ApplyPreview> {
      const { lsp, uri } = opened as OpenFolder;
      const answer = await lsp.request(PREVIEW_APPLY, { action: 'apply', uris: [uri('web.yaml')], ...params });
      if ('problem' in answer) throw new Error(answer.problem);
      return answer;
    }

    async function send({ id }: ApplyPreview): Promise<void> {
      const answer = await (opened as OpenFolder).lsp.request(SEND_APPLY, { id, stopAtError: true });
      expect(answer).toMatchObject({ changed: true });
    }

    async function connected(
      user: User,
      text: string,
      files: Readonly<Record<string, string>> = {},
    ): Promise<OpenFolder> {
      const options = { initializationOptions: { storage: storage.path } };
      opened = await connectedEditor(cluster, user, { ...files, 'web.yaml': text }, options);
      await opened.lsp.until(() => opened?.lsp.statuses.at(-1)?.busy === false);
      return opened;
    }
  },
);
