/** A proxy on loopback for CONNECT and for SOCKS 5 that leads every target to one port, and notes what it was asked. */
import {
  createServer as createHttpServer,
  request as askHttp,
  type IncomingMessage,
  type RequestListener,
} from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { Issued } from './certificates.ts';

export interface ForwardProxy {
  readonly port: number;
  /** The targets asked for, as the client named them: `api.example:6443`, of a server over http whole URLs. */
  readonly targets: readonly string[];
  /** The Proxy-Authorization of each of them, or the SOCKS user and password. */
  readonly logins: readonly string[];
  readonly stop: () => Promise<void>;
}

/**
 * @param refuse answers every CONNECT with this status
 * @param secure the proxy's own certificate, where it is spoken to over TLS
 */
export async function connectProxy(targetPort: number, refuse?: number, secure?: Issued): Promise<ForwardProxy> {
  const targets: string[] = [];
  const logins: string[] = [];
  const open = new Set<Socket>();
  /** Of a server over http each request is asked for by its whole URL. */
  const forward: RequestListener = (request, response) => {
    const url = URL.canParse(request.url ?? '') ? new URL(request.url ?? '') : undefined;
    if (url === undefined) {
      response.writeHead(501).end();
      return;
    }
    targets.push(url.href);
    logins.push(request.headers['proxy-authorization'] ?? '');
    if (refuse !== undefined) {
      response.writeHead(refuse).end();
      return;
    }
    const { 'proxy-authorization': _, ...headers } = request.headers;
    const onward = askHttp(
      { host: '127.0.0.1', port: targetPort, path: url.pathname + url.search, method: request.method, headers },
      (answer) => {
        response.writeHead(answer.statusCode ?? 0, answer.headers);
        answer.pipe(response);
      },
    );
    onward.on('error', () => response.writeHead(502).end());
    request.pipe(onward);
  };
  const server =
    secure === undefined
      ? createHttpServer(forward)
      : createHttpsServer({ cert: secure.certificate, key: secure.key }, forward);
  server.on('connection', (socket) => open.add(socket));
  server.on('connect', (request: IncomingMessage, socket: Socket) => {
    targets.push(request.url ?? '');
    logins.push(request.headers['proxy-authorization'] ?? '');
    if (refuse !== undefined) {
      socket.end(`HTTP/1.1 ${refuse} No\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
    join(socket, targetPort, open);
  });
  return listening(server, targets, logins, open);
}

/** SOCKS 5 (RFC 1928) with user and password (RFC 1929) where the client offers them. */
export async function socksProxy(targetPort: number): Promise<ForwardProxy> {
  const targets: string[] = [];
  const logins: string[] = [];
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    let step: 'greeting' | 'login' | 'request' = 'greeting';
    const onData = (data: Buffer): void => {
      if (step === 'greeting') {
        const withLogin = data.subarray(2, 2 + (data[1] ?? 0)).includes(2);
        step = withLogin ? 'login' : 'request';
        socket.write(Buffer.from([5, withLogin ? 2 : 0]));
      } else if (step === 'login') {
        const userEnd = 2 + (data[1] ?? 0);
        logins.push(`${data.toString('utf8', 2, userEnd)}:${data.toString('utf8', userEnd + 1)}`);
        step = 'request';
        socket.write(Buffer.from([1, 0]));
      } else {
        targets.push(socksTarget(data));
        socket.off('data', onData);
        socket.write(Buffer.from([5, 0, 0, 1, 0, 0, 0, 0, 0, 0]));
        join(socket, targetPort, open);
      }
    };
    socket.on('data', onData).on('error', () => socket.destroy());
  });
  return listening(server, targets, logins, open);
}

function socksTarget(data: Buffer): string {
  const isName = data[3] === 3;
  const end = isName ? 5 + (data[4] ?? 0) : 8;
  const host = isName ? data.toString('utf8', 5, end) : data.subarray(4, 8).join('.');
  return `${host}:${data.readUInt16BE(end)}`;
}

function join(incoming: Socket, port: number, open: Set<Socket>): void {
  const outgoing = connect(port, '127.0.0.1');
  open.add(outgoing);
  for (const [socket, other] of [
    [incoming, outgoing],
    [outgoing, incoming],
  ] as const) {
    socket.pipe(other);
    socket.on('error', () => other.destroy());
    socket.on('close', () => other.destroy());
  }
}

async function listening(
  server: Server,
  targets: readonly string[],
  logins: readonly string[],
  open: ReadonlySet<Socket>,
): Promise<ForwardProxy> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    targets,
    logins,
    stop: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}
