import type { Document, Node, Scalar } from 'yaml';
import { Composer, Lexer, Parser, isScalar } from 'yaml';
import type { Problem } from '../model/finding.ts';
import type { OffsetRange } from '../model/sourceRange.ts';
import { refusedDirective } from './goDirectives.ts';
import { lexAsGo } from './goLexer.ts';
import { resolvePlain } from './goScalar.ts';
import { refusedTab } from './goTabs.ts';

/** The syntax tree of one document; partial where the text is broken. */
export interface YamlTree {
  readonly root: Node | null;
  readonly problems: readonly Problem[];
}

/** Every scalar stays text here (`failsafe`): what it means is decided as Go does, see goScalar. */
const OPTIONS = {
  schema: 'failsafe',
  merge: false,
  uniqueKeys: false,
  resolveKnownTags: false,
  prettyErrors: false,
  keepSourceTokens: false,
  logLevel: 'silent',
} as const;

export function parseTree(text: string): YamlTree {
  try {
    return read(text);
  } catch (error) {
    // The library recurses: a text of many thousand brackets ends its stack. Nothing else is known to throw.
    return { root: null, problems: [syntaxProblem(tooDeep(error), { start: 0, end: Math.min(1, text.length) })] };
  }
}

/**
 * By the letter of YAML 1.2 where that takes the text, else as leniently as Go's reader. Where neither does, the
 * stricter reading says better where a bracket or quote is missing: it ends what is open at the next outer line.
 */
function read(text: string): YamlTree {
  const strict = compose(new Lexer().lex(text), text);
  const problems = problemsOf(strict, text);
  if (problems.length === 0) return { root: rootOf(strict), problems: refusedByGo(text) };
  const lenient = compose(lexAsGo(text), text);
  const isTaken = problemsOf(lenient, text).every(({ message }) => message.startsWith(COMMENT_TOO_CLOSE));
  if (!isTaken) return { root: rootOf(strict), problems };
  const refused = refusedByGo(text);
  return { root: rootOf(lenient), problems: refused.length > 0 ? refused : problems.slice(0, 1).map(asWarning) };
}

function rootOf(document: Document.Parsed | undefined): Node | null {
  return document?.contents ?? null;
}

function problemsOf(document: Document.Parsed | undefined, text: string): readonly Problem[] {
  const errors = document?.errors.slice(0, MOST_PROBLEMS) ?? [];
  return errors.map(({ message, pos: [start, end] }) => {
    // The library misses a bracket where the next line begins; people look where it belongs.
    if (message.includes('end with a ')) return syntaxProblem(message, lastCharacter(text, start));
    const from = Math.min(start, text.length);
    return syntaxProblem(message, { start: from, end: Math.min(Math.max(end, from), text.length) });
  });
}

/** The last character before an offset that is no white space. */
function lastCharacter(text: string, before: number): OffsetRange {
  let end = Math.min(before, text.length);
  while (end > 1 && ' \t\r\n'.includes(text.charAt(end - 1))) end--;
  return { start: Math.max(0, end - 1), end };
}

/** Each fault of a text that is no YAML at all brings the next one along: nobody reads thousands. */
const MOST_PROBLEMS = 100;

/** Other programs read YAML by its letter: what only the API server's reader takes is worth a word. */
function asWarning(problem: Problem): Problem {
  return { ...problem, severity: 'warning', message: `${problem.message}. The API server reads it all the same` };
}

/** Go's reader takes `"a"#b` for a comment behind a scalar. */
const COMMENT_TOO_CLOSE = 'Comments must be separated from other tokens';

/** What is fine in YAML 1.2 and refused by the API server's reader: the first such thing. */
function refusedByGo(text: string): readonly Problem[] {
  const control = text.search(CONTROL_CHARACTER);
  if (control >= 0) return [syntaxProblem('control characters are not allowed', { start: control, end: control + 1 })];
  const directive = refusedDirective(text);
  if (directive !== undefined) return [syntaxProblem(directive.message, directive.range)];
  const tab = refusedTab(text);
  if (tab === undefined) return [];
  const message = 'found a tab where YAML wants spaces: character that cannot start any token';
  return [syntaxProblem(message, { start: tab, end: tab + 1 })];
}

// oxlint-disable-next-line no-control-regex -- these are the characters that YAML 1.1 does not let stand anywhere
const CONTROL_CHARACTER = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]/;

/** The first document: the text is cut at document markers before. */
function compose(lexemes: Iterable<string>, text: string): Document.Parsed | undefined {
  const parser = new Parser();
  const composer = new Composer(OPTIONS);
  for (const lexeme of lexemes) {
    for (const token of parser.next(lexeme)) for (const document of composer.next(token)) return document;
  }
  for (const token of parser.end()) for (const document of composer.next(token)) return document;
  for (const document of composer.end(true, text.length)) return document;
  return undefined;
}

export function syntaxProblem(message: string, range: OffsetRange): Problem {
  return { layer: 'syntax', severity: 'error', code: 'yaml', message, path: '', range };
}

/** The text of a scalar without quotes and escapes; undefined for anything that is no scalar. */
export function scalarText(node: unknown): string | undefined {
  if (!isScalar(node)) return undefined;
  return typeof node.value === 'string' ? node.value : '';
}

export function isPlain(node: Scalar): boolean {
  return node.type === 'PLAIN' || node.type === undefined;
}

/** A map key as it stands in JSON: numbers and booleans become text, as sigs.k8s.io/yaml converts them. */
export function keyText(key: unknown): string {
  const text = scalarText(key);
  if (text === undefined) return '';
  if (!isPlain(key as Scalar) || (key as Scalar).tag === 'tag:yaml.org,2002:str') return text;
  const value = resolvePlain(text);
  return value === null ? '' : keyOf(value);
}

/** Go formats float keys with 32-bit precision, and the infinities and NaN in YAML's spelling. */
export function keyOf(value: string | number | boolean): string {
  if (typeof value !== 'number' || Number.isInteger(value)) return String(value);
  if (Number.isNaN(value)) return '.nan';
  if (!Number.isFinite(value)) return value > 0 ? '.inf' : '-.inf';
  const narrow = Math.fround(value);
  for (let digits = 1; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === narrow) return String(short);
  }
  return String(narrow);
}

/** `<<` unquoted: its value is merged into the map. */
export function isMergeKey(key: unknown): boolean {
  if (!isScalar(key) || key.value !== '<<') return false;
  return key.tag === 'tag:yaml.org,2002:merge' || (isPlain(key) && key.tag === undefined);
}

export function rangeOf(node: Node | null | undefined): OffsetRange | undefined {
  return node?.range ? { start: node.range[0], end: node.range[1] } : undefined;
}

function tooDeep(error: unknown): string {
  return error instanceof RangeError ? 'the document is nested too deeply to be read' : String(error);
}
