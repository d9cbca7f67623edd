/** A line of a text: `first` is its first character that is not blank, `end` lies before its line break. */
export interface TextLine {
  readonly start: number;
  readonly first: number;
  readonly end: number;
  readonly next: number;
}

/** The rest of a line from an offset on; `limit` is the text's or the document's end. */
export function lineAt(text: string, start: number, limit: number): TextLine {
  const found = text.indexOf('\n', start);
  const feed = found < 0 || found >= limit ? limit : found;
  const end = feed > start && text[feed - 1] === '\r' ? feed - 1 : feed;
  let first = start;
  while (first < end && isBlankAt(text, first)) first += 1;
  return { start, first, end, next: feed + 1 };
}

/** A blank, a line's end or the text's. */
export function isBlankAt(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return Number.isNaN(unit) || unit === 0x20 || unit === 0x09 || unit === 0x0a || unit === 0x0d;
}

/** `{{` or `<%`: what a template engine replaces is text that nobody here knows. */
export function isTemplateAt(text: string, at: number): boolean {
  return text.startsWith('{{', at) || text.startsWith('<%', at);
}

export interface QuotedText {
  readonly text: string;
  /** Behind the closing quote; where there is none, behind the word that the quote begins. */
  readonly end: number;
  readonly closed: boolean;
}

/**
 * A quoted scalar from its opening quote. One that would run into a line that looks like a key or an item of what
 * stands around it was never closed.
 *
 * @param oneLine a line break ends it: keys, JSON
 * @param owner the column of what stands around it; -1 where nothing does
 */
export function readQuoted(text: string, start: number, lineEnd: number, oneLine: boolean, owner = -1): QuotedText {
  const quote = text[start];
  let value = '';
  let end = lineEnd;
  for (let at = start + 1; at < text.length; at += 1) {
    const unit = text[at] as string;
    if (at >= end && (unit === '\n' || unit === '\r')) {
      if (oneLine || owner < 0 || startsNew(text, at, owner)) break;
      end = lineAt(text, at + 1, text.length).end;
    }
    if (unit === quote) {
      if (quote === "'" && text[at + 1] === "'") at += 1;
      else return { text: value, end: at + 1, closed: true };
    } else if (unit === '\\' && quote === '"') at += 1;
    value += text[at] ?? '';
  }
  const word = /^[^\s,[\]{}"']*/.exec(text.slice(start + 1, lineEnd))?.[0] ?? '';
  return { text: word, end: start + 1 + word.length, closed: false };
}

/** Whether the next line that is not blank is a key or an item no deeper than `owner`. */
export function startsNew(text: string, lineBreak: number, owner: number): boolean {
  let line = lineAt(text, text.indexOf('\n', lineBreak) + 1 || text.length, text.length);
  while (line.first >= line.end && line.next < text.length) line = lineAt(text, line.next, text.length);
  if (line.first - line.start > owner || line.first >= line.end) return false;
  return /^(?:-(?:\s|$)|["']?[\w./-]+["']?\s*:(?:\s|$)|[\w./-]+$|---)/.test(text.slice(line.first, line.end));
}
