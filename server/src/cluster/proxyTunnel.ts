import http from 'node:http';
import https from 'node:https';
import { isIP, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import tls from 'node:tls';
import { SocksClient } from 'socks';
import { ApiError, networkFault } from './apiFault.ts';
import type { ProxyAddress } from './proxyChoice.ts';
import { proxyAuthorization, proxyText } from './proxyChoice.ts';

/** No tunnel for this long: the proxy counts as dead. */
const TUNNEL_LIMIT_MS = 30_000;

/**
 * Opens a connection to a host through a proxy: CONNECT over http or https, or SOCKS 5, which is given the name
 * unresolved. Throws ApiError, which names the proxy and never its login.
 *
 * @param ca PEM of authorities that are accepted for an https proxy beside the system's, as in client-go
 */
export async function openTunnel(proxy: ProxyAddress, host: string, port: number, ca?: Ca): Promise<Duplex> {
  return proxy.protocol === 'socks5' ? socks(proxy, host, port) : connect(proxy, host, port, ca);
}

export type Ca = https.AgentOptions['ca'];

/** An agent whose connections go through a proxy. TLS to the server is Node's own, inside the tunnel. */
export function tunnelAgent(proxy: ProxyAddress, secure: boolean): http.Agent {
  return secure ? new SecureTunnelAgent(proxy) : new PlainTunnelAgent(proxy);
}

type Callback = (error: Error | null, stream: Duplex) => void;

class PlainTunnelAgent extends http.Agent {
  readonly #proxy: ProxyAddress;

  constructor(proxy: ProxyAddress) {
    super({ keepAlive: true });
    this.#proxy = proxy;
  }

  override createConnection(options: http.ClientRequestArgs, callback: Callback): undefined {
    openTunnel(this.#proxy, options.host ?? '', Number(options.port)).then(
      (socket) => callback(null, socket),
      (error: Error) => callback(error, undefined as never),
    );
  }
}

class SecureTunnelAgent extends https.Agent {
  readonly #proxy: ProxyAddress;

  constructor(proxy: ProxyAddress) {
    super({ keepAlive: true });
    this.#proxy = proxy;
  }

  override createConnection(options: https.RequestOptions, callback: Callback): undefined {
    this.#connect(options).then(
      (stream) => callback(null, stream),
      (error: Error) => callback(error, undefined as never),
    );
  }

  async #connect(options: https.RequestOptions): Promise<Duplex> {
    const socket = await openTunnel(this.#proxy, options.host ?? '', Number(options.port), options.ca);
    try {
      // The host stays among the options: it is what the certificate is checked against.
      return tls.connect({ ...(options as tls.ConnectionOptions), socket });
    } catch (error) {
      socket.destroy();
      throw error;
    }
  }
}

function connect(proxy: ProxyAddress, host: string, port: number, ca: Ca): Promise<Socket> {
  const target = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  const authorization = proxyAuthorization(proxy);
  const secure = proxy.protocol === 'https';
  return new Promise((resolve, reject) => {
    const outgoing = (secure ? https : http).request({
      method: 'CONNECT',
      host: proxy.host,
      port: proxy.port,
      path: target,
      agent: false,
      timeout: TUNNEL_LIMIT_MS,
      headers: { Host: target, ...(authorization !== undefined && { 'Proxy-Authorization': authorization }) },
      ...(secure && {
        ...proxyTls(proxy, ca),
      }),
    });
    outgoing.on('connect', ({ statusCode = 0 }, socket, head) => {
      if (statusCode < 200 || statusCode > 299) {
        socket.destroy();
        reject(refused(proxy, statusCode));
        return;
      }
      socket.setTimeout(0);
      if (head.length > 0) socket.unshift(head);
      resolve(socket);
    });
    // A web server that does not know CONNECT answers it like any other request.
    outgoing.on('response', (response) => {
      outgoing.destroy();
      reject(refused(proxy, response.statusCode ?? 0));
    });
    outgoing.on('timeout', () => outgoing.destroy(silent(proxy)));
    outgoing.on('error', (error) => reject(proxyFault(proxy, error)));
    outgoing.end();
  });
}

/** How an https proxy is spoken to. */
export function proxyTls(
  { host }: ProxyAddress,
  ca: Ca,
): { readonly ca: NonNullable<Ca>; readonly servername: string } {
  return {
    ca: [...tls.getCACertificates('default'), ...(ca === undefined ? [] : [ca].flat())],
    // Else Node takes the header's host, the server's, for the name that the proxy's certificate has to have.
    servername: isIP(host) === 0 ? host : '',
  };
}

async function socks(proxy: ProxyAddress, host: string, port: number): Promise<Socket> {
  try {
    const { socket } = await SocksClient.createConnection({
      command: 'connect',
      proxy: {
        type: 5,
        host: proxy.host,
        port: proxy.port,
        ...(proxy.username !== '' && { userId: proxy.username, password: proxy.password }),
      },
      destination: { host, port },
      timeout: TUNNEL_LIMIT_MS,
    });
    return socket;
  } catch (error) {
    // The library's errors hold the login among their options and keep of Node's error only its words.
    const { message } = error as Error;
    const [code] = /\bE[A-Z_]{4,}\b/.exec(message) ?? [];
    throw proxyFault(proxy, { code, message });
  }
}

/** The proxy has answered in the server's place. */
export function refused(proxy: ProxyAddress, status: number): ApiError {
  const why =
    status === 407
      ? `The proxy ${proxyText(proxy)} wants a login, or another one (407).`
      : `The proxy ${proxyText(proxy)} does not let the connection through (${status}).`;
  return new ApiError({ kind: 'unavailable', why });
}

function silent(proxy: ProxyAddress): ApiError {
  const why = `The proxy ${proxyText(proxy)} gave no answer within ${TUNNEL_LIMIT_MS / 1000} s.`;
  return new ApiError({ kind: 'silent', why });
}

export function proxyFault(proxy: ProxyAddress, error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  const { why } = networkFault(error, proxyText(proxy));
  return new ApiError({ kind: 'unavailable', why: `The proxy cannot be used: ${why}` });
}
