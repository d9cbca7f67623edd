/** The live cluster's reader over a real API server. Long, because all of it shares one server, which takes seconds to start. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { connect, writeSnapshot } from '../../server/src/cluster/main.ts';
import type { ClusterConnection } from '../../server/src/workspace/clusterModule.ts';
import type { NamespaceContents, SourceState } from '../../server/src/workspace/clusterSource.ts';
import { EMPTY_CONTENTS } from '../../server/src/workspace/clusterSource.ts';
import { readSnapshot } from '../../server/src/workspace/snapshotFile.ts';
import { tcpProxy, type TcpProxy } from '../support/tcpProxy.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { controlPlaneUnavailable } from './buildControlPlane.ts';
import { startControlPlane, type ControlPlane, type User } from './controlPlane.ts';

const unavailable = controlPlaneUnavailable();

describe.skipIf(unavailable !== undefined)(
  `a live cluster${unavailable === undefined ? '' : ` (${unavailable})`}`,
  () => {
    const folder = temporaryFolder('live-cluster');
    const open: ClusterConnection[] = [];
    let cluster: ControlPlane;
    let proxy: TcpProxy;
    let namespace = '';
    let namespaces = 0;

    beforeAll(async () => {
      cluster = await startControlPlane();
      proxy = await tcpProxy(Number(new URL(cluster.url).port));
    }, 600_000);
    afterAll(async () => {
      await proxy.stop();
      await cluster.stop();
      folder.remove();
    });
    beforeEach(async () => {
      namespace = `shop-${++namespaces}`;
      await create('/api/v1/namespaces', { metadata: { name: namespace, labels: { team: 'web' } } });
    });
    afterEach(() => {
      for (const connection of open.splice(0)) connection.close();
    });

    it('shows a pod once it is there, its address once it has one, and no longer when it is gone', async () => {
      const live = await openAs('admin');
      await create(`/api/v1/namespaces/${namespace}/pods`, pod('web-1'));
      expect((await live.until(({ pods }) => pods.length === 1)).pods).toMatchObject([
        { name: 'web-1', labels: { app: 'web' }, ports: [{ name: 'http', port: 8080 }], ips: [], hostNetwork: false },
      ]);
      await status('web-1', { phase: 'Running', podIP: '10.0.0.1', podIPs: [{ ip: '10.0.0.1' }] });
      await live.until(({ pods }) => pods[0]?.ips[0] === '10.0.0.1');
      await create(`/api/v1/namespaces/${namespace}/pods`, pod('web-2'));
      await status('web-2', { phase: 'Succeeded' });
      await remove(`/api/v1/namespaces/${namespace}/pods/web-1`);
      expect((await live.until(({ pods }) => pods.length === 0)).pods).toEqual([]);
    });

    it('follows Ingresses, and endpoints of Services without a selector alone', async () => {
      const live = await openAs('admin');
      const slices = `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`;
      const own = { 'kubernetes.io/service-name': 'db' };
      const made = {
        'kubernetes.io/service-name': 'web',
        'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
      };
      const slice = (name: string, labels: object): object => ({
        metadata: { name, labels },
        addressType: 'IPv4',
        ports: [{ port: 5432 }],
        endpoints: [{ addresses: ['203.0.113.7'] }],
      });
      await create(slices, slice('web-made', made));
      await create(slices, slice('db-own', own));
      await create(`/apis/networking.k8s.io/v1/namespaces/${namespace}/ingresses`, {
        metadata: { name: 'front' },
        spec: { defaultBackend: { service: { name: 'web', port: { number: 80 } } } },
      });
      const both = await live.until(({ ingresses, endpoints }) => ingresses.length > 0 && endpoints.length > 0);
      expect(both).toMatchObject({
        ingresses: [{ name: 'front', hosts: [], backends: [{ service: 'web', port: 80 }] }],
        endpoints: [
          {
            name: 'db-own',
            service: 'db',
            ports: [{ protocol: 'TCP', port: 5432 }],
            endpoints: [{ addresses: ['203.0.113.7'], ready: true }],
          },
        ],
      });
      await remove(`${slices}/db-own`);
      await live.until(({ endpoints }) => endpoints.length === 0);
    });

    it('follows which Services the server itself has to call', async () => {
      const live = await openAs('admin');
      const hooks = '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations';
      const hook = {
        name: 'guard.example.com',
        admissionReviewVersions: ['v1'],
        sideEffects: 'None',
        failurePolicy: 'Ignore',
        rules: [{ apiGroups: ['example.com'], apiVersions: ['v1'], operations: ['CREATE'], resources: ['nothings'] }],
        clientConfig: { service: { namespace, name: 'guard' } },
      };
      await create(hooks, { metadata: { name: namespace }, webhooks: [hook] });
      const by = `ValidatingWebhookConfiguration ${namespace}`;
      const { references } = await live.untilState(
        (state) => state.references?.some((each) => each.by === by) === true,
      );
      expect(references).toContainEqual({ by, namespace, name: 'guard', port: 443 });
      await remove(`${hooks}/${namespace}`);
      await live.untilState((state) => state.references?.some((each) => each.by === by) === false);
    });

    it('names workloads by the Deployments that their ReplicaSets belong to', async () => {
      const live = await openAs('admin');
      const template = { metadata: { labels: { app: 'web' } }, spec: pod('x').spec };
      const selector = { matchLabels: { app: 'web' } };
      const uid = await create(`/apis/apps/v1/namespaces/${namespace}/replicasets`, {
        metadata: {
          name: 'web-abc',
          ownerReferences: [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', uid: 'u', controller: true }],
        },
        spec: { replicas: 1, selector, template },
      });
      const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web-abc', uid, controller: true };
      await create(`/api/v1/namespaces/${namespace}/pods`, pod('web-abc-1', { ownerReferences: [owner] }));
      await live.until(({ pods }) => pods[0]?.workload.kind === 'Deployment' && pods[0].workload.name === 'web');
    });

    it('follows policies that are made, changed and removed', async () => {
      const live = await openAs('admin');
      const policies = `/apis/networking.k8s.io/v1/namespaces/${namespace}/networkpolicies`;
      const deny = { metadata: { name: 'deny' }, spec: { podSelector: {}, policyTypes: ['Ingress'] } };
      await create(policies, deny);
      await live.until((contents) => contents.policies[0]?.policyTypes?.length === 1);
      await request('PUT', `${policies}/deny`, {
        ...deny,
        spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
      });
      await live.until((contents) => contents.policies[0]?.policyTypes?.length === 2);
      await remove(`${policies}/deny`);
      await live.until((contents) => contents.policies.length === 0);
    });

    it('finds the policies of another API once it is installed', async () => {
      const live = await openAs('admin');
      await create('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', ciliumDefinition);
      const policies = `/apis/cilium.io/v2/namespaces/${namespace}/ciliumnetworkpolicies`;
      const policy = { apiVersion: 'cilium.io/v2', kind: 'CiliumNetworkPolicy', metadata: { name: 'l7' } };
      await eventually(async () => (await cluster.request('POST', policies, policy)).status === 201);
      live.connection.refresh();
      expect((await live.until((contents) => contents.foreignPolicies.length === 1)).foreignPolicies).toEqual([
        { group: 'cilium.io', kind: 'CiliumNetworkPolicy', namespace, name: 'l7' },
      ]);
    });

    it('goes on after its streams were cut', async () => {
      const live = await openAs('admin', { port: proxy.port });
      await create(`/api/v1/namespaces/${namespace}/pods`, pod('web-1'));
      await live.until(({ pods }) => pods.length === 1);
      proxy.cut();
      await create(`/api/v1/namespaces/${namespace}/pods`, pod('web-2'));
      await live.until(({ pods }) => pods.length === 2);
    });

    it('keeps what it read while the server is down, and reads it anew after a restart', async () => {
      const live = await openAs('admin');
      await create(`/api/v1/namespaces/${namespace}/pods`, pod('web-1'));
      await live.until(({ pods }) => pods.length === 1);
      await cluster.halt();
      const down = await live.untilState((state) => podCoverage(state)?.state === 'stale');
      expect(down.contents.get(namespace)?.pods).toHaveLength(1);
      await cluster.restart();
      await create(`/api/v1/namespaces/${namespace}/pods`, pod('web-2'));
      const again = await live.untilState(
        (state) => podCoverage(state)?.state === 'complete' && state.contents.get(namespace)?.pods.length === 2,
      );
      expect(again.contents.get(namespace)?.pods.map(({ name }) => name)).toEqual(['web-1', 'web-2']);
    }, 120_000);

    it('says what a user may not read, and reads it once that is allowed', async () => {
      await create(`/api/v1/namespaces/${namespace}/pods`, pod('web-1'));
      const live = await openAs('viewer', { namespace });
      expect(podCoverage(live.connection.state())).toEqual({
        state: 'forbidden',
        why: 'The server answered 403: pods is forbidden: User "viewer" cannot list resource "pods" in API group "" at the cluster scope.',
        mend: 'list and watch pods in all namespaces',
      });
      expect(podCoverage(live.connection.state(), namespace)?.state).toBe('forbidden');
      expect(live.connection.state().namespaces).toEqual([{ name: namespace, labels: {}, labelsUnknown: true }]);
      await allow('reader', [
        { apiGroups: [''], resources: ['pods'], verbs: ['list', 'watch'] },
        { apiGroups: [''], resources: ['namespaces'], verbs: ['get'] },
      ]);
      live.connection.refresh();
      const state = await live.untilState(
        (next) => podCoverage(next, namespace)?.state === 'complete' && next.namespaces[0]?.labelsUnknown !== true,
      );
      expect(state.contents.get(namespace)?.pods).toMatchObject([{ name: 'web-1' }]);
      expect(state.namespaces).toMatchObject([{ name: namespace, labels: { team: 'web' } }]);
      expect(podCoverage(state)?.state).toBe('forbidden');
    });

    it('reads again and again what a user may list but not watch', async () => {
      await create(`/api/v1/namespaces/${namespace}/pods`, pod('web-1'));
      await allow('lister', [{ apiGroups: [''], resources: ['pods'], verbs: ['list'] }]);
      const live = await openAs('viewer', { namespace });
      await live.untilState((state) => podCoverage(state, namespace)?.state === 'complete');
      await create(`/api/v1/namespaces/${namespace}/pods`, pod('web-2'));
      // The next list comes by itself after half a minute; a person who asks does not wait.
      live.connection.refresh();
      await live.until(({ pods }) => pods.length === 2);
    });

    it('is the same in a snapshot of it', async () => {
      await create(`/api/v1/namespaces/${namespace}/pods`, pod('web-1'));
      await status('web-1', { phase: 'Running', podIP: '10.0.0.1', podIPs: [{ ip: '10.0.0.1' }] });
      await create(`/apis/networking.k8s.io/v1/namespaces/${namespace}/networkpolicies`, {
        metadata: { name: 'web' },
        spec: { podSelector: { matchLabels: { app: 'web' } }, ingress: [{ ports: [{ port: 'http' }] }] },
      });
      const live = await openAs('admin');
      const state = await live.connection.whenRead();
      const pieces: string[] = [];
      const report = await writeSnapshot({
        environment: environment('admin'),
        allowExec: () => false,
        write: (piece) => void pieces.push(piece),
      });
      const saved = readSnapshot(pieces.join('')).state;
      expect(report).toMatchObject({ ok: true, unread: [] });
      expect(saved?.contents).toEqual(state.contents);
      expect(saved?.namespaces).toEqual(state.namespaces);
      expect(saved?.origin).toMatchObject({ server: cluster.url, version: 'v1.36.3' });
    });

    it('dry-runs a policy in the place of the one that is there, and changes nothing', async () => {
      const { connection } = await openAs('admin');
      const text = (type: string): string =>
        `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: web}\nspec: {podSelector: {}, policyTypes: [${type}]}\n`;
      const send = (type: string) => connection.dryRun({ namespace, name: 'web', text: text(type) });
      expect(await send('Ingress')).toMatchObject({ status: 201, causes: [] });
      const policies = `/apis/networking.k8s.io/v1/namespaces/${namespace}/networkpolicies`;
      await create(policies, { metadata: { name: 'web' }, spec: { podSelector: {}, policyTypes: ['Egress'] } });
      expect(await send('Ingress')).toMatchObject({ status: 200 });
      expect(await send('Sideways')).toMatchObject({ status: 422, causes: [{ field: 'spec.policyTypes[0]' }] });
      const { body } = await cluster.request('GET', `${policies}/web`);
      expect(body).toMatchObject({ spec: { policyTypes: ['Egress'] } });
    });

    it('does not trust a server with another certificate', async () => {
      const path = kubeconfig('admin');
      const other = Buffer.from('-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n').toString('base64');
      writeFileSync(
        path,
        cluster.kubeconfig('admin').replace(/certificate-authority-data: .*/, `certificate-authority-data: ${other}`),
      );
      const connection = connect({
        environment: env(path),
        context: 'admin',
        allowExec: () => false,
        onState: () => undefined,
      });
      open.push(connection);
      const { coverage } = await connection.whenRead();
      expect(coverage.every(({ status: { state } }) => state === 'failed')).toBe(true);
    });

    async function openAs(user: User, more: { readonly port?: number; readonly namespace?: string } = {}) {
      let look: (() => void) | undefined;
      const connection = connect({
        environment: environment(user, more),
        context: user,
        allowExec: () => false,
        onState: () => look?.(),
      });
      open.push(connection);
      await connection.whenRead();
      const untilState = async (condition: (state: SourceState) => boolean): Promise<SourceState> => {
        for (;;) {
          const state = connection.state();
          if (condition(state)) return state;
          await new Promise<void>((resolve) => (look = resolve));
        }
      };
      const here = namespace;
      const contents = (state: SourceState): NamespaceContents => state.contents.get(here) ?? EMPTY_CONTENTS;
      const until = async (condition: (contents: NamespaceContents) => boolean): Promise<NamespaceContents> =>
        contents(await untilState((state) => condition(contents(state))));
      return { connection, until, untilState };
    }

    function environment(user: User, more: { readonly port?: number; readonly namespace?: string } = {}) {
      return env(kubeconfig(user, more.namespace, more.port));
    }

    function env(path: string) {
      return { variables: { KUBECONFIG: path }, platform: process.platform };
    }

    function kubeconfig(user: User, own?: string, port?: number): string {
      const path = join(folder.path, `${user}-${namespaces}`);
      const text = cluster.kubeconfig(user, own);
      writeFileSync(path, port === undefined ? text : text.replace(cluster.url, `https://127.0.0.1:${port}`));
      return path;
    }

    async function request(method: string, path: string, body?: object): Promise<unknown> {
      const answer = await cluster.request(method, path, body);
      expect(answer, `${method} ${path}`).toMatchObject({
        status: expect.toSatisfy((code: number) => code < 300) as number,
      });
      return answer.body;
    }

    /** Gives the object's uid. */
    async function create(path: string, body: object): Promise<string> {
      const made = (await request('POST', path, body)) as { metadata: { uid: string } };
      return made.metadata.uid;
    }

    const remove = (path: string): Promise<unknown> => request('DELETE', path, { gracePeriodSeconds: 0 });

    /** What a kubelet would write. */
    async function status(name: string, now: object): Promise<void> {
      const path = `/api/v1/namespaces/${namespace}/pods/${name}`;
      const object = (await request('GET', path)) as object;
      await request('PUT', `${path}/status`, { ...object, status: now });
    }

    async function allow(name: string, rules: readonly object[]): Promise<void> {
      const roles = `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}`;
      await create(`${roles}/roles`, { metadata: { name }, rules });
      await create(`${roles}/rolebindings`, {
        metadata: { name },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
        subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'viewer' }],
      });
      // The authorizer learns of a binding a moment after it was stored.
      const path = `/api/v1/namespaces/${namespace}/pods`;
      await eventually(async () => (await cluster.request('GET', path, undefined, { user: 'viewer' })).status === 200);
    }
  },
);

function pod(name: string, metadata: object = {}) {
  return {
    metadata: { name, labels: { app: 'web' }, ...metadata },
    spec: { containers: [{ name: 'web', image: 'web', ports: [{ name: 'http', containerPort: 8080 }] }] },
  };
}

function podCoverage({ coverage }: SourceState, namespace?: string) {
  return coverage.find((entry) => entry.kind === 'Pod' && entry.namespace === namespace)?.status;
}

/** Asks again until it holds; the test's time limit is the limit. */
async function eventually(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => void setImmediate(resolve));
}

const ciliumDefinition = {
  metadata: { name: 'ciliumnetworkpolicies.cilium.io' },
  spec: {
    group: 'cilium.io',
    scope: 'Namespaced',
    names: { plural: 'ciliumnetworkpolicies', singular: 'ciliumnetworkpolicy', kind: 'CiliumNetworkPolicy' },
    versions: [
      {
        name: 'v2',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
};
