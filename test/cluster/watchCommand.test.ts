/** `bulkhead watch` over a real API server: changes as they come, what happened between two runs, and a clean end. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { bulkhead } from '../support/commandLine.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { startWatching, type Watching } from '../support/watching.ts';
import { controlPlaneUnavailable } from './buildControlPlane.ts';
import { startControlPlane, type ControlPlane } from './controlPlane.ts';

const unavailable = controlPlaneUnavailable();
const POLICIES = '/apis/networking.k8s.io/v1/namespaces/shop/networkpolicies';
const OPEN = { podSelector: {}, policyTypes: ['Ingress'], ingress: [{}] };
const CLOSED = { ...OPEN, ingress: [{ from: [{ podSelector: { matchLabels: { app: 'web' } } }] }] };

describe.skipIf(unavailable !== undefined)(
  `bulkhead watch${unavailable === undefined ? '' : ` (${unavailable})`}`,
  () => {
    const folder = temporaryFolder('watch-cli');
    const file = (name: string): string => join(folder.path, name);
    const env = { KUBECONFIG: file('config'), BULKHEAD_STATE: file('state') };
    let cluster: ControlPlane;
    let running: Watching | undefined;
    beforeAll(async () => {
      cluster = await startControlPlane();
      writeFileSync(file('config'), cluster.kubeconfig('admin', 'shop'));
      writeFileSync(file('viewer'), cluster.kubeconfig('viewer', 'shop'));
      await cluster.request('POST', '/api/v1/namespaces', { metadata: { name: 'shop' } });
    }, 600_000);
    afterEach(async () => {
      running?.child.kill('SIGKILL');
      await running?.ended;
      running = undefined;
    });
    afterAll(async () => {
      await cluster.stop();
      folder.remove();
    });

    it.each(['SIGINT', 'SIGTERM'] as const)('prints a line for each change and ends with 0 on %s', async (signal) => {
      const watching = await start();
      await write('POST', OPEN, 'kubectl-create');
      expect(await watching.line()).toMatchObject({
        version: 1,
        change: 'created',
        policy: 'shop/web',
        context: 'admin',
        server: cluster.url,
        fieldManager: 'kubectl-create',
        writtenAt: expect.stringMatching(/^\d{4}-/),
        effect: 'Changes nothing for known pods',
        before: null,
        after: OPEN,
      });
      await write('PUT', CLOSED, 'kubectl-edit');
      const changed = (await watching.line()) as { readonly diff: readonly string[] };
      expect(changed).toMatchObject({ change: 'changed', before: OPEN, after: CLOSED, fieldManager: 'kubectl-edit' });
      expect(changed).not.toHaveProperty('since');
      expect(changed.diff).toContain('-     - {}');
      await cluster.request('DELETE', `${POLICIES}/web`);
      const deleted = await watching.line();
      expect(deleted).toMatchObject({ change: 'deleted', after: null });
      expect(deleted).not.toHaveProperty('fieldManager');
      watching.child.kill(signal);
      expect(await watching.ended).toBe(0);
    });

    it('tells what changed since the last time, once, and ends', async () => {
      expect(await once()).toMatchObject({ status: 0, stdout: '' });
      await write('POST', OPEN, 'argocd-controller');
      const found = await once('--fail-on', 'change');
      expect(found.status).toBe(1);
      const event = JSON.parse(found.stdout) as { readonly since: string; readonly at: string };
      expect(event).toMatchObject({ change: 'created', policy: 'shop/web', fieldManager: 'argocd-controller' });
      expect(event.since < event.at).toBe(true);
      expect(await once('--fail-on', 'change')).toMatchObject({ status: 0, stdout: '' });
      await write('PUT', CLOSED, 'argocd-controller');
      const { stdout } = await once('--format', 'text');
      expect(stdout).toMatch(
        /^changed {2}shop\/web {2}Changes nothing for known pods\n {2}(field manager argocd-controller at \S+ · )?between /,
      );
      expect(stdout).toContain('\n  -     - {}\n');
      await cluster.request('DELETE', `${POLICIES}/web`);
    });

    it('is bad input where no policy may be read, or where there is no such context', async () => {
      const refused = await bulkhead(['watch', '--context', 'viewer'], { env: { ...env, KUBECONFIG: file('viewer') } });
      expect(refused).toMatchObject({ status: 2, stdout: '' });
      expect(refused.stderr).toMatch(/^bulkhead: viewer: .*cannot list resource "networkpolicies"[^\n]*\n$/);
      const missing = await bulkhead(['watch', '--context', 'other'], { env });
      expect(missing).toMatchObject({ status: 2, stdout: '' });
      expect(missing.stderr).toContain('has no context other');
    });

    /** Resolves once it says that it watches. */
    async function start(): Promise<Watching> {
      running = startWatching(['--context', 'admin'], env);
      expect(await running.said()).toBe('bulkhead: Watching the NetworkPolicies of admin.');
      return running;
    }

    function once(...more: readonly string[]): ReturnType<typeof bulkhead> {
      return bulkhead(['watch', '--context', 'admin', '--once', ...more], { env });
    }

    async function write(method: 'POST' | 'PUT', spec: object, manager: string): Promise<void> {
      const path = method === 'POST' ? POLICIES : `${POLICIES}/web`;
      const body = { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'web' }, spec };
      expect((await cluster.request(method, `${path}?fieldManager=${manager}`, body)).status).toBeLessThan(300);
    }
  },
);
