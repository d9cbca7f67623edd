import { EventEmitter, type CancellationToken, type Event, type LogOutputChannel } from 'vscode';
import type { NotificationMethod, RequestMethod } from '../../server/src/protocol/methods.ts';
import { recentCrashes, restartDelay } from './restartPolicy.ts';

/** How long last words may take, in ms. */
const LAST_WORDS = 200;

/** `failed`: it crashed too often or did not come up; the next thing that a person asks of it tries again. */
export type SessionState = 'idle' | 'starting' | 'running' | 'failed';

/** What went wrong with the server, for the status item. */
export interface SessionTrouble {
  /** `start`: it did not come up. `crash`: it stopped by itself, `times` times within ten minutes. */
  readonly kind: 'start' | 'crash';
  readonly times: number;
  /** In the process's own words, as far as it had any. */
  readonly why: string | undefined;
}

/** The server over all its runs: started on first need, restarted after a crash, spoken to in typed methods. */
export interface ServerSession {
  readonly state: SessionState;
  /** Undefined where nothing went wrong lately. */
  readonly trouble: SessionTrouble | undefined;
  readonly onDidChangeState: Event<SessionState>;
  onNotification<P>(method: NotificationMethod<P>, handler: (params: P) => void): void;
  /** Never rejects: false where no server can be had; the log says why. */
  start(): Promise<boolean>;
  restart(): Promise<boolean>;
  stop(): Promise<void>;
  /** Starts the server where none runs. Rejects where none can be had or the request fails. */
  request<P, R>(method: RequestMethod<P, R>, params: P, cancel?: CancellationToken): Promise<R>;
  /** Says nothing where no server runs. */
  notify<P>(method: NotificationMethod<P>, params: P): void;
}

/** One run of the server, from its start to its end. */
export interface ServerRun {
  start(): Promise<void>;
  end(): Promise<void>;
  request<R>(name: string, params: unknown, cancel?: CancellationToken): Promise<R>;
  notify(name: string, params: unknown): Promise<void>;
  onNotification(name: string, handler: (params: unknown) => void): void;
  /** The process is gone although nobody ended it. */
  onStopped(listener: () => void): void;
  /** Why the process stopped, where it said so. */
  readonly why: string | undefined;
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
  /** The run that went wrong last, and in which words it did not start. */
  #fallen: ServerRun | undefined;
  #startFault: string | undefined;
  /** The run that was asked for last: what belongs to an older one ends itself. */
  #run = 0;

  constructor(parts: SessionParts) {
    this.#parts = parts;
  }

  get state(): SessionState {
    return this.#state;
  }

  get trouble(): SessionTrouble | undefined {
    const why = this.#fallen?.why;
    if (this.#startFault !== undefined) return { kind: 'start', times: 1, why: why ?? this.#startFault };
    const times = recentCrashes(this.#crashes, this.#parts.now()).length;
    return times === 0 ? undefined : { kind: 'crash', times, why };
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
    this.#startFault = undefined;
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

  async request<P, R>(method: RequestMethod<P, R>, params: P, cancel?: CancellationToken): Promise<R> {
    await this.start();
    if (this.#current === undefined) throw new Error('The server does not run.');
    return this.#current.request<R>(method.name, params, cancel);
  }

  notify<P>(method: NotificationMethod<P>, params: P): void {
    this.#current
      ?.notify(method.name, params)
      .catch((error: unknown) => this.#parts.log.warn(`${method.name} was not sent: ${describe(error)}`));
  }

  async #begin(run: number): Promise<boolean> {
    this.#enter('starting');
    let started: ServerRun | undefined;
    try {
      started = await this.#parts.createRun();
      // A run keeps one handler of each name.
      for (const [name, handlers] of Map.groupBy(this.#handlers, (each) => each.name)) {
        started.onNotification(name, (params) => handlers.forEach(({ handler }) => handler(params)));
      }
      if (run === this.#run) await started.start();
      if (run !== this.#run) {
        await this.#end(started);
        return false;
      }
      this.#current = started;
      started.onStopped(() => {
        if (run === this.#run) void this.#crashed(run, started);
      });
    } catch (error) {
      this.#parts.log.error(`The server does not start: ${describe(error)}`);
      if (run !== this.#run) return false;
      this.#starting = undefined;
      this.#fallen = started;
      this.#startFault = describe(error);
      this.#fail(run);
      return false;
    }
    this.#startFault = undefined;
    this.#parts.log.info('The server runs.');
    this.#enter('running');
    return true;
  }

  async #crashed(run: number, fallen: ServerRun | undefined): Promise<void> {
    const { log, now, wait } = this.#parts;
    this.#current = undefined;
    this.#starting = undefined;
    this.#crashes.push(now());
    this.#fallen = fallen;
    const delay = restartDelay(this.#crashes, now());
    if (delay === undefined) {
      log.error('The server has stopped again and again and stays down. “Bulkhead: Restart server” tries once more.');
      this.#fail(run);
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

  /** What a process says at its end may still be on its way when it is known to be gone. */
  #fail(run: number): void {
    this.#enter('failed');
    const again = async (): Promise<void> => {
      await this.#parts.wait(LAST_WORDS);
      if (run === this.#run && this.#state === 'failed') this.#stateChanged.fire('failed');
    };
    void again();
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
