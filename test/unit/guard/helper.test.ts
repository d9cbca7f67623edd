import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { systemFiles } from '../../../server/src/guard/durableFiles.ts';
import { guardOf, keepGuard } from '../../../server/src/guard/guard.ts';
import type { GuardRecord } from '../../../server/src/guard/guardRecord.ts';
import { runHelper } from '../../../server/src/guard/helper.ts';
import type { HelperStatus } from '../../../server/src/guard/helperStatus.ts';
import { readHelperStatus, writeHelperStatus } from '../../../server/src/guard/helperStatus.ts';
import type { LoginEnd } from '../../../server/src/guard/loginEnd.ts';
import { ownIdentity } from '../../../server/src/guard/processIdentity.ts';
import type { Proof } from '../../../server/src/guard/proof.ts';
import { readRecord, updateRecord, writeRecord } from '../../../server/src/guard/recordStore.ts';
import type { Deadline, Times } from '../../../server/src/guard/times.ts';
import { deadlineIn, remainingMs } from '../../../server/src/guard/times.ts';
import type { ApplyTarget, Preview, SendOutcome } from '../../../server/src/workspace/apply/clusterApply.ts';
import type {
  ClusterSession,
  LoginLife,
  SessionAnswer,
  SessionOptions,
} from '../../../server/src/workspace/clusterSession.ts';
import { MovedTimes } from '../../support/movedTimes.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const place = temporaryFolder('helper');
afterAll(place.remove);
let folder: string;
let folders = 0;
beforeEach(() => {
  folder = join(place.path, String(folders++));
  mkdirSync(folder);
});

const REF: ApplyTarget = { kind: 'NetworkPolicy', namespace: 'shop', name: 'web' };
const START = Date.UTC(2026, 0, 1);

interface Cluster {
  readonly life?: LoginLife | (() => LoginLife);
  readonly answer?: (request: { method: string; path: string }) => SessionAnswer;
  readonly prompts?: boolean;
  readonly problem?: string;
}

async function run(times: MovedTimes, cluster: Cluster = {}) {
  const requests: { readonly second: number; readonly line: string }[] = [];
  const logged: string[] = [];
  const openSession = async (options: SessionOptions) => {
    if (cluster.problem !== undefined) return { ok: false as const, problem: cluster.problem };
    const session: ClusterSession = {
      context: { name: 'prod-eu', cluster: 'prod', server: 'https://api', identity: 'id', user: 'eve' },
      life: async () => {
        if (cluster.prompts === true) {
          options.onPrompt?.({ program: 'login', text: 'open this page' });
          return new Promise<never>(() => undefined);
        }
        return (typeof cluster.life === 'function' ? cluster.life() : cluster.life) ?? { of: 'unknown' };
      },
      request: async (request) => {
        if (!request.path.endsWith('/selfsubjectaccessreviews')) {
          requests.push({ second: times.seconds, line: `${request.method} ${request.path}` });
        }
        return cluster.answer?.(request) ?? answerOf(request);
      },
      retryLogin: () => undefined,
      close: () => undefined,
    };
    return { ok: true as const, session };
  };
  await runHelper(
    folder,
    { environment: { variables: {}, platform: 'linux' } },
    {
      files: systemFiles,
      times,
      openSession,
      outlives: () => ({ answer: 'yes' }),
      pause: times.pause,
      every: times.every,
      random: () => 0.5,
      log: (line) => logged.push(line),
    },
  );
  const record = await readRecord(systemFiles, folder);
  const status = await readHelperStatus(systemFiles, folder);
  return { record, status, requests, logged };
}

/** The policy is gone: of one that we made there is nothing to put back. */
function answerOf({ path }: { readonly path: string }): SessionAnswer {
  if (path.endsWith('/selfsubjectaccessreviews')) return { ok: true, body: { status: { allowed: true } } };
  return { ok: false, status: 404, kind: 'notFound', reasons: ['NotFound'], message: 'not found' };
}

function record(more: Partial<GuardRecord> = {}): GuardRecord {
  return {
    version: 1,
    id: 'guard',
    state: 'prepared',
    preparedAt: new Date(START).toISOString(),
    starter: ownIdentity(),
    target: { context: 'prod-eu', identity: 'id', server: 'https://api', user: 'eve', files: [] },
    who: { name: 'eve', by: 'server' },
    journal: folder,
    seconds: 120,
    objects: [{ ref: REF, change: 'create' }],
    rollbackDelta: '',
    ...more,
  };
}

