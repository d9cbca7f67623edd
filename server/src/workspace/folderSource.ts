import type { Knowledge } from '../analysis/check.ts';
import type { SourceState } from './clusterSource.ts';
import type { SourceView } from './snapshot.ts';

/** Where a folder's pods come from, as a person or a setting chose it. */
export type FolderSource =
  | { readonly kind: 'files' }
  | { readonly kind: 'snapshot'; readonly label: string; readonly state: SourceState }
  | {
      readonly kind: 'live';
      readonly label: string;
      readonly state: SourceState;
      /** The context's own namespace. */
      readonly namespace?: string;
      /** The server's version, such as `1.36`; absent until it is known. */
      readonly version?: string;
    }
  | { readonly kind: 'none'; readonly label: string; readonly problem: string };

/** True once a source can answer: a live one after its first complete read, refusals included. */
export function canAnswer(source: FolderSource): boolean {
  if (source.kind !== 'live') return true;
  const { coverage } = source.state;
  return coverage.length > 0 && !coverage.some(({ status }) => status.state === 'reading');
}

/** Whether two sources are states of the same one, so that one replaces the other without a switch. */
export function isSameSource(a: FolderSource, b: FolderSource): boolean {
  if (a.kind !== b.kind) return false;
  if (a.kind === 'live' && b.kind === 'live') return a.label === b.label && serverOf(a.state) === serverOf(b.state);
  return a.kind === 'files' || ('label' in a && 'label' in b && a.label === b.label);
}

export function sourceView(source: FolderSource, indexing: { done: number; total: number } | undefined): SourceView {
  switch (source.kind) {
    case 'files':
      return indexing === undefined ? { kind: 'files' } : { kind: 'files', indexing };
    case 'live':
    case 'snapshot':
      return { kind: source.kind, label: source.label, state: source.state };
    case 'none':
      return source;
  }
}

/** While no source has ever been read to its end nothing can be called missing. */
export const NOTHING_KNOWN: Knowledge = {
  podsKnown: () => false,
  namespacesKnown: false,
  policiesKnown: () => false,
};

function serverOf({ origin }: SourceState): string | undefined {
  return origin.server;
}
