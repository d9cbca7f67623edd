/** What is asked of a server to tell its network plug-in, and what a refusal leaves. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';
import { openConnection } from '../../../server/src/cluster/connection.ts';
import { writeSnapshot } from '../../../server/src/cluster/writeSnapshot.ts';
import type { NetworkPlugins } from '../../../server/src/model/networkPlugin.ts';
import { readSnapshot } from '../../../server/src/workspace/snapshotFile.ts';
import { FakeApiServer, kubeconfigFor } from '../../support/fakeApiServer.ts';
import { FakeClock } from '../../support/fakeClock.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const folder = temporaryFolder('read-plugins');
const kubeconfig = join(folder.path, 'config');
const environment = { variables: { KUBECONFIG: kubeconfig }, platform: 'linux' };
let server: FakeApiServer;

const DAEMON_SETS = '/apis/apps/v1/daemonsets';
const CONFIG = '/api/v1/namespaces/kube-system/configmaps/cilium-config';

beforeEach(async () => {
  server = await FakeApiServer.start();
  writeFileSync(kubeconfig, kubeconfigFor(server.url));
});
afterEach(() => server.stop());
afterAll(folder.remove);

/** What a connection says once everything was read. */
async function live(): Promise<NetworkPlugins | undefined> {
  const options = { environment, context: 'one', allowExec: () => false, onState: () => undefined };
  const connection = openConnection(options, { clock: new FakeClock(), random: () => 0 });
  const { plugins } = await connection.whenRead();
  connection.close();
  return plugins;
}

/** What a snapshot of the cluster says. */
async function saved(): Promise<{ readonly plugins: NetworkPlugins | undefined; readonly text: string }> {
  const pieces: string[] = [];
  const write = (piece: string): void => void pieces.push(piece);
  await writeSnapshot({ environment, allowExec: () => false, write }, { clock: new FakeClock(), random: () => 0 });
  const text = pieces.join('');
  return { plugins: readSnapshot(text).state?.plugins, text };
}

const daemonSet = (name: string, container: object = {}) => ({
  metadata: { namespace: 'kube-system', name },
  spec: { template: { metadata: { labels: { 'k8s-app': name } }, spec: { containers: [container] } } },
});
const podOf = (name: string, container: object = {}) => ({
  metadata: {
    namespace: 'kube-system',
    name: `${name}-x`,
    labels: { 'k8s-app': name },
    ownerReferences: [{ kind: 'DaemonSet', name, controller: true }],
  },
  spec: { nodeName: 'one', containers: [container] },
  status: { phase: 'Running' },
});

test('a connection and a snapshot of it say the same of Cilium by its DaemonSet and its configuration', async () => {
  server.put(DAEMON_SETS, daemonSet('cilium', { name: 'cilium-agent', image: 'quay.io/cilium/cilium:v1.18.1' }));
  server.put('/api/v1/namespaces', { metadata: { name: 'shop' } });
  server.documents.set(CONFIG, { data: { 'policy-audit-mode': 'true', other: 'secret' } });
  const found = await live();
  expect(found).toMatchObject({ enforces: 'no', plugins: [{ id: 'cilium', version: 'v1.18.1' }] });
  const { plugins, text } = await saved();
  expect(plugins).toEqual(found);
  expect(text).not.toContain('secret');
});

test.each<[config: Readonly<Record<string, string>>, expected: string]>([
  [{ 'enable-policy': 'default' }, 'never'],
  [{ 'policy-cidr-match-mode': '' }, 'never'],
  [{ 'policy-cidr-match-mode': 'nodes' }, 'unknown'],
])('whether ipBlocks of Cilium match pods, by %j', async (config, expected) => {
  server.put(DAEMON_SETS, daemonSet('cilium'));
  server.documents.set(CONFIG, { data: config });
  expect((await live())?.plugins).toMatchObject([{ id: 'cilium', ipBlockPods: expected }]);
});

test('where its configuration may not be read that is not known, with the server\u2019s reason', async () => {
  server.put(DAEMON_SETS, daemonSet('cilium'));
  server.forbidden.add(CONFIG);
  expect(await live()).toMatchObject({
    enforces: 'unknown',
    why: `Cilium: its ConfigMap cilium-config could not be read: The server answered 403: ${CONFIG} is forbidden`,
  });
});

