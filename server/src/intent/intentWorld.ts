import type { SourceState } from '../workspace/clusterSource.ts';
import type { Universe, UniverseParts } from '../workspace/universe.ts';
import { unreadPods } from '../workspace/unreadPods.ts';

/** What tests are run against. */
export interface IntentWorld {
  readonly universe: Universe;
  readonly unseen: readonly UnseenPods[];
  /** Services that may be there. */
  readonly unreadServices: readonly UnseenPods[];
}

/** Pods that may be there and are not known: who means everybody there is not decided. */
export interface UnseenPods {
  /** `*`: everywhere. */
  readonly namespace: string;
  /** A clause. */
  readonly why: string;
}

/**
 * @param state the cluster or snapshot that was read; undefined where manifests are all there is
 * @param reading a clause that says that not everything has been read yet
 */
export function intentWorld(universe: Universe, state: SourceState | undefined, reading?: string): IntentWorld {
  return {
    universe,
    unseen: [
      ...(reading === undefined ? [] : [{ namespace: '*', why: reading }]),
      ...(state === undefined ? [] : unreadPods(state)).map(({ subject, why }) => ({
        namespace: subject.replace(/\/\*$/, ''),
        why: `pods may be there that could not be read: ${why.replace(/\.$/, '')}`,
      })),
      ...(state?.coverage ?? []).flatMap(({ kind, namespace = '*', status }) =>
        kind === 'Pod' && status.state === 'reading' ? [{ namespace, why: 'pods are still being read' }] : [],
      ),
      ...unreadTemplates(universe.parts),
    ],
    unreadServices: [
      ...(reading === undefined ? [] : [{ namespace: '*', why: reading }]),
      ...(state?.coverage ?? []).flatMap(({ kind, namespace = '*', status }) =>
        kind !== 'Service' || status.state === 'complete' || status.state === 'stale' || status.state === 'unstated'
          ? []
          : [{ namespace, why: 'why' in status ? status.why.replace(/\.$/, '') : 'Services are still being read' }],
      ),
    ],
  };
}

function unreadTemplates({ unreadPods: unread = new Set() }: UniverseParts): readonly UnseenPods[] {
  return [...unread].map((namespace) => ({
    namespace,
    why: 'not all pods are known: something that a kustomization or a chart brings along could not be read',
  }));
}
