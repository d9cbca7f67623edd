/** Answers about a cluster whose plug-in deviates from the API, and the flag that stands above what was found. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bulkhead, folderOf } from '../support/commandLine.ts';
import type { TemporaryFolder } from '../support/temporaryFolder.ts';

const pod = (name: string, ip: string): object => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'shop', labels: { app: name } },
  spec: {},
  status: { podIPs: [{ ip }] },
});
const POLICY = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name: 'web', namespace: 'shop' },
  spec: {
    podSelector: { matchLabels: { app: 'web' } },
    policyTypes: ['Egress'],
    egress: [{ to: [{ ipBlock: { cidr: '0.0.0.0/0' } }] }],
  },
};
const CILIUM = {
  plugins: [
    { id: 'cilium', name: 'Cilium', enforces: 'yes', seen: 'DaemonSet kube-system/cilium', ipBlockPods: 'never' },
  ],
  enforces: 'yes',
  why: 'Cilium enforces NetworkPolicies',
  exceptions: [],
};
const snapshot = (plugins: object | undefined): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'List',
    items: [pod('web', '10.0.0.1'), pod('db', '10.0.0.2'), POLICY],
    metadata: { annotations: { 'bulkhead/coverage': JSON.stringify({ coverage: [], plugins }) } },
  });

let folder: TemporaryFolder;
beforeAll(() => {
  folder = folderOf(`#- cilium.json\n${snapshot(CILIUM)}\n#- unknown.json\n${snapshot(undefined)}`);
});
afterAll(() => folder.remove());

const QUERY = '{"from":"shop/web","to":"shop/db","port":5432}\n';
const SAID = 'an ipBlock matches no pods and no nodes in Cilium: answers follow that; --ip-block-pods says otherwise.';

test.each<[file: string, flags: readonly string[], verdict: string, said: boolean]>([
  ['cilium.json', [], 'deny', true],
  ['cilium.json', ['--ip-block-pods', 'always'], 'allow', false],
  ['unknown.json', [], 'allow', false],
  ['unknown.json', ['--ip-block-pods', 'never'], 'deny', false],
])('an ipBlock that holds a pod, in %s with %j: %s', async (file, flags, verdict, said) => {
  const args = ['query', '--snapshot', file, '--queries', '-', '--format', 'json', ...flags];
  const { stdout, stderr } = await bulkhead(args, { cwd: folder.path, stdin: QUERY });
  expect(JSON.parse(stdout)).toMatchObject({ verdict });
  expect(stderr.includes(`bulkhead: ${SAID}`)).toBe(said);
});

test('of two clusters of a diff each is read as its own plug-in reads it', async () => {
  const args = ['diff', 'unknown.json', 'cilium.json', '--format', 'json'];
  const { stdout, stderr } = await bulkhead(args, { cwd: folder.path });
  expect(JSON.parse(stdout)).toMatchObject({
    changes: [{ type: 'removed', from: 'shop/web[Pod]', to: 'shop/db[Pod]' }],
  });
  expect(stderr).toContain(`bulkhead: cilium.json: ${SAID}`);
});
