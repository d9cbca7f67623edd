/** A small API server over TLS on loopback that answers reviews and notes what it was asked, by whom. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { Issued } from './certificates.ts';

export interface TlsApi {
  readonly port: number;
  /** `POST /apis/… as CN=eve` or the token of each request. */
  readonly requests: readonly string[];
  /** Replaces the answer to a request where it returns true. */
  intercept: (request: IncomingMessage, response: ServerResponse) => boolean;
  /** Server certificates that are used from the next connection on. */
  readonly rotate: (next: Issued) => void;
  /** The server names that clients asked for (SNI). */
  readonly names: readonly string[];
  /** How many connections there were. */
  readonly connections: () => number;
  readonly stop: () => Promise<void>;
}

/** @param clients PEM of the authority of client certificates, which are asked for where it is given */
export async function tlsApi(own: Issued, clients?: string): Promise<TlsApi> {
  const requests: string[] = [];
  const names: string[] = [];
  let connections = 0;
  const contextOf = ({ certificate, key }: Issued) => ({ cert: certificate, key, ...(clients && { ca: clients }) });
  const server = createServer(
    { ...contextOf(own), requestCert: clients !== undefined, rejectUnauthorized: false },
    (request, response) => {
      const socket = request.socket as TLSSocket;
      const certificate = socket.getPeerCertificate() as { subject?: { CN?: string } };
      const user = socket.authorized ? `CN=${certificate.subject?.CN}` : (request.headers.authorization ?? 'nobody');
      requests.push(`${request.method} ${request.url} as ${user}`);
      response.setHeader('content-type', 'application/json');
      if (!api.intercept(request, response)) answer(request, response, user);
    },
  );
  server.on('secureConnection', (socket) => {
    connections++;
    if (typeof socket.servername === 'string') names.push(socket.servername);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const api: TlsApi = {
    port: (server.address() as AddressInfo).port,
    requests,
    intercept: () => false,
    rotate: (next) => {
      server.setSecureContext(contextOf(next));
      server.closeAllConnections();
    },
    names,
    connections: () => connections,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return api;
}

function answer({ url = '' }: IncomingMessage, response: ServerResponse, username: string): void {
  if (url.endsWith('/selfsubjectreviews')) {
    response.end(JSON.stringify({ status: { userInfo: { username, groups: ['system:authenticated'] } } }));
  } else if (url.endsWith('/selfsubjectaccessreviews')) {
    response.end(JSON.stringify({ status: { allowed: true } }));
  } else {
    response.end('{"gitVersion":"v1.36.0"}');
  }
}
