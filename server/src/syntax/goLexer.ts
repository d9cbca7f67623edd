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
 *
 * @param onLeniency called where that may have mattered.
 */
export function lexAsGo(text: string, onLeniency: () => void = () => undefined): Generator<string, void> {
  const lexer = new Lexer();
  const internals = lexer as unknown as LexerInternals;
  internals.parseQuotedScalar = anyColumn(internals.parseQuotedScalar, onLeniency);
  internals.parseFlowCollection = anyColumn(internals.parseFlowCollection, onLeniency);
  return lexer.lex(text);
}

/** Only what goes on over a line's end can start in a column that YAML 1.2 forbids. */
function anyColumn(parse: ParseState, onLeniency: () => void): ParseState {
  return function* () {
    const { indentNext } = this;
    this.indentNext = 0;
    const tokens = parse.call(this);
    let step = tokens.next();
    for (; step.done !== true; step = tokens.next()) {
      if (step.value.includes('\n')) onLeniency();
      yield step.value;
    }
    this.indentNext = indentNext;
    return step.value;
  };
}
