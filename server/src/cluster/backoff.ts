/** How long to wait before the next try. */
export interface Backoff {
  /** `retryAfterMs` is what the server asked for; it is never undercut. */
  next(retryAfterMs?: number): number;
  /** After a success: the next failure starts from the shortest wait again. */
  reset(): void;
}

export const FIRST_WAIT_MS = 800;
export const LONGEST_WAIT_MS = 30_000;

/**
 * Doubles from 0.8 s to 30 s, as client-go's reflector does. Each wait is drawn from its upper half, so that many
 * readers that lost one server do not come back in step. `random` gives 0 (included) to 1 (excluded).
 */
export function backoff(random: () => number): Backoff {
  let wait = FIRST_WAIT_MS;
  return {
    next: (retryAfterMs = 0) => {
      const drawn = wait * (0.5 + random() / 2);
      wait = Math.min(wait * 2, LONGEST_WAIT_MS);
      return Math.round(Math.max(drawn, retryAfterMs * (1 + random() / 10)));
    },
    reset: () => {
      wait = FIRST_WAIT_MS;
    },
  };
}
