import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { writeSnapshot } from '../../../server/src/cluster/writeSnapshot.ts';
import type { SnapshotOptions, SnapshotReport } from '../../../server/src/workspace/clusterModule.ts';
import { readSnapshot } from '../../../server/src/workspace/snapshotFile.ts';
import { FakeApiServer, kubeconfigFor } from '../../support/fakeApiServer.ts';
import { FakeClock } from '../../support/fakeClock.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const folder = temporaryFolder('write-snapshot');
const kubeconfig = join(folder.path, 'config');
let server: FakeApiServer;

beforeEach(async () => {
  server = await FakeApiServer.start();
  writeFileSync(kubeconfig, kubeconfigFor(server.url));
});
afterEach(() => server.stop());
afterAll(folder.remove);

async function save(
  more: Partial<SnapshotOptions> = {},
): Promise<{ report: SnapshotReport; text: string; pieces: number }> {
  const pieces: string[] = [];
  const clock = new FakeClock();
  // Nothing here has to wait for a time: every pause is over at once.
  const impatient = { now: clock.now, after: (ms: number, action: () => void) => later(ms, action) };
  const report = await writeSnapshot(
    {
      environment: { variables: { KUBECONFIG: kubeconfig }, platform: 'linux' },
      allowExec: () => false,
      write: async (piece) => void pieces.push(piece),
      ...more,
    },
    { clock: impatient, random: () => 0 },
  );
  return { report, text: pieces.join(''), pieces: pieces.length };
}

function later(ms: number, action: () => void): () => void {
  if (ms >= 20_000) return () => undefined;
  const immediate = setImmediate(action);
  return () => clearImmediate(immediate);
}

const full = (name: string, namespace = 'shop') => ({
  metadata: {
    name,
    namespace,
    uid: 'u-1',
    labels: { app: 'web' },
    annotations: { 'secret-ref': 'vault:s3cret', 'bulkhead/note': 'ours' },
    managedFields: [{ manager: 'x' }],
    ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web-abc', uid: 'u-2', controller: true }],
  },
  spec: {
    hostNetwork: true,
    nodeName: 'node1',
    volumes: [{ name: 'v', secret: { secretName: 's3cret' } }],
    containers: [
      {
        name: 'web',
        image: 'web:1',
        args: ['--password=s3cret'],
        env: [{ name: 'TOKEN', value: 's3cret' }],
        ports: [{ name: 'http', containerPort: 8080, protocol: 'TCP', hostPort: 8080 }],
      },
    ],
    initContainers: [
      { name: 'setup', ports: [{ containerPort: 1 }] },
      { name: 'proxy', restartPolicy: 'Always', ports: [{ containerPort: 2 }] },
    ],
  },
  status: { phase: 'Running', podIPs: [{ ip: '10.0.0.1' }], hostIP: '10.1.0.1', conditions: [{ type: 'Ready' }] },
});

interface Saved {
  readonly items: readonly { readonly kind: string; readonly metadata: { readonly name: string } }[];
  readonly metadata: { readonly annotations: Readonly<Record<string, string>> };
}
const parse = (text: string): Saved => JSON.parse(text) as Saved;

