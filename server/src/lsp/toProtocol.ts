import type { Diagnostic, Range, TextEdit, WorkspaceEdit } from 'vscode-languageserver-types';
import { DiagnosticSeverity } from 'vscode-languageserver-types';
import type { Finding, Fix } from '../analysis/finding.ts';
import type { Severity } from '../model/finding.ts';
import type { OffsetRange } from '../model/sourceRange.ts';
import { lineIndex, type LineIndex } from '../syntax/lineIndex.ts';

/** What a file's offsets need to become positions: its text. Undefined where the file is not known. */
export type TextOf = (uri: string) => string | undefined;

export interface ProtocolOptions {
  readonly textOf: TextOf;
  /** The link of a code's page; undefined where the client could not open it. */
  readonly pageOf: (code: string) => string | undefined;
  readonly relatedInformation: boolean;
}

/** Turns offsets of many files into positions; every text is measured once. */
export class Positions {
  readonly #textOf: TextOf;
  readonly #lines = new Map<string, LineIndex>();

  constructor(textOf: TextOf) {
    this.#textOf = textOf;
  }

  range(uri: string, range: OffsetRange): Range {
    let lines = this.#lines.get(uri);
    if (lines === undefined) this.#lines.set(uri, (lines = lineIndex(this.#textOf(uri) ?? '')));
    return lines.range(range);
  }
}

const SEVERITIES: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};

/** Severities, order and number stay as the analysis gave them: nothing is judged again on the way to the editor. */
export function toDiagnostics(findings: readonly Finding[], options: ProtocolOptions): Diagnostic[] {
  const positions = new Positions(options.textOf);
  return findings.map((finding): Diagnostic => {
    const { code, severity, message, file, range, related = [] } = finding;
    const href = options.pageOf(code);
    return {
      range: positions.range(file, range),
      severity: SEVERITIES[severity],
      code,
      source: 'bulkhead',
      message: finding.layer === 'validation' && finding.path !== '' ? `${finding.path}: ${message}` : message,
      ...(href === undefined ? {} : { codeDescription: { href } }),
      ...(related.length === 0 || !options.relatedInformation
        ? {}
        : {
            relatedInformation: related.map((place) => ({
              location: { uri: place.file, range: positions.range(place.file, place.range) },
              message: place.message,
            })),
          }),
    };
  });
}

/** What the client can do with an edit. */
export interface EditOptions {
  readonly textOf: TextOf;
  /** It can make a file. */
  readonly createsFiles: boolean;
  /** It can ask a person to agree to parts of an edit. */
  readonly annotatesChanges: boolean;
}

/**
 * @param taken what a person has to agree to, a sentence; clients that cannot ask make the edit at once
 */
export function toWorkspaceEdit(fix: Fix, options: EditOptions, taken?: string): WorkspaceEdit | undefined {
  const { textOf, createsFiles, annotatesChanges } = options;
  const positions = new Positions(textOf);
  const edits = Map.groupBy(fix.edits, ({ file }) => file);
  const annotated = taken !== undefined && annotatesChanges;
  const textEdits = (uri: string): TextEdit[] =>
    (edits.get(uri) ?? []).map(({ range, newText }) => ({
      range: positions.range(uri, range),
      newText,
      ...(annotated ? { annotationId: ANNOTATION } : {}),
    }));
  const created = new Set(fix.edits.flatMap(({ file, create }) => (create === true ? [file] : [])));
  if (created.size === 0 && !annotated) {
    return { changes: Object.fromEntries([...edits.keys()].map((uri) => [uri, textEdits(uri)])) };
  }
  if (created.size > 0 && !createsFiles) return undefined;
  return {
    ...(annotated
      ? { changeAnnotations: { [ANNOTATION]: { label: fix.title, description: taken, needsConfirmation: true } } }
      : {}),
    documentChanges: [...edits.keys()].flatMap((uri) => [
      ...(created.has(uri) ? [{ kind: 'create' as const, uri, options: { ignoreIfExists: true } }] : []),
      { textDocument: { uri, version: null }, edits: textEdits(uri) },
    ]),
  };
}

const ANNOTATION = 'taken';
