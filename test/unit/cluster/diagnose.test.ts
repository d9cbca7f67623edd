/** "Diagnose connection": each step passes or fails with one remedy, and nothing of it is a secret. */
import { chmodSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { tryConnection } from '../../../server/src/cluster/diagnose/tryConnection.ts';
import { listContexts } from '../../../server/src/cluster/main.ts';
import { diagnosisText } from '../../../server/src/features/diagnosisText.ts';
import type { DiagnosisStep, KubeEnvironment } from '../../../server/src/workspace/clusterModule.ts';
import { certificateAuthority } from '../../support/certificates.ts';
import { FakeClock, settled } from '../../support/fakeClock.ts';
import { connectProxy, type ForwardProxy } from '../../support/forwardProxy.ts';
import { freePort } from '../../support/freePort.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { tlsApi, type TlsApi } from '../../support/tlsApi.ts';

const folder = temporaryFolder('diagnose');
const kubeconfig = join(folder.path, 'config');
const CA = certificateAuthority('shop authority');
const PATH = process.env['PATH'];
let api: TlsApi;
const stops: (() => Promise<void>)[] = [];

beforeEach(async () => {
  api = await tlsApi(CA.issue({ subject: 'kube-apiserver', names: ['127.0.0.1', 'api.example'] }), CA.certificate);
});
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
  await api.stop();
});
afterAll(folder.remove);

interface Setting {
  readonly cluster?: object;
  readonly user?: object;
  readonly server?: string;
  readonly environment?: Partial<KubeEnvironment>;
  readonly identity?: string;
  readonly allow?: boolean;
  readonly context?: string;
}

function write({ cluster = {}, user = { token: 's3cret-token' }, server = `https://127.0.0.1:${api.port}` }: Setting) {
  const authority = { 'certificate-authority-data': Buffer.from(CA.certificate).toString('base64') };
  writeFileSync(
    kubeconfig,
    JSON.stringify({
      clusters: [{ name: 'c', cluster: { server, ...authority, ...cluster } }],
      users: [{ name: 'eve', user }],
      contexts: [{ name: 'one', context: { cluster: 'c', user: 'eve', namespace: 'shop' } }],
    }),
  );
}

async function diagnose(setting: Setting = {}, clock = new FakeClock()): Promise<readonly DiagnosisStep[]> {
  write(setting);
  const environment = {
    variables: { KUBECONFIG: kubeconfig, PATH },
    platform: process.platform,
    machine: 'devbox',
    ...setting.environment,
  };
  const { contexts } = await listContexts(environment);
  return tryConnection(
    {
      environment,
      context: setting.context ?? 'one',
      identity: setting.identity ?? contexts[0]?.identity ?? '',
      allowExec: () => setting.allow ?? true,
      signal: new AbortController().signal,
    },
    clock,
  );
}

const states = (steps: readonly DiagnosisStep[]): string =>
  steps.map(({ name, state }) => `${name}: ${state}`).join('\n');
const step = (steps: readonly DiagnosisStep[], name: string): DiagnosisStep | undefined =>
  steps.find((each) => each.name === name);
const failure = (steps: readonly DiagnosisStep[]): string => {
  const [first] = steps.filter(({ state }) => state === 'fail');
  return first === undefined ? 'nothing' : `${first.name}: ${first.says.at(-1)} → ${first.remedy}`;
};

