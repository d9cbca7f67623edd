import type { LoginPrompt } from '../workspace/clusterModule.ts';
import { plainText } from './plainText.ts';

/** Lines of a prompt that are shown. */
const MOST_LINES = 6;

/**
 * What a login program asks of a person: the page to open and the code to enter there, read from what it has written to
 * standard error so far. Undefined where it asks nothing. What it names is data: nothing is opened or run here. Pure.
 */
export function readLoginPrompt(program: string, written: string): LoginPrompt | undefined {
  const text = written.replaceAll(TERMINAL_CODES, '');
  const url = pageOf(text);
  const code = codeOf(text);
  if (url === undefined && code === undefined) return undefined;
  const lines = text
    .split(/\r?\n/)
    .map((line) => plainText(line))
    .filter((line) => line !== '');
  return {
    program,
    text: lines.slice(-MOST_LINES).join('\n'),
    ...(url !== undefined && { url }),
    ...(code !== undefined && { code }),
  };
}

// oxlint-disable-next-line no-control-regex -- what colours and moves on a terminal
const TERMINAL_CODES = /\u001b\[[0-9;?]*[A-Za-z]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)/g;

/** The last page named; a login in an address is not a page to open. */
function pageOf(text: string): string | undefined {
  const found = text.match(/https?:\/\/[^\s"'<>()`]+/g)?.map((url) => url.replace(/[.,;:!?]+$/, '')) ?? [];
  return found.findLast((url) => {
    const parsed = URL.canParse(url) ? new URL(url) : undefined;
    return parsed !== undefined && parsed.username === '' && parsed.password === '';
  });
}

/** A code of a device login (RFC 8628): capitals and digits, often in groups, after the word `code`. */
function codeOf(text: string): string | undefined {
  const said = /\bcode\b[^A-Z0-9]{0,40}?\b([A-Z0-9]{4,5}(?:-[A-Z0-9]{3,5}){1,3}|[A-Z0-9]{6,12})\b/.exec(text)?.[1];
  return said ?? /^\s*([A-Z0-9]{4}-[A-Z0-9]{4})\s*$/m.exec(text)?.[1];
}
