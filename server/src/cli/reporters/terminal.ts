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

/** Column widths for two ends, so that long address lists do not push everything to the right. */
export function endTextsFor(
  lines: readonly { readonly from: string; readonly to: string }[],
  width: number | undefined,
): { readonly from: number; readonly to: number } {
  const most = width === undefined ? 48 : Math.max(16, Math.floor((width - 20) / 2));
  const longest = (texts: readonly string[]): number =>
    texts.reduce((longestYet, { length }) => Math.max(longestYet, Math.min(length, most)), 0);
  return { from: longest(lines.map(({ from }) => from)), to: longest(lines.map(({ to }) => to)) };
}
