import { printable } from '../../analysis/wording.ts';
import { leftBy } from '../../changes/watchingOwn.ts';
import { contentHash } from '../../guard/guardedObject.ts';
import { openJournal } from '../../guard/journal.ts';
import type { JournalEvent } from '../../guard/journalLine.ts';
import type { Identity } from '../../workspace/apply/clusterApply.ts';
import type { ItemOutcome } from '../../workspace/apply/sendAll.ts';
import type { OpenedContext } from '../source.ts';

/** What one outcome was part of. */
export interface WrittenChange {
  /** The state folder. */
  readonly folder: string;
  readonly opened: OpenedContext;
  readonly identity: Identity;
  /** What all of it does to traffic, one line. */
  readonly delta: string;
  readonly guard?: string;
}

/** Notes what was changed in the journal. A change stands whether or not it could be noted; then that is said. */
export async function writeDown(outcome: ItemOutcome, change: WrittenChange): Promise<void> {
  if (outcome.kind !== 'applied' && outcome.kind !== 'altered') return;
  const { folder, opened, identity, delta, guard } = change;
  const { applied, target } = outcome;
  const event: JournalEvent = {
    kind: applied.change === 'delete' ? 'delete' : 'apply',
    at: new Date().toISOString(),
    who: { name: identity.user, by: identity.from },
    context: opened.known.name,
    server: opened.known.server,
    object: target,
    beforeHash: applied.before === undefined ? null : contentHash(applied.before),
    afterHash: applied.after === undefined ? null : contentHash(applied.after),
    left: leftBy(applied),
    delta,
    ...(guard !== undefined && { guard }),
  };
  try {
    await openJournal(folder).append([event]);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    console.error(`bulkhead: The journal in ${folder} could not be written: ${printable(why)}`);
  }
}
