import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { LONGEST_WAIT_MS } from '../../../server/src/cluster/backoff.ts';
import { openConnection } from '../../../server/src/cluster/connection.ts';
import { listContexts } from '../../../server/src/cluster/main.ts';
import type { ClusterConnection, ConnectOptions } from '../../../server/src/workspace/clusterModule.ts';
import type { SourceState } from '../../../server/src/workspace/clusterSource.ts';
import { FakeApiServer, kubeconfigFor } from '../../support/fakeApiServer.ts';
import { FakeClock, settled } from '../../support/fakeClock.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const folder = temporaryFolder('connection');
const kubeconfig = join(folder.path, 'config');
const environment = { variables: { KUBECONFIG: kubeconfig, PATH: process.env['PATH'] }, platform: process.platform };
let server: FakeApiServer;
const open: ClusterConnection[] = [];

beforeEach(async () => {
  server = await FakeApiServer.start();
  writeFileSync(kubeconfig, kubeconfigFor(server.url));
});
afterEach(async () => {
  for (const connection of open.splice(0)) connection.close();
  await server.stop();
});
afterAll(folder.remove);

function connect(more: Partial<ConnectOptions> = {}) {
  const clock = new FakeClock();
  const states: SourceState[] = [];
  let heard: (() => void) | undefined;
  const connection = openConnection(
    {
      environment,
      context: 'one',
      allowExec: () => false,
      onState: (state) => {
        states.push(state);
        heard?.();
      },
      ...more,
    },
    { clock, random: () => 0 },
  );
  open.push(connection);
  return {
    connection,
    clock,
    states,
    /** Waits until what was published fulfils the condition. Only the short waits between tries pass, no time limit. */
    until: async (condition: (state: SourceState) => boolean): Promise<SourceState> => {
      for (;;) {
        const state = states.at(-1);
        if (state !== undefined && condition(state)) return state;
        const next = new Promise<void>((resolve) => (heard = resolve));
        const [wait = Infinity] = clock.waits;
        if (wait <= LONGEST_WAIT_MS / 2) clock.advance(wait);
        await Promise.race([next, settled()]);
      }
    },
  };
}

const pod = (name: string, namespace = 'shop', labels: object = { app: 'web' }) => ({
  metadata: { name, namespace, labels },
  spec: { containers: [] },
  status: { phase: 'Running' },
});
const podNames = (state: SourceState, namespace = 'shop'): string[] =>
  (state.contents.get(namespace)?.pods ?? []).map(({ name }) => name ?? '');
const stateOf = (state: SourceState, kind: string): string | undefined =>
  state.coverage.find((entry) => entry.kind === kind && entry.namespace === undefined)?.status.state;

describe('a connection', () => {
  test('reads everything, says from where, and follows what changes', async () => {
    server.put('/api/v1/pods', pod('web-1'));
    server.put('/api/v1/namespaces', { metadata: { name: 'shop' } });
    const { connection, until } = connect();
    const state = await connection.whenRead();
    expect(state.origin).toMatchObject({ kind: 'live', context: 'one', server: server.url });
    expect(state.coverage.every(({ status }) => status.state === 'complete')).toBe(true);
    expect(podNames(state)).toEqual(['web-1']);
    server.put('/api/v1/pods', pod('web-2'));
    await until((next) => podNames(next).length === 2);
    server.remove('/api/v1/pods', 'web-1');
    expect(podNames(await until((next) => podNames(next).length === 1))).toEqual(['web-2']);
  });

  test('publishes at most every 250 ms, however much happens', async () => {
    const { connection, states, clock, until } = connect();
    await connection.whenRead();
    await until((state) => stateOf(state, 'Pod') === 'complete');
    clock.advance(250);
    const before = states.length;
    for (let at = 0; at < 50; at++) {
      server.put('/api/v1/pods', pod(`web-${at}`));
      await settled();
    }
    expect(states.length - before).toBeLessThanOrEqual(1);
    await until((state) => podNames(state).length === 50);
  });

  test('reads a large cluster in a stream', async () => {
    const pods = Array.from({ length: 5000 }, (_, at) => pod(`web-${at}`, `team-${at % 100}`));
    server.put('/api/v1/pods', ...pods);
    const state = await connect().connection.whenRead();
    expect([...state.contents.values()].reduce((sum, { pods: some }) => sum + some.length, 0)).toBe(5000);
  });

  test('reads a server that cannot stream in pages', async () => {
    server.streams = false;
    server.put('/api/v1/pods', ...Array.from({ length: 1200 }, (_, at) => pod(`web-${at}`)));
    const state = await connect().connection.whenRead();
    expect(podNames(state)).toHaveLength(1200);
  });

  test('recovers when its streams are cut', async () => {
    server.put('/api/v1/pods', pod('web-1'));
    const { connection, until } = connect();
    await connection.whenRead();
    server.cutConnections();
    server.put('/api/v1/pods', pod('web-2'));
    const state = await until((next) => podNames(next).length === 2);
    expect(podNames(state)).toEqual(['web-1', 'web-2']);
  });

  test('keeps what it read and calls it stale when the server is gone', async () => {
    server.put('/api/v1/pods', pod('web-1'));
    const { connection, until } = connect();
    await connection.whenRead();
    await server.stop();
    const state = await until((next) => stateOf(next, 'Pod') === 'stale');
    expect(podNames(state)).toEqual(['web-1']);
  });

  test('says nothing and asks nothing after it was closed', async () => {
    const { connection, states, clock } = connect();
    await connection.whenRead();
    connection.close();
    const count = states.length;
    const asked = server.requests.length;
    clock.advance(3_600_000);
    await settled();
    expect([states.length, server.requests.length]).toEqual([count, asked]);
    expect(clock.waits).toEqual([]);
  });
});

