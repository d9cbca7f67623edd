import { evaluateIntent } from './evaluateIntent.ts';
import type { IntentFile, WrittenIntent } from './intentFile.ts';
import type { IntentResult } from './intentResult.ts';
import type { IntentWorld } from './intentWorld.ts';

/** A test with what it says; one with a fault says nothing. */
export interface IntentRun {
  readonly written: WrittenIntent;
  readonly result?: IntentResult;
}

/** Runs a file's tests, one at each step. */
export function* runIntents(world: IntentWorld, { intents }: IntentFile): Generator<IntentRun, void> {
  for (const written of intents) {
    const { intent } = written;
    yield intent === undefined ? { written } : { written, result: evaluateIntent(world, intent) };
  }
}
