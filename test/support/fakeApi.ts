import type { ApiRequest, ApiResponse, Transport } from '../../server/src/cluster/apiTransport.ts';
import { ApiError } from '../../server/src/cluster/apiFault.ts';

/** A transport without a network: a test takes each request as it comes and answers it piece by piece. */
export class FakeApi {
  readonly requests: string[] = [];
  readonly #arrived: FakeRequest[] = [];
  #waiting: ((request: FakeRequest) => void) | undefined;

  readonly transport: Transport = (request) =>
    new Promise((resolve, reject) => {
      const arrived = new FakeRequest(request, resolve, reject);
      this.requests.push(arrived.line);
      request.signal.addEventListener('abort', () => reject(new ApiError({ kind: 'unavailable', why: 'aborted' })));
      if (this.#waiting === undefined) this.#arrived.push(arrived);
      else this.#waiting(arrived);
      this.#waiting = undefined;
    });

  /** The next request, once it comes. */
  async next(): Promise<FakeRequest> {
    return this.#arrived.shift() ?? new Promise((resolve) => (this.#waiting = resolve));
  }

  /** Requests that came and that the test has not taken. */
  get pending(): readonly string[] {
    return this.#arrived.map(({ line }) => line);
  }
}

export class FakeRequest {
  readonly request: ApiRequest;
  readonly #resolve: (response: ApiResponse) => void;
  readonly #reject: (error: Error) => void;
  readonly #chunks: (Uint8Array | Error | undefined)[] = [];
  #more: (() => void) | undefined;
  #opened = false;

  constructor(request: ApiRequest, resolve: (response: ApiResponse) => void, reject: (error: Error) => void) {
    this.request = request;
    this.#resolve = resolve;
    this.#reject = reject;
    request.signal.addEventListener('abort', () => this.#push(new ApiError({ kind: 'unavailable', why: 'aborted' })));
  }

  /** `GET /api/v1/pods?limit=500`. */
  get line(): string {
    const { method = 'GET', path, query = {} } = this.request;
    const text = new URLSearchParams(query).toString();
    return `${method} ${path}${text === '' ? '' : `?${decodeURIComponent(text)}`}`;
  }

  get query(): Readonly<Record<string, string>> {
    return this.request.query ?? {};
  }

  /** Sends events of a watch, or text as it is. */
  send(...events: readonly (object | string)[]): void {
    this.#open(200, {});
    for (const event of events) {
      this.#push(Buffer.from(typeof event === 'string' ? event : `${JSON.stringify(event)}\n`));
    }
  }

  /** Ends the answer normally. */
  end(): void {
    this.#open(200, {});
    this.#push(undefined);
  }

  /** Answers as a whole. */
  answer(body: object): void {
    this.send(JSON.stringify(body));
    this.end();
  }

  /** Answers with a metav1.Status. */
  refuse(code: number, message = '', headers: Readonly<Record<string, string>> = {}): void {
    this.#open(code, headers);
    this.#push(Buffer.from(JSON.stringify({ kind: 'Status', status: 'Failure', code, message })));
    this.#push(undefined);
  }

  /** The connection breaks, before or within the answer. */
  cut(kind: 'unavailable' | 'silent' = 'unavailable'): void {
    const error = new ApiError({ kind, why: 'The connection was cut.' });
    if (this.#opened) this.#push(error);
    else this.#reject(error);
  }

  #open(status: number, headers: Readonly<Record<string, string>>): void {
    if (this.#opened) return;
    this.#opened = true;
    const all: Readonly<Record<string, string>> = { 'content-type': 'application/json', ...headers };
    this.#resolve({ status, header: (name) => all[name.toLowerCase()], body: this.#body() });
  }

  #push(chunk: Uint8Array | Error | undefined): void {
    this.#chunks.push(chunk);
    this.#more?.();
    this.#more = undefined;
  }

  async *#body(): AsyncGenerator<Uint8Array> {
    for (;;) {
      if (this.#chunks.length === 0) await new Promise<void>((resolve) => (this.#more = resolve));
      const chunk = this.#chunks.shift();
      if (chunk === undefined) return;
      if (chunk instanceof Error) throw chunk;
      yield chunk;
    }
  }
}

/** Events of a watch. */
export const event = {
  added: (name: string, version: number, more: object = {}) => podEvent('ADDED', name, version, more),
  modified: (name: string, version: number, more: object = {}) => podEvent('MODIFIED', name, version, more),
  deleted: (name: string, version: number) => podEvent('DELETED', name, version, {}),
  bookmark: (version: number) => ({ type: 'BOOKMARK', object: { metadata: { resourceVersion: String(version) } } }),
  /** The end of a streamed list (KEP-3157). */
  listed: (version: number) => ({
    type: 'BOOKMARK',
    object: {
      metadata: { resourceVersion: String(version), annotations: { 'k8s.io/initial-events-end': 'true' } },
    },
  }),
  error: (code: number, message = '') => ({ type: 'ERROR', object: { kind: 'Status', code, message } }),
};

/** `shop/web`: a pod as the API gives it. */
export function apiPod(name: string, version = 1, more: object = {}): object {
  const [namespace, own] = name.split('/');
  return {
    metadata: { namespace, name: own, resourceVersion: String(version) },
    spec: { containers: [] },
    status: { phase: 'Running' },
    ...more,
  };
}

function podEvent(type: string, name: string, version: number, more: object): object {
  return { type, object: apiPod(name, version, more) };
}
