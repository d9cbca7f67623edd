import type { LoginLife } from '../workspace/clusterSession.ts';
import type { GuardRecord } from './guardRecord.ts';
import type { Deadline, Times } from './times.ts';
import { deadlineIn, remainingMs } from './times.ts';

/** When the login of the helper process ends, as far as that is known. */
export interface LoginEnd {
  readonly of: LoginLife['of'];
  /** By the clocks as they were when it was found out: setting one later moves no end. */
  readonly at: Deadline;
}

/** A rollback takes a while: it begins this long before its login ends. */
const MARGIN_MS = 30_000;

/** Of one process: the same end keeps the moment that it was first seen to have. */
export function loginEnds(times: Times): (life: LoginLife) => LoginEnd | undefined {
  let seen: { readonly until: number; readonly end: LoginEnd } | undefined;
  return ({ until, of }) => {
    if (until === undefined) return undefined;
    if (seen?.until !== until) seen = { until, end: { of, at: deadlineIn(until - times.wall(), times) } };
    return seen.end;
  };
}

/** Milliseconds in which a rollback can still begin with this login; undefined where no end lies ahead. */
export function loginLeftMs(end: LoginEnd | undefined, times: Times): number | undefined {
  if (end === undefined) return undefined;
  const left = remainingMs(end.at, times);
  // One that has ended already may be renewed by then, or the clock is wrong: nothing is won by hurrying.
  return left <= 0 ? undefined : Math.max(0, left - MARGIN_MS);
}

/**
 * A record whose deadline the login of the helper process reaches: what nobody could roll back any more at its deadline
 * is rolled back before. The same record where nothing has to change.
 */
export function withinLogin(record: GuardRecord, end: LoginEnd | undefined, times: Times): GuardRecord {
  const { deadline, state } = record;
  const left = loginLeftMs(end, times);
  const mayBeCut = state === 'aboutToWrite' || state === 'written';
  if (!mayBeCut || end === undefined || left === undefined || deadline === undefined) return record;
  if (remainingMs(deadline, times) <= left) return record;
  return { ...record, deadline: deadlineIn(left, times), cutBy: { of: end.of, at: end.at.at } };
}

/** `The token of the process that rolls back ends at …: it rolls back before.` */
export function cutText({ of, at }: NonNullable<GuardRecord['cutBy']>): string {
  const what = of === 'certificate' ? 'client certificate' : 'token';
  return `The ${what} of the process that rolls back ends at ${at}: it rolls back before.`;
}
