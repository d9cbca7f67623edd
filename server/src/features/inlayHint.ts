import type { InlayHint } from 'vscode-languageserver-types';
import { lineIndex } from '../syntax/lineIndex.ts';
import type { SourceRange } from '../model/sourceRange.ts';
import type { WorkspaceSnapshot } from '../workspace/snapshot.ts';
import { annotations } from './annotations.ts';
import { SHOW_MATCHES } from './codeLens.ts';
import { defaultHints } from './defaultHints.ts';

/** The counts that stand at the end of a line, and by a setting the defaults of fields, for the lines of a range. */
export function inlayHints(
  snapshot: WorkspaceSnapshot,
  uri: string,
  range: SourceRange,
  runsCommands = true,
): InlayHint[] {
  const view = snapshot.files.get(uri);
  if (view === undefined) return [];
  const { text } = view.file;
  const lines = lineIndex(text);
  const start = lines.offset({ line: range.start.line, character: 0 });
  const end = lines.offset(range.end);
  const { lens, inlayDefaults } = snapshot.settings;
  const counts = annotations(snapshot, uri)
    .filter(({ kind, at }) => lens[kind] === 'inlay' && start <= at && at <= end)
    .sort((a, b) => a.at - b.at)
    .map(({ at, title, tooltip, list, difference }): InlayHint => {
      const differs = difference?.();
      const label = differs === undefined ? title() : `${title()} · ${differs.title}`;
      return {
        position: lines.position(endOfLine(text, at)),
        label:
          list === undefined || !runsCommands
            ? label
            : [{ value: label, command: { title: 'List them', command: SHOW_MATCHES, arguments: [list] } }],
        ...(tooltip && { tooltip: tooltip() }),
        paddingLeft: true,
      };
    });
  if (!inlayDefaults) return counts;
  const defaults = defaultHints(snapshot, uri)
    .filter(({ at }) => start <= at && at <= end)
    .map(({ at, line, text: label, tooltip }): InlayHint => {
      const position = lines.position(line ? endOfLine(text, at) : at);
      return { position, label, tooltip, paddingLeft: true };
    });
  return [...counts, ...defaults];
}

function endOfLine(text: string, offset: number): number {
  const length = text.slice(offset).search(/[\r\n]/);
  return length < 0 ? text.length : offset + length;
}
