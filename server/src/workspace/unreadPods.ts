import type { UnknownEntry } from '../engine/unknownEntries.ts';
import type { NamespaceContents, SourceState } from './clusterSource.ts';

/** Pods that may be there and could not be read: no pair with such an end is decided (cli-contract, Names). */
export interface UnreadPods {
  /** `namespace/*`, or `*` where no namespace's pods were read. */
  readonly subject: string;
  readonly why: string;
}

/** Namespaces whose pods a source could not read, with the server's reason. */
export function unreadPods(state: SourceState): readonly UnreadPods[] {
  const entries = state.coverage.filter(({ kind }) => kind === 'Pod');
  const whole = entries.find(({ namespace }) => namespace === undefined);
  const own = new Map(entries.map((entry) => [entry.namespace, entry]));
  const unread = new Map<string, string>();
  let read = 0;
  for (const namespace of new Set([...state.contents.keys(), ...state.namespaces.map(({ name }) => name)])) {
    const status = (own.get(namespace) ?? whole)?.status;
    if (status !== undefined && 'why' in status && status.state !== 'stale') unread.set(namespace, status.why);
    else read += 1;
  }
  if (read > 0) return [...unread].map(([namespace, why]) => ({ subject: `${namespace}/*`, why }));
  const why = whole !== undefined && 'why' in whole.status ? whole.status.why : [...unread.values()][0];
  return why === undefined ? [] : [{ subject: '*', why }];
}

/**
 * What a source could not show: pods that may be there without being listed. Only for namespaces of which no pod is
 * known, because an entry covers every pair with such an end, also decided ones.
 */
export function unseenPods(
  state: SourceState,
  contents: ReadonlyMap<string, NamespaceContents>,
): readonly UnknownEntry[] {
  const hasPods = (namespace: string): boolean => (contents.get(namespace)?.pods.length ?? 0) > 0;
  const anyPods = [...contents.keys()].some(hasPods);
  return unreadPods(state)
    .filter(({ subject }) => (subject === '*' ? !anyPods : !hasPods(subject.replace(/\/\*$/, ''))))
    .map(({ subject, why }) => ({ subject, why, reasons: [{ kind: 'notEvaluated', why }] }));
}
