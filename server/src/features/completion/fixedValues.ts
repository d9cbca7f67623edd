import { CompletionItemKind } from 'vscode-languageserver-types';
import { valueAt } from './selectorPlace.ts';
import type { Asked, Proposal } from './proposal.ts';

/** Words with what they mean, and where they fit. */
export type FixedWords = readonly (readonly [word: string, detail: string, fits?: (asked: Asked) => boolean])[];

/** Words of the API, in this order; in a list, those that it does not have yet. */
export function fixedValues(words: FixedWords): (asked: Asked) => readonly Proposal[] {
  return (asked) => {
    const list = valueAt(asked.object, asked.path.slice(0, -1));
    const written: readonly unknown[] = Array.isArray(list) ? list : [];
    return words
      .filter(([word, , fits]) => !written.includes(word) && fits?.(asked) !== false)
      .map(([word, detail]): Proposal => ({
        label: word,
        detail,
        kind: CompletionItemKind.EnumMember,
        write: { value: word },
      }));
  };
}
