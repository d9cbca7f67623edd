import { spawnSync } from 'node:child_process';
import { afterAll, describe, expect, test } from 'vitest';
import { bulkhead, folderOf } from '../support/commandLine.ts';
import { SHOP } from '../support/shop.ts';

const folders: { remove: () => void }[] = [];
afterAll(() => folders.forEach((folder) => folder.remove()));

function folder(files: string): string {
  const made = folderOf(files);
  folders.push(made);
  return made.path;
}

const ALL = [
  { protocol: 'TCP', ports: '1-65535' },
  { protocol: 'UDP', ports: '1-65535' },
  { protocol: 'SCTP', ports: '1-65535' },
];

describe('reach', () => {
  test('lists every pair that can connect, and nothing else', async () => {
    const { status, stdout, stderr } = await bulkhead(['reach', folder(SHOP), '--format', 'json']);
    const answer = JSON.parse(stdout);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(answer.version).toBe(1);
    expect(answer.workloads).toEqual([
      {
        id: 'shop/api[Deployment]',
        namespace: 'shop',
        name: 'api',
        kind: 'Deployment',
        pods: 2,
        isolated: { ingress: false, egress: false },
      },
      {
        id: 'shop/db[StatefulSet]',
        namespace: 'shop',
        name: 'db',
        kind: 'StatefulSet',
        pods: 1,
        isolated: { ingress: true, egress: false },
      },
      {
        id: 'shop/web[Deployment]',
        namespace: 'shop',
        name: 'web',
        kind: 'Deployment',
        pods: 3,
        isolated: { ingress: false, egress: false },
      },
    ]);
    const toDb = answer.connections.filter(({ to }: { to: unknown }) => to === 'shop/db[StatefulSet]');
    expect(toDb).toEqual([
      { from: 'shop/api[Deployment]', to: 'shop/db[StatefulSet]', connections: [{ protocol: 'TCP', ports: '5432' }] },
    ]);
    expect(answer.connections).toContainEqual({
      from: { cidrs: ['0.0.0.0/0'] },
      to: 'shop/web[Deployment]',
      connections: ALL,
    });
    expect(answer.connections).toContainEqual({
      from: 'shop/db[StatefulSet]',
      to: { cidrs: ['0.0.0.0/0'] },
      connections: ALL,
    });
    expect(answer.unknown).toEqual([]);
    expect(answer.notEvaluated).toEqual([]);
  });

  test('adds the pairs of a workload with itself when asked', async () => {
    const { stdout } = await bulkhead(['reach', folder(SHOP), '--self', '--format', 'json']);
    const own = JSON.parse(stdout).connections.filter(({ from, to }: { from: unknown; to: unknown }) => from === to);
    // db's replicas may not reach each other: its policy lets only api in.
    expect(own.map(({ from }: { from: string }) => from)).toEqual(['shop/api[Deployment]', 'shop/web[Deployment]']);
  });

  test('leaves undecided what a policy of another API could change, and names it', async () => {
    const cilium = `${SHOP}#- shop/cilium.yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: { name: web, namespace: shop }
spec: { endpointSelector: {} }
`;
    const { stdout } = await bulkhead(['reach', folder(cilium), '--format', 'json']);
    const { connections, unknown } = JSON.parse(stdout);
    expect(connections).toEqual([]);
    expect(unknown).toHaveLength(1);
    expect(unknown[0].why).toContain('CiliumNetworkPolicy shop/web is not evaluated');
  });

  test.each([
    ['text', 'shop/api[Deployment] → shop/db[StatefulSet]'],
    ['csv', 'shop/api[Deployment],shop/db[StatefulSet],5432/TCP,allow,'],
    ['md', '5432/TCP'],
    ['dot', '"shop/api[Deployment]" -> "shop/db[StatefulSet]" [label="5432/TCP"]'],
    ['mermaid', '|"5432/TCP"|'],
  ])('writes %s', async (format, part) => {
    const { status, stdout } = await bulkhead(['reach', folder(SHOP), '--format', format]);
    expect(status).toBe(0);
    expect(stdout).toContain(part);
  });

  test('shows only what concerns the workload in focus', async () => {
    const { stdout } = await bulkhead([
      'reach',
      folder(SHOP),
      '--focus',
      'shop/db',
      '--direction',
      'ingress',
      '--format',
      'json',
    ]);
    expect(JSON.parse(stdout).connections.map(({ from }: { from: unknown }) => from)).toEqual(['shop/api[Deployment]']);
  });
});

test('a reader that has gone is no fault', async () => {
  const piped = spawnSync('sh', ['-c', `"${process.execPath}" out/cli.cjs check --help | head -1`], {
    encoding: 'utf8',
  });
  expect(piped.stdout).toMatch(/^Usage: bulkhead check/);
  expect(piped.stderr).toBe('');
});

describe('bad input is exit status 2 and one sentence', () => {
  test.each([
    ['a path that is not there', ['reach', 'no/such/folder'], /^bulkhead: no\/such\/folder: no such file or folder\n$/],
    ['no input at all', ['reach'], /^bulkhead: Name at least one file or folder/],
    ['a workload that is not there', ['reach', '.', '--focus', 'shop/nobody'], /No workload is called shop\/nobody/],
    ['a format that is not there', ['reach', '.', '--format', 'xml'], /Allowed choices are text, json/],
    ['a command that is not there', ['reech', '.'], /unknown command/],
  ])('%s', async (_name, args, sentence) => {
    const { status, stdout, stderr } = await bulkhead(args, { cwd: folder(SHOP) });
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(sentence);
    expect(stderr).not.toContain('    at ');
  });

  test('a file that cannot be read is named with its reason, in one line', async () => {
    const { status, stdout, stderr } = await bulkhead(['reach', '-'], { stdin: 'a: [' });
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/^bulkhead: - cannot be read as YAML: [^\n]+\n$/);
  });

  test('beside files that can be read it is a warning, and with --strict the end', async () => {
    const broken = folder(`${SHOP}#- shop/broken.yaml\na: [\n`);
    const lax = await bulkhead(['reach', broken, '--format', 'json']);
    expect(lax.status).toBe(0);
    expect(lax.stderr).toContain('broken.yaml cannot be read as YAML');
    expect(JSON.parse(lax.stdout).workloads).toHaveLength(3);
    expect((await bulkhead(['reach', broken, '--strict'])).status).toBe(2);
  });

  test('an object that two files define is taken from the later one, with a warning', async () => {
    const twice = `${SHOP}#- shop/later.yaml
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: db, namespace: shop }
spec: { podSelector: { matchLabels: { app: db } } }
`;
    const { stdout, stderr } = await bulkhead(['reach', folder(twice), '--format', 'json']);
    const toDb = JSON.parse(stdout).connections.filter(({ to }: { to: unknown }) => to === 'shop/db[StatefulSet]');
    expect(toDb).toEqual([]);
    expect(stderr).toMatch(/NetworkPolicy shop\/db is in .*db\.yaml.*later\.yaml; .*later\.yaml counts/);
  });
});
