import { Lexer } from 'yaml';

/** The parts of the library's lexer that are not in its types; its version is pinned and a test holds this. */
interface LexerInternals {
  indentNext: number;
  parseQuotedScalar: ParseState;
  parseFlowCollection: ParseState;
}

type ParseState = (this: LexerInternals) => Generator<string, string>;

/**
 * The library's lexer, lenient where Go's reader is: inside quotes, braces and brackets a line may start in any
 * column (YAML 1.2 wants it indented below its parent), which JSON pasted into manifests often does.
 */
export function lexAsGo(text: string): Generator<string, void> {
  const lexer = new Lexer();
  const internals = lexer as unknown as LexerInternals;
  internals.parseQuotedScalar = anyColumn(internals.parseQuotedScalar);
  internals.parseFlowCollection = anyColumn(internals.parseFlowCollection);
  return lexer.lex(text);
}

function anyColumn(parse: ParseState): ParseState {
  return function* () {
    const { indentNext } = this;
    this.indentNext = 0;
    const next = yield* parse.call(this);
    this.indentNext = indentNext;
    return next;
  };
}
