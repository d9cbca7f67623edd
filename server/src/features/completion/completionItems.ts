import type { CompletionItem, CompletionList, InsertTextMode } from 'vscode-languageserver-types';
import { editDistance } from '../../engine/editDistance.ts';
import type { LineIndex } from '../../syntax/lineIndex.ts';
import { plain } from '../markdown.ts';
import { valueOf, writtenBy, type Proposal, type Written } from './proposal.ts';
import { rowText } from './rowText.ts';
import type { CursorContext, Slot } from './slot.ts';
import {
  hasBlanks,
  plainText,
  snippetText,
  writeAfterKey,
  writeEntries,
  writeFlow,
  writeItem,
  writeItems,
  writeJson,
  type Piece,
  type Template,
  type TemplateMap,
} from './template.ts';

/** What the client does with items. */
export interface CompletionClient {
  readonly snippets: boolean;
  /** It can be told to leave the lines that are inserted as they are. */
  readonly insertsAsIs: boolean;
  /** It shows a second text in every row, not only in the one that is chosen. */
  readonly labelDetails: boolean;
  /** It runs VS Code's commands: the next completion opens by itself. */
  readonly suggestsOn: boolean;
}

export interface Offer {
  readonly slot: Slot;
  readonly proposal: Proposal;
}

/** More items than this are not sent at once; the list then says that it is not the whole. */
const MOST = 200;
const AS_IS: typeof InsertTextMode.asIs = 1;

export function completionItems(
  text: string,
  context: CursorContext,
  offers: readonly Offer[],
  client: CompletionClient,
  lines: LineIndex,
): CompletionList {
  const ordered = offers
    .map((offer, index) => ({ ...offer, index }))
    .toSorted(
      (a, b) => orderOf(a) - orderOf(b) || (a.proposal.rank ?? 0) - (b.proposal.rank ?? 0) || a.index - b.index,
    );
  const typed = typedWord(text, context);
  const kept = ordered.length <= MOST ? ordered : ordered.filter(({ proposal }) => isFound(typed, wordsOf(proposal)));
  const items: CompletionItem[] = [];
  const seen = new Set<string>();
  let corrected = false;
  for (const offer of kept) {
    if (items.length === MOST) break;
    const near = typed.length > 2 && !isFound(typed, wordsOf(offer.proposal)) && isNear(typed, offer.proposal.label);
    corrected ||= near;
    const item = itemOf(text, context, offer, client, lines, near);
    // Only `\n` ends a line for whoever has read the text; where a lone `\r` does too, nothing is promised.
    if (item === undefined) continue;
    const key = `${item.label}\0${item.textEdit?.newText ?? ''}`;
    if (seen.has(key)) continue;
    seen.add(key);
    items.push({ ...item, sortText: String(items.length).padStart(4, '0') });
  }
  return { isIncomplete: ordered.length > MOST || corrected, items };
}

/** What selects something before what selects nothing, names before whole values, keys before items of the list above. */
function orderOf({ slot, proposal }: Offer): number {
  return (proposal.nothing === true ? 4 : 0) + (proposal.whole === true ? 2 : 0) + (slot.place === 'item' ? 1 : 0);
}

function itemOf(
  text: string,
  context: CursorContext,
  { slot, proposal }: Offer,
  client: CompletionClient,
  lines: LineIndex,
  near: boolean,
): CompletionItem | undefined {
  const { token, cursor } = context;
  const { pieces, range } = written(text, context, slot, proposal);
  const replaced = lines.range(range);
  if (replaced.start.line !== replaced.end.line) return undefined;
  const multiline = pieces.some((piece) => typeof piece === 'string' && piece.includes('\n'));
  const snippet = client.snippets && hasBlanks(pieces) && (!multiline || client.insertsAsIs);
  const newText = (snippet ? snippetText(pieces) : plainText(pieces)).replaceAll('\n', context.style.lineBreak);
  const quoted = token !== undefined && range.start === token.start ? token.quote : '';
  // Whatever a slip of the pen left there has to pass the client's own filter.
  const filterText = near ? text.slice(range.start, cursor).trimStart() : `${quoted}${wordsOf(proposal)}`;
  // On a line that may get a key or a further item the two look different.
  const label = `${slot.place === 'item' ? '- ' : ''}${plain(proposal.label)}`;
  const { detail } = proposal;
  const shown = typeof detail === 'function' ? detail() : detail;
  return {
    label,
    kind: proposal.kind,
    ...(shown === undefined ? {} : { detail: shown }),
    ...(shown === undefined || !client.labelDetails ? {} : { labelDetails: { description: rowText(label, shown) } }),
    ...(filterText === label ? {} : { filterText }),
    textEdit: { range: replaced, newText },
    ...(snippet ? { insertTextFormat: 2 as const } : {}),
    ...(multiline && client.insertsAsIs ? { insertTextMode: AS_IS } : {}),
    ...(proposal.doc === undefined
      ? {}
      : { data: { doc: proposal.doc, ...(proposal.docsOf === undefined ? {} : { docsOf: proposal.docsOf }) } }),
    ...(client.suggestsOn && pieces.some((piece) => typeof piece !== 'string' && piece.given === '')
      ? { command: SUGGEST }
      : {}),
  };
}

