/** One line of `npm run bench`. */
export interface BenchRow {
  readonly name: string;
  readonly value: string;
  /** What the value has to keep; absent where it is only told. */
  readonly bar?: string;
  readonly pass: boolean;
}

export function told(name: string, value: string): BenchRow {
  return { name, value, pass: true };
}

export function barred(name: string, value: string, bar: string, pass: boolean): BenchRow {
  return { name, value, bar, pass };
}

export function quantile(times: readonly number[], part: number): number {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] as number;
}

export function median(times: readonly number[]): number {
  return quantile(times, 0.5);
}

export function milliseconds(time: number): string {
  return `${time < 10 ? time.toFixed(3) : time.toFixed(0)} ms`;
}

/** Milliseconds that a piece of work takes. */
export function timed(work: () => void): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}
