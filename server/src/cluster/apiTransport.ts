import type { IncomingMessage } from 'node:http';
import http from 'node:http';
import https from 'node:https';
import { createGunzip } from 'node:zlib';
import type { Fault } from './apiFault.ts';
import { ApiError, networkFault, statusFault } from './apiFault.ts';
import type { Clock } from './clock.ts';
import type { Credentials } from './credentials.ts';
import type { ProxyAddress } from './proxyChoice.ts';
import { plainForward } from './plainForward.ts';
import { proxyFault, refused, tunnelAgent } from './proxyTunnel.ts';

export interface ApiRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below the server's URL: `/api/v1/pods`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** No byte for this long: the connection counts as dead. Asked again whenever a wait begins. */
  readonly idleMs: () => number;
  readonly signal: AbortSignal;
}

export interface ApiResponse {
  readonly status: number;
  readonly header: (name: string) => string | undefined;
  /** The bytes, unzipped. Throws ApiError where they break off. Must be read, or the signal aborted. */
  readonly body: AsyncIterable<Uint8Array>;
}

/** Sends one authenticated request. Throws ApiError where no answer comes. */
export type Transport = (request: ApiRequest) => Promise<ApiResponse>;

/** No answer's head for this long: the server counts as unreachable. */
export const ANSWER_LIMIT_MS = 30_000;

export interface TransportOptions {
  /** The API server's URL, which may have a path. */
  readonly server: string;
  readonly credentials: Credentials;
  /** Absent: the server is reached directly. */
  readonly proxy?: ProxyAddress | undefined;
  readonly clock: Clock;
  /** Told of every piece that the server sends. */
  readonly onHeard?: () => void;
  /** Closes idle connections when it aborts. */
  readonly signal: AbortSignal;
}

/**
 * Requests over Node's own HTTP client with client-node's credentials. client-node's transport makes a new connection
 * pool for every request and hands out whole parsed bodies; a list of 150,000 pods does not fit into one.
 */
export function httpTransport(options: TransportOptions): Transport {
  const { server, credentials, proxy, clock, onHeard = () => undefined } = options;
  const { host, protocol } = new URL(server);
  const secure = protocol === 'https:';
  const forward = plainForward(proxy, secure);
  const agent = forward?.agent ?? makeAgent(secure, proxy);
  const fault = (error: unknown): Fault =>
    forward === undefined ? networkFault(error, host) : proxyFault(forward.proxy, error).fault;
  options.signal.addEventListener('abort', () => agent.destroy());

  const once = async (request: ApiRequest): Promise<ApiResponse> => {
    const login = await credentials.get();
    const url = new URL(server + request.path);
    for (const [name, value] of Object.entries(request.query ?? {})) url.searchParams.set(name, value);
    const headers = {
      Accept: 'application/json',
      'User-Agent': 'bulkhead',
      'Accept-Encoding': 'gzip',
      // Node frames the body of a DELETE only where its length is given.
      ...(request.body !== undefined && { 'Content-Length': Buffer.byteLength(request.body) }),
      ...request.headers,
      ...login.headers,
    };
    return new Promise((resolve, reject) => {
      const options = { ...login, agent, headers, method: request.method ?? 'GET', signal: request.signal };
      let outgoing: http.ClientRequest;
      try {
        // A proxy is shown nothing of the login but the headers, which the server is sent through it.
        outgoing =
          forward === undefined
            ? (secure ? https : http).request(url, options)
            : forward.request(url, { headers, method: options.method, signal: request.signal }, login.ca);
      } catch (error) {
        reject(new ApiError(fault(error)));
        return;
      }
      const takeBack = clock.after(ANSWER_LIMIT_MS, () => {
        const why = `${host} gave no answer within ${ANSWER_LIMIT_MS / 1000} s.`;
        outgoing.destroy(new ApiError({ kind: 'silent', why }));
      });
      outgoing.setSocketKeepAlive(true, 30_000);
      outgoing.on('error', (error) => {
        takeBack();
        const cutIdle = outgoing.reusedSocket && isCut(error);
        reject(new ApiError({ ...fault(error), ...(cutIdle && { cutIdle }) }));
      });
      outgoing.on('response', (incoming) => {
        takeBack();
        if (forward !== undefined && incoming.statusCode === 407) {
          incoming.destroy();
          reject(refused(forward.proxy, 407));
          return;
        }
        resolve({
          status: incoming.statusCode ?? 0,
          header: (name) => headerText(incoming.headers[name.toLowerCase()]),
          body: readBody(incoming, { idleMs: request.idleMs, host, clock, onHeard }),
        });
      });
      outgoing.end(request.body);
    });
  };

  /** A server closes connections that idle; a request that meets that has told it nothing, and may be sent again. */
  const reading = async (request: ApiRequest, tries = 0): Promise<ApiResponse> => {
    try {
      return await once(request);
    } catch (error) {
      const again = error instanceof ApiError && error.fault.cutIdle === true && tries < MOST_CUT_IDLE;
      if (!again || request.signal.aborted) throw error;
      return reading(request, tries + 1);
    }
  };

  return async (request) => {
    const send = (request.method ?? 'GET') === 'GET' ? reading : once;
    const response = await send(request);
    if (response.status !== 401 || !(await credentials.refused())) return response;
    await readText(response);
    return send(request);
  };
}

