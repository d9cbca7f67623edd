import { isDeepStrictEqual } from 'node:util';
import { backoff } from '../cluster/backoff.ts';
import type { GuardedObject, ObjectOutcome, RollbackProblem } from './guardRecord.ts';

import type { ApplyTarget } from '../workspace/apply/clusterApply.ts';
import type { Send } from './rollBackObject.ts';
import { rollBackObject } from './rollBackObject.ts';

export interface RollbackOptions {
  /** In the order in which they were written. */
  readonly objects: readonly GuardedObject[];
  /** What is decided already. */
  readonly decided?: readonly ObjectOutcome[];
  readonly send: Send;
  /** Waits; resolves early where it is to try at once. Rejects never. */
  readonly pause: (ms: number) => Promise<void>;
  /** Gives 0 (included) to 1 (excluded). */
  readonly random: () => number;
  /** Milliseconds, as in `Times.steady`. */
  readonly steady: () => number;
  /** Something cannot be done yet and is tried again. */
  readonly onTrouble?: (problem: RollbackProblem, tries: number) => void;
  /** An object is decided; awaited before the next one. */
  readonly onOutcome?: (outcomes: readonly ObjectOutcome[]) => Promise<void>;
  readonly limits?: Partial<RollbackLimits>;
}

export interface RollbackLimits {
  /** How long to try where the server cannot be reached, or does not accept the login. */
  readonly unreachableMs: number;
  /** How long to try where the server refuses: an admission policy or a right may be put right meanwhile. */
  readonly refusedMs: number;
}

const LIMITS: RollbackLimits = { unreachableMs: 24 * 3_600_000, refusedMs: 10 * 60_000 };

/**
 * Puts back every object, the last one written first, so that the states between are those that were passed on the way
 * there. What cannot be reached is tried again with waits that grow to 30 s, jittered; an object that is given up does
 * not keep the others. Never rejects.
 *
 * @returns one outcome for each object, in the order of `objects`
 */
export async function rollBack(options: RollbackOptions): Promise<readonly ObjectOutcome[]> {
  const { objects, send, pause, steady, onTrouble, onOutcome, random } = options;
  const limits = { ...LIMITS, ...options.limits };
  const outcomes = new Map<GuardedObject, ObjectOutcome>();
  for (const object of objects) {
    const known = options.decided?.find(({ ref }) => isSame(ref, object.ref));
    // What could not be done is tried again; the rest is as it is.
    if (known !== undefined && known.result !== 'couldNot') outcomes.set(object, known);
  }
  const inOrder = (): readonly ObjectOutcome[] => objects.flatMap((object) => outcomes.get(object) ?? []);
  const waits = backoff(random);
  const began = steady();
  let tries = 0;

  for (const object of objects.toReversed()) {
    if (outcomes.has(object)) continue;
    for (;;) {
      const tried = await rollBackObject(send, object);
      if ('outcome' in tried) {
        waits.reset();
        outcomes.set(object, tried.outcome);
        break;
      }
      const { again: problem, retryAfterMs = 0 } = tried;
      const passed = steady() - began;
      if (passed >= limitOf(problem, limits)) {
        outcomes.set(object, { ref: object.ref, result: 'couldNot', why: problem });
        break;
      }
      onTrouble?.(problem, ++tries);
      await pause(waits.next(retryAfterMs));
    }
    await onOutcome?.(inOrder());
  }
  return inOrder();
}

export function isSame(a: ApplyTarget, b: ApplyTarget): boolean {
  return isDeepStrictEqual(a, b);
}

function limitOf({ kind }: RollbackProblem, limits: RollbackLimits): number {
  // A namespace that goes takes the object with it, and does not come back by itself.
  if (kind === 'namespaceGone') return 0;
  return kind === 'unreachable' || kind === 'login' ? limits.unreachableMs : limits.refusedMs;
}