test('where DaemonSets may not be listed the pods that run tell it', async () => {
  server.forbidden.add(DAEMON_SETS);
  server.put('/api/v1/pods', podOf('calico-node'));
  const expected = { enforces: 'yes', plugins: [{ id: 'calico', seen: 'DaemonSet kube-system/calico-node' }] };
  expect(await live()).toMatchObject(expected);
  expect((await saved()).plugins).toMatchObject(expected);
});

test('where neither may be listed nothing is concluded', async () => {
  server.forbidden.add(DAEMON_SETS).add('/api/v1/pods');
  expect(await live()).toMatchObject({
    enforces: 'unknown',
    plugins: [],
    why: 'neither DaemonSets nor pods of all namespaces could be read',
  });
});

test('of aws-node the pods that run count, and not what its DaemonSet would start', async () => {
  server.put(DAEMON_SETS, daemonSet('aws-node', { name: 'aws-eks-nodeagent', args: ['--enable-network-policy=true'] }));
  server.put('/api/v1/pods', podOf('aws-node', { name: 'aws-eks-nodeagent', args: ['--enable-network-policy=false'] }));
  expect(await live()).toMatchObject({ enforces: 'no', why: 'aws-node runs without --enable-network-policy=true' });
});

test('kindnet is asked for its rights, OpenShift for its network', async () => {
  server.put(DAEMON_SETS, daemonSet('kindnet', { name: 'kindnet-cni', image: 'kindest/kindnetd:v20250512-df8de77b' }));
  const rules = [{ apiGroups: ['networking.k8s.io'], resources: ['networkpolicies'], verbs: ['list', 'watch'] }];
  server.documents.set('/apis/rbac.authorization.k8s.io/v1/clusterroles/kindnet', { rules });
  expect(await live()).toMatchObject({ enforces: 'yes', plugins: [{ id: 'kindnet' }] });
  server.documents.set('/apis', { groups: [{ name: 'config.openshift.io' }] });
  server.documents.set('/apis/config.openshift.io/v1/networks/cluster', { status: { networkType: 'OVNKubernetes' } });
  expect((await live())?.plugins.map(({ id }) => id)).toEqual(['ovn-kubernetes', 'kindnet']);
});

const NETWORK = '/apis/config.openshift.io/v1/networks/cluster';
const CLUSTER_NETWORK = '/apis/network.openshift.io/v1/clusternetworks/default';
const OPERATOR = '/apis/operator.openshift.io/v1/networks/cluster';

test('OpenShift SDN is asked for the mode that runs, else for the one that its operator is told', async () => {
  server.documents.set('/apis', { groups: [{ name: 'config.openshift.io' }, { name: 'network.openshift.io' }] });
  server.documents.set(NETWORK, { status: { networkType: 'OpenShiftSDN' } });
  server.documents.set(OPERATOR, { spec: { defaultNetwork: { type: 'OpenShiftSDN' } } });
  expect(await live()).toMatchObject({ enforces: 'yes', plugins: [{ id: 'openshift-sdn' }] });
  server.documents.set(CLUSTER_NETWORK, { pluginName: 'redhat/openshift-ovs-multitenant' });
  server.put('/api/v1/namespaces', { metadata: { name: 'shop' } });
  const multitenant = { enforces: 'no', plugins: [{ id: 'openshift-sdn', enforces: 'no' }] };
  expect(await live()).toMatchObject(multitenant);
  expect((await saved()).plugins).toMatchObject(multitenant);
  server.forbidden.add(CLUSTER_NETWORK).add(OPERATOR);
  expect(await live()).toMatchObject({ enforces: 'unknown' });
});

test('a ClusterNetwork that an earlier network has left is not asked', async () => {
  server.documents.set('/apis', { groups: [{ name: 'config.openshift.io' }, { name: 'network.openshift.io' }] });
  server.documents.set(NETWORK, { status: { networkType: 'OVNKubernetes' } });
  server.documents.set(CLUSTER_NETWORK, { pluginName: 'redhat/openshift-ovs-multitenant' });
  expect(await live()).toMatchObject({ enforces: 'yes', plugins: [{ id: 'ovn-kubernetes' }] });
});

test('it is asked for once, whatever else happens in the cluster', async () => {
  server.put(DAEMON_SETS, daemonSet('calico-node'));
  await live();
  expect(server.requests.filter((request) => request === `GET ${DAEMON_SETS}`)).toHaveLength(1);
});
