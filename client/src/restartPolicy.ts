const FIRST_DELAY = 500;
const MOST_CRASHES = 5;
/** Crashes further back than this do not count. */
const MEMORY = 10 * 60_000;

/**
 * How many milliseconds to wait before the server is started again after a crash: each crash within ten minutes
 * doubles it. Undefined after too many: whatever crashes it will do so again, and a person decides.
 * `crashes` are the times of all crashes in milliseconds, the last one included.
 */
export function restartDelay(crashes: readonly number[], now: number): number | undefined {
  const recent = crashes.filter((time) => now - time < MEMORY).length;
  if (recent > MOST_CRASHES) return undefined;
  return FIRST_DELAY * 2 ** Math.max(0, recent - 1);
}
