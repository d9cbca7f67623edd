import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import type { ApiRequest } from '../../../server/src/cluster/apiTransport.ts';
import { ANSWER_LIMIT_MS, httpTransport, readText, requestJson } from '../../../server/src/cluster/apiTransport.ts';
import type { Credentials } from '../../../server/src/cluster/credentials.ts';
import { FakeClock, settled } from '../../support/fakeClock.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

async function serve(handler: Handler, credentials: Partial<Credentials> = {}) {
  const server = createServer(handler);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const clock = new FakeClock();
  const stop = new AbortController();
  const { port } = server.address() as AddressInfo;
  const transport = httpTransport({
    server: `http://127.0.0.1:${port}/clusters/one`,
    credentials: { get: async () => ({ headers: {} }), refused: async () => false, ...credentials },
    clock,
    signal: stop.signal,
  });
  const request = (more: Partial<ApiRequest> = {}): ApiRequest => ({
    path: '/api',
    idleMs: () => 20_000,
    signal: stop.signal,
    ...more,
  });
  return { server, clock, transport, request, host: `127.0.0.1:${port}`, stop };
}

const json: Handler = (_, response) => response.setHeader('content-type', 'application/json').end('{"ok":true}');
const why = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'no error',
    (error: Error) => error.message,
  );

describe('requests', () => {
  test('carry the login, stay below the server’s path and reuse a connection', async () => {
    const seen: string[] = [];
    const sockets = new Set<unknown>();
    const { transport, request } = await serve(
      (incoming, response) => {
        seen.push(`${incoming.url} ${incoming.headers.authorization}`);
        sockets.add(incoming.socket);
        json(incoming, response);
      },
      { get: async () => ({ headers: { Authorization: 'Bearer t' } }) },
    );
    expect(await requestJson(transport, request({ query: { limit: '1', continue: 'a&b' } }))).toEqual({ ok: true });
    await requestJson(transport, request());
    expect(seen).toEqual(['/clusters/one/api?limit=1&continue=a%26b Bearer t', '/clusters/one/api Bearer t']);
    expect(sockets.size).toBe(1);
  });

  test('that only read are sent again where the server cuts a connection that idled, others are not', async () => {
    const seen: string[] = [];
    const sockets = new Map<unknown, number>();
    const { transport, request } = await serve((incoming, response) => {
      const requests = (sockets.get(incoming.socket) ?? 0) + 1;
      sockets.set(incoming.socket, requests);
      seen.push(`${incoming.method} ${requests === 1 ? 'answered' : 'cut'}`);
      // The server closes every connection just as its second request arrives.
      if (requests === 1) json(incoming, response);
      else incoming.socket.destroy();
    });
    await requestJson(transport, request());
    expect(await requestJson(transport, request())).toEqual({ ok: true });
    expect(await why(requestJson(transport, request({ method: 'POST', body: '{}' })))).toMatch(/cut the connection/);
    expect(seen).toEqual(['GET answered', 'GET cut', 'GET answered', 'POST cut']);
  });

  test('that a server cuts on a new connection have failed', async () => {
    let requests = 0;
    const { transport, request } = await serve((incoming) => {
      requests++;
      incoming.socket.destroy();
    });
    expect(await why(requestJson(transport, request()))).toMatch(/cut the connection/);
    expect(requests).toBe(1);
  });

  test('unzip what comes zipped', async () => {
    const { transport, request } = await serve((_, response) => {
      response.setHeader('content-encoding', 'gzip').end(gzipSync('hello'));
    });
    expect(await readText(await transport(request()))).toBe('hello');
  });

  test('try once more with a fresh login after a 401', async () => {
    let token = 'old';
    const { transport, request } = await serve(
      (incoming, response) => {
        if (incoming.headers.authorization !== 'new') response.statusCode = 401;
        json(incoming, response);
      },
      {
        get: async () => ({ headers: { Authorization: token } }),
        refused: async () => {
          token = 'new';
          return true;
        },
      },
    );
    expect(await requestJson(transport, request())).toEqual({ ok: true });
  });
});

describe('faults', () => {
  test('nobody listens', async () => {
    const { transport, request, host, server } = await serve(json);
    await new Promise((resolve) => server.close(resolve));
    expect(await why(transport(request()))).toBe(`${host} refuses the connection.`);
  });

  test('no answer', async () => {
    const { transport, request, clock, host } = await serve(() => undefined);
    const failed = why(transport(request()));
    await settled();
    clock.advance(ANSWER_LIMIT_MS);
    expect(await failed).toBe(`${host} gave no answer within 30 s.`);
  });

  test('an answer that stops in its middle', async () => {
    const { transport, request, clock, host } = await serve((_, response) => {
      response.write('{"a":');
    });
    const response = await transport(request());
    const pieces = response.body[Symbol.asyncIterator]();
    await pieces.next();
    clock.advance(19_000);
    const failed = why(pieces.next());
    clock.advance(999);
    await settled();
    clock.advance(1);
    expect(await failed).toBe(`${host} stopped sending.`);
  });

  test.each<[string, Handler]>([
    ['with chunks', (_, response) => response.write('{"a":', () => response.socket?.destroy())],
    [
      'with a length',
      (_, response) => {
        response.setHeader('content-length', '100');
        response.write('{"a":', () => response.socket?.destroy());
      },
    ],
    [
      'zipped',
      (_, response) => {
        response.setHeader('content-encoding', 'gzip');
        response.write(gzipSync('x'.repeat(1e5)).subarray(0, 50), () => response.socket?.destroy());
      },
    ],
  ])('an answer that is cut, %s, is not taken for a whole one', async (_, handler) => {
    const { transport, request } = await serve(handler);
    expect(await why(transport(request()).then(readText))).toMatch(/cut the connection|failed/);
  });

  test.each<[string, number, string, string, string]>([
    ['a login page', 302, 'text/html', '<html>', 'The server answered with a redirect (302)'],
    ['a web page', 200, 'text/html', '<html>', 'The answer is not JSON'],
    ['a refused login', 401, 'application/json', '{}', 'The server did not accept the login (401).'],
    ['bad JSON', 200, 'application/json', '{"a":', 'The server sent JSON that cannot be read.'],
    ['a gateway’s page', 502, 'text/html', '<h1>Bad Gateway</h1>', 'The server answered 502.'],
  ])('%s', async (_, status, type, body, sentence) => {
    const { transport, request } = await serve((_incoming, response) => {
      response.writeHead(status, { 'content-type': type }).end(body);
    });
    expect(await why(requestJson(transport, request()))).toContain(sentence);
  });

  test('what belongs to a request ends with its signal', async () => {
    const { transport, request, stop } = await serve((_, response) => {
      response.write('x');
    });
    const response = await transport(request());
    const failed = why(readText(response));
    await settled();
    stop.abort();
    expect(await failed).not.toBe('no error');
  });
});
