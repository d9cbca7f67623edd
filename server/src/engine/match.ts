/**
 * Three-valued truth as a small integer, because it is computed millions of times: `NO` and `YES` hold whatever the
 * unknown facts turn out to be, `MAYBE` depends on them.
 */
export type Match = 0 | 1 | 2;

export const NO = 0;
export const YES = 1;
export const MAYBE = 2;

/** Both must hold. */
export function and(a: Match, b: Match): Match {
  if (a === NO || b === NO) return NO;
  return a === YES && b === YES ? YES : MAYBE;
}

/** One of them must hold. */
export function or(a: Match, b: Match): Match {
  if (a === YES || b === YES) return YES;
  return a === NO && b === NO ? NO : MAYBE;
}
