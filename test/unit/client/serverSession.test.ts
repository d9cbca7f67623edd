import { describe, expect, test } from 'vitest';
import type { LogOutputChannel } from 'vscode';
import { restartDelay } from '../../../client/src/restartPolicy.ts';
import { createSession, type ServerRun, type ServerSession } from '../../../client/src/serverSession.ts';

/** A run that a test starts, lets fail and crashes by hand. */
class FakeRun implements ServerRun {
  readonly sent: string[] = [];
  ended = false;
  why: string | undefined;
  readonly #handlers = new Map<string, (params: unknown) => void>();
  readonly #start: () => Promise<void>;
  #stopped: () => void = () => undefined;

  constructor(start: () => Promise<void>) {
    this.#start = start;
  }

  start = (): Promise<void> => this.#start();
  end = async (): Promise<void> => void (this.ended = true);
  request = async <R>(name: string): Promise<R> => {
    this.sent.push(name);
    return `answer to ${name}` as R;
  };
  notify = async (name: string): Promise<void> => void this.sent.push(name);
  onNotification = (name: string, handler: (params: unknown) => void): void => void this.#handlers.set(name, handler);
  onStopped = (listener: () => void): void => void (this.#stopped = listener);
  crash = (): void => this.#stopped();
  say = (name: string, params: unknown): void => this.#handlers.get(name)?.(params);
}

interface Scene {
  readonly session: ServerSession;
  readonly runs: FakeRun[];
  readonly states: string[];
  readonly waited: number[];
  readonly logged: string[];
}

function scene(start: (run: number) => Promise<void> = async () => undefined): Scene {
  const runs: FakeRun[] = [];
  const waited: number[] = [];
  const logged: string[] = [];
  const write = (message: string): void => void logged.push(message);
  const session = createSession({
    createRun: async () => {
      const run = new FakeRun(() => start(runs.indexOf(run)));
      runs.push(run);
      return run;
    },
    log: { error: write, warn: write, info: write } as unknown as LogOutputChannel,
    wait: async (milliseconds) => void waited.push(milliseconds),
    now: () => 0,
  });
  const states: string[] = [];
  session.onDidChangeState((state) => void states.push(state));
  return { session, runs, states, waited, logged };
}

const ASK = { name: 'bulkhead/ask' };

/** Lets everything that is due happen. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('starting', () => {
  test('nothing runs until something is asked', () => expect(scene().runs).toEqual([]));

  test('whoever asks at the same time shares one server', async () => {
    const { session, runs, states } = scene();
    expect(await Promise.all([session.request(ASK, {}), session.request(ASK, {})])).toEqual([
      'answer to bulkhead/ask',
      'answer to bulkhead/ask',
    ]);
    expect(runs).toHaveLength(1);
    expect(states).toEqual(['starting', 'running']);
  });

  test('a notification starts no server', async () => {
    const { session, runs } = scene();
    session.notify(ASK, {});
    await settle();
    expect(runs).toEqual([]);
  });

  test('a server that does not come up is said, and the next request tries again', async () => {
    const { session, states, logged } = scene(async (run) => {
      if (run === 0) throw new Error('no such file');
    });
    await expect(session.request(ASK, {})).rejects.toThrow('does not run');
    expect(states).toEqual(['starting', 'failed', 'failed']);
    expect(session.trouble).toEqual({ kind: 'start', times: 1, why: 'no such file' });
    expect(logged).toEqual(['The server does not start: no such file']);
    expect(await session.request(ASK, {})).toBe('answer to bulkhead/ask');
    expect(session.trouble).toBeUndefined();
  });
});

describe('a crash', () => {
  test('is followed by a new server that is heard as well', async () => {
    const { session, runs, states, waited } = scene();
    const heard: unknown[] = [];
    session.onNotification({ name: 'bulkhead/status' }, (params) => void heard.push(params));
    await session.start();
    runs[0]?.crash();
    await settle();
    runs[1]?.say('bulkhead/status', 'back');
    expect(heard).toEqual(['back']);
    expect(states).toEqual(['starting', 'running', 'starting', 'running']);
    expect(waited).toEqual([500]);
  });

  test('is remembered with what the process said of it, which may come late', async () => {
    const { session, runs } = scene();
    await session.start();
    expect(session.trouble).toBeUndefined();
    runs[0]?.crash();
    await settle();
    expect(session.trouble).toEqual({ kind: 'crash', times: 1, why: undefined });
    if (runs[0] !== undefined) runs[0].why = 'RangeError: too deep';
    expect(session.trouble).toMatchObject({ why: 'RangeError: too deep' });
  });

  test('for the fifth time ends in “failed”, which a restart forgives', async () => {
    const { session, runs, states } = scene();
    await session.start();
    for (let crash = 0; crash < 5; crash += 1) {
      runs.at(-1)?.crash();
      await settle();
    }
    expect(session.state).toBe('failed');
    expect(session.trouble).toMatchObject({ kind: 'crash', times: 5 });
    expect(runs).toHaveLength(5);
    // Told twice: the second time the last words are there.
    expect(states.slice(-2)).toEqual(['failed', 'failed']);
    await session.restart();
    expect(session.state).toBe('running');
    expect(session.trouble).toBeUndefined();
    runs.at(-1)?.crash();
    await settle();
    expect(session.state).toBe('running');
  });

  test('of a run that was ended already is nothing', async () => {
    const { session, runs } = scene();
    await session.start();
    await session.restart();
    runs[0]?.crash();
    await settle();
    expect(runs).toHaveLength(2);
    expect(session.state).toBe('running');
  });
});

describe('stopping', () => {
  test('ends the server', async () => {
    const { session, runs } = scene();
    await session.start();
    await session.stop();
    expect(runs[0]?.ended).toBe(true);
    expect(session.state).toBe('idle');
  });

  test('while it starts ends it as soon as it is up', async () => {
    let up: () => void = () => undefined;
    const { session, runs } = scene(() => new Promise((resolve) => (up = resolve)));
    const started = session.start();
    await settle();
    await session.stop();
    up();
    expect(await started).toBe(false);
    expect(runs[0]?.ended).toBe(true);
    expect(session.state).toBe('idle');
  });
});

test('each crash within ten minutes doubles the wait, and the fifth is the last', () => {
  const minute = 60_000;
  expect([1, 2, 3, 4, 5].map((crashes) => restartDelay(Array<number>(crashes).fill(0), 0))).toEqual([
    500,
    1000,
    2000,
    4000,
    undefined,
  ]);
  expect(restartDelay([0, 0, 0, 0, 0, 11 * minute], 11 * minute)).toBe(500);
});

test('all who listen to a notification hear it, over every run', async () => {
  const { session, runs } = scene();
  const heard: string[] = [];
  session.onNotification({ name: 'bulkhead/told' }, (params) => heard.push(`one ${String(params)}`));
  session.onNotification({ name: 'bulkhead/told' }, (params) => heard.push(`two ${String(params)}`));
  await session.start();
  runs[0]?.say('bulkhead/told', 1);
  await session.restart();
  runs[1]?.say('bulkhead/told', 2);
  expect(heard).toEqual(['one 1', 'two 1', 'one 2', 'two 2']);
});
