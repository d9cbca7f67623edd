/** Asks for completions in a text with a cursor, and writes what was chosen. */
import type { CompletionItem } from 'vscode-languageserver-types';
import { complete } from '../../server/src/features/completion/complete.ts';
import type { CompletionClient } from '../../server/src/features/completion/completionItems.ts';
import { lineIndex } from '../../server/src/syntax/lineIndex.ts';
import { fixture } from './fixture.ts';
import { snapshotOf, uriOf, type SnapshotOptions } from './snapshotOf.ts';

export const PLAIN_CLIENT: CompletionClient = {
  snippets: false,
  insertsAsIs: true,
  labelDetails: false,
  suggestsOn: false,
};
export const SNIPPET_CLIENT: CompletionClient = {
  snippets: true,
  insertsAsIs: true,
  labelDetails: true,
  suggestsOn: true,
};

export interface Completions {
  readonly items: readonly CompletionItem[];
  readonly incomplete: boolean;
  readonly labels: readonly string[];
  /** `LABEL: DETAIL` of each. */
  readonly detailed: readonly string[];
  /** The whole text once the item of that label is taken. */
  readonly take: (label: string) => string;
}

/** What is offered where `$0` stands, beside other files. */
export function completionsAt(
  marked: string,
  beside: ReadonlyMap<string, string> = new Map(),
  { client = PLAIN_CLIENT, ...options }: SnapshotOptions & { readonly client?: CompletionClient } = {},
): Completions {
  const { files, cursor } = fixture(marked);
  if (cursor === undefined) throw new Error('the text has no $0');
  const text = files.get(cursor.file) ?? '';
  const snapshot = snapshotOf(new Map([...beside, ...files]), options);
  const list = complete(snapshot, { uri: uriOf(cursor.file), text }, cursor.offset, client);
  const items = list?.items ?? [];
  return {
    items,
    incomplete: list?.isIncomplete ?? false,
    labels: items.map(({ label }) => label),
    detailed: items.map(({ label, detail }) => `${label}: ${detail ?? ''}`),
    take: (label) => {
      const item = items.find((one) => one.label === label);
      if (item === undefined)
        throw new Error(`"${label}" is not offered, but ${items.map((one) => one.label).join(', ')}`);
      return applied(text, item);
    },
  };
}

/** The text with an item's edit in it. */
export function applied(text: string, { textEdit }: CompletionItem): string {
  if (textEdit === undefined || !('range' in textEdit)) throw new Error('the item has no edit');
  const lines = lineIndex(text);
  return (
    text.slice(0, lines.offset(textEdit.range.start)) + textEdit.newText + text.slice(lines.offset(textEdit.range.end))
  );
}
