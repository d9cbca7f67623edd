import { readFileSync } from 'node:fs';
import { uptime } from 'node:os';

/** What a wait is measured with. */
export interface Times {
  /** Milliseconds since 1970; a person or a time server may set it. */
  wall(): number;
  /** Milliseconds since the machine was started: nobody sets it, and it goes on while the machine sleeps. */
  steady(): number;
  /** Names this start of the machine, so that `steady` of two processes can be compared; undefined where not known. */
  readonly boot: string | undefined;
}

export const systemTimes: Times = { wall: () => Date.now(), steady, boot: readBoot() };

/** Linux tells hundredths (CLOCK_BOOTTIME); Node's own value has whole seconds there. */
function steady(): number {
  const [seconds] = readSystem('/proc/uptime')?.split(' ') ?? [];
  return (seconds === undefined ? uptime() : Number(seconds)) * 1000;
}

function readBoot(): string | undefined {
  return readSystem('/proc/sys/kernel/random/boot_id')?.trim();
}

function readSystem(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** A moment that several processes wait for. */
export interface Deadline {
  /** ISO 8601, by the wall clock as it was when the wait began. */
  readonly at: string;
  /** How long the wait was, in milliseconds. */
  readonly waitMs: number;
  /** The same moment by the steady clock of that start of the machine. */
  readonly steady?: { readonly boot: string; readonly ms: number };
}

export function deadlineIn(waitMs: number, times: Times): Deadline {
  const steady = times.boot === undefined ? undefined : { boot: times.boot, ms: times.steady() + waitMs };
  return { at: new Date(times.wall() + waitMs).toISOString(), waitMs, ...(steady !== undefined && { steady }) };
}

/**
 * Milliseconds until the deadline, at most the whole wait; 0 or less once it has passed. By the steady clock where the
 * machine has not been started anew, so that setting the wall clock neither shortens nor lengthens the wait, and a
 * machine that slept through it does not begin anew. Otherwise by the wall clock, which is all that is known then.
 */
export function remainingMs(deadline: Deadline, times: Times): number {
  const { steady } = deadline;
  const left =
    steady !== undefined && steady.boot === times.boot
      ? steady.ms - times.steady()
      : Date.parse(deadline.at) - times.wall();
  return Math.min(left, deadline.waitMs);
}

/**
 * Looks at deadlines within one process: the first look at one decides when it falls due by the steady clock, so that
 * setting the wall clock changes nothing even where starts of the machine cannot be told apart.
 */
export function countdown(times: Times): (deadline: Deadline) => number {
  let seen: { readonly key: string; readonly due: number } | undefined;
  return (deadline) => {
    const key = JSON.stringify(deadline);
    if (seen?.key !== key) seen = { key, due: times.steady() + remainingMs(deadline, times) };
    return seen.due - times.steady();
  };
}
