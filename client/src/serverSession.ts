import { EventEmitter, type Event, type LogOutputChannel } from 'vscode';
import type { NotificationMethod, RequestMethod } from '../../server/src/protocol/methods.ts';
import { restartDelay } from './restartPolicy.ts';

/** `failed`: it crashed too often or did not come up; the next thing that a person asks of it tries again. */
export type SessionState = 'idle' | 'starting' | 'running' | 'failed';

/** The server over all its runs: started on first need, restarted after a crash, spoken to in typed methods. */
export interface ServerSession {
  readonly state: SessionState;
  readonly onDidChangeState: Event<SessionState>;
  onNotification<P>(method: NotificationMethod<P>, handler: (params: P) => void): void;
  /** Never rejects: false where no server can be had; the log says why. */
  start(): Promise<boolean>;
  restart(): Promise<boolean>;
  stop(): Promise<void>;
  /** Starts the server where none runs. Rejects where none can be had or the request fails. */
  request<P, R>(method: RequestMethod<P, R>, params: P): Promise<R>;
  /** Says nothing where no server runs. */
  notify<P>(method: NotificationMethod<P>, params: P): void;
}

/** One run of the server, from its start to its end. */
export interface ServerRun {
  start(): Promise<void>;
  end(): Promise<void>;
  request<R>(name: string, params: unknown): Promise<R>;
  notify(name: string, params: unknown): Promise<void>;
  onNotification(name: string, handler: (params: unknown) => void): void;
  /** The process is gone although nobody ended it. */
  onStopped(listener: () => void): void;
}

/** What a session needs from outside; tests bring their own run and time. */
export interface SessionParts {
  readonly createRun: () => Promise<ServerRun>;
  readonly log: LogOutputChannel;
  readonly wait: (milliseconds: number) => Promise<void>;
  readonly now: () => number;
}

export function createSession(parts: SessionParts): ServerSession {
  return new Session(parts);
}

class Session implements ServerSession {
  readonly #parts: SessionParts;
  readonly #stateChanged = new EventEmitter<SessionState>();
  readonly #handlers: { readonly name: string; readonly handler: (params: unknown) => void }[] = [];
  #state: SessionState = 'idle';
  #current: ServerRun | undefined;
  #starting: Promise<boolean> | undefined;
  #crashes: number[] = [];
  /** The run that was asked for last: what belongs to an older one ends itself. */
  #run = 0;

  constructor(parts: SessionParts) {
    this.#parts = parts;
  }

  get state(): SessionState {
    return this.#state;
  }

  get onDidChangeState(): Event<SessionState> {
    return this.#stateChanged.event;
  }

  onNotification<P>(method: NotificationMethod<P>, handler: (params: P) => void): void {
    this.#handlers.push({ name: method.name, handler: (params) => handler(params as P) });
  }

  start(): Promise<boolean> {
    this.#starting ??= this.#begin(++this.#run);
    return this.#starting;
  }

  async restart(): Promise<boolean> {
    this.#crashes = [];
    await this.stop();
    return this.start();
  }

  async stop(): Promise<void> {
    this.#run += 1;
    this.#starting = undefined;
    const current = this.#current;
    this.#current = undefined;
    this.#enter('idle');
    if (current !== undefined) await this.#end(current);
  }

  async request<P, R>(method: RequestMethod<P, R>, params: P): Promise<R> {
    await this.start();
    if (this.#current === undefined) throw new Error('The server does not run.');
    return this.#current.request<R>(method.name, params);
  }

  notify<P>(method: NotificationMethod<P>, params: P): void {
    this.#current
      ?.notify(method.name, params)
      .catch((error: unknown) => this.#parts.log.warn(`${method.name} was not sent: ${describe(error)}`));
  }

  async #begin(run: number): Promise<boolean> {
    this.#enter('starting');
    try {
      const started = await this.#parts.createRun();
      for (const { name, handler } of this.#handlers) started.onNotification(name, handler);
      if (run === this.#run) await started.start();
      if (run !== this.#run) {
        await this.#end(started);
        return false;
      }
      this.#current = started;
      started.onStopped(() => {
        if (run === this.#run) void this.#crashed(run);
      });
    } catch (error) {
      this.#parts.log.error(`The server does not start: ${describe(error)}`);
      if (run !== this.#run) return false;
      this.#starting = undefined;
      this.#enter('failed');
      return false;
    }
    this.#parts.log.info('The server runs.');
    this.#enter('running');
    return true;
  }

  async #crashed(run: number): Promise<void> {
    const { log, now, wait } = this.#parts;
    this.#current = undefined;
    this.#starting = undefined;
    this.#crashes.push(now());
    const delay = restartDelay(this.#crashes, now());
    if (delay === undefined) {
      log.error('The server has stopped again and again. “Bulkhead: Restart Server” tries once more.');
      this.#enter('failed');
      return;
    }
    log.warn(`The server has stopped. It starts again in ${delay} ms.`);
    this.#enter('starting');
    await wait(delay);
    if (run === this.#run) await this.start();
  }

  async #end(run: ServerRun): Promise<void> {
    try {
      await run.end();
    } catch (error) {
      this.#parts.log.warn(`The server did not stop by itself: ${describe(error)}`);
    }
  }

  #enter(state: SessionState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#stateChanged.fire(state);
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
