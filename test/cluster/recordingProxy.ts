/** Stands before the API server and keeps what every request was. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { AddressInfo } from 'node:net';

export interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: string;
}

/** `cut`: the connection breaks before the request goes on. `drop-answer`: after it, without an answer. */
export type Fate = 'pass' | 'cut' | 'drop-answer';

export interface RecordingProxy {
  readonly url: string;
  readonly requests: RecordedRequest[];
  /** Decides about each request before it goes on. */
  intercept: (request: RecordedRequest) => Promise<Fate> | Fate;
  readonly stop: () => Promise<void>;
}

/** @param server the API server's URL; @param ca the PEM of its authority */
export async function recordingProxy(server: string, ca: string): Promise<RecordingProxy> {
  const requests: RecordedRequest[] = [];
  const answer = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const { pathname, searchParams } = new URL(incoming.url ?? '/', server);
    const request = { method: incoming.method ?? '', path: pathname, query: searchParams, body: body.toString() };
    requests.push(request);
    const fate = await proxy.intercept(request);
    if (fate === 'cut') {
      incoming.socket.destroy();
      return;
    }
    const { host: _host, ...headers } = incoming.headers;
    const outgoing = httpsRequest(
      new URL(incoming.url ?? '/', server),
      { method: incoming.method, headers, ca, agent: false },
      (answered) => {
        if (fate === 'drop-answer') {
          answered.resume();
          answered.on('end', () => incoming.socket.destroy());
          return;
        }
        response.writeHead(answered.statusCode ?? 502, answered.headers);
        answered.pipe(response);
      },
    );
    outgoing.on('error', () => incoming.socket.destroy());
    response.on('close', () => outgoing.destroy());
    outgoing.end(body);
  };
  const listener = createServer((incoming, response) => {
    answer(incoming, response).catch(() => incoming.socket.destroy());
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const proxy: RecordingProxy = {
    url: `http://127.0.0.1:${(listener.address() as AddressInfo).port}`,
    requests,
    intercept: () => 'pass',
    stop: async () => {
      listener.closeAllConnections();
      await new Promise((resolve) => listener.close(resolve));
    },
  };
  return proxy;
}

/** Requests that leave something behind: no read, no dry run, no review. */
export function writesOf(requests: readonly RecordedRequest[]): readonly RecordedRequest[] {
  return requests.filter(
    (request) =>
      request.method !== 'GET' && !isDryRun(request) && !/\/selfsubject(?:access)?reviews$/.test(request.path),
  );
}

/** Writes without a dry run of the same request before them. */
export function untriedWrites(requests: readonly RecordedRequest[]): readonly RecordedRequest[] {
  return writesOf(requests).filter((write) => {
    const before = requests.slice(0, requests.indexOf(write));
    return !before.some(
      (request) =>
        isDryRun(request) &&
        request.method === write.method &&
        request.path === write.path &&
        request.body.replace(DRY_DELETE, '') === write.body,
    );
  });
}

const DRY_DELETE = ',"dryRun":["All"]';

/** A delete has its options in the body, and then the server ignores those of the URL. */
function isDryRun({ method, query, body }: RecordedRequest): boolean {
  return method === 'DELETE' && body !== '' ? body.includes(DRY_DELETE) : query.get('dryRun') === 'All';
}