test('a connection that works passes every step', async () => {
  const steps = await diagnose();
  expect(states(steps)).toBe(
    [
      'Kubeconfig',
      'Context',
      'Login material',
      'Proxy',
      'Network',
      'TLS',
      'Login',
      'Right to read networkpolicies',
      'Right to read namespaces',
      'Right to read pods',
      'Right to read replicasets',
      'Right to read jobs',
      'Right to read services',
      'Right to read endpointslices',
      'Right to read ingresses',
      'Right to read nodes',
    ]
      .map((name) => `${name}: pass`)
      .join('\n'),
  );
  expect(step(steps, 'Kubeconfig')?.says).toEqual(['Looked for on devbox.', `${kubeconfig}: read`]);
  expect(step(steps, 'TLS')?.says).toEqual([
    'TLSv1.3, asked as 127.0.0.1',
    expect.stringMatching(
      /^CN=kube-apiserver, issued by CN=shop authority, valid until \d{4}-\d\d-\d\d \d\d:\d\d UTC, for IP Address:127\.0\.0\.1, DNS:api\.example$/,
    ),
    expect.stringMatching(/^CN=shop authority, issued by CN=shop authority, valid until /),
    'The certificate is verified.',
  ]);
});

test('its text can be pasted: no token, key or password is in it', async () => {
  const proxy = await started(connectProxy(api.port));
  const user = certificateUser(new Date('2049-01-01T00:00:00Z'));
  const steps = await diagnose({
    user: { ...user, token: 's3cret-token' },
    cluster: { 'proxy-url': `http://eve:s3cret-proxy@127.0.0.1:${proxy.port}` },
  });
  const text = diagnosisText({ context: 'one', machine: 'devbox', at: '2026-01-01T00:00:00Z' }, steps);
  expect(text).not.toMatch(/s3cret|PRIVATE/);
  expect(text).not.toContain(user['client-key-data']);
  expect(text.split('\n').slice(0, 6)).toEqual([
    'Connection to one, tried on devbox at 2026-01-01T00:00:00Z',
    'Everything passes.',
    '',
    expect.stringMatching(/^ok {4}Kubeconfig {21}Looked for on devbox\.$/),
    expect.stringMatching(/^ {37}\S+config: read$/),
    expect.stringMatching(/^ok {4}Context {24}one: cluster c at https:\/\/127\.0\.0\.1:\d+, user eve, namespace shop$/),
  ]);
});

async function started(proxy: Promise<ForwardProxy>): Promise<ForwardProxy> {
  const running = await proxy;
  stops.push(running.stop);
  return running;
}

describe('nothing is contacted', () => {
  const skipped = (steps: readonly DiagnosisStep[]): readonly string[] =>
    steps.flatMap(({ name, state }) => (state === 'skipped' ? [name] : []));
  const REST = ['Login material', 'Proxy', 'Network', 'TLS', 'Login', 'Rights'];

  test.each<[string, Setting, string]>([
    [
      'where the context leads elsewhere than when it was chosen',
      { identity: 'another' },
      'Context: It leads to another address or certificate authority than when it was chosen. Nothing was contacted. → Choose the context again if the change is meant.',
    ],
    [
      'where there is no such context',
      { context: 'two' },
      'Context: No kubeconfig has a context two. → Choose another context.',
    ],
  ])('%s', async (_, setting, said) => {
    const steps = await diagnose(setting);
    expect([failure(steps), skipped(steps), api.connections()]).toEqual([said, REST, 0]);
  });

  test('where the proxy cannot be used', async () => {
    const steps = await diagnose({ cluster: { 'proxy-url': 'ftp://proxy' } });
    expect(failure(steps)).toBe(
      'Proxy: The proxy of proxy-url is ftp; http, https and socks5 are possible. → Set proxy-url to an http, https or socks5 address.',
    );
    expect(api.connections()).toBe(0);
  });
});

