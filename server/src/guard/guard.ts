import type { Preview, SendOutcome } from '../workspace/apply/clusterApply.ts';
import type { DurableFiles } from './durableFiles.ts';
import { systemFiles } from './durableFiles.ts';
import type { GuardedObject, GuardRecord } from './guardRecord.ts';
import { mayBeChanged, WRITING_MS } from './guardRecord.ts';
import { contentHash, identityOfObject, withoutManagedFields } from './guardedObject.ts';
import type { HelperStatus } from './helperStatus.ts';
import { readHelperStatus } from './helperStatus.ts';
import { loginLeftMs, withinLogin } from './loginEnd.ts';
import { isRunning } from './processIdentity.ts';
import type { Proof } from './proof.ts';
import { updateRecord } from './recordStore.ts';
import { isSame } from './rollBack.ts';
import type { Times } from './times.ts';
import { deadlineIn, systemTimes } from './times.ts';

export type Begun = { readonly ok: true } | { readonly ok: false; readonly problem: string };

/**
 * `ended`: the guard had ended meanwhile; the change stands, and `pendingGuards` finds it. `login`: the process that
 * rolls back cannot sign in any more until past the deadline, one clause; what was sent so far counts down.
 */
export type Unsettled = { readonly kind: 'ended' } | { readonly kind: 'login'; readonly why: string };

/**
 * A guarded change as the process that makes it sees it: `begin`, then `settle` for each object, then `count`, then a person's `keep` or `rollBackNow`. Every step is on the disk when it resolves. Rejects with what the
 * disk or the lock says.
 */
export interface Guard {
  readonly id: string;
  /** Its own folder, with `record.json` and `helper.log`. */
  readonly folder: string;
  readonly proof: Proof;
  /**
   * Records the previous objects. Only after this has answered `ok` may anything be sent to the cluster.
   *
   * @param previews what will be sent, in that order
   * @param rollbackDelta what rolling back will do to traffic, one line, for the journal and the next start
   */
  readonly begin: (previews: readonly Preview[], rollbackDelta: string) => Promise<Begun>;
  /**
   * One of the previews has been sent. What is not said, because no answer came, the cluster itself tells later.
   *
   * @returns why nothing more may be sent; undefined where that may be
   */
  readonly settle: (outcome: SendOutcome) => Promise<Unsettled | undefined>;
  /** Nothing more will be written: the countdown starts, or the guard ends where nothing was. */
  readonly count: () => Promise<GuardRecord>;
  /** The person keeps the change. The record's state says whether that came in time. */
  readonly keep: () => Promise<GuardRecord>;
  /** The person does not wait for the deadline: the helper process rolls back at once. */
  readonly rollBackNow: () => Promise<GuardRecord>;
  /** Nothing was confirmed: ends the guard before it has begun. */
  readonly cancel: () => Promise<void>;
}

/** The helper's login has to hold that much longer than the countdown. */
const MARGIN_MS = 30_000;

export interface GuardParts {
  readonly files?: DurableFiles;
  readonly times?: Times;
}

export function guardOf(id: string, folder: string, proof: Proof, parts: GuardParts = {}): Guard {
  const { files = systemFiles, times = systemTimes } = parts;
  const update = (change: (record: GuardRecord) => GuardRecord | undefined): Promise<GuardRecord> =>
    updateRecord(files, folder, change);
  const now = (): string => new Date(times.wall()).toISOString();
  const withDeadline = (record: GuardRecord, ms: number, status: HelperStatus | undefined): GuardRecord => {
    const { cutBy: _, ...rest } = record;
    return withinLogin({ ...rest, deadline: deadlineIn(ms, times) }, status?.loginEnds, times);
  };

  return {
    id,
    folder,
    proof,
    begin: async (previews, rollbackDelta) => {
      const status = await readHelperStatus(files, folder);
      let problem: string | undefined;
      await update((record) => {
        problem = helperProblem(status) ?? beginProblem(record, proof, times);
        if (problem !== undefined) return undefined;
        return {
          ...record,
          state: 'aboutToWrite',
          objects: previews.map(guardedObject),
          rollbackDelta,
          deadline: deadlineIn(record.seconds * 1000 + WRITING_MS, times),
        };
      });
      return problem === undefined ? { ok: true } : { ok: false, problem };
    },
    settle: async (outcome) => {
      const made = madeBy(outcome, times);
      const status = await readHelperStatus(files, folder);
      let unsettled: Unsettled | undefined;
      await update((record) => {
        if (record.state !== 'aboutToWrite') {
          if (made !== undefined) unsettled = { kind: 'ended' };
          if (made?.written === undefined) return undefined;
          return { ...record, objects: withMade(record.objects, outcome, made), state: 'couldNot' };
        }
        const why = loginClause(record, status, times);
        if (why !== undefined) unsettled = { kind: 'login', why };
        const objects = made === undefined ? record.objects : withMade(record.objects, outcome, made);
        return withDeadline({ ...record, objects }, record.seconds * 1000 + WRITING_MS, status);
      });
      return unsettled;
    },
    count: async () => {
      const status = await readHelperStatus(files, folder);
      return update((record) => {
        if (record.state !== 'aboutToWrite') return undefined;
        const isNothing = record.objects.every(({ notWritten }) => notWritten === true);
        if (isNothing) return { ...record, state: 'notWritten', endedAt: now() };
        return withDeadline({ ...record, state: 'written' }, record.seconds * 1000, status);
      });
    },
    keep: () => keepGuard(folder, parts),
    rollBackNow: () => rollBackGuardNow(folder, parts),
    cancel: async () => {
      await update((record) =>
        record.state === 'prepared' ? { ...record, state: 'notWritten', endedAt: now() } : undefined,
      );
    },
  };
}

