import type { CodeLens, Command } from 'vscode-languageserver-types';
import { isIntentPath } from '../intent/intentPath.ts';
import type { MatchesParams } from '../protocol/matches.ts';
import { lineIndex } from '../syntax/lineIndex.ts';
import type { LensKind } from '../workspace/settings.ts';
import type { FileView, WorkspaceSnapshot } from '../workspace/snapshot.ts';
import { annotations, type Annotation } from './annotations.ts';
import type { DifferenceLens } from './differenceText.ts';
import { intentLensPlaces, resolveIntentLens } from './intents/intentLens.ts';
import { plain } from './markdown.ts';
import { renderLenses } from './renderLens.ts';
import { CHOOSE_SCOPE, scopeLensTitle } from './scopeText.ts';
import { readingText, staleSince, sourceText } from './sourceText.ts';

/** Lists the pods behind a lens (client/src/commandIds.ts). */
export const SHOW_MATCHES = 'bulkhead.showMatches';
/** Lets a person choose where pods come from. */
const CHOOSE_CONTEXT = 'bulkhead.chooseContext';
/** Shows what an edit does to traffic, beside the editor. */
export const PREVIEW = 'bulkhead.preview';

/** The lenses of a file with their titles. In a file of many policies over a large cluster that takes seconds. */
export function codeLenses(snapshot: WorkspaceSnapshot, uri: string): CodeLens[] {
  const all = annotations(snapshot, uri);
  return codeLensPlaces(snapshot, uri).map((lens) => withTitle(lens, () => all));
}

/** What a lens carries until its title is asked for; as JSON, for `CodeLens.data`. */
export interface CodeLensData {
  readonly kind: LensKind;
  /** Position among the file's annotations, which tells two policies of one name apart. */
  readonly index: number;
  readonly list: MatchesParams;
}

/**
 * Where a file's lenses stand: above each policy what it isolates and where its pods come from, above each rule whom
 * it lets in or out. It depends on the text and on the settings alone. Titles that have to be worked out are left to
 * `resolveCodeLens`, so that only lenses in sight cost anything. A client that does not run our commands gets lenses
 * that say the same and lead nowhere.
 */
export function codeLensPlaces(snapshot: WorkspaceSnapshot, uri: string, runsCommands = true): CodeLens[] {
  const view = snapshot.files.get(uri);
  if (view === undefined) return [];
  if (isIntentPath(view.path)) return intentLensPlaces(snapshot, uri);
  const lines = lineIndex(view.file.text);
  const at = (offset: number): CodeLens['range'] =>
    lines.range({ start: offset, end: endOfLine(view.file.text, offset) });
  const { lens } = snapshot.settings;
  const all = annotations(snapshot, uri);
  const lenses = all.flatMap(({ kind, at: offset, title, list }, index): CodeLens[] => {
    if (lens[kind] !== 'lens') return [];
    // Without a list there is nothing to click, so nothing to find again.
    if (list === undefined) return [{ range: at(offset), command: { title: title(), command: '' } }];
    const data: CodeLensData = { kind, index, list };
    return [{ range: at(offset), data }];
  });
  const previews = all.flatMap(({ kind, at: offset, list }): CodeLens[] => {
    if (!runsCommands || kind !== 'policy' || lens.policy !== 'lens' || list === undefined) return [];
    const command = { title: 'Preview', command: PREVIEW, arguments: [{ uri, policy: list.policy }] };
    return [{ range: at(offset), command }];
  });
  const sources =
    lens.policy !== 'lens'
      ? []
      : all.flatMap(({ kind, at: offset }): CodeLens[] => {
          if (kind !== 'policy') return [];
          const range = at(offset);
          const scope = scopeLensTitle(snapshot);
          const source = {
            title: sourceTitle(snapshot, runsCommands) + bindingText(snapshot, view),
            command: runsCommands ? CHOOSE_CONTEXT : '',
          };
          if (scope === undefined) return [{ range, command: source }];
          const choose = runsCommands ? { command: CHOOSE_SCOPE, arguments: [uri] } : { command: '' };
          return [
            { range, command: { title: scope, ...choose } },
            { range, command: source },
          ];
        });
  // Last, and only where another lens stands in any case: nothing moves when the cluster changes.
  const differences = all.flatMap(({ kind, at: offset, difference }): CodeLens[] => {
    const differs = lens[kind] === 'lens' ? difference?.() : undefined;
    return differs === undefined ? [] : [{ range: at(offset), command: differenceCommand(differs, runsCommands) }];
  });
  const renders = runsCommands ? renderLenses(snapshot, view).map((lens) => ({ ...lens, range: at(0) })) : [];
  return [...lenses, ...previews, ...sources, ...differences, ...renders].sort(
    (a, b) => a.range.start.line - b.range.start.line || a.range.start.character - b.range.start.character,
  );
}

