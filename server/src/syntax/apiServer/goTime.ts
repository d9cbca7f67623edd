/**
 * What Go's `time.Parse` says of a text that is no RFC 3339 time (metadata.creationTimestamp and its kin); undefined
 * where it is one.
 */
export function timeError(text: string): string | undefined {
  let rest = text;
  for (const [element, pattern] of ELEMENTS) {
    const match = pattern.exec(rest);
    if (match === null) return complaint(text, `: cannot parse ${timeQuote(rest)} as ${timeQuote(element)}`);
    const limits = LIMITS[element];
    if (limits !== undefined && (Number(match[0]) < limits.from || Number(match[0]) > limits.to)) {
      return complaint(text, `: ${limits.what} out of range`);
    }
    rest = rest.slice(match[0].length);
  }
  if (rest !== '') return complaint(text, `: extra text: ${timeQuote(rest)}`);
  const [year = 0, month = 0, day = 0] = text.split(/[-T]/, 3).map(Number);
  const days = new Date(Date.UTC(year, month, 0)).getUTCDate();
  return day < 1 || day > days ? complaint(text, ': day out of range') : undefined;
}

const ELEMENTS: readonly (readonly [element: string, pattern: RegExp])[] = [
  ['2006', /^\d{4}/],
  ['-', /^-/],
  ['01', /^\d{2}/],
  ['-', /^-/],
  ['02', /^\d{2}/],
  ['T', /^T/],
  ['15', /^\d{2}/],
  [':', /^:/],
  ['04', /^\d{2}/],
  [':', /^:/],
  ['05', /^\d{2}(?:[.,]\d+)?/],
  ['Z07:00', /^(?:Z|[-+]\d{2}:\d{2})/],
];

const LIMITS: Readonly<Record<string, { readonly from: number; readonly to: number; readonly what: string }>> = {
  '01': { from: 1, to: 12, what: 'month' },
  '15': { from: 0, to: 23, what: 'hour' },
  '04': { from: 0, to: 59, what: 'minute' },
  '05': { from: 0, to: 59.999_999_999, what: 'second' },
};

function complaint(text: string, why: string): string {
  return why.startsWith(': cannot')
    ? `parsing time ${timeQuote(text)} as "2006-01-02T15:04:05Z07:00"${why}`
    : `parsing time ${timeQuote(text)}${why}`;
}

/** The time package quotes in its own way: every byte outside of printable ASCII as `\xHH`. */
function timeQuote(text: string): string {
  const escaped = text.replaceAll(/["\\]/g, '\\$&').replaceAll(/[^ -~]/gu, (point) =>
    encodeURIComponent(point.isWellFormed() ? point : '\ufffd')
      .replaceAll('%', '\\x')
      .toLowerCase(),
  );
  return `"${escaped}"`;
}
