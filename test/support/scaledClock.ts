import type { Clock } from '../../server/src/cluster/clock.ts';

/** The system's clock, faster: time limits of the network within a test. */
export function scaledClock(factor: number): Clock {
  const start = performance.now();
  const wall = Date.now();
  return {
    now: () => wall + (performance.now() - start) * factor,
    after: (ms, action) => {
      const timer = setTimeout(action, ms / factor);
      return () => clearTimeout(timer);
    },
  };
}
