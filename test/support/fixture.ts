/**
 * Several files in one text: each begins with a line `#- NAME`, and `$0` marks the cursor. Without such a line the
 * text is one file, `policy.yaml`.
 */
export interface Fixture {
  readonly files: ReadonlyMap<string, string>;
  /** Where `$0` stood. */
  readonly cursor?: { readonly file: string; readonly offset: number };
}

export function fixture(text: string): Fixture {
  const files = new Map<string, string>();
  let cursor: Fixture['cursor'];
  const parts = text.split(/^#- *(.+)\n/m);
  const [first = '', ...rest] = parts;
  const named: [string, string][] = first.trim() === '' ? [] : [['policy.yaml', first]];
  for (let index = 0; index < rest.length; index += 2) named.push([rest[index] ?? '', rest[index + 1] ?? '']);
  for (const [file, marked] of named) {
    const offset = marked.indexOf('$0');
    if (offset >= 0) cursor = { file, offset };
    files.set(file, marked.replace('$0', ''));
  }
  return cursor === undefined ? { files } : { files, cursor };
}
