import { editDistance } from '../../engine/editDistance.ts';

/** Two slips: a letter swapped with its neighbour counts as two. */
const MOST_SLIPS = 2;

/**
 * The one word of a list that a written word was meant to be: the same but for case, or nearer than every other and no
 * more than a slip or two away. Undefined where none is, or two are equally near.
 */
export function nearestWord(written: string, words: readonly string[]): string | undefined {
  const lower = written.toLowerCase();
  const ranked = words
    .map((word) => ({ word, slips: editDistance(lower, word.toLowerCase(), MOST_SLIPS) }))
    .sort((a, b) => a.slips - b.slips);
  const [best, second] = ranked;
  // A short word has too few letters for two slips.
  if (best === undefined || best.slips > Math.min(MOST_SLIPS, Math.floor(best.word.length / 2))) return undefined;
  return second?.slips === best.slips ? undefined : best.word;
}
