import type { CodeAction, Diagnostic, Range } from 'vscode-languageserver-types';
import { CodeActionKind } from 'vscode-languageserver-types';
import type { Finding } from '../analysis/finding.ts';
import { toDiagnostics, toWorkspaceEdit, type ProtocolOptions } from './toProtocol.ts';

/** The fixes of the findings that a range touches. */
export function codeActions(
  findings: readonly Finding[],
  range: Range,
  options: ProtocolOptions,
  createsFiles: boolean,
): CodeAction[] {
  const fixable = findings.filter(({ fixes = [] }) => fixes.length > 0);
  const diagnostics = toDiagnostics(fixable, options);
  return fixable.flatMap(({ fixes = [] }, index): CodeAction[] => {
    const diagnostic = diagnostics[index];
    if (diagnostic === undefined || !touches(diagnostic, range)) return [];
    return fixes.flatMap((fix): CodeAction[] => {
      const edit = toWorkspaceEdit(fix, options.textOf, createsFiles);
      if (edit === undefined) return [];
      const { title, preferred = false } = fix;
      return [{ title, kind: CodeActionKind.QuickFix, isPreferred: preferred, diagnostics: [diagnostic], edit }];
    });
  });
}

function touches({ range }: Diagnostic, { start, end }: Range): boolean {
  return !isBefore(range.end, start) && !isBefore(end, range.start);
}

function isBefore(a: Range['start'], b: Range['start']): boolean {
  return a.line < b.line || (a.line === b.line && a.character < b.character);
}