test('who waits for a connection that is closed, before or after, waits no longer', async () => {
  server.intercept = () => true;
  const { connection } = connect();
  const before = connection.whenRead();
  connection.close();
  for (const state of [await before, await connection.whenRead()]) expect(stateOf(state, 'Pod')).toBe('reading');
});

describe('rights', () => {
  test('what may not be read is said, and namespaces are known by name only', async () => {
    for (const path of ['/api', '/apis/networking.k8s.io', '/apis/apps', '/apis/batch']) server.forbidden.add(path);
    const state = await connect({ namespaces: ['web'] }).connection.whenRead();
    expect(state.namespaces).toEqual([
      { name: 'shop', labels: {}, labelsUnknown: true },
      { name: 'web', labels: {}, labelsUnknown: true },
    ]);
    expect(state.coverage.filter(({ kind }) => kind === 'Pod')).toMatchObject([
      { status: { state: 'forbidden', mend: 'list and watch pods in all namespaces' } },
      { namespace: 'shop', status: { state: 'forbidden', mend: 'list and watch pods in namespace shop' } },
      { namespace: 'web', status: { state: 'forbidden' } },
    ]);
  });

  /** Refuses lists of the whole cluster, and nothing in a namespace. */
  const refuseWhole = (...paths: readonly string[]): void => {
    server.intercept = ({ url = '' }, response) => {
      if (!paths.includes(url.replace(/\?.*/, ''))) return false;
      response.statusCode = 403;
      response.end('{"kind":"Status","code":403,"message":"no"}');
      return true;
    };
  };

  test('where namespaces may not be listed those of OpenShift’s projects are read', async () => {
    refuseWhole('/api/v1/namespaces', '/api/v1/pods');
    server.put('/apis/project.openshift.io/v1/projects', { metadata: { name: 'team' } });
    server.put('/api/v1/namespaces', { metadata: { name: 'team', labels: { a: 'b' } } });
    server.put('/api/v1/pods', pod('web-1', 'team'));
    const { until } = connect();
    const state = await until((next) => podNames(next, 'team').length === 1);
    expect(state.namespaces).toContainEqual({ name: 'team', labels: { a: 'b' } });
  });

  test('where namespaces may not be listed those that files name later are read from then on', async () => {
    refuseWhole('/api/v1/namespaces', '/api/v1/pods');
    server.put('/api/v1/pods', pod('web-1', 'later'));
    const { connection, until } = connect({ namespaces: ['first'] });
    const before = await connection.whenRead();
    expect(before.namespaces.map(({ name }) => name)).toEqual(['first', 'shop']);
    connection.tryNamespaces(['later']);
    const state = await until((next) => podNames(next, 'later').length === 1);
    expect(state.namespaces.map(({ name }) => name)).toEqual(['later', 'shop']);
  });

  test('one namespace that may be read is read', async () => {
    server.forbidden.add('/api/v1/pods');
    server.put('/api/v1/namespaces', { metadata: { name: 'shop' } }, { metadata: { name: 'vault' } });
    server.forbidden.add('/api/v1/namespaces/vault');
    server.put('/api/v1/pods', pod('web-1'), pod('safe-1', 'vault'));
    const state = await connect().connection.whenRead();
    expect(podNames(state)).toEqual(['web-1']);
    expect(state.contents.has('vault')).toBe(false);
  });

  test('of webhook configurations and APIServices only the Services are kept that the API server calls', async () => {
    const webhooks = '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations';
    const service = { namespace: 'shop', name: 'hook', path: '/secret' };
    const guard = { metadata: { name: 'guard' }, webhooks: [{ clientConfig: { service, caBundle: 'secret' } }] };
    server.put(webhooks, guard);
    const { connection, until } = connect();
    const by = 'ValidatingWebhookConfiguration guard';
    expect((await connection.whenRead()).references).toEqual([{ by, namespace: 'shop', name: 'hook', port: 443 }]);
    server.remove(webhooks, 'guard');
    await until((state) => state.references?.length === 0);
  });

  test('authorization of a mesh is found, and nothing else of it', async () => {
    server.documents.set('/apis', {
      groups: [{ name: 'security.istio.io', preferredVersion: { version: 'v1' }, versions: [{ version: 'v1' }] }],
    });
    const served = (name: string, kind: string) => ({ name, kind, namespaced: true, verbs: ['list', 'watch'] });
    server.documents.set('/apis/security.istio.io/v1', {
      resources: [
        served('authorizationpolicies', 'AuthorizationPolicy'),
        served('peerauthentications', 'PeerAuthentication'),
      ],
    });
    server.put('/apis/security.istio.io/v1/authorizationpolicies', { metadata: { name: 'a', namespace: 'shop' } });
    const state = await connect().connection.whenRead();
    expect(state.contents.get('shop')?.foreignPolicies).toEqual([
      { group: 'security.istio.io', kind: 'AuthorizationPolicy', namespace: 'shop', name: 'a' },
    ]);
    expect(server.requests.filter((line) => line.includes('peerauthentications'))).toEqual([]);
  });

  test('policies of other APIs that the server serves are found', async () => {
    server.documents.set('/apis', {
      groups: [
        { name: 'cilium.io', preferredVersion: { version: 'v2' }, versions: [{ version: 'v2' }] },
        { name: 'example.io', versions: [{ version: 'v1' }] },
      ],
    });
    server.documents.set('/apis/cilium.io/v2', {
      resources: [
        { name: 'ciliumnetworkpolicies', kind: 'CiliumNetworkPolicy', namespaced: true, verbs: ['list', 'watch'] },
        { name: 'ciliumnetworkpolicies/status', kind: 'CiliumNetworkPolicy', namespaced: true, verbs: ['get'] },
        { name: 'ciliumendpoints', kind: 'CiliumEndpoint', namespaced: true, verbs: ['list', 'watch'] },
      ],
    });
    server.put('/apis/cilium.io/v2/ciliumnetworkpolicies', { metadata: { name: 'web', namespace: 'shop' } });
    const state = await connect().connection.whenRead();
    expect(state.contents.get('shop')?.foreignPolicies).toEqual([
      { group: 'cilium.io', kind: 'CiliumNetworkPolicy', namespace: 'shop', name: 'web' },
    ]);
    expect(server.requests.filter((line) => line.includes('ciliumendpoints') || line.includes('example.io'))).toEqual(
      [],
    );
  });
});

