import { DocumentHighlightKind, type DocumentHighlight } from 'vscode-languageserver-types';
import { lineIndex } from '../syntax/lineIndex.ts';
import type { WorkspaceSnapshot } from '../workspace/snapshot.ts';
import { textTokens, type TextToken } from './textTokens.ts';
import { documentAt } from '../syntax/documentAt.ts';

/**
 * The places of a file that speak of what stands at an offset: the same label of pods or of namespaces (on its key
 * every value of it), the same port by name, the same namespace. What declares it is marked as written, what asks for
 * it as read. Null where the offset stands on nothing of the kind.
 */
export function documentHighlights(
  snapshot: WorkspaceSnapshot,
  uri: string,
  offset: number,
): DocumentHighlight[] | null {
  const file = snapshot.files.get(uri)?.file;
  const meant = file === undefined ? undefined : tokenAt(snapshot, uri, offset);
  if (file === undefined || meant === undefined) return null;
  const lines = lineIndex(file.text);
  const found = file.parsed.documents.flatMap(({ start, document }) =>
    textTokens(document)
      .filter((token) => isSame(meant, token))
      .map((token) => ({
        range: lines.range({ start: start + token.start, end: start + token.end }),
        kind: token.declared ? DocumentHighlightKind.Write : DocumentHighlightKind.Read,
      })),
  );
  return found.length === 0 ? null : found;
}

/** The word at an offset of a file. */
export function tokenAt(snapshot: WorkspaceSnapshot, uri: string, offset: number): TextToken | undefined {
  const view = snapshot.files.get(uri);
  const placed = view && documentAt(view.file.parsed, offset);
  if (placed === undefined) return undefined;
  const at = offset - placed.start;
  return textTokens(placed.document).find(({ start, end }) => start <= at && at <= end);
}

function isSame(meant: TextToken, token: TextToken): boolean {
  switch (meant.role) {
    case 'labelKey':
      return token.role === 'labelKey' && token.of === meant.of && token.key === meant.key;
    case 'labelValue':
      return (
        token.role === 'labelValue' && token.of === meant.of && token.key === meant.key && token.value === meant.value
      );
    case 'portName':
    case 'namespace':
      return token.role === meant.role && token.name === meant.name;
    case 'field':
    case 'operator':
    case 'direction':
    case 'protocol':
    case 'port':
    case 'cidr':
      return false;
  }
}
