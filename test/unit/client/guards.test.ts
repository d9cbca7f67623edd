/** A guarded change while its countdown runs: what a person sees of it, and how it ends by their hand or by itself. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { guards, type Guards } from '../../../client/src/guards.ts';
import type { SessionState } from '../../../client/src/serverSession.ts';
import type { GuardState } from '../../../server/src/protocol/apply.ts';
import { EventEmitter, executed, messages, person, statusBarItem, workspace } from '../../support/fakeVscode.ts';

let hear: (state: GuardState) => void;
let states: EventEmitter<SessionState>;
let asked: unknown[];
let pending: GuardState[];
let decided: { readonly text: string; readonly done?: true };
let open: Guards;

beforeEach(() => {
  vi.useFakeTimers();
  person.shown.length = 0;
  person.answers = [];
  executed.length = 0;
  messages.length = 0;
  statusBarItem.text = '';
  workspace.isTrusted = true;
  asked = [];
  pending = [];
  decided = { text: 'shop/web in dev: kept.', done: true };
  states = new EventEmitter<SessionState>();
  const request = (method: { readonly name: string }, params: unknown): Promise<unknown> => {
    if (method.name.endsWith('pendingGuards')) return Promise.resolve({ guards: pending });
    asked.push(params);
    return Promise.resolve(decided);
  };
  open = guards({
    request,
    onNotification: (_: unknown, handler: unknown) => void (hear = handler as typeof hear),
    onDidChangeState: states.event,
  } as never);
});

afterEach(() => {
  open.dispose();
  vi.useRealTimers();
});

function stateOf(changes: Partial<GuardState> = {}): GuardState {
  return { id: 'g1', context: 'dev', state: 'counting', seconds: 87, text: 'shop/web', observed: [], ...changes };
}

/** The context keys as they are now. */
const keys = (): unknown =>
  Object.fromEntries(executed.filter(([command]) => command === 'setContext').map(([, key, value]) => [key, value]));

/** What a person has been told in messages that are no progress. */
const told = (): string[] => person.shown.filter(({ kind }) => kind !== 'progress').map(({ text }) => text);
const lastProgress = (): string => person.shown.findLast(({ kind }) => kind === 'progress')?.text ?? '';

