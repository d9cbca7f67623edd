import { printable, qualifiedName, shownName } from '../analysis/wording.ts';

/**
 * Names, labels and messages come from manifests and clusters, so they are hostile text. Each function makes a text
 * harmless for one place where some characters have a meaning.
 */

/** A name for Markdown: nothing in it is a link, markup, HTML or an icon. */
export function escaped(text: string): string {
  return escapedLine(shortened(text));
}

/** `shop/web`, for Markdown. */
export function qualified({ namespace, name }: { readonly namespace: string; readonly name: string }): string {
  return qualifiedName({ namespace: escaped(namespace), name: escaped(shownName(name)) });
}

/** A sentence that holds such names, for Markdown. */
export function escapedLine(text: string): string {
  return (
    printable(text)
      // CommonMark 2.4: a backslash takes the meaning from any ASCII punctuation.
      .replace(/[\\`*_{}[\]()<>&$|~!#@]/g, '\\$&')
      // A bare address would become a link (GFM autolinks).
      .replace(/:(?=\/\/)|(?<=\bwww)\./gi, '\\$&')
      // A list, a heading's underline or a quotation at the start of a line.
      .replace(/^(\s*\d*)([-+=.)])/, '$1\\$2')
  );
}

/** A code span whose fence is longer than any run of backticks in it (CommonMark 6.1). */
export function code(text: string): string {
  const shown = printable(shortened(text));
  const runs = shown.match(/`+/g) ?? [];
  const fence = '`'.repeat(Math.max(0, ...runs.map(({ length }) => length)) + 1);
  const needsSpace = shown === '' || /^[` ]|[` ]$/.test(shown);
  return needsSpace ? `${fence} ${shown} ${fence}` : `${fence}${shown}${fence}`;
}

/** A link that runs a command of ours; clients that run none get the words alone. */
export function commandLink(words: string, command: string, argument: unknown): string {
  const query = encodeURIComponent(JSON.stringify([argument]))
    .replaceAll('(', '%28')
    .replaceAll(')', '%29');
  return `[${words}](command:${command}?${query})`;
}

/** For titles of lenses and hints, in which `$(name)` would be an icon. */
export function plain(text: string): string {
  return printable(shortened(text)).replaceAll('$(', '$ (');
}

const LONGEST = 80;

function shortened(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
}