describe('a snapshot', () => {
  test('holds of a pod what answers need and nothing that could be a secret', async () => {
    server.put('/api/v1/pods', full('web-1'));
    const { text } = await save();
    const saved = parse(text);
    expect(saved.items).toEqual([
      {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: {
          name: 'web-1',
          namespace: 'shop',
          labels: { app: 'web' },
          annotations: { 'bulkhead/note': 'ours' },
          ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web-abc', controller: true }],
        },
        spec: {
          hostNetwork: true,
          nodeName: 'node1',
          containers: [{ name: 'web', ports: [{ name: 'http', containerPort: 8080, protocol: 'TCP' }] }],
          initContainers: [{ name: 'proxy', restartPolicy: 'Always', ports: [{ containerPort: 2 }] }],
        },
        status: { phase: 'Running', podIPs: [{ ip: '10.0.0.1' }], hostIP: '10.1.0.1' },
      },
    ]);
    expect(text).not.toContain('s3cret');
  });

  test('says when, from which server and what was read, and reads back as what it was', async () => {
    server.put('/api/v1/namespaces', { metadata: { name: 'shop' } });
    server.put('/apis/apps/v1/replicasets', {
      metadata: {
        name: 'web-abc',
        namespace: 'shop',
        ownerReferences: [{ kind: 'Deployment', name: 'web', controller: true }],
      },
    } as never);
    server.put('/api/v1/pods', full('web-1'));
    server.put('/apis/networking.k8s.io/v1/networkpolicies', {
      metadata: { name: 'deny', namespace: 'shop' },
      spec: { podSelector: {}, policyTypes: ['Ingress'] },
    } as never);
    server.put('/api/v1/nodes', {
      metadata: { name: 'node1' },
      status: { addresses: [{ type: 'InternalIP', address: '10.1.0.1' }], images: [{ names: ['x'] }] },
    } as never);
    const { report, text } = await save();
    expect(report).toEqual({ ok: true, objects: 5, unread: [] });
    const { state, problems } = readSnapshot(text);
    expect(problems).toEqual([]);
    expect(state?.origin).toEqual({
      kind: 'snapshot',
      context: 'one',
      server: server.url,
      version: 'v1.36.0',
      readAt: Date.UTC(2026, 0, 1),
    });
    expect(state?.contents.get('shop')).toMatchObject({
      pods: [{ name: 'web-1', workload: { name: 'web', kind: 'Deployment' }, ips: ['10.0.0.1'] }],
      policies: [{ name: 'deny', policyTypes: ['Ingress'] }],
    });
    expect(state?.nodes).toMatchObject([{ name: 'node1', ips: ['10.1.0.1'] }]);
    expect(state?.coverage.every(({ status }) => status.state === 'complete')).toBe(true);
  });

  test('keeps Ingresses and endpoints as far as traffic goes, and none of the annotations', async () => {
    server.put('/apis/networking.k8s.io/v1/ingresses', {
      metadata: {
        name: 'web',
        namespace: 'shop',
        annotations: { 'kubernetes.io/ingress.class': 'nginx', 'nginx.ingress.kubernetes.io/auth-secret': 's3cret' },
      },
      spec: {
        tls: [{ secretName: 's3cret' }],
        rules: [
          {
            host: 'shop.example',
            http: { paths: [{ path: '/s3cret', backend: { service: { name: 'web', port: { name: 'http' } } } }] },
          },
        ],
      },
    } as never);
    const slice = (name: string, by?: string): object => ({
      metadata: {
        name,
        namespace: 'shop',
        labels: {
          'kubernetes.io/service-name': 'db',
          ...(by !== undefined && { 'endpointslice.kubernetes.io/managed-by': by }),
        },
      },
      addressType: 'IPv4',
      ports: [{ port: 5432 }],
      endpoints: [{ addresses: ['203.0.113.7'], deprecatedTopology: { zone: 's3cret' } }],
    });
    const slices = [slice('db-own'), slice('db-made', 'endpointslice-controller.k8s.io')];
    server.put('/apis/discovery.k8s.io/v1/endpointslices', ...(slices as never[]));
    const { report, text } = await save();
    // The snapshot holds all endpoints, for others to read; answers need only those of no selector.
    expect(report).toMatchObject({ objects: 3, unread: [] });
    expect(text).not.toContain('s3cret');
    expect(readSnapshot(text).state?.contents.get('shop')).toMatchObject({
      ingresses: [{ className: 'nginx', hosts: ['shop.example'], backends: [{ service: 'web', port: 'http' }] }],
      endpoints: [{ name: 'db-own', service: 'db', endpoints: [{ addresses: ['203.0.113.7'] }] }],
    });
  });

  test('keeps of webhooks and APIServices only which Service they need', async () => {
    server.put('/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations', {
      metadata: { name: 'guard' },
      webhooks: [
        {
          name: 'guard.example',
          rules: [{ operations: ['*'] }],
          clientConfig: { caBundle: 's3cret', service: { namespace: 'guard', name: 'hook', port: 443, path: '/x' } },
        },
      ],
    } as never);
    const { text } = await save();
    expect(parse(text).items).toMatchObject([
      {
        webhooks: [
          { name: 'guard.example', clientConfig: { service: { namespace: 'guard', name: 'hook', port: 443 } } },
        ],
      },
    ]);
    expect(text).not.toMatch(/s3cret|rules/);
  });

  test('is written page by page', async () => {
    server.put('/api/v1/pods', ...Array.from({ length: 1700 }, (_, at) => full(`web-${at}`)));
    const { report, pieces } = await save();
    expect(report).toMatchObject({ objects: 1700 });
    expect(pieces).toBe(5);
  });

  test('of chosen namespaces asks for nothing of others', async () => {
    server.put('/api/v1/namespaces', { metadata: { name: 'shop' } }, { metadata: { name: 'vault' } });
    server.put('/api/v1/pods', full('web-1'), full('safe-1', 'vault'));
    const { text } = await save({ namespaces: ['shop'] });
    expect(parse(text).items.map(({ metadata }) => metadata.name)).toEqual(['shop', 'web-1']);
    expect(server.requests.filter((line) => line.includes('vault') || line.endsWith('/api/v1/pods'))).toEqual([]);
  });

  test('holds what may be read and says what may not, one sentence a kind', async () => {
    server.put('/api/v1/namespaces', { metadata: { name: 'shop' } }, { metadata: { name: 'vault' } });
    server.put('/api/v1/pods', full('web-1'), full('safe-1', 'vault'));
    server.forbidden.add('/api/v1/pods').add('/api/v1/namespaces/vault').add('/api/v1/nodes');
    const { report, text } = await save();
    expect(parse(text).items.map(({ metadata }) => metadata.name)).toEqual(['shop', 'vault', 'web-1']);
    expect(report).toMatchObject({
      ok: true,
      unread: [
        'Pod could not be read in vault. The server answered 403: /api/v1/pods is forbidden.',
        'Node could not be read. The server answered 403: /api/v1/nodes is forbidden.',
      ],
    });
    const pods = readSnapshot(text).state?.coverage.filter(({ kind }) => kind === 'Pod');
    expect(pods).toMatchObject([
      { status: { state: 'forbidden', mend: 'list and watch pods in all namespaces' } },
      { namespace: 'shop', status: { state: 'complete' } },
      { namespace: 'vault', status: { state: 'forbidden' } },
    ]);
  });

  test('whose page token expires half way holds every object once', async () => {
    server.put('/api/v1/pods', ...Array.from({ length: 900 }, (_, at) => full(`web-${String(at).padStart(3, '0')}`)));
    let expired = false;
    server.intercept = ({ url = '' }, response) => {
      if (expired || !url.includes('continue=')) return false;
      expired = true;
      response.writeHead(410).end('{"kind":"Status","code":410}');
      return true;
    };
    const { text } = await save();
    const names = parse(text).items.map(({ metadata }) => metadata.name);
    expect(names).toHaveLength(900);
    expect(new Set(names).size).toBe(900);
  });

  test('waits for a server that is busy', async () => {
    let busy = 2;
    server.put('/api/v1/pods', full('web-1'));
    server.intercept = ({ url = '' }, response) => {
      if (!url.startsWith('/api/v1/pods') || busy-- <= 0) return false;
      response.writeHead(429, { 'retry-after': '1' }).end('{"kind":"Status","code":429}');
      return true;
    };
    expect((await save()).report).toEqual({ ok: true, objects: 1, unread: [] });
  });

  test('is not written at all where nothing may be read', async () => {
    server.forbidden.add('/api').add('/apis').add('/version');
    const { report, text } = await save();
    expect(report).toMatchObject({ ok: false });
    expect(text).toBe('');
  });

  test('of a server that is not there is one sentence', async () => {
    writeFileSync(kubeconfig, kubeconfigFor('http://127.0.0.1:1'));
    expect(await save()).toMatchObject({
      report: { ok: false, problem: '127.0.0.1:1 refuses the connection.' },
      text: '',
    });
  });

  test('of an empty cluster is an empty list', async () => {
    const { report, text } = await save();
    expect(report).toEqual({ ok: true, objects: 0, unread: [] });
    expect(parse(text).items).toEqual([]);
  });
});
