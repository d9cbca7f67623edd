import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { systemFiles } from '../../../server/src/guard/durableFiles.ts';
import { guardHolding, pendingGuards, sweepGuards } from '../../../server/src/guard/findGuards.ts';
import { keepGuard, rollBackGuardNow } from '../../../server/src/guard/guard.ts';
import type { GuardRecord, GuardState } from '../../../server/src/guard/guardRecord.ts';
import { writeHelperStatus, type HelperStatus } from '../../../server/src/guard/helperStatus.ts';
import { ownIdentity } from '../../../server/src/guard/processIdentity.ts';
import { guardFolder, readRecord, writeRecord } from '../../../server/src/guard/recordStore.ts';
import type { ApplyTarget } from '../../../server/src/workspace/apply/clusterApply.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const place = temporaryFolder('find-guards');
afterAll(place.remove);
let folder: string;
let folders = 0;
beforeEach(() => {
  folder = join(place.path, String(folders++));
  mkdirSync(folder);
});

const WEB: ApplyTarget = { kind: 'NetworkPolicy', namespace: 'shop', name: 'web' };
const GONE = { ...ownIdentity(), pid: 2 ** 22 + 1 };
/** Of another machine, such as a container: nobody here can see its processes. */
const ELSEWHERE = { ...ownIdentity(), host: 'a-container-that-may-be-gone' };
const DAY_MS = 86_400_000;
const due = (inMs: number): Partial<GuardRecord> => ({
  deadline: { at: new Date(Date.now() + inMs).toISOString(), waitMs: 120_000 },
});

interface Made {
  readonly state: GuardState;
  /** Heard of just now unless told otherwise. */
  readonly helper?: Omit<HelperStatus, 'at'> & { readonly saidMsAgo?: number };
  readonly days?: number;
  readonly more?: Partial<GuardRecord>;
}

async function make(id: string, { state, helper, days = 0, more = {} }: Made): Promise<string> {
  const own = guardFolder(folder, id);
  mkdirSync(own, { recursive: true });
  await writeRecord(systemFiles, own, {
    version: 1,
    id,
    state,
    preparedAt: new Date(Date.now() - days * DAY_MS).toISOString(),
    starter: GONE,
    target: { context: 'prod-eu', identity: 'id', server: 'https://api', user: 'eve', files: [] },
    who: { name: 'eve', by: 'server' },
    journal: folder,
    seconds: 120,
    objects: [{ ref: WEB, change: 'replace' }],
    rollbackDelta: '',
    ...more,
  });
  if (helper !== undefined) {
    const { saidMsAgo = 0, ...status } = helper;
    await writeHelperStatus(systemFiles, own, { ...status, at: new Date(Date.now() - saidMsAgo).toISOString() });
  }
  return own;
}

const ids = async (): Promise<readonly string[]> => (await pendingGuards(folder)).map(({ record }) => record.id);

describe('what the next start asks about', () => {
  it.each<readonly [what: string, made: Made, isPending: boolean]>([
    ['a countdown that nobody holds', { state: 'written' }, true],
    [
      'a countdown whose helper process has ended',
      { state: 'written', helper: { process: GONE, state: 'ready' } },
      true,
    ],
    [
      'a countdown that is held, by another window too',
      { state: 'written', helper: { process: ownIdentity(), state: 'ready' } },
      false,
    ],
    [
      'a countdown that goes on on another machine',
      { state: 'written', helper: { process: ELSEWHERE, state: 'ready' }, more: due(60_000) },
      false,
    ],
    [
      'one that has been silent there, and may wake up before its deadline',
      { state: 'written', helper: { process: ELSEWHERE, state: 'ready', saidMsAgo: 90_000 }, more: due(30_000) },
      false,
    ],
    [
      'one that should have ended there a minute ago and is silent: the machine is gone, and the change stands',
      { state: 'written', helper: { process: ELSEWHERE, state: 'ready', saidMsAgo: 90_000 }, more: due(-60_000) },
      true,
    ],
    [
      'one that has been trying there for hours, and is heard',
      { state: 'rollingBack', helper: { process: ELSEWHERE, state: 'rollingBack' }, more: due(-10_000_000) },
      false,
    ],
    [
      'one that nobody wanted to wait for, and whose helper process there is silent',
      {
        state: 'written',
        helper: { process: ELSEWHERE, state: 'ready', saidMsAgo: 90_000 },
        more: { ...due(60_000), rollBackNow: true },
      },
      true,
    ],
    ['a change that may have been sent', { state: 'aboutToWrite' }, true],
    ['a rollback that was cut', { state: 'rollingBack' }, true],
    ['a rollback that was given up', { state: 'couldNot', helper: { process: ownIdentity(), state: 'done' } }, true],
    ['a preview that was never confirmed', { state: 'prepared' }, false],
    ['a change that was kept', { state: 'kept' }, false],
    ['one that was rolled back', { state: 'rolledBack' }, false],
    ["one that was left alone for somebody else's change", { state: 'leftAlone' }, false],
  ])('%s', async (_what, made, isPending) => {
    await make('guard', made);
    expect(await ids()).toEqual(isPending ? ['guard'] : []);
  });

  it('the latest first, and nothing where there is no folder', async () => {
    expect(await ids()).toEqual([]);
    await make('old', { state: 'written', days: 2 });
    await make('new', { state: 'written' });
    expect(await ids()).toEqual(['new', 'old']);
  });
});

it('an object is held until its guard is decided', async () => {
  const own = await make('guard', { state: 'written' });
  const holder = async (ref: ApplyTarget, identity = 'id') => (await guardHolding(folder, identity, [ref]))?.record.id;
  expect(await holder(WEB)).toBe('guard');
  expect(await holder({ ...WEB, name: 'db' })).toBeUndefined();
  expect(await holder(WEB, 'another cluster')).toBeUndefined();
  await keepGuard(own);
  expect(await holder(WEB)).toBeUndefined();
});

it('an object that was not written is held by nobody', async () => {
  await make('guard', { state: 'written', more: { objects: [{ ref: WEB, change: 'replace', notWritten: true }] } });
  expect(await guardHolding(folder, 'id', [WEB])).toBeUndefined();
});

it('what has ended is not rolled back', async () => {
  const own = await make('guard', { state: 'kept' });
  expect((await rollBackGuardNow(own)).rollBackNow).toBeUndefined();
  expect((await readRecord(systemFiles, own))?.state).toBe('kept');
});

it('sweeping removes what ended long ago or never began, and nothing that is to be decided', async () => {
  const made: Record<string, Made> = {
    'ended-long-ago': { state: 'kept', days: 31 },
    'ended-lately': { state: 'rolledBack', days: 29 },
    'never-begun': { state: 'prepared' },
    'to-be-decided': { state: 'written', days: 400 },
    'given-up': { state: 'couldNot', days: 400 },
    'about-to-begin': { state: 'prepared', more: { starter: ownIdentity() } },
  };
  for (const [id, each] of Object.entries(made)) await make(id, each);
  await sweepGuards(folder);
  const left = Object.keys(made).filter((id) => existsSync(guardFolder(folder, id)));
  expect(left).toEqual(['ended-lately', 'to-be-decided', 'given-up', 'about-to-begin']);
});
