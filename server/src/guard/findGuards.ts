import { join } from 'node:path';
import type { ApplyTarget } from '../workspace/apply/clusterApply.ts';
import { systemFiles } from './durableFiles.ts';
import type { GuardRecord } from './guardRecord.ts';
import { isOpen, mayBeChanged } from './guardRecord.ts';
import type { Heard } from './heartbeat.ts';
import { heardByClock, isHeldBy } from './heartbeat.ts';
import type { HelperStatus } from './helperStatus.ts';
import { readHelperStatus } from './helperStatus.ts';
import { cutText } from './loginEnd.ts';
import { isRunning } from './processIdentity.ts';
import { readRecord } from './recordStore.ts';
import { isSame } from './rollBack.ts';
import type { Deadline } from './times.ts';
import { remainingMs, systemTimes } from './times.ts';

/** A guard as it is found on the disk. */
export interface FoundGuard {
  /** The guard's own folder. */
  readonly folder: string;
  readonly record: GuardRecord;
  readonly helper: HelperStatus | undefined;
  /** Whether a helper process holds it; it may count down for another window. */
  readonly isHeld: boolean;
  /** Milliseconds to the deadline, less than 0 after it; undefined where the change has not begun. */
  readonly remainingMs: number | undefined;
}

/**
 * Guards of a folder that have ended neither kept nor rolled back and that nobody holds any more: what the next start
 * asks a person about. Those whose helper process has given up are among them.
 */
export async function pendingGuards(folder: string): Promise<readonly FoundGuard[]> {
  return (await findGuards(folder)).filter(({ record, isHeld }) => mayBeChanged(record) && !isHeld);
}

/**
 * The guard under which one of the objects was changed and is not decided: it counts down, or the next start has to
 * ask about it. Until it is kept or rolled back nothing of it may be changed again, or its rollback would find another
 * state than it left.
 *
 * @param identity `KubeContext.identity` of the cluster
 */
export async function guardHolding(
  folder: string,
  identity: string,
  refs: readonly ApplyTarget[],
): Promise<FoundGuard | undefined> {
  return (await findGuards(folder)).find(
    ({ record }) =>
      mayBeChanged(record) &&
      record.target.identity === identity &&
      record.objects.some((object) => object.notWritten !== true && refs.some((ref) => isSame(ref, object.ref))),
  );
}

/** Every guard of a folder, the latest first; those whose record cannot be read are left out. */
export async function findGuards(folder: string): Promise<readonly FoundGuard[]> {
  const root = join(folder, 'guards');
  const found: FoundGuard[] = [];
  for (const id of await systemFiles.list(root)) {
    const guard = await lookAtGuard(join(root, id));
    if (guard !== undefined) found.push(guard);
  }
  return found.sort((a, b) => Date.parse(b.record.preparedAt) - Date.parse(a.record.preparedAt));
}

/** How somebody sees guards who looks once, or again and again (`watchGuard`). */
export interface Observer {
  readonly heard: Heard;
  /** Milliseconds to a deadline. */
  readonly left: (deadline: Deadline) => number;
}

const ONCE: Observer = { heard: heardByClock(systemTimes), left: (deadline) => remainingMs(deadline, systemTimes) };

/** One guard as it stands now; undefined where there is no record that can be read. */
export async function lookAtGuard(folder: string, { heard, left }: Observer = ONCE): Promise<FoundGuard | undefined> {
  const record = await readRecord(systemFiles, folder);
  if (record === undefined) return undefined;
  const helper = await readHelperStatus(systemFiles, folder);
  const remaining = record.deadline === undefined ? undefined : left(record.deadline);
  return { folder, record, helper, isHeld: isHeldBy(helper, record, remaining, heard), remainingMs: remaining };
}

/** What a person has to know who counts on a rollback, one sentence as it came: it comes sooner, or may not come. */
export function helperWarning({ record, helper }: FoundGuard): string | undefined {
  if (!isOpen(record)) return undefined;
  if (helper?.trouble !== undefined) return `It cannot be rolled back yet: ${helper.trouble.problem.message}`;
  if (helper?.loginProblem !== undefined) {
    return `The process that rolls back cannot sign in: ${helper.loginProblem}`;
  }
  return record.cutBy === undefined ? undefined : cutText(record.cutBy);
}

const KEPT_DAYS = 30;

/** Removes guards that ended long ago, and those that nobody has begun and nobody holds. */
export async function sweepGuards(folder: string): Promise<void> {
  for (const { folder: own, record, isHeld } of await findGuards(folder)) {
    const isOld = Date.now() - Date.parse(record.preparedAt) > KEPT_DAYS * 86_400_000;
    const neverBegun = record.state === 'prepared' && isRunning(record.starter) === false;
    const isEnded = !isOpen(record) && record.state !== 'couldNot';
    if (!isHeld && ((isEnded && isOld) || neverBegun)) await systemFiles.remove(own);
  }
}
