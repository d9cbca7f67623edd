import type { FieldPath, JsonValue } from '../model/manifest.ts';

/** Values to be shown as YAML: entries without a value are left out. */
export type Shown = JsonValue | undefined | readonly Shown[] | { readonly [key: string]: Shown };

/** A text of YAML documents that is made to be read, with the line of each field. */
export class YamlText {
  readonly #lines: string[] = [];
  readonly #places = new Map<string, number>();

  get text(): string {
    return `${this.#lines.join('\n')}\n`;
  }

  comment(words: string): void {
    this.#lines.push(`# ${words}`);
  }

  line(words: string): void {
    this.#lines.push(words);
  }

  document(value: Shown): void {
    this.#block(value, '', []);
  }

  /** The line of a field, or of the nearest field around it that is shown. */
  lineOf(path: FieldPath): number {
    for (let length = path.length; length > 0; length--) {
      const line = this.#places.get(JSON.stringify(path.slice(0, length)));
      if (line !== undefined) return line;
    }
    return 0;
  }

  /** Of several documents the first one that has a field stands for it. */
  #place(path: FieldPath): void {
    const key = JSON.stringify(path);
    if (!this.#places.has(key)) this.#places.set(key, this.#lines.length);
  }

  #block(value: Shown, indent: string, path: FieldPath): void {
    if (isList(value)) {
      for (const [index, item] of value.entries()) {
        const at = [...path, index];
        const first = this.#lines.length;
        this.#place(at);
        if (isInline(item)) this.#lines.push(`${indent}- ${inline(item)}`);
        else {
          this.#block(item, `${indent}  `, at);
          this.#lines[first] = `${indent}- ${(this.#lines[first] ?? '').slice(indent.length + 2)}`;
        }
      }
    } else if (isMap(value)) {
      for (const [key, item] of Object.entries(value)) {
        if (item === undefined) continue;
        const at = [...path, key];
        this.#place(at);
        this.#lines.push(`${indent}${scalar(key)}:${isInline(item) ? ` ${inline(item)}` : ''}`);
        if (!isInline(item)) this.#block(item, `${indent}  `, at);
      }
    }
  }
}

function isList(value: Shown): value is readonly Shown[] {
  return Array.isArray(value);
}

function isMap(value: Shown): value is { readonly [key: string]: Shown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isInline(value: Shown): boolean {
  if (isList(value)) return value.length === 0;
  return !isMap(value) || Object.values(value).every((item) => item === undefined);
}

function inline(value: Shown): string {
  if (isList(value)) return '[]';
  if (isMap(value)) return '{}';
  return typeof value === 'string' ? scalar(value) : String(value ?? null);
}

/**
 * Plain only where no reader of YAML could take it for anything else; else in quotes, in which whatever could hide,
 * reorder or break text is an escape.
 */
function scalar(text: string): string {
  if (/^[A-Za-z][A-Za-z0-9._/-]*$/.test(text) && !/^(?:y|n|yes|no|on|off|true|false|null)$/i.test(text)) return text;
  return JSON.stringify(text).replace(/[^\x20-\x7e]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}