/**
 * A lens speaks of the rest of its line. VS Code lets go of one that speaks of nothing as soon as a person types at its
 * place, and shows it again only with the next answer.
 */
function endOfLine(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  return offset + text.slice(offset, end < 0 ? text.length : end).trimEnd().length;
}

function differenceCommand({ title, command, arguments: given }: DifferenceLens, runsCommands: boolean): Command {
  return given === undefined || !runsCommands ? { title, command: '' } : { title, command, arguments: [...given] };
}

/** Gives a lens its title and its click. One whose policy has left the text meanwhile gets no words. */
export function resolveCodeLens(snapshot: WorkspaceSnapshot, lens: CodeLens, runsCommands = true): CodeLens {
  const titled = resolveIntentLens(snapshot, lens) ?? withTitle(lens, (uri) => annotations(snapshot, uri));
  if (runsCommands || titled.command === undefined) return titled;
  return { range: titled.range, command: { title: titled.command.title, command: '' } };
}

function withTitle(lens: CodeLens, annotationsOf: (uri: string) => readonly Annotation[]): CodeLens {
  const data: unknown = lens.data;
  if (lens.command !== undefined || !isLensData(data)) return lens;
  const { kind, index, list } = data;
  const all = annotationsOf(list.uri);
  const isMeant = (one: Annotation | undefined): boolean =>
    one?.kind === kind &&
    one.list?.policy === list.policy &&
    one.list.path === list.path &&
    one.list.object === list.object;
  const meant = isMeant(all[index]) ? all[index] : all.find(isMeant);
  const title = meant === undefined ? '' : meant.title();
  return { range: lens.range, command: { title, command: SHOW_MATCHES, arguments: [list] } };
}

/** Clients send back what they were given, and may send anything. */
function isLensData(value: unknown): value is CodeLensData {
  if (typeof value !== 'object' || value === null || !('list' in value)) return false;
  const { list } = value;
  return typeof list === 'object' && list !== null && 'uri' in list && typeof list.uri === 'string';
}

/** Whether the pods are those of another cluster than the one that the file is meant for. */
function bindingText({ source }: WorkspaceSnapshot, { boundTo }: FileView): string {
  if (source.kind !== 'live' || boundTo === undefined || boundTo === source.label) return '';
  return ` · this file is meant for ${plain(boundTo)}`;
}

/**
 * Where the counts come from. A live source's age stands here only once it is worth minutes: a lens is not drawn anew
 * every second, and seconds that stand still would be untrue.
 */
function sourceTitle(snapshot: WorkspaceSnapshot, canChoose: boolean): string {
  const { source, now } = snapshot;
  const reading = readingText(source, 'Pod');
  const name = source.kind === 'files' ? 'these files' : plain(source.label);
  if (reading !== undefined) return `Reading ${name}${reading.slice('reading'.length)}`;
  if (source.kind === 'files') return `Pods from these files${canChoose ? ' · connect a cluster…' : ''}`;
  if (source.kind === 'live') {
    const { readAt = now } = source.state.origin;
    const fresh = staleSince(source.state.coverage) === undefined && now - readAt < 60_000;
    if (fresh) return `live: ${name}`;
  }
  return sourceText(snapshot);
}
