import { DiagnosticSeverity, type Diagnostic } from 'vscode';

/** What redhat.vscode-yaml calls the source of its parser's errors. */
const YAML_EXTENSION = 'YAML';
/** Our code for a text that is no YAML (server/docs/yaml.md). */
const NO_YAML = 'yaml';

/**
 * Our diagnostics without what the YAML extension says of the same line already: a text that is no YAML is its trade.
 * Everything else that it says, such as what a schema wants, is another judgement than ours and hides nothing.
 */
export function withoutTwins(own: readonly Diagnostic[], all: readonly Diagnostic[]): Diagnostic[] {
  const said = yamlErrorLines(all);
  return own.filter((diagnostic) => codeOf(diagnostic) !== NO_YAML || !said.has(diagnostic.range.start.line));
}

/** A code that leads to a page carries its address beside it. */
function codeOf({ code }: Diagnostic): string | number | undefined {
  return typeof code === 'object' ? code.value : code;
}

/** The lines on which the YAML extension reports a text that is no YAML. */
export function yamlErrorLines(all: readonly Diagnostic[]): ReadonlySet<number> {
  return new Set(
    all.flatMap(({ source, severity, range }) =>
      source === YAML_EXTENSION && severity === DiagnosticSeverity.Error ? [range.start.line] : [],
    ),
  );
}
