/** The editor's translations, by the English text; handed over by the host. */
let words: Readonly<Record<string, string>> = {};

export const l10n = {
  use(bundle: Readonly<Record<string, string>>): void {
    words = bundle;
  },

  /** The text in the editor's language, with `{0}`, `{1}` … filled in. */
  t(text: string, ...values: readonly (string | number)[]): string {
    const translated = Object.hasOwn(words, text) ? (words[text] ?? text) : text;
    return translated.replaceAll(/\{(\d+)\}/g, (whole, index: string) => {
      const value = values[Number(index)];
      return value === undefined ? whole : typeof value === 'number' ? value.toLocaleString('en-US') : value;
    });
  },
};
