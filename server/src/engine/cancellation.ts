/**
 * Called now and then by long loops. It may pause the caller (a promise that yields to the event loop) and throws
 * `Cancelled` when nobody waits for the answer any more. The engine has no timers of its own.
 */
export type Checkpoint = () => Promise<void> | undefined;

/** The request was withdrawn; whoever started the computation maps it to its own protocol. */
export class Cancelled extends Error {
  override readonly name = 'Cancelled';
}

/**
 * Runs the engine's step generators (`compileSteps`, `Reachability.rows` and others) to their end and passes
 * `checkpoint` at every step. Such a generator computes for at most a few milliseconds between two steps.
 *
 * @throws Cancelled when the checkpoint does.
 */
export async function runSteps<Result>(
  steps: Generator<unknown, Result, undefined>,
  checkpoint: Checkpoint,
): Promise<Result> {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    const pause = checkpoint();
    if (pause !== undefined) await pause;
  }
}

/** Runs a step generator to its end without a pause. */
export function finishSteps<Result>(steps: Generator<unknown, Result, undefined>): Result {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}
