/** The role that we hand out, on a real API server: what it allows is enough, and the server takes it as it is. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { connect } from '../../server/src/cluster/main.ts';
import { readRole } from '../../server/src/features/readRole.ts';
import type { ClusterConnection } from '../../server/src/workspace/clusterModule.ts';
import type { SourceState } from '../../server/src/workspace/clusterSource.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { controlPlaneUnavailable } from './buildControlPlane.ts';
import { startControlPlane, type ControlPlane, type User } from './controlPlane.ts';

const unavailable = controlPlaneUnavailable();
const RBAC = '/apis/rbac.authorization.k8s.io/v1';
const VIEWER = [{ kind: 'User', name: 'viewer', apiGroup: 'rbac.authorization.k8s.io' }];

describe.skipIf(unavailable !== undefined)(
  `the role to read with${unavailable === undefined ? '' : ` (${unavailable})`}`,
  () => {
    const folder = temporaryFolder('read-role');
    const open: ClusterConnection[] = [];
    let cluster: ControlPlane;

    beforeAll(async () => {
      cluster = await startControlPlane();
      await create('/api/v1/namespaces', { metadata: { name: 'shop' } });
      const spec = { containers: [{ name: 'main', image: 'none' }], automountServiceAccountToken: false };
      await create('/api/v1/namespaces/shop/pods', { metadata: { name: 'web' }, spec });
      const labels = { app: 'flannel' };
      await create('/apis/apps/v1/namespaces/kube-system/daemonsets', {
        metadata: { name: 'kube-flannel-ds' },
        spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
      });
    }, 600_000);
    afterAll(async () => {
      await cluster.stop();
      folder.remove();
    });
    afterEach(() => {
      for (const connection of open.splice(0)) connection.close();
    });

    it('of a namespace lets its pods be read, and what it cannot tell is not known', async () => {
      const text = readRole({ namespaces: ['shop'], policies: [], plugins: [] });
      await create(`${RBAC}/namespaces/shop/roles`, text);
      const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'bulkhead-read' };
      const binding = { metadata: { name: 'bulkhead-read' }, roleRef, subjects: VIEWER };
      await create(`${RBAC}/namespaces/shop/rolebindings`, binding);
      const state = await read('viewer');
      expect(unread(state, 'shop')).toEqual([]);
      expect(state.contents.get('shop')?.pods).toMatchObject([{ name: 'web' }]);
      expect(state.plugins).toMatchObject({ enforces: 'unknown', plugins: [] });
    });

    it('of the whole cluster lets everything be read that an administrator reads', async () => {
      await create(`${RBAC}/clusterroles`, readRole({ policies: [], plugins: [] }));
      const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'bulkhead-read' };
      await create(`${RBAC}/clusterrolebindings`, { metadata: { name: 'bulkhead-read' }, roleRef, subjects: VIEWER });
      const state = await read('viewer');
      expect(unread(state)).toEqual([]);
      expect(state.plugins).toEqual((await read('admin')).plugins);
      expect(state.plugins).toMatchObject({
        enforces: 'no',
        why: 'Flannel carries traffic and enforces no policies',
        plugins: [{ id: 'flannel', seen: 'DaemonSet kube-system/kube-flannel-ds' }],
      });
    });

    async function create(path: string, body: object | string): Promise<void> {
      const options = typeof body === 'string' ? { contentType: 'application/yaml' } : {};
      const { status, body: answer } = await cluster.request('POST', path, body, options);
      expect([status, answer]).toEqual([201, expect.anything()]);
    }

    async function read(user: User): Promise<SourceState> {
      const file = join(folder.path, user);
      writeFileSync(file, cluster.kubeconfig(user, 'shop'));
      const environment = { variables: { KUBECONFIG: file }, platform: process.platform };
      const connection = connect({ environment, context: user, allowExec: () => false, onState: () => undefined });
      open.push(connection);
      return connection.whenRead();
    }
  },
);

/** Kinds that were not read, in the whole cluster or in one namespace. */
function unread({ coverage }: SourceState, namespace?: string): string[] {
  return coverage
    .filter((entry) => entry.namespace === namespace && entry.status.state !== 'complete')
    .filter(({ kind }) => kind !== 'policies of other APIs')
    .map(({ kind }) => kind);
}