const PROOF: Proof = { can: true, of: 'unknown', outlives: { answer: 'yes' } };
const PREVIEW: Preview = {
  step: {
    intent: { action: 'apply', target: REF, document: {} },
    target: REF,
    change: 'create',
    verb: 'create',
    owners: [],
    notSent: [],
  },
  unchanged: false,
  takesOver: [],
  mutated: [],
  warnings: [],
};
const APPLIED: SendOutcome = {
  kind: 'applied',
  target: REF,
  applied: {
    change: 'create',
    after: { metadata: { name: 'web', uid: 'u', resourceVersion: '7' }, spec: {} },
    mutated: [],
    warnings: [],
  },
};

/** A change that is written and counts down from here on. */
async function counting(times: Times): Promise<void> {
  await writeRecord(systemFiles, folder, record());
  const guard = guardOf('guard', folder, PROOF, { times });
  await guard.begin([PREVIEW], 'open again');
  await guard.settle(APPLIED);
  await guard.count();
}

describe('the helper process', () => {
  it('rolls back when the time is over, and not before', async () => {
    const times = new MovedTimes();
    await counting(times);
    const { record, requests } = await run(times);
    expect(record).toMatchObject({ state: 'rolledBack', outcomes: [{ result: 'alreadyBack' }] });
    // The first request is the proof.
    expect(requests.map(({ second }) => Math.round(second))).toEqual([0, 120]);
  });

  it.each([
    ['forward', 3_600_000],
    ['back', -3_600_000],
  ])('waits as long where the clock is set an hour %s meanwhile', async (_direction, by) => {
    const times = new MovedTimes();
    await counting(times);
    times.onWait = (seconds) => {
      if (seconds === 60) times.wallMs += by;
    };
    const { record, requests } = await run(times);
    expect(record?.state).toBe('rolledBack');
    expect(Math.round(requests.at(-1)?.second ?? 0)).toBe(120);
  });

  it('does nothing once a person has kept the change', async () => {
    const times = new MovedTimes();
    await counting(times);
    times.onWait = async (seconds) => {
      if (seconds === 119) await keepGuard(folder);
    };
    const { record, requests } = await run(times);
    expect(record?.state).toBe('kept');
    expect(requests).toHaveLength(1);
  });

  it('does not wait where a person does not', async () => {
    const times = new MovedTimes();
    await counting(times);
    times.onWait = async (seconds) => {
      if (seconds === 10) await guardOf('guard', folder, PROOF).rollBackNow();
    };
    const { requests } = await run(times);
    expect(Math.round(requests.at(-1)?.second ?? 0)).toBe(10);
  });

  it('keeps trying while the server is gone, with growing waits, and then rolls back', async () => {
    const times = new MovedTimes();
    await counting(times);
    const gone: SessionAnswer = { ok: false, status: 0, kind: 'unreachable', reasons: [], message: 'gone' };
    const { record, requests } = await run(times, {
      answer: (request) => {
        const away = times.seconds * 1000;
        return away > 60_000 && away < 600_000 && !request.path.endsWith('reviews') ? gone : answerOf(request);
      },
    });
    expect(record?.state).toBe('rolledBack');
    const waits = requests.slice(1).map(({ second }, index, all) => second - (all[index - 1]?.second ?? second));
    expect(Math.max(...waits)).toBeLessThanOrEqual(30);
    expect(waits.slice(1, 5).map((wait) => Math.round(wait * 10) / 10)).toEqual([0.6, 1.2, 2.4, 4.8]);
    expect(requests.at(-1)?.second).toBeGreaterThan(600);
  });

  it('gives up after a day, and leaves it to the next start', async () => {
    const times = new MovedTimes();
    await counting(times);
    const { record, logged } = await run(times, {
      answer: ({ path }) =>
        path.endsWith('reviews')
          ? answerOf({ path })
          : { ok: false, status: 0, kind: 'login', reasons: [], message: 'no login' },
    });
    expect(record).toMatchObject({
      state: 'couldNot',
      outcomes: [{ result: 'couldNot', why: { kind: 'login', message: 'no login' } }],
    });
    expect(logged.at(-1)).toContain('couldNot');
  });

  it('does not wait for requests of an editor that was killed before it could write', async () => {
    const times = new MovedTimes();
    await writeRecord(systemFiles, folder, record({ starter: { ...ownIdentity(), pid: 2 ** 22 + 1 } }));
    await guardOf('guard', folder, PROOF, { times }).begin([PREVIEW], 'open again');
    const { record: ended, requests } = await run(times);
    expect(ended).toMatchObject({ state: 'notWritten', outcomes: [{ result: 'notWritten' }] });
    expect(Math.round(requests.at(-1)?.second ?? 0)).toBe(120);
  });

  it('ends with an editor that was killed before it began', async () => {
    await writeRecord(systemFiles, folder, record({ starter: { ...ownIdentity(), pid: 2 ** 22 + 1 } }));
    expect((await run(new MovedTimes())).record?.state).toBe('notWritten');
  });
});

