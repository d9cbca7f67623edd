import { Uri, window } from 'vscode';
import { APPLY_SCHEME, type ApplyScope } from '../../server/src/protocol/apply.ts';
import { isServedDocument } from './servedDocuments.ts';

/**
 * Which policies a person means: those of a lens, of what is selected in the explorer, of the lines that are selected
 * in the editor, or of the active document. Commands can be run by anything with any argument.
 *
 * @param argument of a lens `{ uri, policy }`; of a context menu the URI
 * @param selected the explorer's selection, which its menu gives beside the URI
 * @param last what was meant last: while its diff is the active editor, it is meant again
 * @returns undefined where there is no document to take them from
 */
export function meantScope(argument: unknown, selected: unknown, last?: ApplyScope): ApplyScope | undefined {
  if (Array.isArray(selected) && selected.length > 0 && selected.every((each) => each instanceof Uri)) {
    return { uris: [...new Set(selected.map((uri) => uri.toString()))] };
  }
  if (argument instanceof Uri) return scopeOfEditor(argument.toString()) ?? { uris: [argument.toString()] };
  if (typeof argument === 'object' && argument !== null) {
    const { uri, policy } = argument as Record<string, unknown>;
    if (typeof uri !== 'string') return undefined;
    return { uris: [uri], ...(typeof policy === 'string' ? { policies: [policy] } : {}) };
  }
  const active = window.activeTextEditor?.document;
  if (active?.uri.scheme === APPLY_SCHEME) return last;
  return active === undefined || !isServedDocument(active) ? undefined : scopeOfEditor(active.uri.toString());
}

/** The active editor's document, or the lines that are selected in it; undefined where it shows another one. */
function scopeOfEditor(uri: string): ApplyScope | undefined {
  const editor = window.activeTextEditor;
  if (editor === undefined || editor.document.uri.toString() !== uri) return undefined;
  const lines = editor.selections
    .filter(({ isEmpty }) => !isEmpty)
    // A selection of whole lines ends before the first character of the next one.
    .map(({ start, end }) => ({
      start: start.line,
      end: end.character === 0 && end.line > start.line ? end.line - 1 : end.line,
    }));
  return { uris: [uri], ...(lines.length === 0 ? {} : { lines }) };
}