describe('before anything is contacted', () => {
  const failure = async (more: Partial<ConnectOptions> = {}): Promise<string> => {
    const { coverage } = await connect(more).connection.whenRead();
    const [status] = coverage.map((entry) => entry.status);
    return status?.state === 'failed' ? status.why : 'no failure';
  };

  test('a context that leads elsewhere than the one chosen is refused', async () => {
    const { contexts } = await listContexts(environment);
    writeFileSync(kubeconfig, kubeconfigFor('https://other.example'));
    expect(await failure({ identity: contexts[0]?.identity ?? '' })).toContain('now leads to https://other.example');
    expect(server.requests).toEqual([]);
  });

  test('a plug-in that a person has not agreed to leaves the server alone', async () => {
    writeFileSync(kubeconfig, kubeconfigFor(server.url, { exec: { command: '/bin/sh' } }));
    expect(await failure()).toContain('was not allowed to run');
    expect(server.requests).toEqual([]);
  });

  test('a context that is not there is named', async () => {
    expect(await failure({ context: 'two' })).toBe(`There is no context two in ${kubeconfig}.`);
    expect(await failure({ context: 'two', environment: { ...environment, machine: 'devbox' } })).toBe(
      `There is no context two in ${kubeconfig} on devbox.`,
    );
  });

  test('what was mended in the kubeconfig counts when a person asks again', async () => {
    writeFileSync(kubeconfig, '{}');
    const { connection, until } = connect();
    await connection.whenRead();
    writeFileSync(kubeconfig, kubeconfigFor(server.url));
    connection.refresh();
    await until((state) => stateOf(state, 'Pod') === 'complete');
  });
});

test('a token that was replaced in the kubeconfig is used once the old one is refused', async () => {
  let valid = 't';
  server.intercept = ({ headers }, response) => {
    if (headers.authorization === `Bearer ${valid}`) return false;
    response.writeHead(401).end('{"kind":"Status","code":401}');
    return true;
  };
  const { connection, until } = connect();
  await connection.whenRead();
  valid = 'renewed';
  writeFileSync(kubeconfig, kubeconfigFor(server.url, { token: 'renewed' }));
  server.cutConnections();
  server.put('/api/v1/pods', pod('web-1'));
  await until((state) => podNames(state).length > 0);
});

test('the version is the server’s own word, and asking for it reads nothing else', async () => {
  const { connection } = connect();
  await connection.whenRead();
  const before = server.requests.length;
  expect(await connection.version()).toEqual({ gitVersion: 'v1.36.0' });
  expect(server.requests.slice(before)).toEqual(['GET /version']);
});

test('a dry run is one request', async () => {
  const { connection } = connect();
  await connection.whenRead();
  const before = server.requests.length;
  await connection.dryRun({ namespace: 'shop', name: 'web', text: 'kind: NetworkPolicy\n' });
  expect(server.requests.slice(before)).toEqual(['POST /apis/networking.k8s.io/v1/namespaces/shop/networkpolicies']);
});
