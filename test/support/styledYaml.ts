import type { JsonValue } from '../../server/src/model/manifest.ts';

/**
 * A value as YAML in a style that `choose` makes up: block or flow, compact or on its own line, any indentation, quotes,
 * comments (`#1;`, `#2;`, …), blank lines, line ends, JSON.
 *
 * @param choose gives a number below the one that it is given
 */
export function styledYaml(value: JsonValue, choose: (below: number) => number): string {
  const style = choose(8);
  if (style === 0) return JSON.stringify(value, null, choose(2) === 0 ? 2 : 4);
  if (style === 1) return JSON.stringify(value);
  const text = new Writer(choose).document(value);
  return choose(4) === 0 ? text.replaceAll('\n', '\r\n') : text;
}

class Writer {
  readonly #choose: (below: number) => number;
  #comments = 0;

  constructor(choose: (below: number) => number) {
    this.#choose = choose;
  }

  document(value: JsonValue): string {
    const lines = this.#block(value, 0).map((line) => `${line}${this.#choose(8) === 0 ? ' #' + this.#comment() : ''}`);
    const marked = this.#choose(4) === 0 ? ['---', ...lines] : lines;
    return marked.join('\n') + (this.#choose(3) === 0 ? '' : '\n');
  }

  /** The lines of a collection; the first begins at the column as well. */
  #block(value: JsonValue, column: number): string[] {
    const pad = ' '.repeat(column);
    const lines: string[] = [];
    const entries: readonly [string | undefined, JsonValue][] = Array.isArray(value)
      ? value.map((item) => [undefined, item])
      : Object.entries(value as Record<string, JsonValue>);
    for (const [key, item] of entries) {
      if (this.#choose(10) === 0) lines.push(`${pad}#${this.#comment()}`);
      if (this.#choose(12) === 0) lines.push('');
      const mark = key === undefined ? '-' : `${this.#scalar(key, false)}:`;
      if (!isNonEmpty(item) || this.#choose(4) === 0) {
        const inline = item === null && this.#choose(2) === 0 ? '' : ` ${this.#inline(item, false)}`;
        lines.push(`${pad}${mark}${inline}`);
        continue;
      }
      if (key === undefined && this.#choose(3) > 0) {
        const gap = 1 + this.#choose(2);
        const below = this.#block(item, column + 1 + gap);
        const first = below.findIndex((line) => line !== '' && !line.trim().startsWith('#'));
        lines.push(`${pad}-${' '.repeat(gap)}${below[first]?.trimStart() ?? ''}`, ...below.slice(first + 1));
        continue;
      }
      const deeper = Array.isArray(item) && key !== undefined ? this.#choose(3) : 1 + this.#choose(4);
      lines.push(`${pad}${mark}`, ...this.#block(item, column + deeper));
    }
    return lines;
  }

  #inline(value: JsonValue, flow: boolean): string {
    if (typeof value !== 'object' || value === null) return this.#scalar(value, flow);
    const space = this.#choose(2) === 0 ? ' ' : '';
    if (Array.isArray(value)) return `[${value.map((item) => this.#inline(item, true)).join(', ')}]`;
    const entries = Object.entries(value).map(
      ([key, item]) => `${this.#scalar(key, true)}: ${this.#inline(item, true)}`,
    );
    return entries.length === 0 ? '{}' : `{${space}${entries.join(', ')}${space}}`;
  }

  #scalar(value: JsonValue, flow: boolean): string {
    if (typeof value !== 'string') return JSON.stringify(value);
    if (/^(?:app|web|spec|podSelector|from|ports|a\/b)$/.test(value) && this.#choose(3) > 0) return value;
    if (value === '::1/64' && !flow) return this.#choose(2) === 0 ? `'${value}'` : `"${value}"`;
    return this.#choose(2) === 0 ? `'${value.replaceAll("'", "''")}'` : JSON.stringify(value);
  }

  #comment(): string {
    this.#comments++;
    return `${this.#comments};`;
  }
}

function isNonEmpty(value: JsonValue): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0;
}
