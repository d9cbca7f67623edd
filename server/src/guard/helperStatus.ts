import { join } from 'node:path';
import type { DurableFiles } from './durableFiles.ts';
import type { RollbackProblem } from './guardRecord.ts';
import type { LoginEnd } from './loginEnd.ts';
import type { ProcessIdentity } from './processIdentity.ts';
import type { Proof } from './proof.ts';

/** What the helper process says of itself, in a file beside the record: it has no other way to speak. */
export interface HelperStatus {
  readonly process: ProcessIdentity;
  /** ISO 8601: when it said so; it says it again every few seconds (`heartbeat.ts`). */
  readonly at: string;
  /**
   * `proving`: nothing is known yet. `ready`: it waits for the deadline, see `proof`. `cannot`: it has ended, see
   * `proof`. `rollingBack`: it is at it, see `trouble`. `done`: it has ended, the record says how.
   */
  readonly state: 'proving' | 'ready' | 'cannot' | 'rollingBack' | 'done';
  readonly proof?: Proof;
  /** When its login ends as it was looked at last; absent where no end is known. */
  readonly loginEnds?: LoginEnd | undefined;
  /** Why it could not sign in when that was looked at last, one sentence. */
  readonly loginProblem?: string | undefined;
  /** Why the last try failed; it goes on trying. */
  readonly trouble?: HelperTrouble;
}

export interface HelperTrouble {
  readonly problem: RollbackProblem;
  readonly tries: number;
  /** ISO 8601. */
  readonly at: string;
}

/** Not flushed: with the machine the process is gone, too. */
export async function writeHelperStatus(files: DurableFiles, folder: string, status: HelperStatus): Promise<void> {
  await files.replace(statusPath(folder), `${JSON.stringify(status)}\n`, false);
}

export async function readHelperStatus(files: DurableFiles, folder: string): Promise<HelperStatus | undefined> {
  try {
    const text = await files.read(statusPath(folder));
    return text === undefined ? undefined : (JSON.parse(text) as HelperStatus);
  } catch {
    return undefined;
  }
}

/** Forgets what an earlier helper process has said. */
export async function removeHelperStatus(files: DurableFiles, folder: string): Promise<void> {
  await files.remove(statusPath(folder));
}

function statusPath(folder: string): string {
  return join(folder, 'helper.json');
}
