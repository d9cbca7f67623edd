import { POLICY_SHAPE, type Shape } from './policyNesting.ts';

/**
 * The text of one NetworkPolicy with its nesting read back from its keys, for a text whose indentation is lost, as web
 * pages and chats lose it. A key goes below the innermost open field that has such a key and has not got it yet; a
 * list item below the innermost open list that has such items. Undefined where a line fits nowhere: then nothing is
 * guessed.
 */
export function restoreNesting(text: string): string | undefined {
  const nesting = new Nesting();
  const lines: string[] = [];
  let waiting: string[] = [];
  for (const line of text.split(/\r\n|\r|\n/)) {
    const content = line.trim();
    // Comments and empty lines go where the next line goes.
    if (content === '' || content.startsWith('#')) {
      waiting.push(content);
      continue;
    }
    const placed = nesting.place(content);
    if (placed === undefined) return undefined;
    for (const comment of waiting) lines.push(comment === '' ? '' : ' '.repeat(placed.indent) + comment);
    lines.push(placed.text);
    waiting = [];
  }
  return [...lines, ...waiting].join(text.includes('\r\n') ? '\r\n' : '\n');
}

/** A field or list item that later lines may stand below. */
interface Open {
  readonly shape: Shape;
  /** Column of the keys or dashes below it. */
  readonly indent: number;
  readonly taken: Set<string>;
}

interface Placed {
  readonly text: string;
  readonly indent: number;
}

const KEY = /^("[^"]*"|'[^']*'|[^\s#:'"[\]{}&*!|>%@`-][^\s:]*)\s*:(?:\s+(.*))?$/;

class Nesting {
  readonly #open: Open[] = [{ shape: POLICY_SHAPE, indent: 0, taken: new Set() }];

  /** Undefined where the line fits nowhere. */
  place(content: string): Placed | undefined {
    if (content === '---' || content === '...') return { text: content, indent: 0 };
    const dash = /^-\s+(.*)$/.exec(content);
    return dash === null ? this.#placeKey(content) : this.#placeItem((dash[1] ?? '').trim());
  }

  #placeKey(content: string): Placed | undefined {
    const parsed = KEY.exec(content);
    if (parsed === null) return undefined;
    const [, written = '', value = ''] = parsed;
    const key = written.replace(/^["']|["']$/g, '');
    const at = this.#open.findLastIndex((open) => hasRoomFor(open, key));
    const labels = this.#open.findLastIndex(({ shape, taken }) => shape.kind === 'labels' && !taken.has(key));
    // A field of something that is open wins over a label of that name: labels are rarely called `ports`.
    const index = at >= 0 ? at : labels;
    if (index < 0) return undefined;
    this.#open.length = index + 1;
    const open = this.#open[index] as Open;
    open.taken.add(key);
    const shape: Shape = open.shape.kind === 'map' ? (open.shape.fields[key] ?? SCALAR) : SCALAR;
    this.#openBelow(shape, value, open.indent);
    return { text: `${' '.repeat(open.indent)}${content}`, indent: open.indent };
  }

  #placeItem(content: string): Placed | undefined {
    const parsed = KEY.exec(content);
    const key = (parsed?.[1] ?? '').replace(/^["']|["']$/g, '');
    const firstKey = parsed === null ? /^\{\s*([A-Za-z]+)\s*:/.exec(content)?.[1] : key;
    const fits = ({ shape }: Open): boolean => shape.kind === 'list' && isItem(shape.item, firstKey, content);
    // An empty rule or peer has nothing that says which of several open lists it belongs to.
    if (content.startsWith('{') && firstKey === undefined && this.#open.filter(fits).length > 1) return undefined;
    const index = this.#open.findLastIndex(fits);
    if (index < 0) return undefined;
    this.#open.length = index + 1;
    const list = this.#open[index] as Open;
    const item = list.shape.kind === 'list' ? list.shape.item : SCALAR;
    if (parsed !== null && item.kind === 'map') {
      this.#open.push({ shape: item, indent: list.indent + 2, taken: new Set([key]) });
      this.#openBelow(item.fields[key] ?? SCALAR, parsed[2] ?? '', list.indent + 2);
    }
    return { text: `${' '.repeat(list.indent)}- ${content}`, indent: list.indent };
  }

  #openBelow(shape: Shape, value: string, indent: number): void {
    const isEmpty = value === '' || value.startsWith('#');
    if (shape.kind === 'scalar' || !isEmpty) return;
    // List items stand in their key's column, as kubectl writes them.
    this.#open.push({ shape, indent: shape.kind === 'list' ? indent : indent + 2, taken: new Set() });
  }
}

const SCALAR: Shape = { kind: 'scalar' };

function hasRoomFor({ shape, taken }: Open, key: string): boolean {
  return shape.kind === 'map' && Object.hasOwn(shape.fields, key) && !taken.has(key);
}

function isItem(item: Shape, key: string | undefined, content: string): boolean {
  if (item.kind === 'map') return key === undefined ? content.startsWith('{') : Object.hasOwn(item.fields, key);
  return key === undefined && !content.startsWith('{');
}
