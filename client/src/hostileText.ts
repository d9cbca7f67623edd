/**
 * Names from manifests, kubeconfigs and clusters are shown in places that give some characters a meaning. Each
 * function makes a text harmless for one such place.
 */

/** Characters that hide, reorder or break text are shown as their escapes. */
export function visible(text: string): string {
  // eslint-disable-next-line no-control-regex
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g, (character) => {
    return `\\u{${character.charCodeAt(0).toString(16)}}`;
  });
}

/**
 * For notifications and dialogs, which make links of `[text](command:…)`, and run what they name. One line, at most
 * `most` characters.
 */
export function sentence(text: string, most = 1000): string {
  const shown = visible(text);
  const short = shown.length > most ? `${shown.slice(0, most - 1)}…` : shown;
  return short.replaceAll('](', '] (');
}

/** For labels in which `$(name)` is an icon: status bar, quick pick. One line, at most `most` characters. */
export function label(text: string, most = 80): string {
  const shown = visible(text);
  const short = shown.length > most ? `${shown.slice(0, most - 1)}…` : shown;
  return short.replaceAll('$(', '\\$(');
}

/** For Markdown, also inside a table's cell: nothing in it is a link, markup, HTML or an icon. */
export function markdown(text: string): string {
  return visible(text)
    .replace(/[\\`*_{}[\]()#+\-.!|~]/g, '\\$&')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('$', '&#36;');
}