const SUGGEST = { title: 'Suggest', command: 'editor.action.triggerSuggest' };

/** The text of a proposal in its slot, and what it replaces. */
function written(
  text: string,
  context: CursorContext,
  slot: Slot,
  proposal: Proposal,
): { readonly pieces: readonly Piece[]; readonly range: Slot['range'] } {
  const { before = '' } = proposal;
  const write = writtenBy(proposal);
  const { style, token } = context;
  const layout = { style, flow: slot.place === 'flow' };
  const { range, column, lead, tail } = slot;
  if (slot.bare && 'entries' in write) {
    const [name = ''] = write.entries.keys();
    const key = keyText(name, style.json || token?.quote === '"', layout.flow);
    const colon = /^\s*:/.test(text.slice(range.end, range.end + 80)) ? '' : ':';
    return { pieces: [lead, key + colon], range };
  }
  const body = bodyOf(slot, write, layout, column);
  const below = slot.place === 'afterKey' && typeof body[0] === 'string' && body[0].startsWith('\n');
  if (!below) return { pieces: [before + lead, ...body, tail], range };
  // No blanks stay behind the colon of a key whose value goes on lines of its own.
  const blanks = token === undefined ? (/[ \t]*$/.exec(text.slice(0, range.start))?.[0].length ?? 0) : 0;
  return { pieces: body, range: { start: range.start - blanks, end: range.end } };
}

function bodyOf(
  slot: Slot,
  write: Written,
  layout: { readonly style: CursorContext['style']; readonly flow: boolean },
  column: number,
): readonly Piece[] {
  const value = valueOf(write);
  if (slot.place === 'flow') {
    return slot.kind === 'key' && value instanceof Map
      ? writeEntries(value as TemplateMap, 0, layout)
      : writeFlow(value, layout);
  }
  if (layout.style.json) return writeJson(value, layout);
  if (slot.place === 'afterKey') {
    const [first, ...rest] = writeAfterKey(value, column, layout);
    // The blank behind the colon is there, or is the slot's to write.
    return first === ' ' ? rest : [first as Piece, ...rest];
  }
  if (value instanceof Map && value.size > 0) return writeEntries(value as TemplateMap, column, layout);
  if (Array.isArray(value)) return writeItems(value as readonly Template[], column, layout);
  return writeItem(value, column, layout);
}

function keyText(name: string, quoted: boolean, flow: boolean): string {
  const [piece] = writeEntries(new Map([[name, '']]), 0, {
    style: { json: quoted, indent: 2, dash: 0, lineBreak: '\n' },
    flow: flow || quoted,
  });
  return (piece as string).replace(/: ?$/, '');
}

/** What a person has typed of the word, its quote left out. */
function typedWord(text: string, { token, cursor }: CursorContext): string {
  return token === undefined ? '' : text.slice(token.start + token.quote.length, Math.max(cursor, token.start));
}

function wordsOf({ label, words }: Proposal): string {
  return words ?? label;
}

/** As fuzzy filters of editors: the letters one after the other. */
function isFound(typed: string, words: string): boolean {
  const wanted = typed.toLowerCase();
  let at = 0;
  for (const letter of words.toLowerCase()) if (letter === wanted[at]) at += 1;
  return at >= wanted.length;
}

function isNear(typed: string, label: string): boolean {
  const limit = Math.max(1, Math.floor(typed.length / 3));
  const begun = label.slice(0, typed.length);
  return (
    editDistance(typed.toLowerCase(), label.toLowerCase(), limit) <= limit ||
    editDistance(typed.toLowerCase(), begun.toLowerCase(), 1) <= 1
  );
}
