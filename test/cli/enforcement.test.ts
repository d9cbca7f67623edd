import { afterAll, beforeAll, expect, test } from 'vitest';
import { bulkhead, folderOf } from '../support/commandLine.ts';
import type { TemporaryFolder } from '../support/temporaryFolder.ts';

const POLICY = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web, namespace: shop }
spec: { podSelector: { matchLabels: { app: web } }, policyTypes: [Ingress], ingress: [{}] }
`;
const FLANNEL = {
  plugins: [{ id: 'flannel', name: 'Flannel', enforces: 'no', seen: 'DaemonSet kube-flannel/kube-flannel-ds' }],
  enforces: 'no',
  why: 'Flannel carries traffic and enforces no policies',
  exceptions: [],
};
const POD = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web-1', namespace: 'shop', labels: { app: 'web' } },
  spec: {},
};
const SNAPSHOT = {
  apiVersion: 'v1',
  kind: 'List',
  items: [POD],
  metadata: { annotations: { 'bulkhead/coverage': JSON.stringify({ coverage: [], plugins: FLANNEL }) } },
};

let folder: TemporaryFolder;
beforeAll(() => {
  folder = folderOf(`#- web.yaml\n${POLICY}#- cluster.json\n${JSON.stringify(SNAPSHOT)}`);
});
afterAll(() => folder.remove());

const said = 'Nothing in this cluster enforces NetworkPolicies';

test('a snapshot of a cluster that enforces nothing makes every check of a policy fail', async () => {
  const { status, stdout } = await bulkhead(['check', 'web.yaml', '--snapshot', 'cluster.json', '--format', 'json'], {
    cwd: folder.path,
  });
  const { findings } = JSON.parse(stdout) as {
    findings: readonly { code: string; severity: string; message: string }[];
  };
  expect(status).toBe(1);
  expect(findings[0]).toMatchObject({ code: 'policies-not-enforced', severity: 'error' });
  expect(findings[0]?.message).toContain(said);
});

test('answers about traffic say beside the result that nothing enforces it', async () => {
  const { stderr } = await bulkhead(['reach', 'web.yaml', '--snapshot', 'cluster.json'], { cwd: folder.path });
  expect(stderr).toContain(`bulkhead: ${said}: Flannel carries traffic and enforces no policies.`);
});
