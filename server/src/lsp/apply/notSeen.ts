import type { SourceState } from '../../workspace/clusterSource.ts';
import { unreadPods } from '../../workspace/unreadPods.ts';

/**
 * Why an effect may be larger than it looks, clauses: pods that were not read, or of which nothing new is known. What a
 * change does to these is not known, whatever the API server says of the object.
 */
export function notSeen(state: SourceState): readonly string[] {
  const unread = unreadPods(state).map(({ why }) => why);
  const stale = state.coverage.flatMap(({ kind, namespace, status }) => {
    if (kind !== 'Pod' && kind !== 'NetworkPolicy') return [];
    const where = namespace === undefined ? '' : ` in ${namespace}`;
    const what = kind === 'Pod' ? 'pods' : 'policies';
    if (status.state === 'reading') return [`${what}${where} are still being read`];
    if (status.state !== 'stale') return [];
    return [`nothing new is known of ${what}${where} since ${new Date(status.since).toISOString()}`];
  });
  return [...new Set([...unread, ...stale])];
}
