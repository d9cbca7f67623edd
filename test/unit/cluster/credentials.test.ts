/** What a kubeconfig says of TLS and logins reaches the wire, and files that rotate are read anew. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { httpTransport, requestJson } from '../../../server/src/cluster/apiTransport.ts';
import { prepareLogin } from '../../../server/src/cluster/login.ts';
import { certificateAuthority, type Issued } from '../../support/certificates.ts';
import { FakeClock } from '../../support/fakeClock.ts';
import { connectProxy } from '../../support/forwardProxy.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { tlsApi, type TlsApi } from '../../support/tlsApi.ts';

const folder = temporaryFolder('credentials');
const CA = certificateAuthority('shop authority');
const SERVER = CA.issue({ subject: 'kube-apiserver', names: ['127.0.0.1', 'api.example'] });
let api: TlsApi;
let stop: AbortController;

beforeEach(async () => {
  stop = new AbortController();
  api = await tlsApi(SERVER, CA.certificate);
});
afterEach(async () => {
  stop.abort();
  await api.stop();
});
afterAll(folder.remove);

const data = (pem: string): string => Buffer.from(pem).toString('base64');
const file = (name: string, text: string): string => {
  const path = join(folder.path, name);
  writeFileSync(path, text);
  return path;
};

/** Sends a request each time it is called, with the kubeconfig as it was at first; the answer or why there is none. */
async function client({ user = {}, cluster = {} }: { readonly user?: object; readonly cluster?: object }) {
  const entry = {
    server: `https://127.0.0.1:${api.port}`,
    'certificate-authority-data': data(CA.certificate),
    ...cluster,
  };
  const path = file(
    'config',
    JSON.stringify({
      clusters: [{ name: 'c', cluster: entry }],
      users: [{ name: 'eve', user }],
      contexts: [{ name: 'one', context: { cluster: 'c', user: 'eve' } }],
    }),
  );
  const clock = new FakeClock();
  const environment = { variables: { KUBECONFIG: path, PATH: process.env['PATH'] }, platform: process.platform };
  const options = { environment, context: 'one', identity: undefined, allowExec: () => true };
  const { context, credentials, proxy } = await prepareLogin({ ...options, clock, signal: stop.signal });
  const transport = httpTransport({ server: context.server, credentials, proxy, clock, signal: stop.signal });
  return async (): Promise<unknown> => {
    const request = { path: '/version', idleMs: () => 20_000, signal: stop.signal };
    const answer = await requestJson(transport, request).catch((error: Error) => error.message);
    return typeof answer === 'string' ? answer : api.requests.at(-1)?.replace('GET /version as ', '');
  };
}

const certificateOf = (subject: string): Issued => CA.issue({ subject });

