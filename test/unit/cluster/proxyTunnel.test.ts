import { createServer as createPlainServer } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { httpTransport, requestJson } from '../../../server/src/cluster/apiTransport.ts';
import type { RequestLogin } from '../../../server/src/cluster/credentials.ts';
import type { ProxyAddress } from '../../../server/src/cluster/proxyChoice.ts';
import { certificateAuthority } from '../../support/certificates.ts';
import { FakeClock } from '../../support/fakeClock.ts';
import { connectProxy, socksProxy, type ForwardProxy } from '../../support/forwardProxy.ts';
import { freePort } from '../../support/freePort.ts';

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

const CA = certificateAuthority('test authority');

/** An API server that only its proxy can find: its name is in no DNS. */
async function apiServer(...names: readonly string[]) {
  const { certificate, key } = CA.issue({ subject: 'api', names });
  let connections = 0;
  const server = createServer({ cert: certificate, key }, (_, response) => {
    response.setHeader('content-type', 'application/json').end('{"ok":true}');
  });
  server.on('secureConnection', () => connections++);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stops.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, connections: () => connections };
}

async function started(proxy: Promise<ForwardProxy>): Promise<ForwardProxy> {
  const running = await proxy;
  stops.push(running.stop);
  return running;
}

const addressOf = (protocol: ProxyAddress['protocol'], port: number, login = ['', '']): ProxyAddress => {
  const [username = '', password = ''] = login;
  return { protocol, host: '127.0.0.1', port, username, password };
};

function ask(server: string, proxy: ProxyAddress, login: Partial<RequestLogin> = {}) {
  const stop = new AbortController();
  stops.push(() => stop.abort());
  const transport = httpTransport({
    server,
    proxy,
    credentials: { get: async () => ({ headers: {}, ca: CA.certificate, ...login }), refused: async () => false },
    clock: new FakeClock(),
    signal: stop.signal,
  });
  return (): Promise<unknown> =>
    requestJson(transport, { path: '/api', idleMs: () => 20_000, signal: stop.signal }).catch(
      (error: Error) => error.message,
    );
}

describe('through a proxy', () => {
  test('one tunnel carries many requests, and the proxy is told the server’s name', async () => {
    const api = await apiServer('api.example');
    const proxy = await started(connectProxy(api.port));
    const get = ask('https://api.example:6443', addressOf('http', proxy.port));
    expect([await get(), await get()]).toEqual([{ ok: true }, { ok: true }]);
    expect([proxy.targets, proxy.logins, api.connections()]).toEqual([['api.example:6443'], [''], 1]);
  });

  test('the proxy’s login goes to the proxy', async () => {
    const api = await apiServer('api.example');
    const proxy = await started(connectProxy(api.port));
    await ask('https://api.example', addressOf('http', proxy.port, ['eve', 'p@ss']))();
    expect(proxy.logins).toEqual([`Basic ${Buffer.from('eve:p@ss').toString('base64')}`]);
  });

  test('what the editor says to the proxy stands before the login of its address', async () => {
    const api = await apiServer('api.example');
    const proxy = await started(connectProxy(api.port));
    const address = { ...addressOf('http', proxy.port, ['eve', 'p@ss']), authorization: 'Bearer t0ken' };
    await ask('https://api.example', address)();
    expect(proxy.logins).toEqual(['Bearer t0ken']);
  });

  test('a SOCKS proxy looks the server’s name up itself', async () => {
    const api = await apiServer('api.example');
    const proxy = await started(socksProxy(api.port));
    const get = ask('https://api.example:6443', addressOf('socks5', proxy.port, ['eve', 'p@ss']));
    expect(await get()).toEqual({ ok: true });
    expect([proxy.targets, proxy.logins]).toEqual([['api.example:6443'], ['eve:p@ss']]);
  });

  test('a proxy over TLS is believed where the cluster’s authority vouches for it, as in client-go', async () => {
    const api = await apiServer('api.example');
    const own = CA.issue({ subject: 'proxy', names: ['127.0.0.1'] });
    const proxy = await started(connectProxy(api.port, undefined, own));
    expect(await ask('https://api.example', addressOf('https', proxy.port))()).toEqual({ ok: true });
    const other = certificateAuthority('somebody else').issue({ subject: 'proxy', names: ['127.0.0.1'] });
    const fake = await started(connectProxy(api.port, undefined, other));
    expect(await ask('https://api.example', addressOf('https', fake.port))()).toContain(
      `The certificate of https://127.0.0.1:${fake.port} is not accepted`,
    );
    expect(fake.targets).toEqual([]);
  });

  test('an IPv6 address is bracketed', async () => {
    const api = await apiServer('api.example');
    const proxy = await started(connectProxy(api.port));
    await ask('https://[fd00::1]:6443', addressOf('http', proxy.port), { servername: 'api.example' })();
    expect(proxy.targets).toEqual(['[fd00::1]:6443']);
  });

  test.each<[string, 'http' | 'socks5']>([
    ['CONNECT', 'http'],
    ['SOCKS', 'socks5'],
  ])('%s: the certificate has to be the server’s, also where it has an address for a name', async (_, protocol) => {
    const api = await apiServer('localhost', '10.0.0.2');
    const proxy = await started(protocol === 'http' ? connectProxy(api.port) : socksProxy(api.port));
    const get = (server: string): Promise<unknown> => ask(server, addressOf(protocol, proxy.port))();
    expect(await get('https://10.0.0.2:6443')).toEqual({ ok: true });
    expect(await get('https://10.0.0.1:6443')).toContain('The certificate of 10.0.0.1:6443 is not accepted');
    expect(await get('https://api.example')).toContain('The certificate of api.example is not accepted');
  });
});

