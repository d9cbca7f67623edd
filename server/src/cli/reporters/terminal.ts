import { styleText } from 'node:util';

/** Colours on a terminal only; the same text without. */
export function paint(
  output: { readonly color: boolean },
  color: Parameters<typeof styleText>[0],
  text: string,
): string {
  return output.color ? styleText(color, text, { validateStream: false }) : text;
}

/** Breaks at words so that no line passes `width`; later lines start below the first character after `indent`. */
export function wrap(text: string, width: number | undefined, indent: number): string {
  if (width === undefined || width - indent < 20 || indent + text.length <= width) return text;
  const room = width - indent;
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > room) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  lines.push(line);
  return lines.join(`\n${' '.repeat(indent)}`);
}