describe('while it waits, the helper process', () => {
  it('says again and again that it is there', async () => {
    const times = new MovedTimes();
    await counting(times);
    const said = new Set<string>();
    times.onWait = async () => {
      const status = await readHelperStatus(systemFiles, folder);
      if (status?.state === 'ready') said.add(status.at);
    };
    await run(times);
    // Once when it is ready, and every ten seconds of two minutes.
    expect(said.size).toBeGreaterThanOrEqual(12);
  });

  it('leaves the word to another one that holds the same guard now', async () => {
    const times = new MovedTimes();
    await counting(times);
    const other: HelperStatus = { process: { ...ownIdentity(), pid: 1 }, state: 'ready', at: 'then' };
    times.onWait = async (seconds) => {
      if (seconds === 5) await writeHelperStatus(systemFiles, folder, other);
    };
    const { status, record } = await run(times);
    expect(record?.state).toBe('rolledBack');
    expect(status).toEqual(other);
  });

  it('rolls back before its login ends, where a token is renewed for less time than is left', async () => {
    const times = new MovedTimes();
    await counting(times);
    const life = (): LoginLife => ({ of: 'token', until: START + (times.seconds < 40 ? 3_600_000 : 100_000) });
    const { record, requests } = await run(times, { life });
    expect(record).toMatchObject({
      state: 'rolledBack',
      cutBy: { of: 'token', at: new Date(START + 100_000).toISOString() },
    });
    expect(Math.round(requests.at(-1)?.second ?? 0)).toBe(70);
  });

  it('takes no clock that is set for the end of its login', async () => {
    const times = new MovedTimes();
    await counting(times);
    times.onWait = (seconds) => {
      if (seconds === 20) times.wallMs += 3_600_000;
    };
    const { record, requests } = await run(times, { life: { of: 'token', until: START + 600_000 } });
    expect(record).toMatchObject({ state: 'rolledBack' });
    expect(record).not.toHaveProperty('cutBy');
    expect(Math.round(requests.at(-1)?.second ?? 0)).toBe(120);
  });

  it('says that it cannot sign in any more, and tries all the same', async () => {
    const times = new MovedTimes();
    await counting(times);
    const told: (string | undefined)[] = [];
    times.onWait = async (seconds) => {
      if (seconds === 60) told.push((await readHelperStatus(systemFiles, folder))?.loginProblem);
      if (seconds === 90) told.push((await readHelperStatus(systemFiles, folder))?.loginProblem);
    };
    const { record } = await run(times, {
      life: () =>
        times.seconds > 30 && times.seconds < 70
          ? { of: 'program', problem: 'The login program failed.' }
          : { of: 'program' },
    });
    expect(told).toEqual(['The login program failed.', undefined]);
    expect(record?.state).toBe('rolledBack');
  });
});

