import type { Memento } from 'vscode';

/** What a person has chosen for a folder, kept in this workspace's state: it is theirs, not the repository's. */
export type RememberedSource =
  | {
      readonly kind: 'context';
      readonly context: string;
      /** Server URL and CA as they were when the person chose. */
      readonly identity: string;
    }
  | { readonly kind: 'snapshot'; readonly path: string }
  | { readonly kind: 'files' };

export interface SourceMemory {
  get(folder: string): RememberedSource | undefined;
  set(folder: string, source: RememberedSource | undefined): Promise<void>;
}

const KEY = 'sources';

export function sourceMemory(state: Memento): SourceMemory {
  const read = (): Map<string, unknown> => {
    const stored = state.get<unknown>(KEY);
    return new Map(typeof stored === 'object' && stored !== null ? Object.entries(stored) : []);
  };
  return {
    get: (folder) => {
      const stored = read().get(folder);
      return isRemembered(stored) ? stored : undefined;
    },
    set: async (folder, source) => {
      const all = read();
      if (source === undefined) all.delete(folder);
      else all.set(folder, source);
      await state.update(KEY, Object.fromEntries(all));
    },
  };
}

/** State outlives versions of the extension: what has another shape is forgotten. */
function isRemembered(value: unknown): value is RememberedSource {
  if (typeof value !== 'object' || value === null) return false;
  const { kind, context, identity, path } = value as Record<string, unknown>;
  if (kind === 'context') return typeof context === 'string' && typeof identity === 'string';
  return kind === 'files' || (kind === 'snapshot' && typeof path === 'string');
}