describe('what signs in', () => {
  const script = join(folder.path, 'login');

  test('a program is shown with its path and its hint, and does not run without consent', async () => {
    const ran = join(folder.path, 'ran');
    writeFileSync(script, `#!/bin/sh\necho >> '${ran}'\n`);
    chmodSync(script, 0o755);
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: script, installHint: 'See the wiki.' };
    const steps = await diagnose({ user: { exec }, allow: false });
    expect(step(steps, 'Login material')).toEqual({
      name: 'Login material',
      state: 'fail',
      says: [
        `The program ${script}, found as ${script}`,
        'Its install hint: See the wiki.',
        'Nobody has agreed that it runs as it is now.',
      ],
      remedy: 'Choose the context again: you are shown what would run.',
    });
    expect([step(steps, 'TLS')?.state, step(steps, 'Login')?.state, api.requests]).toEqual(['pass', 'skipped', []]);
  });

  test.each<[string, object, string]>([
    [
      'a program that is not there',
      { exec: { command: 'no-such-login', installHint: 'See the wiki.' } },
      'Login material: The login program no-such-login is not installed here (not found on PATH). See the wiki. → Install it, or add its folder to PATH in the setting bulkhead.environment.',
    ],
    [
      'a token file that is not there',
      { tokenFile: '/no/such/token' },
      'Login material: /no/such/token cannot be read. → Have the token written there again.',
    ],
    [
      'a client certificate that has expired',
      certificateUser(new Date('2020-02-01T00:00:00Z')),
      'Login material: It has expired. → Have the certificate issued again.',
    ],
  ])('%s', async (_, user, said) => expect(failure(await diagnose({ user }))).toBe(said));

  test('a client certificate is shown with its end, and is used', async () => {
    const steps = await diagnose({ user: certificateUser(new Date('2049-02-01T00:00:00Z')) });
    expect(step(steps, 'Login material')?.says).toEqual([
      'A client certificate for O=shop, CN=eve, valid until 2049-02-01 00:00 UTC',
    ]);
    expect(step(steps, 'Login')?.says).toEqual(['Signed in as CN=eve', 'Groups: system:authenticated']);
  });
});

function certificateUser(until: Date) {
  const { certificate, key } = CA.issue({
    subject: 'eve',
    organization: 'shop',
    from: new Date('2020-01-01T00:00:00Z'),
    until,
  });
  const data = (pem: string): string => Buffer.from(pem).toString('base64');
  return { 'client-certificate-data': data(certificate), 'client-key-data': data(key) };
}

describe('the network', () => {
  test('nobody listens', async () => {
    const port = await freePort();
    expect(failure(await diagnose({ server: `https://127.0.0.1:${port}` }))).toBe(
      `Network: 127.0.0.1:${port} refuses the connection. → Check the network, VPN and firewall, and whether the server needs a proxy.`,
    );
  });

  test('through a proxy, and by what it was decided', async () => {
    const proxy = await started(connectProxy(api.port));
    const url = `http://127.0.0.1:${proxy.port}`;
    const steps = await diagnose({
      server: 'https://api.example:6443',
      environment: { variables: { KUBECONFIG: kubeconfig, HTTPS_PROXY: url, NO_PROXY: '.corp' } },
    });
    expect(failure(steps)).toBe('nothing');
    expect([step(steps, 'Proxy')?.says, step(steps, 'Network')?.says]).toEqual([
      [`${url}, decided by HTTPS_PROXY`],
      [`api.example:6443 takes connections through ${url}.`],
    ]);
  });

  test('a server over http is behind its proxy without a tunnel', async () => {
    const proxy = await started(connectProxy(await freePort()));
    const url = `http://127.0.0.1:${proxy.port}`;
    const steps = await diagnose({
      server: 'http://api.example:8001',
      environment: { variables: { KUBECONFIG: kubeconfig, HTTP_PROXY: url } },
    });
    expect(step(steps, 'Network')?.says).toEqual([`${url} takes connections; it is asked for api.example:8001 next.`]);
  });

  test('a proxy that wants a login', async () => {
    const proxy = await started(connectProxy(api.port, 407));
    const steps = await diagnose({ cluster: { 'proxy-url': `http://127.0.0.1:${proxy.port}` } });
    expect(failure(steps)).toContain('wants a login, or another one (407).');
  });

  test('a server that takes connections and says nothing is given up', async () => {
    const seen = { over: false, asked: false };
    const silent = createServer((socket) => socket.on('data', () => (seen.asked = true)).on('error', () => undefined));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    stops.push(() => new Promise((resolve) => void silent.close(() => resolve())));
    const clock = new FakeClock();
    const running = diagnose({ server: `https://127.0.0.1:${(silent.address() as AddressInfo).port}` }, clock).finally(
      () => (seen.over = true),
    );
    while (!seen.over) {
      await settled();
      if (seen.asked) clock.advance(10_000);
    }
    expect(failure(await running)).toMatch(/^TLS: There was no answer within 10 s\. →/);
  });
});

