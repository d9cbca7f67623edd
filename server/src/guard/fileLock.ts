import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import type { ProcessIdentity } from './processIdentity.ts';
import { isRunning, ownIdentity } from './processIdentity.ts';

/** Why a file could not be locked: another process held it for all of the time. */
export class LockedError extends Error {}

export interface LockOptions {
  /** How long to wait for another process. */
  readonly waitMs?: number;
}

const WAIT_MS = 5_000;
const LOOK_AGAIN_MS = 20;
/** Locks are held for milliseconds; one of another machine that is older was left behind. */
const FOREIGN_STALE_MS = 60_000;
/** How long a process may take to break a lock; it takes microseconds. */
const BREAKING_STALE_MS = 10_000;

/**
 * Runs an action that no other process (nor another call of this one) runs at the same time for the same path. The
 * lock is a file made with O_EXCL that names its owner; what an owner left behind that no longer runs is broken.
 * Rejects with LockedError where the lock is not had in time, and with what the action or the disk say.
 */
export async function withLock<T>(path: string, action: () => Promise<T>, options: LockOptions = {}): Promise<T> {
  const mine = JSON.stringify({ ...ownIdentity(), token: randomUUID() });
  const end = performance.now() + (options.waitMs ?? WAIT_MS);
  while (!take(path, mine)) {
    if (breakStale(path)) continue;
    if (performance.now() > end) throw new LockedError(`${path} is held by ${holderOf(path)}.`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
  try {
    return await action();
  } finally {
    // Nobody breaks the lock of a process that runs; still, another one's is never removed.
    if (readOrNothing(path) === mine) removeFile(path);
  }
}

function take(path: string, text: string): boolean {
  try {
    writeFileSync(path, text, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // Windows says so of a file that is just being removed.
    const isGoing = process.platform === 'win32' && ['EPERM', 'EACCES', 'EBUSY'].includes(code ?? '');
    if (code === 'EEXIST' || isGoing) return false;
    // A full disk makes the file and cannot fill it: it would stand in everybody's way.
    if (code === 'ENOSPC' || code === 'EDQUOT') removeFile(path);
    throw error;
  }
}

/**
 * Removes a lock whose owner is gone. Of several processes that find it, one may: the others would remove the lock that
 * the first one has taken meanwhile. So breaking has a lock of its own, under which the file is looked at once more.
 */
function breakStale(path: string): boolean {
  if (!isStale(path)) return false;
  const guard = `${path}.breaking`;
  try {
    writeFileSync(guard, '', { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    if (ageOf(guard) > BREAKING_STALE_MS) removeFile(guard);
    return false;
  }
  try {
    if (!isStale(path)) return false;
    removeFile(path);
    return true;
  } finally {
    removeFile(guard);
  }
}

function isStale(path: string): boolean {
  const text = readOrNothing(path);
  if (text === undefined) return false;
  const owner = ownerIn(text);
  // Its owner is about to write its name, or died before it could.
  if (owner === undefined) return ageOf(path) > BREAKING_STALE_MS;
  return isRunning(owner) === false || (isRunning(owner) === undefined && ageOf(path) > FOREIGN_STALE_MS);
}

function ownerIn(text: string): ProcessIdentity | undefined {
  try {
    const { pid, host, started } = JSON.parse(text) as Partial<ProcessIdentity>;
    if (typeof pid !== 'number' || typeof host !== 'string') return undefined;
    return { pid, host, ...(started !== undefined && { started }) };
  } catch {
    return undefined;
  }
}

function holderOf(path: string): string {
  const owner = ownerIn(readOrNothing(path) ?? '');
  return owner === undefined ? 'another process' : `process ${owner.pid} on ${owner.host}`;
}

function readOrNothing(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** Windows refuses for as long as another process reads the file. */
function removeFile(path: string): void {
  rmSync(path, { force: true, maxRetries: 10, retryDelay: 20 });
}

/** Milliseconds since a file was written; 0 where it is gone. */
function ageOf(path: string): number {
  try {
    return Date.now() - statSync(path).mtimeMs;
  } catch {
    return 0;
  }
}
