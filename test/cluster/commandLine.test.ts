/** The command line over a real API server: the live cluster, a snapshot of it, and the difference of a folder to it. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bulkhead } from '../support/commandLine.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { controlPlaneUnavailable } from './buildControlPlane.ts';
import { WEB_TO_DB } from '../support/shop.ts';
import { startControlPlane, type ControlPlane } from './controlPlane.ts';

const unavailable = controlPlaneUnavailable();
const POLICY = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: db }
spec:
  podSelector: { matchLabels: { app: db } }
  ingress: [{ from: [{ podSelector: { matchLabels: { app: api } } }], ports: [{ port: 5432 }] }]
`;

describe.skipIf(unavailable !== undefined)(
  `bulkhead and a live cluster${unavailable === undefined ? '' : ` (${unavailable})`}`,
  () => {
    const folder = temporaryFolder('cluster-cli');
    const file = (name: string): string => join(folder.path, name);
    let cluster: ControlPlane;
    beforeAll(async () => {
      cluster = await startControlPlane();
      writeFileSync(file('config'), cluster.kubeconfig('admin', 'shop'));
      writeFileSync(file('viewer'), cluster.kubeconfig('viewer', 'shop'));
      writeFileSync(file('db.yaml'), POLICY);
      await cluster.request('POST', '/api/v1/namespaces', { metadata: { name: 'shop' } });
      for (const [index, app] of ['web', 'api', 'db'].entries()) {
        const spec = { containers: [{ name: 'main', image: 'x' }], automountServiceAccountToken: false };
        await cluster.request('POST', '/api/v1/namespaces/shop/pods', {
          metadata: { name: app, labels: { app } },
          spec,
        });
        const status = { phase: 'Running', podIPs: [{ ip: `10.1.0.${index + 1}` }], podIP: `10.1.0.${index + 1}` };
        const path = `/api/v1/namespaces/shop/pods/${app}/status`;
        await cluster.request('PATCH', path, { status }, { contentType: 'application/merge-patch+json' });
      }
    }, 600_000);
    afterAll(async () => {
      await cluster.stop();
      folder.remove();
    });

    const run = (args: readonly string[], config = 'config'): ReturnType<typeof bulkhead> =>
      bulkhead(args, { env: { KUBECONFIG: file(config) } });

    it('answers from the pods of a context, in the namespace of that context', async () => {
      const { status, stdout } = await run(['explain', file('db.yaml'), '--context', 'admin', ...WEB_TO_DB]);
      expect(status).toBe(0);
      expect(stdout).toMatch(/^DENY {2}shop\/web → shop\/db 5432\/TCP/);
      expect(stdout).toContain('denied: shop/db isolates db');
    });

    it('saves a snapshot that answers the same', async () => {
      const saved = file('saved.json');
      expect(await run(['snapshot', '--context', 'admin', '--output', saved])).toMatchObject({ status: 0, stdout: '' });
      expect(JSON.parse(readFileSync(saved, 'utf8'))).toMatchObject({ apiVersion: 'v1', kind: 'List' });
      const [live, offline] = await Promise.all([
        run(['reach', '--context', 'admin', '--format', 'json']),
        run(['reach', '--snapshot', saved, '--format', 'json']),
      ]);
      expect(JSON.parse(live.stdout).workloads.map(({ id }: { id: string }) => id)).toEqual([
        'shop/api[Pod]',
        'shop/db[Pod]',
        'shop/web[Pod]',
      ]);
      expect(offline.stdout).toBe(live.stdout);
    });

    it('tells what a folder of policies would change', async () => {
      const { status, stdout } = await run(['diff', 'cluster', file('db.yaml'), '--overlay', '--namespace', 'shop']);
      expect(status).toBe(1);
      expect(stdout).toMatch(/lost +shop\/web +→ shop\/db/);
      expect(stdout).toMatch(/changed shop\/api +→ shop\/db .*5432\/TCP/);
    });

    it('is bad input where no pod may be read at all', async () => {
      const { status, stdout, stderr } = await run(['reach', '--context', 'viewer', '--format', 'json'], 'viewer');
      expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
      expect(stderr).toMatch(/^bulkhead: viewer: .*User "viewer" cannot list resource "pods"[^\n]*\n$/);
    });

    it('leaves undecided what concerns namespaces whose pods may not be read, and names them', async () => {
      const role = { apiGroups: [''], resources: ['pods'], verbs: ['list', 'watch'] };
      const names = { apiGroups: [''], resources: ['namespaces'], verbs: ['list', 'watch'] };
      const api = '/apis/rbac.authorization.k8s.io/v1';
      const subjects = [{ kind: 'User', name: 'viewer', apiGroup: 'rbac.authorization.k8s.io' }];
      const refer = (kind: string, name: string): object => ({ kind, name, apiGroup: 'rbac.authorization.k8s.io' });
      await cluster.request('POST', `${api}/namespaces/shop/roles`, { metadata: { name: 'pods' }, rules: [role] });
      await cluster.request('POST', `${api}/namespaces/shop/rolebindings`, {
        metadata: { name: 'pods' },
        subjects,
        roleRef: refer('Role', 'pods'),
      });
      await cluster.request('POST', `${api}/clusterroles`, { metadata: { name: 'names' }, rules: [names] });
      await cluster.request('POST', `${api}/clusterrolebindings`, {
        metadata: { name: 'names' },
        subjects,
        roleRef: refer('ClusterRole', 'names'),
      });
      const { status, stdout } = await run(['reach', '--context', 'viewer', '--format', 'json'], 'viewer');
      const { workloads, unknown } = JSON.parse(stdout);
      expect(status).toBe(0);
      expect(workloads.map(({ id }: { id: string }) => id)).toEqual(['shop/api[Pod]', 'shop/db[Pod]', 'shop/web[Pod]']);
      const subjectsOf = unknown.map(({ subject }: { subject: string }) => subject);
      expect(subjectsOf).toContain('kube-system/*');
      // Policies of shop may not be read either, so nothing is decided of its pods.
      expect(unknown.some(({ why }: { why: string }) => why.includes('networkpolicies'))).toBe(true);
    });

    it('names the contexts there are where one is not', async () => {
      const { status, stderr } = await run(['reach', '--context', 'nowhere']);
      expect({ status, stderr }).toEqual({
        status: 2,
        stderr: 'bulkhead: The kubeconfig has no context nowhere; it has admin.\n',
      });
    });
  },
);
