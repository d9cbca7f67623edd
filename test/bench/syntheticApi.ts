/**
 * A program: an API server of so many pods (its argument), which it makes while it sends them. Says its URL on
 * standard output. `POST /churn?seconds=15&rate=500` changes pods before the eyes of those who watch.
 */
import type { ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { markerText, namespaceText, ownerText, podText, PODS_PER_NAMESPACE, PODS_PER_OWNER } from './syntheticPods.ts';

const pods = Number(process.argv[2]);
/** What is sent at a time. */
const CHUNK_BYTES = 64 * 1024;
const TICK_MS = 20;
/** A pod that the open policy selects comes this often. */
const MARKER_MS = 500;
/** Of so many events one replaces a pod; the others change nothing that is kept. */
const REPLACED = 5;

interface Collection {
  readonly size: number;
  readonly text: (index: number) => string;
}

const collections = new Map<string, Collection>([
  ['/api/v1/pods', { size: pods, text: (index) => podText(index, 1) }],
  ['/apis/apps/v1/replicasets', { size: Math.ceil(pods / PODS_PER_OWNER), text: ownerText }],
  ['/api/v1/namespaces', { size: Math.ceil(pods / PODS_PER_NAMESPACE), text: namespaceText }],
]);
const NOTHING: Collection = { size: 0, text: () => '' };
const watching = new Set<ServerResponse>();
let version = 1;

const server = createServer((request, response) => {
  const url = new URL(request.url ?? '', 'http://localhost');
  response.setHeader('content-type', 'application/json');
  if (url.pathname === '/churn') void churn(url, response);
  else if (url.pathname === '/apis') response.end('{"groups":[]}');
  else if (url.pathname === '/version') response.end('{"gitVersion":"v1.36.0"}');
  else void (url.searchParams.has('watch') ? watch(url, response) : list(url, response));
});
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));

async function list({ pathname, searchParams }: URL, response: ServerResponse): Promise<void> {
  const { size, text } = collections.get(pathname) ?? NOTHING;
  const from = Number(searchParams.get('continue') ?? 0);
  const end = Math.min(size, from + Number(searchParams.get('limit') ?? size));
  const metadata = { resourceVersion: String(version), ...(end < size && { continue: String(end) }) };
  await send(response, `{"kind":"List","apiVersion":"v1","metadata":${JSON.stringify(metadata)},"items":[`);
  await sendAll(response, from, end, (index) => `${index === from ? '' : ','}${text(index)}`);
  response.end(']}');
}

async function watch({ pathname, searchParams }: URL, response: ServerResponse): Promise<void> {
  const { size, text } = collections.get(pathname) ?? NOTHING;
  response.flushHeaders();
  if (searchParams.has('sendInitialEvents')) {
    await sendAll(response, 0, size, (index) => `{"type":"ADDED","object":${text(index)}}\n`);
    const annotations = { 'k8s.io/initial-events-end': 'true' };
    const metadata = { resourceVersion: String(version), annotations };
    response.write(`${JSON.stringify({ type: 'BOOKMARK', object: { metadata } })}\n`);
  }
  if (pathname !== '/api/v1/pods') return;
  watching.add(response);
  response.on('close', () => watching.delete(response));
}

async function sendAll(
  response: ServerResponse,
  from: number,
  end: number,
  text: (index: number) => string,
): Promise<void> {
  let chunk = '';
  for (let index = from; index < end && !response.destroyed; index++) {
    chunk += text(index);
    if (chunk.length < CHUNK_BYTES) continue;
    await send(response, chunk);
    chunk = '';
  }
  if (chunk !== '') await send(response, chunk);
}

async function send(response: ServerResponse, chunk: string): Promise<void> {
  if (response.write(chunk) || response.destroyed) return;
  await new Promise<void>((resolve) => {
    const go = (): void => {
      response.off('drain', go).off('close', go);
      resolve();
    };
    response.on('drain', go).on('close', go);
  });
}

/** Answers when it is over, with the number of events. */
async function churn({ searchParams }: URL, response: ServerResponse): Promise<void> {
  const seconds = Number(searchParams.get('seconds'));
  const rate = Number(searchParams.get('rate'));
  const generations = new Map<number, number>();
  const startedAt = Date.now();
  let events = 0;
  let nextMarker = startedAt;
  const tell = (type: string, object: string): void => {
    events++;
    for (const watcher of watching) watcher.write(`{"type":"${type}","object":${object}}\n`);
  };
  while (Date.now() - startedAt < seconds * 1000) {
    const due = Math.ceil(((Date.now() - startedAt) / 1000) * rate) - events;
    for (let told = 0; told < due; told++) {
      const index = (events * 7919) % pods;
      const generation = generations.get(index) ?? 0;
      if (events % REPLACED !== 0) tell('MODIFIED', podText(index, ++version, generation));
      else {
        generations.set(index, generation + 1);
        tell('DELETED', podText(index, ++version, generation));
        tell('ADDED', podText(index, ++version, generation + 1));
      }
    }
    if (Date.now() >= nextMarker) {
      tell('ADDED', markerText(`marker-${Date.now()}`, ++version));
      nextMarker += MARKER_MS;
    }
    await new Promise((resolve) => setTimeout(resolve, TICK_MS));
  }
  response.end(JSON.stringify({ events }));
}
