import { SemanticTokenModifiers, SemanticTokenTypes } from 'vscode-languageserver-types';
import type { SourceRange } from '../model/sourceRange.ts';
import { lineIndex } from '../syntax/lineIndex.ts';
import type { ManifestDocument } from '../syntax/manifestDocument.ts';
import type { WorkspaceSnapshot } from '../workspace/snapshot.ts';
import { textTokens, type TextToken } from './textTokens.ts';

/** Standard types and modifiers alone, which every theme has a colour for; the positions are what is sent. */
export const TOKEN_TYPES: readonly string[] = [
  SemanticTokenTypes.keyword,
  SemanticTokenTypes.property,
  SemanticTokenTypes.string,
  SemanticTokenTypes.operator,
  SemanticTokenTypes.enumMember,
  SemanticTokenTypes.number,
  SemanticTokenTypes.variable,
  SemanticTokenTypes.namespace,
];

export const TOKEN_MODIFIERS: readonly string[] = [
  SemanticTokenModifiers.declaration,
  SemanticTokenModifiers.defaultLibrary,
];

const TYPES: Readonly<Record<TextToken['role'], number>> = {
  field: TOKEN_TYPES.indexOf(SemanticTokenTypes.keyword),
  labelKey: TOKEN_TYPES.indexOf(SemanticTokenTypes.property),
  labelValue: TOKEN_TYPES.indexOf(SemanticTokenTypes.string),
  operator: TOKEN_TYPES.indexOf(SemanticTokenTypes.operator),
  direction: TOKEN_TYPES.indexOf(SemanticTokenTypes.enumMember),
  protocol: TOKEN_TYPES.indexOf(SemanticTokenTypes.enumMember),
  port: TOKEN_TYPES.indexOf(SemanticTokenTypes.number),
  cidr: TOKEN_TYPES.indexOf(SemanticTokenTypes.number),
  portName: TOKEN_TYPES.indexOf(SemanticTokenTypes.variable),
  namespace: TOKEN_TYPES.indexOf(SemanticTokenTypes.namespace),
};

const DECLARATION = 1;
const DEFAULT_LIBRARY = 2;

/** A token as it is sent, its line counted from the document's first. */
interface PlacedToken {
  readonly line: number;
  readonly character: number;
  readonly length: number;
  readonly type: number;
  readonly modifiers: number;
}

/** Documents are read once and kept, so that an edit costs its own document. */
const known = new WeakMap<ManifestDocument, readonly PlacedToken[]>();

/**
 * The words of a file's policies, and of the workloads, Services and namespaces that they speak of, as LSP sends
 * tokens: five numbers each, relative to the one before.
 *
 * @param range tokens of these lines alone
 */
export function semanticTokens(snapshot: WorkspaceSnapshot, uri: string, range?: SourceRange): number[] {
  const file = snapshot.files.get(uri)?.file;
  const data: number[] = [];
  if (file === undefined) return data;
  const lines = lineIndex(file.text);
  const first = range?.start.line ?? 0;
  const last = range?.end.line ?? Infinity;
  let line = 0;
  let character = 0;
  for (const { start, document } of file.parsed.documents) {
    const base = lines.position(start).line;
    if (base > last) break;
    if (range !== undefined && lines.position(start + document.text.length).line < first) continue;
    for (const token of placedTokens(document)) {
      const at = base + token.line;
      if (at < first || at > last) continue;
      data.push(at - line, at === line ? token.character - character : token.character);
      data.push(token.length, token.type, token.modifiers);
      line = at;
      character = token.character;
    }
  }
  return data;
}

function placedTokens(document: ManifestDocument): readonly PlacedToken[] {
  let tokens = known.get(document);
  if (tokens === undefined) known.set(document, (tokens = place(document)));
  return tokens;
}

function place(document: ManifestDocument): readonly PlacedToken[] {
  const found = textTokens(document);
  if (found.length === 0) return [];
  const lines = lineIndex(document.text);
  let behind = 0;
  return found.flatMap((token): PlacedToken[] => {
    const { line, character } = lines.position(token.start);
    const end = lines.position(token.end);
    // Not every client takes tokens of several lines.
    if (end.line !== line || token.end === token.start || token.start < behind) return [];
    behind = token.end;
    const modifiers = (token.declared ? DECLARATION : 0) | (isWellKnown(token) ? DEFAULT_LIBRARY : 0);
    return [{ line, character, length: token.end - token.start, type: TYPES[token.role], modifiers }];
  });
}

/** Keys that Kubernetes itself gives a meaning. */
function isWellKnown(token: TextToken): boolean {
  return token.role === 'labelKey' && /(?:^|\.)(?:kubernetes|k8s)\.io\//.test(token.key);
}
