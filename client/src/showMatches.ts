import { l10n, Position, QuickPickItemKind, Range, Uri, window, type QuickPickItem } from 'vscode';
import type { MatchesParams, MatchItem } from '../../server/src/protocol/matches.ts';
import { MATCHES } from '../../server/src/protocol/methods.ts';
import { label } from './hostileText.ts';
import type { ServerSession } from './serverSession.ts';

export interface MatchPick extends QuickPickItem {
  readonly location?: MatchItem['location'];
}

/** Lists the pods behind a lens or a count; choosing one opens its manifest. */
export async function showMatches(session: ServerSession, argument: unknown): Promise<void> {
  if (!isMatchesParams(argument)) return;
  const { title, items } = await session.request(MATCHES, argument);
  const picked = await window.showQuickPick(matchPicks(items), {
    title: label(title, 200),
    placeHolder: items.length === 0 ? l10n.t('Nothing to list') : l10n.t('Choose one to open its manifest'),
    matchOnDescription: true,
    matchOnDetail: true,
  });
  if (picked?.location !== undefined) await open(picked.location);
}

/** First what leads to a manifest, then, under a separator that says so, what does not. */
export function matchPicks(items: readonly MatchItem[]): MatchPick[] {
  const [here, elsewhere] = [true, false].map((known) =>
    items.filter(({ location }) => (location !== undefined) === known),
  );
  const rows = (some: readonly MatchItem[] = []): MatchPick[] =>
    some.map((item) => ({
      label: label(item.label),
      description: label(item.description),
      ...(item.detail === undefined ? {} : { detail: label(item.detail, 200) }),
      ...(item.location === undefined ? {} : { location: item.location }),
    }));
  const withoutManifest = rows(elsewhere);
  if (withoutManifest.length === 0) return rows(here);
  const separator = { label: l10n.t('Without a manifest here'), kind: QuickPickItemKind.Separator };
  return [...rows(here), separator, ...withoutManifest];
}

async function open({ uri, line, character }: NonNullable<MatchItem['location']>): Promise<void> {
  const start = new Position(line, character);
  await window.showTextDocument(Uri.parse(uri), { selection: new Range(start, start) });
}

/** Commands can be run by anything with any argument. */
function isMatchesParams(value: unknown): value is MatchesParams {
  if (typeof value !== 'object' || value === null) return false;
  const { uri, policy, path } = value as Record<string, unknown>;
  return [uri, policy, path].every((part) => typeof part === 'string');
}
