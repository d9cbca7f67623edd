/** A clock that stands still until a test moves it. */
export class FakeClock {
  #now: number;
  readonly #timers = new Set<{ readonly due: number; readonly action: () => void }>();

  constructor(now = Date.UTC(2026, 0, 1)) {
    this.#now = now;
  }

  readonly now = (): number => this.#now;

  readonly after = (ms: number, action: () => void): (() => void) => {
    const timer = { due: this.#now + ms, action };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  };

  /** How long each pending timer still has, shortest first. */
  get waits(): readonly number[] {
    return [...this.#timers].map(({ due }) => due - this.#now).sort((a, b) => a - b);
  }

  /** Moves on and runs what falls due, in order; what that starts runs too where it falls due as well. */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const [next] = [...this.#timers].filter(({ due }) => due <= end).sort((a, b) => a.due - b.due);
      if (next === undefined) break;
      this.#timers.delete(next);
      this.#now = next.due;
      next.action();
    }
    this.#now = end;
  }
}

/** Lets everything that is only waiting for promises go on. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => void setImmediate(resolve));
}