/** A person keeps a change: also one that another window, or an editor that has ended, has made. */
export async function keepGuard(
  folder: string,
  { files = systemFiles, times = systemTimes }: GuardParts = {},
): Promise<GuardRecord> {
  return updateRecord(files, folder, (record) => {
    const canBeKept = record.state === 'aboutToWrite' || record.state === 'written' || record.state === 'couldNot';
    if (!canBeKept) return undefined;
    return { ...record, state: 'kept', endedAt: new Date(times.wall()).toISOString() };
  });
}

/**
 * A person does not wait for the deadline: the helper process, or the next one (`resumeGuard`), rolls back at once.
 * Nothing happens to a guard that has ended.
 */
export async function rollBackGuardNow(folder: string, { files = systemFiles }: GuardParts = {}): Promise<GuardRecord> {
  return updateRecord(files, folder, (record) => (mayBeChanged(record) ? { ...record, rollBackNow: true } : undefined));
}

function guardedObject({ step, result }: Preview): GuardedObject {
  return {
    ref: step.target,
    change: step.change,
    ...(step.live !== undefined && { before: withoutManagedFields(step.live) }),
    ...(result !== undefined && { intendedHash: contentHash(result) }),
  };
}

/** One that `begin` did not name is none of the plan, and is put back all the same. */
function withMade(
  objects: readonly GuardedObject[],
  outcome: SendOutcome,
  made: Pick<GuardedObject, 'written' | 'notWritten'>,
): readonly GuardedObject[] {
  if (objects.some(({ ref }) => isSame(ref, outcome.target))) {
    return objects.map((object) => (isSame(object.ref, outcome.target) ? { ...object, ...made } : object));
  }
  if (outcome.kind !== 'applied' && outcome.kind !== 'altered') return objects;
  const { change, before } = outcome.applied;
  const previous = before === undefined ? {} : { before: withoutManagedFields(before) };
  return [...objects, { ref: outcome.target, change, ...previous, ...made }];
}

/** What is known of an object after its request; undefined where only the cluster knows. */
function madeBy(outcome: SendOutcome, times: Times): Pick<GuardedObject, 'written' | 'notWritten'> | undefined {
  if (outcome.kind === 'uncertain') return undefined;
  if (outcome.kind !== 'applied' && outcome.kind !== 'altered') return { notWritten: true };
  const object = outcome.applied.after ?? outcome.applied.before;
  if (object === undefined || identityOfObject(object).uid === '') return undefined;
  const at = new Date(times.wall()).toISOString();
  return { written: { ...identityOfObject(object), hash: contentHash(object), at } };
}

function beginProblem(record: GuardRecord, proof: Proof, times: Times): string | undefined {
  if (record.state !== 'prepared') return 'The guard has ended before the change began.';
  const needed = times.wall() + record.seconds * 1000 + WRITING_MS + MARGIN_MS;
  if (proof.until !== undefined && Date.parse(proof.until) < needed) {
    return `The login of the helper process ends at ${proof.until}, before the countdown would.`;
  }
  return undefined;
}

/** One sentence where the helper process, which could roll back when it was asked, could not do so now. */
function helperProblem(status: HelperStatus | undefined): string | undefined {
  if (status === undefined) return undefined;
  if (status.state !== 'ready' || isRunning(status.process) === false) return 'The helper process has ended meanwhile.';
  return status.loginProblem;
}

/** One clause where a person would not get the time to decide any more. */
function loginClause({ seconds }: GuardRecord, status: HelperStatus | undefined, times: Times): string | undefined {
  const { loginEnds: end, loginProblem } = status ?? {};
  if (loginProblem !== undefined) return `the process that would roll back cannot sign in any more (${loginProblem})`;
  const left = loginLeftMs(end, times);
  if (end === undefined || left === undefined || left >= seconds * 1000) return undefined;
  return `the login of the process that would roll back ends at ${end.at.at}`;
}
