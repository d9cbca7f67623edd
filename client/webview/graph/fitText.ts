const SEGMENTS = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/**
 * As much of a text as there is room for, in whole characters as people see them, and `…` for the rest: SVG cuts nothing
 * off by itself.
 *
 * @param measure the width of a text
 */
export function fitText(text: string, room: number, measure: (text: string) => number): string {
  // A text of 253 characters of no width at all is cut off as well.
  if (text.length <= 500 && measure(text) <= room) return text;
  const characters = [...SEGMENTS.segment(text.slice(0, 500))].map(({ segment }) => segment);
  let [fits, tooMany] = [0, characters.length];
  while (tooMany - fits > 1) {
    const middle = Math.floor((fits + tooMany) / 2);
    if (measure(`${characters.slice(0, middle).join('')}…`) <= room) fits = middle;
    else tooMany = middle;
  }
  return `${characters.slice(0, fits).join('')}…`;
}
