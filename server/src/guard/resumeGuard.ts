import { join } from 'node:path';
import type { ClusterSession } from '../workspace/clusterSession.ts';
import { systemFiles } from './durableFiles.ts';
import { withLock } from './fileLock.ts';
import { lookAtGuard } from './findGuards.ts';
import type { GuardRecord } from './guardRecord.ts';
import { mayBeChanged, withoutRoller } from './guardRecord.ts';
import type { HelperStatus } from './helperStatus.ts';
import { removeHelperStatus } from './helperStatus.ts';
import { performRollback } from './performRollback.ts';
import { readRecord, updateRecord } from './recordStore.ts';
import type { StartHelper } from './startHelper.ts';
import { systemTimes } from './times.ts';

/**
 * Has somebody hold a guard that has lost its helper process; where another window was quicker, leaves it at that one.
 * It waits for the same deadline, or rolls back at once where that has passed or `rollBackNow` was asked for.
 *
 * @returns what it says; undefined where it did not start
 */
export async function resumeGuard(folder: string, start: StartHelper): Promise<HelperStatus | undefined> {
  const resume = async (): Promise<HelperStatus | undefined> => {
    const found = await lookAtGuard(folder);
    if (found?.isHeld === true) return found.helper;
    // One that was given up begins anew; what is decided of it stays.
    await updateRecord(systemFiles, folder, (record) =>
      record.state === 'couldNot' ? { ...withoutRoller(record), state: 'rollingBack' } : undefined,
    );
    await removeHelperStatus(systemFiles, folder);
    return start(folder);
  };
  return withLock(join(folder, 'starting'), resume, { waitMs: START_LIMIT_MS });
}

/** Longer than a helper process may take to prove what it can. */
const START_LIMIT_MS = 6 * 60_000;

/**
 * Rolls a guard back from this process, with a person there who can sign in. Gives up after a minute where the server
 * cannot be reached, so that the person is told.
 *
 * @returns the record as it then is; undefined where there is none
 */
export async function rollBackHere(
  folder: string,
  session: ClusterSession,
  log: (line: string) => void,
): Promise<GuardRecord | undefined> {
  const record = await readRecord(systemFiles, folder);
  if (record === undefined || !mayBeChanged(record)) return record;
  await updateRecord(systemFiles, folder, (now) => (mayBeChanged(now) ? { ...now, rollBackNow: true } : undefined));
  return performRollback({
    files: systemFiles,
    times: systemTimes,
    folder,
    record,
    send: (request) => session.request(request),
    pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    random: Math.random,
    log,
    limits: { unreachableMs: A_MINUTE_MS, refusedMs: 0 },
  });
}

const A_MINUTE_MS = 60_000;
