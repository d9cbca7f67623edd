import type { Clock } from './clock.ts';

/** Runs an action after changes: at once when there was none for a while, and at most once an interval. */
export interface Publisher {
  /** Something changed. */
  readonly changed: () => void;
  /** Runs the action now, whatever the interval. */
  readonly flush: () => void;
  readonly stop: () => void;
}

export const PUBLISH_INTERVAL_MS = 250;

export function publisher(clock: Clock, publish: () => void): Publisher {
  let last = -Infinity;
  let takeBack: (() => void) | undefined;
  let stopped = false;
  const run = (): void => {
    takeBack?.();
    takeBack = undefined;
    last = clock.now();
    publish();
  };
  return {
    changed: () => {
      if (stopped || takeBack !== undefined) return;
      takeBack = clock.after(Math.max(0, last + PUBLISH_INTERVAL_MS - clock.now()), run);
    },
    flush: () => {
      if (!stopped) run();
    },
    stop: () => {
      stopped = true;
      takeBack?.();
      takeBack = undefined;
    },
  };
}
