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
  const enforcing = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [POD] });
  folder = folderOf(
    `#- web.yaml\n${POLICY}#- cluster.json\n${JSON.stringify(SNAPSHOT)}\n#- enforcing.json\n${enforcing}`,
  );
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

const QUERY = '{"from":"shop/web-1","to":"203.0.113.7","protocol":"TCP","port":443}\n';
const LINE = `${said}: Flannel carries traffic and enforces no policies.`;

test.each<[args: readonly string[], line: string, input?: string]>([
  [['reach', 'web.yaml', '--snapshot', 'cluster.json'], LINE],
  [['coverage', 'web.yaml', '--snapshot', 'cluster.json'], LINE],
  [['query', '--snapshot', 'cluster.json', '--queries', '-'], LINE, QUERY],
  [['explain', '--snapshot', 'cluster.json', '--from', 'shop/web-1', '--to', '203.0.113.7', '--port', '443'], LINE],
  [['diff', 'cluster.json', 'web.yaml', '--overlay'], `cluster.json: ${LINE}`],
])('beside what %j answers stands once that nothing enforces it', async (args, line, input) => {
  const { stderr } = await bulkhead(args, { cwd: folder.path, ...(input !== undefined && { stdin: input }) });
  expect(stderr.split('\n').filter((each) => each.includes(said))).toEqual([`bulkhead: ${line}`]);
});

test('of two clusters of a diff it is said which one enforces nothing', async () => {
  const { stderr } = await bulkhead(['diff', 'enforcing.json', 'cluster.json'], { cwd: folder.path });
  expect(stderr).toContain(`bulkhead: cluster.json: ${LINE}`);
  expect(stderr).not.toContain('enforcing.json');
});
