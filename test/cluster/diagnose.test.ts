/** "Diagnose connection" and the ways to a server, against a real API server. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, diagnose, listContexts } from '../../server/src/cluster/main.ts';
import type { DiagnosisStep, KubeEnvironment } from '../../server/src/workspace/clusterModule.ts';
import { connectProxy, socksProxy, type ForwardProxy } from '../support/forwardProxy.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { controlPlaneUnavailable } from './buildControlPlane.ts';
import { startControlPlane, type ControlPlane, type User } from './controlPlane.ts';

const unavailable = controlPlaneUnavailable();

describe.skipIf(unavailable !== undefined)(
  `the way to a cluster${unavailable === undefined ? '' : ` (${unavailable})`}`,
  () => {
    const folder = temporaryFolder('diagnose-cluster');
    let cluster: ControlPlane;
    let proxies: { readonly http: ForwardProxy; readonly socks5: ForwardProxy };

    beforeAll(async () => {
      cluster = await startControlPlane();
      const port = Number(new URL(cluster.url).port);
      proxies = { http: await connectProxy(port), socks5: await socksProxy(port) };
      await post('/api/v1/namespaces', { metadata: { name: 'shop' } });
      const rules = [{ apiGroups: ['', 'networking.k8s.io'], resources: ['pods', 'networkpolicies'], verbs: ['list'] }];
      await post('/apis/rbac.authorization.k8s.io/v1/namespaces/shop/roles', { metadata: { name: 'reads' }, rules });
      await post('/apis/rbac.authorization.k8s.io/v1/namespaces/shop/rolebindings', {
        metadata: { name: 'reads' },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'reads' },
        subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'viewer' }],
      });
    }, 600_000);
    afterAll(async () => {
      for (const proxy of Object.values(proxies)) await proxy.stop();
      await cluster.stop();
      folder.remove();
    });

    async function post(path: string, body: object): Promise<void> {
      const { status } = await cluster.request('POST', path, body);
      expect(status).toBe(201);
    }

    async function contextOf(user: User, change: (text: string) => string = (text) => text) {
      const path = join(folder.path, 'config');
      writeFileSync(path, change(cluster.kubeconfig(user, 'shop')));
      const environment: KubeEnvironment = { variables: { KUBECONFIG: path }, platform: process.platform };
      const { contexts } = await listContexts(environment);
      return { environment, context: user, identity: contexts[0]?.identity ?? '', allowExec: () => true };
    }

    const withProxy =
      (url: string) =>
      (text: string): string =>
        text.replace('  cluster:\n', `  cluster:\n    proxy-url: ${url}\n`);
    const failures = (steps: readonly DiagnosisStep[]): readonly string[] =>
      steps.flatMap(({ name, state, says }) => (state === 'fail' ? [`${name}: ${says.at(-1)}`] : []));

    it('passes for an administrator, and says whom the server takes them for', async () => {
      const steps = await diagnose(await contextOf('admin')).steps;
      expect(failures(steps)).toEqual([]);
      expect(steps.find(({ name }) => name === 'Login')?.says).toEqual([
        'Signed in as admin',
        'Groups: system:masters, system:authenticated',
      ]);
    });

    it('names the rights that a user lacks, and where they have them', async () => {
      const steps = await diagnose(await contextOf('viewer')).steps;
      expect(failures(steps)).toEqual([
        'Right to read networkpolicies: In no namespace that is known; missing in the whole cluster: list and watch.',
        'Right to read namespaces: Missing: list and watch.',
        'Right to read pods: In no namespace that is known; missing in the whole cluster: list and watch.',
        'Right to read replicasets: In no namespace that is known; missing in the whole cluster: list and watch.',
        'Right to read jobs: In no namespace that is known; missing in the whole cluster: list and watch.',
        'Right to read services: In no namespace that is known; missing in the whole cluster: list and watch.',
        'Right to read endpointslices: In no namespace that is known; missing in the whole cluster: list and watch.',
        'Right to read ingresses: In no namespace that is known; missing in the whole cluster: list and watch.',
        'Right to read nodes: Missing: list and watch.',
      ]);
      await cluster.request('PATCH', '/apis/rbac.authorization.k8s.io/v1/namespaces/shop/roles/reads', RIGHTS, {
        contentType: 'application/merge-patch+json',
      });
      // The server takes a moment to know of a changed role.
      await expect
        .poll(async () => failures(await diagnose(await contextOf('viewer')).steps), { timeout: 30_000 })
        .toContain(
          'Right to read pods: Only in namespaces such as shop; missing in the whole cluster: list and watch.',
        );
    });

    it('says that a token is not known', async () => {
      const options = await contextOf('admin', (text) => text.replace('admin-token', 'old-token'));
      const steps = await diagnose(options).steps;
      expect(failures(steps)).toEqual(['Login: The server did not accept the login (401).']);
    });

    it.each(['http', 'socks5'] as const)('is read through a proxy (%s) like directly', async (protocol) => {
      const proxy = proxies[protocol];
      const options = await contextOf('admin', withProxy(`${protocol}://127.0.0.1:${proxy.port}`));
      expect(failures(await diagnose(options).steps)).toEqual([]);
      const connection = connect({ ...options, onState: () => undefined });
      const { coverage } = await connection.whenRead();
      connection.close();
      expect(coverage.filter(({ status }) => status.state !== 'complete')).toEqual([]);
      expect(new Set(proxy.targets)).toEqual(new Set([new URL(cluster.url).host]));
    });
  },
);

const RIGHTS = {
  rules: [{ apiGroups: ['', 'networking.k8s.io'], resources: ['pods', 'networkpolicies'], verbs: ['list', 'watch'] }],
};
