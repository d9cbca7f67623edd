/**
 * A small API server over HTTP on loopback that keeps NetworkPolicies: uid, resourceVersion, preconditions and dry runs
 * as the real one has them. For faults that the real one cannot be made to have.
 */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Policy {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata: PolicyMetadata;
  readonly spec: object;
}

export interface PolicyMetadata {
  readonly name: string;
  readonly namespace: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly managedFields?: readonly object[];
  readonly deletionTimestamp?: string;
  readonly ownerReferences?: readonly object[];
}

export interface PolicyRequest {
  /** `PUT /apis/…/web?dryRun=All`. */
  readonly line: string;
  readonly method: string;
  readonly isDryRun: boolean;
  readonly authorization: string;
}

/** Answers instead of the server, or with `after` once the server has done what was asked. */
export type Fate =
  | 'pass'
  | ((response: ServerResponse, request: IncomingMessage) => void)
  | { readonly after: (response: ServerResponse) => void };

export class PolicyServer {
  readonly requests: PolicyRequest[] = [];
  intercept: (request: PolicyRequest) => Fate = () => 'pass';
  readonly #objects = new Map<string, Policy>();
  readonly #server: Server;
  #version = 100;

  constructor() {
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch(() => response.destroy());
    });
  }

  static async start(): Promise<PolicyServer> {
    const server = new PolicyServer();
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Writes as somebody does who asks nobody. Keeps the uid of an object that is there. */
  put(name: string, spec: object, more: Partial<PolicyMetadata> = {}, manager = 'kubectl'): Policy {
    const old = this.#objects.get(pathOf(name));
    const policy: Policy = {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: {
        name,
        namespace: 'shop',
        uid: old?.metadata.uid ?? randomUUID(),
        resourceVersion: String(++this.#version),
        managedFields: [{ manager, operation: 'Update', time: new Date().toISOString() }],
        ...more,
      },
      spec,
    };
    this.#objects.set(pathOf(name), policy);
    return policy;
  }

  get(name: string): Policy | undefined {
    return this.#objects.get(pathOf(name));
  }

  remove(name: string): void {
    this.#objects.delete(pathOf(name));
  }

  async #answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(incoming.url ?? '/', this.url);
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const body = text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
    const method = incoming.method ?? '';
    const isDryRun = searchParams.has('dryRun') || body['dryRun'] !== undefined;
    const request: PolicyRequest = {
      line: `${method} ${incoming.url}`,
      method,
      isDryRun,
      authorization: incoming.headers.authorization ?? '',
    };
    this.requests.push(request);
    const fate = this.intercept(request);
    if (typeof fate === 'function') return fate(response, incoming);
    const [status, answer] = this.#do(method, pathname, body, isDryRun);
    if (fate !== 'pass') return fate.after(response);
    respond(response, status, answer);
  }

  #do(method: string, path: string, body: Record<string, unknown>, isDryRun: boolean): readonly [number, object] {
    if (path.endsWith('/selfsubjectaccessreviews')) return [201, { status: { allowed: true } }];
    if (method === 'POST') {
      const { metadata, spec } = body as unknown as Policy;
      if (this.get(metadata.name) !== undefined)
        return refusal(409, 'AlreadyExists', `${metadata.name} already exists`);
      if (isDryRun) return [201, body];
      const { labels, annotations } = metadata;
      return [
        201,
        this.put(metadata.name, spec, { ...(labels && { labels }), ...(annotations && { annotations }) }, 'bulkhead'),
      ];
    }
    const object = this.#objects.get(path);
    if (object === undefined) return refusal(404, 'NotFound', `${path} not found`);
    const { uid, resourceVersion } = object.metadata;
    if (method === 'GET') return [200, object];
    if (method === 'DELETE') {
      const { preconditions = {} } = body as { preconditions?: { uid?: string; resourceVersion?: string } };
      const isMet =
        (preconditions.uid ?? uid) === uid && (preconditions.resourceVersion ?? resourceVersion) === resourceVersion;
      if (!isMet) return refusal(409, 'Conflict', 'Precondition failed');
      if (!isDryRun) this.#objects.delete(path);
      return [200, { kind: 'Status', status: 'Success' }];
    }
    const { metadata, spec } = body as unknown as Policy;
    if (metadata.resourceVersion !== resourceVersion || metadata.uid !== uid) {
      return refusal(409, 'Conflict', 'the object has been modified');
    }
    if (isDryRun) return [200, body];
    const { managedFields: _managed, uid: _uid, resourceVersion: _version, ...kept } = metadata;
    return [200, this.put(object.metadata.name, spec, kept, 'bulkhead')];
  }
}

/** Answers with a metav1.Status, as the API server refuses. */
export function refuse(
  response: ServerResponse,
  code: number,
  reason: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  respond(response, ...refusal(code, reason, message));
}

function refusal(code: number, reason: string, message: string): readonly [number, object] {
  return [code, { kind: 'Status', status: 'Failure', code, reason, message }];
}

function respond(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function pathOf(name: string): string {
  return `/apis/networking.k8s.io/v1/namespaces/shop/networkpolicies/${name}`;
}