describe('a guard whose helper process has looked at its login again', () => {
  const status = (more: Partial<HelperStatus>): Promise<void> =>
    writeHelperStatus(systemFiles, folder, { process: ownIdentity(), state: 'ready', at: '', ...more });
  const endsIn = (ms: number, times: Times): LoginEnd => ({ of: 'token', at: deadlineIn(ms, times) });

  it.each<readonly [what: string, more: (times: Times) => Partial<HelperStatus>, problem: RegExp]>([
    ['cannot sign in', () => ({ loginProblem: 'The login program failed.' }), /^The login program failed/],
    ['has ended', () => ({ process: { ...ownIdentity(), pid: 2 ** 22 + 1 } }), /has ended meanwhile/],
    ['has given up', () => ({ state: 'cannot' }), /has ended meanwhile/],
  ])('does not begin where that %s', async (_what, more, problem) => {
    const times = new MovedTimes();
    await writeRecord(systemFiles, folder, record());
    await status(more(times));
    const begun = await guardOf('guard', folder, PROOF, { times }).begin([PREVIEW], '');
    expect(begun).toEqual({ ok: false, problem: expect.stringMatching(problem) });
    expect((await readRecord(systemFiles, folder))?.state).toBe('prepared');
  });

  it('sends on while a person has the whole time to decide', async () => {
    const times = new MovedTimes();
    await writeRecord(systemFiles, folder, record());
    await status({ loginEnds: endsIn(3_600_000, times) });
    const guard = guardOf('guard', folder, PROOF, { times });
    await guard.begin([PREVIEW], '');
    expect(await guard.settle(APPLIED)).toBeUndefined();
    expect(await guard.count()).not.toHaveProperty('cutBy');
  });

  it('sends nothing more where many objects took too long, and rolls back before the login ends', async () => {
    const times = new MovedTimes();
    await writeRecord(systemFiles, folder, record());
    await status({ loginEnds: endsIn(300_000, times) });
    const guard = guardOf('guard', folder, PROOF, { times });
    await guard.begin([PREVIEW], '');
    await times.pause(200_000);
    const unsettled = await guard.settle(APPLIED);
    expect(unsettled).toEqual({ kind: 'login', why: expect.stringContaining('ends at 2026-01-01T00:05:00.000Z') });
    const counted = await guard.count();
    expect(counted).toMatchObject({ state: 'written', cutBy: { of: 'token' }, objects: [{ written: { uid: 'u' } }] });
    expect(remainingMs(counted.deadline as Deadline, times)).toBe(70_000);
  });

  it('gives the whole time again where the login was renewed before all was written', async () => {
    const times = new MovedTimes();
    await writeRecord(systemFiles, folder, record());
    await status({ loginEnds: endsIn(130_000, times) });
    const guard = guardOf('guard', folder, PROOF, { times });
    await guard.begin([PREVIEW], '');
    expect(await guard.settle(APPLIED)).toMatchObject({ kind: 'login' });
    await status({ loginEnds: endsIn(3_600_000, times) });
    const counted = await guard.count();
    expect(counted).not.toHaveProperty('cutBy');
    expect(remainingMs(counted.deadline as Deadline, times)).toBe(120_000);
  });

  it('sends nothing more once that cannot sign in', async () => {
    const times = new MovedTimes();
    await writeRecord(systemFiles, folder, record());
    const guard = guardOf('guard', folder, PROOF, { times });
    await guard.begin([PREVIEW], '');
    await status({ loginProblem: 'The login program asks a person to sign in.' });
    expect(await guard.settle({ kind: 'unchanged', target: REF })).toEqual({
      kind: 'login',
      why: expect.stringContaining('cannot sign in any more (The login program asks'),
    });
  });
});

