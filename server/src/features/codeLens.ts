import type { CodeLens } from 'vscode-languageserver-types';
import { lineIndex } from '../syntax/lineIndex.ts';
import type { WorkspaceSnapshot } from '../workspace/snapshot.ts';
import { annotations, placeInFile } from './annotations.ts';
import { plain } from './markdown.ts';
import { policyViews } from './policyViews.ts';
import { readingText, staleSince, sourceText } from './sourceText.ts';

/** Lists the pods behind a lens (client/src/commandIds.ts). */
export const SHOW_MATCHES = 'bulkhead.showMatches';
/** Lets a person choose where pods come from. */
const CHOOSE_CONTEXT = 'bulkhead.chooseContext';

/**
 * The lenses of a file: what each policy isolates and where its pods come from, whom each rule lets in or out. Where
 * they stand depends on the text and on the settings alone.
 */
export function codeLenses(snapshot: WorkspaceSnapshot, uri: string): CodeLens[] {
  const view = snapshot.files.get(uri);
  if (view === undefined) return [];
  const lines = lineIndex(view.file.text);
  const at = (offset: number): CodeLens['range'] => lines.range({ start: offset, end: offset });
  const { lens } = snapshot.settings;
  const lenses = annotations(snapshot, uri)
    .filter(({ kind }) => lens[kind] === 'lens')
    .map(({ at: offset, title, list }): CodeLens => {
      const command = list === undefined ? '' : SHOW_MATCHES;
      return { range: at(offset), command: { title: title(), command, ...(list && { arguments: [list] }) } };
    });
  const sources =
    lens.policy !== 'lens'
      ? []
      : policyViews(snapshot, uri).map((policy): CodeLens => ({
          range: at(placeInFile(policy, [])),
          command: { title: sourceTitle(snapshot), command: CHOOSE_CONTEXT },
        }));
  return [...lenses, ...sources].sort(
    (a, b) => a.range.start.line - b.range.start.line || a.range.start.character - b.range.start.character,
  );
}

/**
 * Where the counts come from. A live source's age stands here only once it is worth minutes: a lens is not drawn anew
 * every second, and seconds that stand still would be untrue.
 */
function sourceTitle(snapshot: WorkspaceSnapshot): string {
  const { source, now } = snapshot;
  const reading = readingText(source, 'Pod');
  const name = source.kind === 'files' ? 'these files' : plain(source.label);
  if (reading !== undefined) return `Reading ${name}${reading.slice('reading'.length)}`;
  if (source.kind === 'files') return 'Pods from these files · connect a cluster…';
  if (source.kind === 'live') {
    const { readAt = now } = source.state.origin;
    const fresh = staleSince(source.state.coverage) === undefined && now - readAt < 60_000;
    if (fresh) return `live: ${name}`;
  }
  return sourceText(snapshot);
}
