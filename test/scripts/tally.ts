/** What a step of the test run found: numbers of tests, and what was skipped with the reason. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: readonly Skip[];
}

export interface Skip {
  /** The tests that were left out, such as the path of their file. */
  readonly what: string;
  readonly count: number;
  readonly why: string;
}

export const PASSED: Tally = { passed: 1, failed: 0, skipped: [] };
export const FAILED: Tally = { passed: 0, failed: 1, skipped: [] };

export function skippedCount({ skipped }: Tally): number {
  return skipped.reduce((sum, { count }) => sum + count, 0);
}

export function sum(tallies: readonly Tally[]): Tally {
  return {
    passed: tallies.reduce((total, { passed }) => total + passed, 0),
    failed: tallies.reduce((total, { failed }) => total + failed, 0),
    skipped: tallies.flatMap(({ skipped }) => skipped),
  };
}
