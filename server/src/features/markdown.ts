import { printable } from '../analysis/wording.ts';

/**
 * Names, labels and messages come from manifests and clusters, so they are hostile text. Each function makes a text
 * harmless for one place where some characters have a meaning.
 */

/** For Markdown: nothing in it is a link, markup, HTML or an icon. */
export function escaped(text: string): string {
  const shown = shortened(printable(text));
  // Names as Kubernetes allows them (RFC 1123 labels) mean nothing in Markdown and stay readable in its source.
  if (/^[A-Za-z0-9](?:[-A-Za-z0-9 ]*[A-Za-z0-9])?$/.test(shown)) return shown;
  // CommonMark 2.4: a backslash takes the meaning from any ASCII punctuation.
  return shown.replace(/[!-/:-@[-`{-~]/g, '\\$&');
}

/** A code span whose fence is longer than any run of backticks in it (CommonMark 6.1). */
export function code(text: string): string {
  const shown = shortened(printable(text));
  const runs = shown.match(/`+/g) ?? [];
  const fence = '`'.repeat(Math.max(0, ...runs.map(({ length }) => length)) + 1);
  const needsSpace = shown === '' || /^[` ]|[` ]$/.test(shown);
  return needsSpace ? `${fence} ${shown} ${fence}` : `${fence}${shown}${fence}`;
}

/** For titles of lenses and hints, in which `$(name)` would be an icon. */
export function plain(text: string): string {
  return shortened(printable(text)).replaceAll('$(', '$ (');
}

const LONGEST = 80;

function shortened(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
}
