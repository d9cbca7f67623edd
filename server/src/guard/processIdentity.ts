import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

/** A process that another one can recognize after it has ended, although the system gives numbers out again. */
export interface ProcessIdentity {
  readonly pid: number;
  /** The machine: a folder may be shared with another one, whose processes nobody here can see. */
  readonly host: string;
  /** When it was started, in the system's own count; undefined where the system does not tell (not Linux). */
  readonly started?: string;
}

export function ownIdentity(): ProcessIdentity {
  return identityOf(process.pid);
}

export function identityOf(pid: number): ProcessIdentity {
  const started = processStat(pid)?.started;
  return { pid, host: hostname(), ...(started !== undefined && { started }) };
}

/** Whether a process still runs; undefined: it belongs to another machine. */
export function isRunning({ pid, host, started }: ProcessIdentity): boolean | undefined {
  if (host !== hostname()) return undefined;
  const now = processStat(pid);
  if (now !== undefined)
    return now.state !== 'Z' && now.state !== 'X' && (started === undefined || now.started === started);
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // A process of another user may not be asked, and is there.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

export interface ProcessStat {
  /** `Z`: it has ended and its parent has not looked yet. */
  readonly state: string;
  readonly group: number;
  readonly session: number;
  readonly started: string;
}

/** What Linux says of a process (proc(5), /proc/PID/stat); undefined elsewhere and where there is none. */
export function processStat(pid: number): ProcessStat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The program's name stands in parentheses and may hold any character, spaces and parentheses too.
    const [state = '', , group, session, ...rest] = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { state, group: Number(group), session: Number(session), started: rest[15] ?? '' };
  } catch {
    return undefined;
  }
}
