import type { UnknownEntry } from '../engine/unknownEntries.ts';
import { unreadPods } from '../workspace/unreadPods.ts';
import type { Inputs } from './inputs.ts';

/**
 * What the source could not show: pods that may be there without being listed. Only for namespaces of which no pod is
 * known, because an entry covers every pair with such an end, also decided ones.
 */
export function unseenPods({ source, parts }: Inputs): readonly UnknownEntry[] {
  if (source === undefined) return [];
  const hasPods = (namespace: string): boolean => (parts.contents.get(namespace)?.pods.length ?? 0) > 0;
  const anyPods = [...parts.contents.keys()].some(hasPods);
  return unreadPods(source)
    .filter(({ subject }) => (subject === '*' ? !anyPods : !hasPods(subject.replace(/\/\*$/, ''))))
    .map(({ subject, why }) => ({ subject, why, reasons: [{ kind: 'notEvaluated', why }] }));
}
