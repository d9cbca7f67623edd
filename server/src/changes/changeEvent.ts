import { createHash } from 'node:crypto';
import type { PolicyName } from '../engine/clusterEdit.ts';
import type { JournalEvent, JournalLine, LeftState } from '../guard/journalLine.ts';
import { managerOf, type PolicyChange } from '../workspace/changes/seenPolicy.ts';

/** A policy that somebody else has changed, with where that was and what it does. */
export interface ChangeEvent {
  readonly id: string;
  readonly change: PolicyChange;
  /** The kubeconfig's context. */
  readonly context: string;
  /** The API server's URL. */
  readonly server: string;
  /** What it does to traffic, one sentence without its full stop. */
  readonly effect: string;
}

export function leftOf({ before, after }: PolicyChange): LeftState {
  return after === undefined ? { uid: before?.uid ?? '' } : { uid: after.uid, resourceVersion: after.resourceVersion };
}

/** The same for the same change, whoever has seen it. */
export function changeId(server: string, { namespace, name }: PolicyName, left: LeftState): string {
  const { uid, resourceVersion = 'gone' } = left;
  const parts = [server, namespace, name, uid, resourceVersion];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 24);
}

/** Who has changed something of which the cluster does not say. */
export const NOT_KNOWN = 'not known';

export function journalEventOf({ change, context, server, effect }: ChangeEvent): JournalEvent {
  const { namespace, name, before, after, at, since } = change;
  return {
    kind: 'change',
    at: new Date(at).toISOString(),
    ...(since !== undefined && { since: new Date(since).toISOString() }),
    who: { name: managerOf(change)?.name ?? NOT_KNOWN, by: 'fieldManager' },
    context,
    server,
    object: { kind: 'NetworkPolicy', namespace, name },
    beforeHash: before?.hash ?? null,
    afterHash: after?.hash ?? null,
    left: leftOf(change),
    delta: effect,
  };
}

/** The line is about the very state that a change has left. */
export function isAbout(line: JournalLine, server: string, change: PolicyChange): boolean {
  const { uid, resourceVersion } = leftOf(change);
  return (
    line.left?.uid === uid &&
    line.left.resourceVersion === resourceVersion &&
    line.server === server &&
    line.object.kind === 'NetworkPolicy' &&
    line.object.namespace === change.namespace &&
    line.object.name === change.name
  );
}