describe('while it counts', () => {
  test('the status bar says what and how long, second by second', async () => {
    hear(stateOf());
    expect(statusBarItem.text).toBe('$(history) Rolls back in 87 s: shop/web');
    await vi.advanceTimersByTimeAsync(5_000);
    expect(statusBarItem.text).toBe('$(history) Rolls back in 82 s: shop/web');
    expect(keys()).toEqual({ 'bulkhead.guarded': true, 'bulkhead.countdown': true });
  });

  test('the server knows better how long', () => {
    hear(stateOf());
    hear(stateOf({ seconds: 60 }));
    expect(statusBarItem.text).toBe('$(history) Rolls back in 60 s: shop/web');
  });

  test('a notification stays with both ways to end it, and says what the cluster says', async () => {
    hear(stateOf());
    hear(stateOf({ observed: ['web-1 has restarted once'] }));
    await vi.advanceTimersByTimeAsync(1_000);
    expect(lastProgress()).toMatch(
      /^\[Keep\]\(command:bulkhead\.keepChange\?%5B%22g1%22%5D\) or \[Roll back now\]\(command:bulkhead\.rollBackNow\?%5B%22g1%22%5D\)\? shop\/web in dev rolls back at .+ unless kept\. web-1 has restarted once\.$/,
    );
    expect(statusBarItem.tooltip).toContain('web-1 has restarted once');
  });

  test('names of a cluster make neither a link nor an icon', () => {
    const hostile = '[x](command:workbench.action.quit) $(trash)';
    hear(stateOf({ text: hostile, context: hostile, observed: [hostile] }));
    expect(person.shown.map(({ text }) => text).join()).not.toContain('](command:workbench');
    expect(statusBarItem.text).not.toMatch(/[^\\]\$\(trash/);
  });
});

describe('it ends', () => {
  test('once for a person who keeps it, and one message says so', async () => {
    hear(stateOf());
    await open.decide('keep');
    hear(stateOf({ seconds: 80 }));
    hear(stateOf({ state: 'ended', text: 'shop/web in dev: kept.' }));
    expect(asked).toEqual([{ id: 'g1', decision: 'keep' }]);
    expect(told()).toEqual(['shop/web in dev: kept.']);
    expect(statusBarItem.text).toBe('');
    expect(keys()).toEqual({ 'bulkhead.guarded': false, 'bulkhead.countdown': false });
  });

  test('for one who rolls it back, and the countdown itself tells how', async () => {
    decided = { text: 'shop/web: is being rolled back.', done: true };
    hear(stateOf());
    await open.decide('rollBack');
    hear(stateOf({ state: 'rollingBack', seconds: 0 }));
    expect(statusBarItem.text).toBe('$(history) Rolling back: shop/web');
    expect(keys()).toEqual({ 'bulkhead.guarded': true, 'bulkhead.countdown': false });
    hear(stateOf({ state: 'ended', text: 'shop/web in dev: rolled back.' }));
    expect(told()).toEqual(['shop/web in dev: rolled back.']);
  });

  test('by itself at its deadline', () => {
    hear(stateOf());
    hear(stateOf({ state: 'ended', text: 'shop/web in dev: rolled back. Open again: frontend → web' }));
    expect(told()).toEqual(['shop/web in dev: rolled back. Open again: frontend → web']);
    expect(statusBarItem.text).toBe('');
  });

  test('too late to be kept', async () => {
    hear(stateOf({ state: 'rollingBack', seconds: 0 }));
    await open.decide('keep');
    expect(asked).toEqual([]);
  });

  test('a moment too late to be kept, which is said', async () => {
    decided = { text: 'shop/web in dev: rolled back.' };
    hear(stateOf({ seconds: 1 }));
    await open.decide('keep');
    expect(person.shown.at(-1)).toMatchObject({ kind: 'warning', text: 'shop/web in dev: rolled back.' });
    expect(statusBarItem.text).not.toBe('');
    hear(stateOf({ state: 'ended', text: 'shop/web in dev: rolled back. Open again: frontend → web' }));
    expect(statusBarItem.text).toBe('');
  });
});

test('a click on the status bar offers both', async () => {
  hear(stateOf());
  person.answers = ['Roll back now'];
  await open.decide(undefined);
  expect(person.shown.at(-1)).toMatchObject({ choices: ['Keep', 'Roll back now'] });
  expect(asked).toEqual([{ id: 'g1', decision: 'rollBack' }]);
});

describe('of two', () => {
  beforeEach(() => {
    hear(stateOf());
    hear(stateOf({ id: 'g2', seconds: 20, text: 'shop/db', context: 'prod-eu' }));
  });

  test('the one that ends first stands in the status bar', () => {
    expect(statusBarItem.text).toBe('$(history) Rolls back in 20 s: shop/db and 1 more');
    expect(statusBarItem.tooltip).toMatch(/shop\/db in prod-eu[\s\S]*shop\/web in dev/);
  });

  test('a person says which one the key means', async () => {
    person.answers = ['Rolls back in 87 s: shop/web'];
    await open.decide('keep');
    expect(asked).toEqual([{ id: 'g1', decision: 'keep' }]);
  });

  test('a link means its own', async () => {
    await open.decide('keep', 'g2');
    expect(asked).toEqual([{ id: 'g2', decision: 'keep' }]);
  });
});

describe('one that nobody holds any more', () => {
  const lost = stateOf({ state: 'lost', seconds: 0 });
  const start = async (): Promise<void> => {
    pending = [lost];
    states.fire('running');
    await vi.advanceTimersByTimeAsync(0);
  };

  test('is found when the server starts, and a person decides', async () => {
    person.answers = ['Keep'];
    await start();
    expect(person.shown[0]).toMatchObject({
      text: 'shop/web in dev was changed under a guard, which has ended without rolling back. Keep the change?',
      choices: ['Keep', 'Roll back now'],
    });
    expect(asked).toEqual([{ id: 'g1', decision: 'keep' }]);
    expect(told().at(-1)).toBe('shop/web in dev: kept.');
    expect(statusBarItem.text).toBe('');
  });

  test('stays in the status bar where they do not, and is not asked about twice', async () => {
    await start();
    await start();
    expect(told()).toHaveLength(1);
    expect(statusBarItem.text).toBe('$(warning) Not rolled back: shop/web');
  });

  test('says what is missing for a rollback', async () => {
    decided = { text: 'Choose the context dev first: nothing else may sign in there.' };
    person.answers = ['Roll back now'];
    await start();
    expect(told().at(-1)).toBe('Choose the context dev first: nothing else may sign in there.');
    expect(statusBarItem.text).toBe('$(warning) Not rolled back: shop/web');
  });

  test('is left to a window that trusts its workspace', async () => {
    workspace.isTrusted = false;
    await start();
    expect(told()).toEqual([]);
  });
});

test('one that counts down for another window, or since before this one, is followed here as well', async () => {
  pending = [stateOf({ seconds: 40 })];
  states.fire('running');
  await vi.advanceTimersByTimeAsync(0);
  expect(statusBarItem.text).toBe('$(history) Rolls back in 40 s: shop/web');
  expect(told()).toEqual([]);
});

test('one whose server has ended is asked after, once its time is over', async () => {
  hear(stateOf({ seconds: 5 }));
  states.fire('running');
  await vi.advanceTimersByTimeAsync(30_000);
  expect(statusBarItem.text).toBe('$(history) Rolls back in 0 s: shop/web');
  await vi.advanceTimersByTimeAsync(40_000);
  expect(statusBarItem.text).toBe('');
});
