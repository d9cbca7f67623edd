const FIRST_DELAY = 500;
/** The crash with this number is the last one: whatever crashes the server will do so again, and a person decides. */
const LAST_CRASH = 5;
/** Crashes further back than this do not count. */
const MEMORY = 10 * 60_000;

/** The crashes that count, of all crashes' times in milliseconds. */
export function recentCrashes(crashes: readonly number[], now: number): readonly number[] {
  return crashes.filter((time) => now - time < MEMORY);
}

/**
 * How many milliseconds to wait before the server is started again after a crash: each crash within ten minutes doubles
 * it. Undefined after the fifth. `crashes` are the times of all crashes, the last one included.
 */
export function restartDelay(crashes: readonly number[], now: number): number | undefined {
  const { length } = recentCrashes(crashes, now);
  return length >= LAST_CRASH ? undefined : FIRST_DELAY * 2 ** Math.max(0, length - 1);
}
