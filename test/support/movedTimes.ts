import type { Times } from '../../server/src/guard/times.ts';

const STEADY_START_MS = 1_000_000;

/** Time goes on where somebody waits, and only there. */
export class MovedTimes implements Times {
  wallMs = Date.UTC(2026, 0, 1);
  steadyMs = STEADY_START_MS;
  readonly boot = 'this';
  readonly wall = (): number => this.wallMs;
  readonly steady = (): number => this.steadyMs;
  /** Called at each wait with the seconds that have passed. */
  onWait: (seconds: number) => Promise<void> | void = () => undefined;

  /** That have passed since the start, whatever the wall clock says. */
  get seconds(): number {
    return (this.steadyMs - STEADY_START_MS) / 1000;
  }

  readonly #repeated = new Set<{ readonly ms: number; due: number; readonly action: () => Promise<unknown> }>();

  /** Called while somebody waits, as often as it falls due; no time passes until it is done. */
  readonly every = (ms: number, action: () => Promise<unknown>): (() => void) => {
    const one = { ms, due: this.steadyMs + ms, action };
    this.#repeated.add(one);
    return () => this.#repeated.delete(one);
  };

  readonly pause = async (ms: number): Promise<void> => {
    this.wallMs += ms;
    this.steadyMs += ms;
    for (const one of this.#repeated) {
      if (one.due > this.steadyMs) continue;
      one.due = this.steadyMs + one.ms;
      await one.action();
    }
    await this.onWait(this.seconds);
  };
}
