/** Time, injected so that tests move it by hand. */
export interface Clock {
  now(): number;
  /** Runs `action` once after `ms`; the returned function takes it back. */
  after(ms: number, action: () => void): () => void;
}

/**
 * Runs an action at most once per `interval` and never while a person types (`quiet` after the last `busy()`), but
 * always in the end: what changed is shown as soon as both allow it.
 */
export interface Throttle {
  request(): void;
  busy(): void;
  dispose(): void;
}

export function throttle(clock: Clock, interval: number, quiet: number, action: () => void): Throttle {
  let lastRun = -Infinity;
  let lastBusy = -Infinity;
  let wanted = false;
  let cancel: (() => void) | undefined;
  const plan = (): void => {
    if (!wanted || cancel !== undefined) return;
    const due = Math.max(lastRun + interval, lastBusy + quiet);
    const wait = Math.max(0, due - clock.now());
    cancel = clock.after(wait, () => {
      cancel = undefined;
      if (clock.now() < Math.max(lastRun + interval, lastBusy + quiet)) {
        plan();
        return;
      }
      wanted = false;
      lastRun = clock.now();
      action();
    });
  };
  return {
    request: () => {
      wanted = true;
      plan();
    },
    busy: () => {
      lastBusy = clock.now();
    },
    dispose: () => {
      cancel?.();
      cancel = undefined;
      wanted = false;
    },
  };
}

export const systemClock: Clock = {
  now: () => performance.now(),
  after: (ms, action) => {
    const timer = setTimeout(action, ms);
    return () => clearTimeout(timer);
  },
};
