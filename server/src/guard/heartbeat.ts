import type { GuardRecord } from './guardRecord.ts';
import type { HelperStatus } from './helperStatus.ts';
import { isRunning } from './processIdentity.ts';
import type { Times } from './times.ts';

/** A helper process says this often that it is there. */
export const BEAT_MS = 10_000;
/** One that has said nothing for this long is not there: a busy disk or machine may keep it from a few beats. */
export const SILENT_MS = 45_000;

/** Whether a helper process has just been heard of. */
export type Heard = (status: HelperStatus) => boolean;

/** By the wall clock: all that a single look can go by. A beat from the future tells as little as one from long ago. */
export function heardByClock(times: Times): Heard {
  return ({ at }) => Math.abs(times.wall() - Date.parse(at)) <= SILENT_MS;
}

/** Between two looks the machine may have slept, and the helper process with it. */
const LONGEST_LOOK_MS = 1_000;

/**
 * By what is heard from look to look, which no clock that is set, and none of another machine, has a part in. Each call
 * is a look; a process that is seen for the first time has just been heard of.
 */
export function heardByListening(times: Times): Heard {
  let last: { readonly beat: string; readonly steady: number } | undefined;
  let silent = 0;
  return ({ at, process: { pid, host } }) => {
    const beat = `${host} ${pid} ${at}`;
    const steady = times.steady();
    silent = last?.beat === beat ? silent + Math.min(steady - last.steady, LONGEST_LOOK_MS) : 0;
    last = { beat, steady };
    return silent <= SILENT_MS;
  };
}

/**
 * Whether a helper process holds a guard. Where this machine can tell one process from all others by when it was
 * started, that decides. Elsewhere it holds until it should have rolled back, and longer while it is heard.
 *
 * @param remainingMs to the deadline; undefined where the change has not begun
 */
export function isHeldBy(
  status: HelperStatus | undefined,
  { rollBackNow }: Pick<GuardRecord, 'rollBackNow'>,
  remainingMs: number | undefined,
  heard: Heard,
): boolean {
  if (status === undefined || status.state === 'done' || status.state === 'cannot') return false;
  const runs = isRunning(status.process);
  if (runs === false || (runs === true && status.process.started !== undefined)) return runs;
  const isDue = rollBackNow === true || (remainingMs !== undefined && remainingMs <= 0);
  return heard(status) || !isDue;
}