describe('the certificate', () => {
  const other = certificateAuthority('somebody else');

  test.each<[string, () => Setting, string]>([
    [
      'is for another name',
      () => ({ cluster: { 'tls-server-name': 'other.example' } }),
      'The certificate is not accepted (ERR_TLS_CERT_ALTNAME_INVALID). → Use an address that the certificate names, or set tls-server-name in the kubeconfig to such a name.',
    ],
    [
      'is by another authority',
      () => ({
        cluster: { 'certificate-authority-data': Buffer.from(other.certificate).toString('base64') },
      }),
      "The certificate is not accepted (SELF_SIGNED_CERT_IN_CHAIN). → Put the authority that issued it into the cluster's certificate-authority-data.",
    ],
    [
      'has expired',
      () => {
        const from = new Date('2020-01-01T00:00:00Z');
        const until = new Date('2020-02-01T00:00:00Z');
        api.rotate(CA.issue({ subject: 'kube-apiserver', names: ['127.0.0.1'], from, until }));
        return {};
      },
      "The certificate is not accepted (CERT_HAS_EXPIRED). → Renew the server's certificate; check this machine's clock.",
    ],
  ])('%s', async (_, setting, said) => {
    const steps = await diagnose(setting());
    expect(failure(steps)).toBe(`TLS: ${said}`);
    expect([step(steps, 'Login')?.state, api.requests]).toEqual(['skipped', []]);
  });

  test('is not verified where the kubeconfig skips it, and that is said', async () => {
    const cluster = { 'insecure-skip-tls-verify': true, 'certificate-authority-data': undefined };
    const says = step(await diagnose({ cluster }), 'TLS')?.says;
    expect(says?.at(-1)).toMatch(/^Not verified \([A-Z_]+\): the kubeconfig skips it\.$/);
  });

  test('may be asked for by another name', async () => {
    const steps = await diagnose({ cluster: { 'tls-server-name': 'api.example' } });
    expect([failure(steps), new Set(api.names)]).toEqual(['nothing', new Set(['api.example'])]);
  });
});

describe('login and rights', () => {
  const answer = (status: number, body: object, path: RegExp): void => {
    api.intercept = ({ url = '' }, response) => {
      if (!path.test(url)) return false;
      response.writeHead(status).end(JSON.stringify(body));
      return true;
    };
  };

  test('a login that the server does not know', async () => {
    answer(401, {}, /./);
    const steps = await diagnose();
    expect(failure(steps)).toMatch(/^Login: The server did not accept the login \(401\)\. → Sign in anew/);
    expect(step(steps, 'Rights')?.state).toBe('skipped');
  });

  test('a server before 1.28 does not say as whom', async () => {
    answer(404, {}, /selfsubjectreviews/);
    expect(step(await diagnose(), 'Login')).toMatchObject({
      state: 'pass',
      says: ['The login is accepted; this server does not say as whom.'],
    });
  });

  test('a missing right is said with the line that checks it', async () => {
    answer(200, { status: { allowed: false } }, /selfsubjectaccessreviews/);
    const steps = await diagnose();
    expect(step(steps, 'Right to read networkpolicies')).toMatchObject({
      state: 'fail',
      says: ['In no namespace that is known; missing in the whole cluster: list and watch.'],
      remedy:
        'Have list and watch networkpolicies allowed by a ClusterRole (“kubectl auth can-i list networkpolicies.networking.k8s.io --all-namespaces” checks it).',
    });
    expect(step(steps, 'Right to read nodes')?.says).toEqual(['Missing: list and watch.']);
  });
});
