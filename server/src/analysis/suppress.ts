import type { OffsetRange } from '../model/sourceRange.ts';
import type { ParsedText } from '../syntax/manifestDocument.ts';
import type { Finding, Fix } from './finding.ts';
import { covers, suppressionsOf, type SuppressedCode, type Suppression } from './suppressions.ts';

export const UNUSED_SUPPRESSION = 'unused-suppression';

export interface SuppressedText {
  readonly file: string;
  readonly text: string;
  readonly parsed: ParsedText;
  /** The codes of all checks. */
  readonly codes: readonly string[];
  /** Whether a check has looked at the file: one that is off, or that knows too little, proves nothing unused. */
  readonly hasRun: (code: string) => boolean;
}

/** Takes back the findings of checks that comments suppress, and says of comments that suppress nothing. */
export function suppress(findings: readonly Finding[], suppressed: SuppressedText): readonly Finding[] {
  const suppressions = suppressionsOf(suppressed.text, suppressed.parsed);
  if (suppressions.length === 0) return findings;
  const used = new Set<SuppressedCode>();
  const left = findings.filter((finding) => {
    let isSuppressed = false;
    for (const suppression of suppressions) {
      const named = suppression.codes.find(({ code }) => code === finding.code);
      if (named === undefined || !covers(suppression, finding.range.start)) continue;
      used.add(named);
      isSuppressed = true;
    }
    return !isSuppressed;
  });
  return [...left, ...suppressions.flatMap((suppression) => unused(suppression, used, suppressed))];
}

function unused(
  suppression: Suppression,
  used: ReadonlySet<SuppressedCode>,
  { file, text, codes, hasRun }: SuppressedText,
): readonly Finding[] {
  const say = (range: OffsetRange, message: string, fixes: readonly Fix[]): Finding => ({
    code: UNUSED_SUPPRESSION,
    severity: 'hint',
    layer: 'semantic',
    message,
    path: '',
    file,
    range,
    fixes,
  });
  const whole = (): Fix => ({
    title: 'Remove this comment',
    preferred: true,
    quiet: true,
    edits: [removal(file, text, suppression)],
  });
  if (suppression.codes.length === 0) {
    return [say(suppression.range, `This suppresses nothing: it names no check`, [whole()])];
  }
  if (suppression.late === true) {
    const message = 'This suppresses nothing: the form for a file stands at the top of the file';
    return [say(suppression.range, message, [whole()])];
  }
  return suppression.codes.flatMap((named): readonly Finding[] => {
    if (used.has(named)) return [];
    const { code, range } = named;
    const isCheck = codes.includes(code);
    if (isCheck && !hasRun(code)) return [];
    const only = suppression.codes.length === 1;
    const fix = only
      ? whole()
      : {
          title: `Remove ${code} from this comment`,
          quiet: true as const,
          edits: [codeRemoval(file, suppression, named)],
        };
    return [say(range, isCheck ? nothingFound(suppression, code) : notACheck(code), [fix])];
  });
}

/** What the API server refuses stays refused, whatever a comment says. */
const REFUSALS = ['yaml', 'decode', 'strict', 'validation'];

function notACheck(code: string): string {
  return REFUSALS.includes(code)
    ? `This suppresses nothing: what the API server rejects cannot be switched off (${code})`
    : `This suppresses nothing: there is no check ${code}`;
}

function nothingFound({ kind }: Suppression, code: string): string {
  return `This suppresses nothing: ${code} has no finding ${kind === 'file' ? 'in this file' : 'on the next line'}`;
}

function removal(file: string, text: string, { range }: Suppression): Fix['edits'][number] {
  const start = text.lastIndexOf('\n', range.start - 1) + 1;
  const newline = text.indexOf('\n', range.end);
  return { file, range: { start, end: newline < 0 ? text.length : newline + 1 }, newText: '' };
}

function codeRemoval(file: string, { codes }: Suppression, named: SuppressedCode): Fix['edits'][number] {
  const index = codes.indexOf(named);
  const next = codes[index + 1];
  const before = codes[index - 1];
  const range =
    next === undefined
      ? { start: before?.range.end ?? named.range.start, end: named.range.end }
      : { start: named.range.start, end: next.range.start };
  return { file, range, newText: '' };
}

/** A comment above a finding that takes it back; undefined in JSON, which has no comments. */
export function disableFix(finding: Finding, text: string, parsed: ParsedText): Fix | undefined {
  if (/^\s*[{[]/.test(text)) return undefined;
  const { code, file, range } = finding;
  const title = `Disable ${code} on this line`;
  const line = text.lastIndexOf('\n', range.start - 1) + 1;
  const above = suppressionsOf(text, parsed).find(({ kind, target }) => kind === 'line' && target?.start === line);
  const last = above?.codes.at(-1);
  if (last !== undefined) {
    return {
      title,
      quiet: true,
      edits: [{ file, range: { start: last.range.end, end: last.range.end }, newText: `, ${code}` }],
    };
  }
  const indent = /^[ \t]*/.exec(text.slice(line, range.start))?.[0] ?? '';
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const newText = `${indent}# bulkhead-disable-next-line ${code} — why it is no goal here${newline}`;
  return { title, quiet: true, edits: [{ file, range: { start: line, end: line }, newText }] };
}