describe('a guard', () => {
  it('cannot be kept any more once it is being rolled back', async () => {
    const times = new MovedTimes();
    await counting(times);
    await updateRecord(systemFiles, folder, (now) => ({ ...now, state: 'rollingBack' }));
    expect((await keepGuard(folder)).state).toBe('rollingBack');
  });

  it('says so where a change is written after it has ended', async () => {
    await writeRecord(systemFiles, folder, record());
    const guard = guardOf('guard', folder, PROOF);
    await guard.begin([PREVIEW], '');
    await updateRecord(systemFiles, folder, (now) => ({ ...now, state: 'notWritten' }));
    expect(await guard.settle(APPLIED)).toEqual({ kind: 'ended' });
    expect((await readRecord(systemFiles, folder))?.state).toBe('couldNot');
  });

  it('takes in what was written beside the plan', async () => {
    await writeRecord(systemFiles, folder, record());
    const guard = guardOf('guard', folder, PROOF);
    await guard.begin([PREVIEW], '');
    const other = { ...REF, name: 'db' };
    await guard.settle({ ...APPLIED, target: other });
    await guard.settle({ kind: 'unchanged', target: { ...REF, name: 'api' } });
    expect((await guard.count()).objects).toMatchObject([
      { ref: REF },
      { ref: other, change: 'create', written: { uid: 'u' } },
    ]);
  });

  it('ends where nothing was written', async () => {
    await writeRecord(systemFiles, folder, record());
    const guard = guardOf('guard', folder, PROOF);
    await guard.begin([PREVIEW], '');
    await guard.settle({ kind: 'moved', target: REF, moved: { how: 'changed', by: [] } });
    expect((await guard.count()).state).toBe('notWritten');
  });

  it('does not begin where the login would end before the countdown', async () => {
    await writeRecord(systemFiles, folder, record());
    const until = new Date(START + 60_000).toISOString();
    const guard = guardOf('guard', folder, { ...PROOF, until }, { times: new MovedTimes() });
    expect(await guard.begin([PREVIEW], '')).toMatchObject({ ok: false, problem: expect.stringContaining(until) });
    expect((await readRecord(systemFiles, folder))?.state).toBe('prepared');
  });

  it('keeps no managed fields of the previous objects', async () => {
    await writeRecord(systemFiles, folder, record());
    const live = {
      metadata: { name: 'web', uid: 'u', managedFields: [{ manager: 'kubectl' }] },
      spec: { podSelector: {} },
    };
    await guardOf('guard', folder, PROOF).begin(
      [{ ...PREVIEW, step: { ...PREVIEW.step, change: 'replace', live } }],
      '',
    );
    expect((await readRecord(systemFiles, folder))?.objects[0]?.before).toEqual({
      metadata: { name: 'web', uid: 'u' },
      spec: { podSelector: {} },
    });
  });
});

describe('the proof before a change', () => {
  it.each<readonly [what: string, cluster: Cluster, why: RegExp]>([
    [
      'a token that ends too soon',
      { life: { of: 'token', until: START + 130_000 } },
      /^The token ends at 2026-01-01T00:02:10/,
    ],
    ['a certificate that ends too soon', { life: { of: 'certificate', until: START } }, /^The client certificate ends/],
    ['a login program that asks a person', { prompts: true }, /asks a person to sign in/],
    [
      'a login that cannot be had',
      { life: { of: 'program', problem: 'The login program failed.' } },
      /^The login program failed/,
    ],
    ['a context that is not there', { problem: 'There is no context prod-eu.' }, /^There is no context/],
    [
      'a right that is missing',
      {
        answer: ({ path }) =>
          path.endsWith('reviews')
            ? { ok: true, body: { status: { allowed: false, reason: 'RBAC' } } }
            : answerOf({ path }),
      },
      /^Rolling back needs the right to (?:get|delete) networkpolicies in shop: RBAC/,
    ],
    [
      'a server that does not answer',
      { answer: () => ({ ok: false, status: 0, kind: 'unreachable', reasons: [], message: 'The server is gone.' }) },
      /^The server is gone/,
    ],
  ])('fails with %s', async (_what, cluster, why) => {
    await writeRecord(systemFiles, folder, record());
    const { status, record: now } = await run(new MovedTimes(), cluster);
    expect(status).toMatchObject({ state: 'cannot', proof: { can: false, why: expect.stringMatching(why) } });
    expect(now?.state).toBe('prepared');
  });

  it('says how long it holds where that is known', async () => {
    const until = START + 3_600_000;
    const times = new MovedTimes();
    await writeRecord(systemFiles, folder, record());
    times.onWait = async () => guardOf('guard', folder, PROOF).cancel();
    const { status, record: now } = await run(times, { life: { of: 'token', until } });
    expect(status?.proof).toEqual({
      can: true,
      of: 'token',
      until: new Date(until).toISOString(),
      outlives: { answer: 'yes' },
    });
    expect(now?.state).toBe('notWritten');
  });

  it('does not stop a helper process that was started anew after the change', async () => {
    const times = new MovedTimes();
    await counting(times);
    const { record: ended } = await run(times, { life: { of: 'token', until: START } });
    expect(ended?.state).toBe('rolledBack');
  });
});