/** All connections that idle may have been cut together; a new one is not among them. */
const MOST_CUT_IDLE = 8;

function isCut(error: Error): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ECONNRESET' || code === 'EPIPE';
}

function makeAgent(secure: boolean, proxy: ProxyAddress | undefined): http.Agent {
  if (proxy !== undefined) return tunnelAgent(proxy, secure);
  return secure ? new https.Agent({ keepAlive: true }) : new http.Agent({ keepAlive: true });
}

interface BodyOptions {
  readonly idleMs: () => number;
  readonly host: string;
  readonly clock: Clock;
  readonly onHeard: () => void;
}

async function* readBody(
  incoming: IncomingMessage,
  { idleMs, host, clock, onHeard }: BodyOptions,
): AsyncGenerator<Uint8Array> {
  let last = clock.now();
  const watchIdle = (wait: number): (() => void) =>
    clock.after(wait, () => {
      const left = last + idleMs() - clock.now();
      if (left > 0) takeBack = watchIdle(left);
      else incoming.destroy(new ApiError({ kind: 'silent', why: `${host} stopped sending.` }));
    });
  let takeBack = watchIdle(idleMs());
  const zipped = incoming.headers['content-encoding'] === 'gzip';
  const stream = zipped ? incoming.pipe(createGunzip()) : incoming;
  if (zipped) incoming.on('error', (error) => stream.destroy(error));
  try {
    for await (const chunk of stream) {
      last = clock.now();
      onHeard();
      yield chunk as Uint8Array;
    }
    // Node ends an answer that was cut within a chunked body with an error, one without any framing silently.
    if (!incoming.complete) throw new ApiError({ kind: 'unavailable', why: `${host} cut the connection.` });
  } catch (error) {
    throw new ApiError(networkFault(error, host));
  } finally {
    takeBack();
    incoming.destroy();
  }
}

function headerText(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}

/** An answer that is short by its nature is not read further than this. */
const LONGEST_TEXT_BYTES = 16 * 1024 * 1024;

/** A short answer as text. */
export async function readText(response: ApiResponse): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of response.body) {
    size += part.length;
    if (size > LONGEST_TEXT_BYTES) {
      throw new ApiError({ kind: 'unavailable', why: 'The server sent more than 16 MB where a short answer was due.' });
    }
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

/** Throws ApiError unless the answer is a success in JSON. */
export async function expectSuccess(response: ApiResponse): Promise<void> {
  const { status } = response;
  const isJson = /\bjson\b/.test(response.header('content-type') ?? '');
  if (status >= 200 && status < 300 && isJson) return;
  const text = await readText(response);
  if (status >= 200 && status < 300) {
    throw new ApiError({
      kind: 'unavailable',
      why: 'The answer is not JSON: the address may not be that of an API server.',
    });
  }
  throw new ApiError(statusFault(status, text, response.header('retry-after')));
}

/** Sends a request whose answer is one small JSON object. */
export async function requestJson(transport: Transport, request: ApiRequest): Promise<unknown> {
  const response = await transport(request);
  await expectSuccess(response);
  try {
    return JSON.parse(await readText(response)) as unknown;
  } catch (error) {
    if (error instanceof ApiError) throw error;
    throw new ApiError({ kind: 'unavailable', why: 'The server sent JSON that cannot be read.' });
  }
}
