import type { Memento } from 'vscode';

export interface RememberedContext {
  readonly context: string;
  readonly identity: string;
}

/** What a person has chosen for a folder, kept in this workspace's state: it is theirs, not the repository's. */
export type RememberedSource =
  | {
      readonly kind: 'context';
      readonly context: string;
      /** Server URL and CA as they were when the person chose. */
      readonly identity: string;
      /** Contexts that stay connected beside it for files that a `bulkhead.yaml` binds to them. */
      readonly others?: readonly RememberedContext[];
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
  const { kind, path, others = [] } = value as Record<string, unknown>;
  if (kind === 'context') return isContext(value) && Array.isArray(others) && others.every(isContext);
  return kind === 'files' || (kind === 'snapshot' && typeof path === 'string');
}

function isContext(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { context, identity } = value as Record<string, unknown>;
  return typeof context === 'string' && typeof identity === 'string';
}

/** What is to be remembered once a context has been chosen, with those before it that stay connected. */
export function withContext(
  before: RememberedSource | undefined,
  chosen: RememberedContext,
  kept: readonly string[],
): RememberedSource {
  const earlier = before?.kind === 'context' ? [...(before.others ?? []), contextOf(before)] : [];
  const others = earlier.filter(({ context }) => context !== chosen.context && kept.includes(context));
  return { kind: 'context', ...chosen, ...(others.length > 0 && { others }) };
}

function contextOf({ context, identity }: RememberedContext): RememberedContext {
  return { context, identity };
}