describe('who signs in', () => {
  test('a certificate of the kubeconfig', async () => {
    const { certificate, key } = certificateOf('eve');
    const ask = await client({ user: { 'client-certificate-data': data(certificate), 'client-key-data': data(key) } });
    expect([await ask(), await ask(), api.connections()]).toEqual(['CN=eve', 'CN=eve', 1]);
  });

  test('a certificate of files that are replaced while the connection is used', async () => {
    const write = ({ certificate, key }: Issued): void => {
      file('client.crt', certificate);
      file('client.key', key);
    };
    write(certificateOf('eve'));
    const ask = await client({ user: { 'client-certificate': 'client.crt', 'client-key': 'client.key' } });
    expect(await ask()).toBe('CN=eve');
    write(certificateOf('adam'));
    expect(await ask()).toBe('CN=adam');
  });

  test('a token', async () => {
    expect(await (await client({ user: { token: 'one' } }))()).toBe('Bearer one');
  });

  test('a token of a file that is replaced, before one that stands in the kubeconfig', async () => {
    file('token', 'one\n');
    const ask = await client({ user: { tokenFile: 'token', token: 'old' } });
    expect(await ask()).toBe('Bearer one');
    file('token', 'two\n');
    expect(await ask()).toBe('Bearer two');
  });

  test('a certificate that a login program gives', async () => {
    const { certificate, key } = certificateOf('eve');
    const answer = {
      apiVersion: 'client.authentication.k8s.io/v1',
      kind: 'ExecCredential',
      status: { clientCertificateData: certificate, clientKeyData: key },
    };
    const path = file('answer.json', JSON.stringify(answer));
    const exec = { apiVersion: answer.apiVersion, command: 'cat', args: [path] };
    expect(await (await client({ user: { exec } }))()).toBe('CN=eve');
  });

  test('a user name and a password', async () => {
    const ask = await client({ user: { username: 'eve', password: 'p@ss' } });
    expect(await ask()).toBe(`Basic ${data('eve:p@ss')}`);
  });

  describe('an auth provider', () => {
    const idToken = (exp: number): string =>
      [{ alg: 'none' }, { iss: `https://127.0.0.1:${api.port}`, aud: 'me', sub: 'eve', iat: 0, exp }, {}]
        .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
        .join('.');
    const oidc = (config: object): object => ({ 'auth-provider': { name: 'oidc', config } });

    test('gives its token while that holds', async () => {
      const token = idToken(4e9);
      expect(await (await client({ user: oidc({ 'id-token': token }) }))()).toBe(`Bearer ${token}`);
    });

    test('whose token has expired says who renews it, and uses what kubectl writes then', async () => {
      const ask = await client({ user: oidc({ 'id-token': idToken(1), 'refresh-token': 'r', 'idp-issuer-url': 'x' }) });
      expect(await ask()).toBe(
        'The auth provider oidc has a token that has expired: any kubectl command with this context renews it.',
      );
      expect(api.requests).toEqual([]);
      const renewed = idToken(4e9);
      const path = join(folder.path, 'config');
      writeFileSync(path, readFileSync(path, 'utf8').replace(idToken(1), renewed));
      expect(await ask()).toBe(`Bearer ${renewed}`);
    });

    test('without any token says so, and nobody is asked as anonymous', async () => {
      expect(await (await client({ user: oidc({}) }))()).toContain('has no token yet');
      expect(api.requests).toEqual([]);
    });

    test.each(['gcp', 'azure'])('that Kubernetes has removed (%s) is named with its successor', async (name) => {
      const config = { 'access-token': 'old', expiry: '2020-01-01T00:00:00Z', 'expires-on': '1577836800' };
      expect(await (await client({ user: { 'auth-provider': { name, config } } }))()).toMatch(
        /was removed from Kubernetes in 1\.26: set up (gke-gcloud-auth-plugin|kubelogin) instead/,
      );
    });
  });

  test.each([
    ['directly', false],
    ['through a proxy', true],
  ])('a key that is none is said, %s', async (_, isProxied) => {
    const { certificate } = certificateOf('eve');
    const proxy = await connectProxy(api.port);
    const ask = await client({
      user: { 'client-certificate-data': data(certificate), 'client-key-data': data('no key') },
      cluster: isProxied ? { 'proxy-url': `http://127.0.0.1:${proxy.port}` } : {},
    });
    expect(await ask()).toMatch(/^A certificate or key of the kubeconfig cannot be used/);
    await proxy.stop();
  });
});

describe('whom it believes', () => {
  test('a server that has a new certificate by the same authority', async () => {
    const ask = await client({ user: { token: 'one' } });
    await ask();
    api.rotate(CA.issue({ subject: 'kube-apiserver', names: ['127.0.0.1'] }));
    // The connection before has been cut; who asks in the same moment asks again.
    expect(await ask()).toMatch(/^Bearer one$|cut the connection/);
    expect([await ask(), api.connections()]).toEqual(['Bearer one', 2]);
  });

  test('an authority of a file', async () => {
    file('ca.crt', CA.certificate);
    const cluster = { 'certificate-authority-data': undefined, 'certificate-authority': 'ca.crt' };
    expect(await (await client({ user: { token: 'one' }, cluster }))()).toBe('Bearer one');
  });

  test('nobody whose authority the kubeconfig does not name', async () => {
    const cluster = { 'certificate-authority-data': undefined };
    expect(await (await client({ cluster }))()).toContain('is not accepted');
    const other = certificateAuthority('somebody else');
    expect(await (await client({ cluster: { 'certificate-authority-data': data(other.certificate) } }))()).toContain(
      'is not accepted',
    );
    expect(api.requests).toEqual([]);
  });

  test('anybody where the kubeconfig says so', async () => {
    const cluster = { 'certificate-authority-data': undefined, 'insecure-skip-tls-verify': true };
    expect(await (await client({ user: { token: 'one' }, cluster }))()).toBe('Bearer one');
  });

  test('the name that tls-server-name says instead of the address', async () => {
    const ask = await client({ user: { token: 'one' }, cluster: { 'tls-server-name': 'api.example' } });
    expect([await ask(), api.names]).toEqual(['Bearer one', ['api.example']]);
    expect(await (await client({ cluster: { 'tls-server-name': 'other.example' } }))()).toContain('is not accepted');
  });
});
