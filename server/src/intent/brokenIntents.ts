import { count, listSome } from '../analysis/wording.ts';
import { evaluateIntent } from './evaluateIntent.ts';
import type { IntentFile } from './intentFile.ts';
import type { IntentOutcome } from './intentResult.ts';
import type { IntentWorld } from './intentWorld.ts';

/** The tests of one file, by the name that is shown of it. */
export interface NamedIntents {
  readonly file: string;
  readonly intents: IntentFile['intents'];
}

/** A test that passes before a change, and does not after it. */
export interface BrokenIntent {
  readonly file: string;
  readonly name: string;
  readonly after: Exclude<IntentOutcome, 'passed'>;
}

/** The tests that a change takes from passing, in the order of their files. What failed before is not the change's doing. */
export function brokenIntents(
  before: IntentWorld,
  after: IntentWorld,
  files: readonly NamedIntents[],
): readonly BrokenIntent[] {
  return files.flatMap(({ file, intents }) =>
    intents.flatMap(({ name, intent }): readonly BrokenIntent[] => {
      if (intent === undefined) return [];
      const { outcome } = evaluateIntent(after, intent);
      if (outcome === 'passed' || evaluateIntent(before, intent).outcome !== 'passed') return [];
      return [{ file, name, after: outcome }];
    }),
  );
}

/** One sentence for a confirmation; undefined where no test breaks. */
export function brokenText(broken: readonly BrokenIntent[]): string | undefined {
  const sentences = (['failed', 'undecided'] as const).flatMap((after) => {
    const tests = broken.filter((one) => one.after === after);
    if (tests.length === 0) return [];
    const files = [...new Set(tests.map(({ file }) => file))];
    const names = listSome(
      tests.map(({ name }) => `“${name}”`),
      3,
    );
    const what = after === 'failed' ? 'would fail' : 'would not be decidable any more';
    return [`${count(tests.length, 'test')} in ${listSome(files, 2)} ${what}: ${names}.`];
  });
  return sentences.length === 0 ? undefined : sentences.join(' ');
}
