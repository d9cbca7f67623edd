/** The English texts of the client, for translators: `client/l10n/bundle.l10n.json`, as VS Code reads it. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './manifest.ts';

const CALL = /\bl10n\s*\.\s*t\(\s*/y;
const LITERAL = /'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"/y;

/** The whole text that the bundle should have. */
export function localizationBundle(): string {
  const texts = ['src', 'webview'].flatMap((part) => {
    const folder = join(ROOT, 'client', part);
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .flatMap((name) => localizedTexts(readFileSync(join(folder, name), 'utf8')));
  });
  const sorted = [...new Set(texts)].sort((a, b) => (a < b ? -1 : 1));
  return `${JSON.stringify(Object.fromEntries(sorted.map((text) => [text, text])), null, 2)}\n`;
}

/** The first argument of each `l10n.t(…)`; anything but a literal there cannot be translated, and throws. */
export function localizedTexts(source: string): string[] {
  const texts: string[] = [];
  for (let at = source.indexOf('l10n'); at >= 0; at = source.indexOf('l10n', at + 1)) {
    CALL.lastIndex = at;
    if (!CALL.test(source)) continue;
    LITERAL.lastIndex = CALL.lastIndex;
    const [, single, double] = LITERAL.exec(source) ?? [];
    const text = single ?? double;
    if (text === undefined) throw new Error(`l10n.t wants a literal: ${source.slice(at, at + 60)}`);
    texts.push(JSON.parse(`"${text.replaceAll("\\'", "'").replace(/(?<!\\)"/g, '\\"')}"`) as string);
  }
  return texts;
}
