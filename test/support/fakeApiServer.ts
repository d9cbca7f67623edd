import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Metadata {
  readonly name: string;
  readonly namespace?: string;
  readonly resourceVersion?: string;
  readonly labels?: object;
}

type ApiObject = { readonly metadata: Metadata } & object;

interface Change {
  readonly collection: string;
  readonly version: number;
  readonly type: string;
  readonly object: ApiObject;
}

/**
 * A small API server over HTTP on loopback: lists in pages, streamed lists, watches, refusals. It keeps what a test
 * puts into it and says what it was asked.
 */
export class FakeApiServer {
  readonly requests: string[] = [];
  /** Paths that answer 403, each with everything below it. */
  readonly forbidden = new Set<string>();
  /** Answers instead of the server where it returns true. */
  intercept: (request: IncomingMessage, response: ServerResponse) => boolean = () => false;
  /** False: it refuses to stream lists, as servers before 1.27 do. */
  streams = true;
  /** Answers that are no collections, by path: discovery. */
  readonly documents = new Map<string, object>([['/apis', { groups: [] }]]);
  readonly #server: Server;
  readonly #history: Change[] = [];
  readonly #objects = new Map<string, ApiObject[]>();
  readonly #watches = new Map<ServerResponse, string>();
  #version = 1;

  constructor() {
    this.#server = createServer((request, response) => this.#answer(request, response));
  }

  static async start(): Promise<FakeApiServer> {
    const fake = new FakeApiServer();
    await new Promise<void>((resolve) => fake.#server.listen(0, '127.0.0.1', resolve));
    return fake;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get openWatches(): number {
    return this.#watches.size;
  }

  /** Adds objects to a collection such as `/api/v1/pods` and tells those who watch it. */
  put(collection: string, ...objects: readonly ApiObject[]): void {
    const list = this.#objects.get(collection) ?? [];
    this.#objects.set(collection, list);
    for (const object of objects) {
      const stored = { ...object, metadata: { ...object.metadata, resourceVersion: String(++this.#version) } };
      list.push(stored);
      this.#tell({ collection, version: this.#version, type: 'ADDED', object: stored });
    }
  }

  remove(collection: string, name: string): void {
    const list = this.#objects.get(collection) ?? [];
    const at = list.findIndex(({ metadata }) => metadata.name === name);
    const [gone] = list.splice(at, at < 0 ? 0 : 1);
    if (gone === undefined) return;
    const object = { ...gone, metadata: { ...gone.metadata, resourceVersion: String(++this.#version) } };
    this.#tell({ collection, version: this.#version, type: 'DELETED', object });
  }

  /** Breaks every connection, as a proxy does that is restarted. */
  cutConnections(): void {
    this.#server.closeAllConnections();
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '', this.url);
    this.requests.push(`${request.method} ${url.pathname}`);
    response.setHeader('content-type', 'application/json');
    if (this.intercept(request, response)) return;
    if ([...this.forbidden].some((path) => url.pathname === path || url.pathname.startsWith(`${path}/`))) {
      refuse(response, 403, `${url.pathname} is forbidden`);
    } else if (url.pathname === '/version') {
      response.end('{"gitVersion":"v1.36.0"}');
    } else if (url.searchParams.has('watch')) {
      this.#watch(url, response);
    } else {
      this.#list(url, response);
    }
  }

  #list({ pathname, searchParams }: URL, response: ServerResponse): void {
    const document = this.documents.get(pathname);
    if (document !== undefined) {
      response.end(JSON.stringify(document));
      return;
    }
    const named = this.#named(pathname);
    if (named !== undefined) {
      response.end(JSON.stringify(named));
      return;
    }
    const objects = this.#selected(pathname);
    const from = Number(searchParams.get('continue') ?? 0);
    const end = Math.min(objects.length, from + Number(searchParams.get('limit') ?? objects.length));
    const more = end < objects.length && { continue: String(end), remainingItemCount: objects.length - end };
    const metadata = { resourceVersion: String(this.#version), ...more };
    response.end(JSON.stringify({ kind: 'List', metadata, items: objects.slice(from, end) }));
  }

  #watch({ pathname, searchParams }: URL, response: ServerResponse): void {
    const initial = searchParams.has('sendInitialEvents');
    if (initial && !this.streams) {
      refuse(response, 422, 'sendInitialEvents is forbidden');
      return;
    }
    response.flushHeaders();
    if (initial) {
      for (const object of this.#selected(pathname)) write(response, 'ADDED', object);
      const annotations = { 'k8s.io/initial-events-end': 'true' };
      write(response, 'BOOKMARK', { metadata: { resourceVersion: String(this.#version), annotations } });
    } else {
      const after = Number(searchParams.get('resourceVersion'));
      for (const change of this.#history) {
        if (change.version > after && concerns(pathname, change)) write(response, change.type, change.object);
      }
    }
    this.#watches.set(response, pathname);
    response.on('close', () => this.#watches.delete(response));
  }

  /** A collection, also that of one namespace. */
  #selected(path: string): readonly ApiObject[] {
    const [, root, namespace, plural] = /^(.*)\/namespaces\/([^/]+)\/([^/]+)$/.exec(path) ?? [];
    if (namespace === undefined) return this.#objects.get(path) ?? [];
    const all = this.#objects.get(`${root}/${plural}`) ?? [];
    return all.filter(({ metadata }) => metadata.namespace === namespace);
  }

  #named(path: string): ApiObject | undefined {
    const [, collection = '', name] = /^(.*)\/([^/]+)$/.exec(path) ?? [];
    return this.#objects.get(collection)?.find(({ metadata }) => metadata.name === name);
  }

  #tell(change: Change): void {
    this.#history.push(change);
    for (const [response, path] of this.#watches) {
      if (concerns(path, change)) write(response, change.type, change.object);
    }
  }
}

function concerns(path: string, { collection, object }: Change): boolean {
  const parts = collection.split('/');
  const scoped = [...parts.slice(0, -1), 'namespaces', object.metadata.namespace, parts.at(-1)].join('/');
  return path === collection || path === scoped;
}

function write(response: ServerResponse, type: string, object: object): void {
  response.write(`${JSON.stringify({ type, object })}\n`);
}

function refuse(response: ServerResponse, code: number, message: string): void {
  response.statusCode = code;
  response.end(JSON.stringify({ kind: 'Status', status: 'Failure', code, message }));
}

/** A kubeconfig with one context for a server. */
export function kubeconfigFor(server: string, user: object = { token: 't' }, namespace = 'shop'): string {
  return JSON.stringify({
    'current-context': 'one',
    clusters: [{ name: 'c', cluster: { server } }],
    users: [{ name: 'eve', user }],
    contexts: [{ name: 'one', context: { cluster: 'c', user: 'eve', namespace } }],
  });
}
