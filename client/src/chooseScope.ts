import { l10n, window, type Memento, type QuickPickItem } from 'vscode';
import { SCOPES, USE_SCOPE } from '../../server/src/protocol/methods.ts';
import type { ScopeList } from '../../server/src/protocol/scopes.ts';
import { label } from './hostileText.ts';
import type { ServerSession } from './serverSession.ts';

/** The scope that a person has chosen for a folder, kept in this workspace's state; absent: each document has its own. */
export interface ScopeMemory {
  get(folder: string): string | undefined;
  set(folder: string, scope: string | undefined): Promise<void>;
}

const KEY = 'scopes';

export function scopeMemory(state: Memento): ScopeMemory {
  const read = (): Map<string, unknown> => {
    const stored = state.get<unknown>(KEY);
    return new Map(typeof stored === 'object' && stored !== null ? Object.entries(stored) : []);
  };
  return {
    get: (folder) => {
      const scope = read().get(folder);
      return typeof scope === 'string' ? scope : undefined;
    },
    set: async (folder, scope) => {
      const all = read();
      if (scope === undefined) all.delete(folder);
      else all.set(folder, scope);
      await state.update(KEY, Object.fromEntries(all));
    },
  };
}

export interface ScopeChooser {
  readonly session: Pick<ServerSession, 'request'>;
  readonly scopes: ScopeMemory;
}

interface ScopeItem extends QuickPickItem {
  /** Absent: each document in its own. */
  readonly scope?: string;
}

/** Lets a person say which manifests belong together; without a lens the active document is meant. */
export async function chooseScope({ session, scopes }: ScopeChooser, argument: unknown): Promise<void> {
  const uri = typeof argument === 'string' ? argument : window.activeTextEditor?.document.uri.toString();
  if (uri === undefined) return;
  const list = await session.request(SCOPES, { uri });
  const picked = await window.showQuickPick(scopeItems(list), {
    title: l10n.t('Which manifests belong together'),
    placeHolder: l10n.t('Counts, verdicts and findings are given among these alone'),
    matchOnDescription: true,
  });
  if (picked === undefined) return;
  const { scope } = picked;
  await session.request(USE_SCOPE, { folder: list.folder, ...(scope === undefined ? {} : { scope }) });
  await scopes.set(list.folder, scope);
}

/** The picker's rows: what a person chose is marked, and what is used now without a choice is named. */
export function scopeItems({ scopes, current, chosen }: ScopeList): ScopeItem[] {
  const mark = (isChosen: boolean): string => (isChosen ? '$(check) ' : '');
  const now = scopes.find(({ scope }) => scope === current);
  return [
    {
      label: `${mark(chosen === undefined)}${l10n.t('Each file in its own')}`,
      ...(chosen === undefined && now !== undefined ? { description: label(now.label) } : {}),
    },
    ...scopes.map((scope): ScopeItem => ({
      label: `${mark(chosen === scope.scope)}${label(scope.label)}`,
      ...(scope.because === '' ? {} : { description: label(scope.because) }),
      scope: scope.scope,
    })),
  ];
}