describe('a proxy that cannot be used is named, without its login', () => {
  test.each<[number, string]>([
    [407, 'wants a login, or another one (407).'],
    [403, 'does not let the connection through (403).'],
  ])('it answers %s', async (status, sentence) => {
    const proxy = await started(connectProxy(1, status));
    const said = await ask('https://api.example', addressOf('http', proxy.port, ['eve', 'p@ss']))();
    expect(said).toBe(`The proxy http://127.0.0.1:${proxy.port} ${sentence}`);
  });

  test.each<['http' | 'socks5']>([['http'], ['socks5']])('nobody listens (%s)', async (protocol) => {
    const port = await freePort();
    const said = await ask('https://api.example', addressOf(protocol, port, ['eve', 'p@ss']))();
    expect(said).toBe(`The proxy cannot be used: ${protocol}://127.0.0.1:${port} refuses the connection.`);
  });
});

describe('a server over http', () => {
  async function plainServer() {
    const seen: { readonly host: string | undefined; readonly login: string | undefined }[] = [];
    const server = createPlainServer((request, response) => {
      const { host, authorization, 'proxy-authorization': leaked } = request.headers;
      expect(leaked).toBeUndefined();
      seen.push({ host, login: authorization });
      response.setHeader('content-type', 'application/json').end('{"ok":true}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    stops.push(() => {
      server.closeAllConnections();
      server.close();
    });
    return { port: (server.address() as AddressInfo).port, seen };
  }

  test('is asked for by its whole URL, as Go asks, and not through a tunnel', async () => {
    const api = await plainServer();
    const proxy = await started(connectProxy(api.port));
    const login = { headers: { Authorization: 'Bearer of-the-server' } };
    const get = ask('http://api.example:8001/base', addressOf('http', proxy.port, ['eve', 'p@ss']), login);
    expect([await get(), await get()]).toEqual([{ ok: true }, { ok: true }]);
    expect(new Set(proxy.targets)).toEqual(new Set(['http://api.example:8001/base/api']));
    expect(proxy.logins[0]).toBe(`Basic ${Buffer.from('eve:p@ss').toString('base64')}`);
    expect(api.seen[0]).toEqual({ host: 'api.example:8001', login: 'Bearer of-the-server' });
  });

  test('behind an https proxy the client certificate stays with the server', async () => {
    const api = await plainServer();
    const own = CA.issue({ subject: 'proxy', names: ['127.0.0.1'] });
    const proxy = await started(connectProxy(api.port, undefined, own));
    const { certificate: cert, key } = CA.issue({ subject: 'eve', names: [] });
    expect(await ask('http://api.example', addressOf('https', proxy.port), { cert, key })()).toEqual({ ok: true });
  });

  test('is not taken for one that wants a login where its proxy does', async () => {
    const api = await plainServer();
    const proxy = await started(connectProxy(api.port, 407));
    expect(await ask('http://api.example', addressOf('http', proxy.port))()).toBe(
      `The proxy http://127.0.0.1:${proxy.port} wants a login, or another one (407).`,
    );
  });

  test('behind a proxy that is gone names the proxy, without its login', async () => {
    const port = await freePort();
    const said = await ask('http://api.example', addressOf('http', port, ['eve', 's3cret']))();
    expect(said).toContain(`127.0.0.1:${port}`);
    expect(said).not.toContain('s3cret');
  });

  test('is reached through SOCKS by a tunnel', async () => {
    const api = await plainServer();
    const proxy = await started(socksProxy(api.port));
    expect(await ask('http://api.example', addressOf('socks5', proxy.port))()).toEqual({ ok: true });
    expect(proxy.targets).toEqual(['api.example:80']);
  });
});
