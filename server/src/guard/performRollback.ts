import type { ApplyTarget } from '../workspace/apply/clusterApply.ts';
import type { DurableFiles } from './durableFiles.ts';
import type { GuardRecord, GuardState, ObjectOutcome, RollbackProblem } from './guardRecord.ts';
import { mayBeChanged, withoutRoller } from './guardRecord.ts';
import { openJournal } from './journal.ts';
import type { JournalEvent } from './journalLine.ts';
import { isRunning, ownIdentity } from './processIdentity.ts';
import { updateRecord } from './recordStore.ts';
import type { RollbackLimits } from './rollBack.ts';
import { isSame, rollBack } from './rollBack.ts';
import type { Send } from './rollBackObject.ts';
import type { Times } from './times.ts';

export interface PerformOptions {
  readonly files: DurableFiles;
  readonly times: Times;
  /** The guard's own folder. */
  readonly folder: string;
  /** As it was read last: what is rolled back where the disk gives and takes nothing any more. */
  readonly record: GuardRecord;
  readonly send: Send;
  readonly pause: (ms: number) => Promise<void>;
  readonly random: () => number;
  readonly onTrouble?: (problem: RollbackProblem, tries: number) => void;
  /** The disk or the journal fails; the rollback goes on. */
  readonly log: (line: string) => void;
  readonly limits?: Partial<RollbackLimits>;
}

/**
 * Rolls a guarded change back, if nobody has kept it and nobody else is at it, and notes the outcome in the record and
 * the journal. The cluster comes first: a disk that is full stops nothing.
 *
 * @returns the record as it then is; its state says what came of it
 */
export async function performRollback(options: PerformOptions): Promise<GuardRecord> {
  const { files, times, folder, log } = options;
  const me = ownIdentity();
  const claimed = await change(options, options.record, (record) => {
    const isTaken = record.roller !== undefined && record.roller.pid !== me.pid && isRunning(record.roller) === true;
    if (!mayBeChanged(record) || (record.state === 'rollingBack' && isTaken)) return undefined;
    return { ...record, state: 'rollingBack', roller: me };
  });
  if (claimed.state !== 'rollingBack' || claimed.roller?.pid !== me.pid) return claimed;

  const outcomes = await rollBack({
    ...options,
    objects: claimed.objects,
    decided: claimed.outcomes ?? [],
    steady: () => times.steady(),
    onOutcome: async (decided) => {
      await change(options, claimed, (record) => ({ ...record, outcomes: decided }));
    },
  });
  const isLate = (ref: ApplyTarget): boolean =>
    outcomes.some((outcome) => isSame(outcome.ref, ref) && outcome.result === 'notWritten');
  const endedAt = new Date(times.wall()).toISOString();
  const ended = await change(options, { ...claimed, outcomes }, (record) => ({
    ...withoutRoller(record),
    // Written while the others were taken back: it stands, and somebody has to be asked about it.
    state: record.objects.some(({ ref, written }) => written !== undefined && isLate(ref))
      ? 'couldNot'
      : endOf(outcomes),
    outcomes,
    endedAt,
  }));
  const news = outcomes.filter(({ ref, result }) => {
    const earlier = options.record.outcomes?.find((other) => isSame(other.ref, ref));
    return result !== 'notWritten' && earlier?.result !== result;
  });
  await openJournal(claimed.journal, { files })
    .append(news.map((outcome) => lineOf(claimed, outcome, endedAt)))
    .catch((error: unknown) => log(`The journal cannot be written: ${String(error)}`));
  return ended;

  async function change(
    { files }: PerformOptions,
    fallback: GuardRecord,
    make: (record: GuardRecord) => GuardRecord | undefined,
  ): Promise<GuardRecord> {
    try {
      return await updateRecord(files, folder, make);
    } catch (error) {
      log(`The record cannot be written: ${String(error)}`);
      return make(fallback) ?? fallback;
    }
  }
}

function endOf(outcomes: readonly ObjectOutcome[]): GuardState {
  const results = new Set(outcomes.map(({ result }) => result));
  if (results.has('couldNot')) return 'couldNot';
  if (results.has('leftAlone')) return 'leftAlone';
  return results.size === 1 && results.has('notWritten') ? 'notWritten' : 'rolledBack';
}

function lineOf(record: GuardRecord, { ref, result, by, nowHash, left }: ObjectOutcome, at: string): JournalEvent {
  const object = record.objects.find((one) => isSame(one.ref, ref));
  const beforeHash = object?.change === 'delete' ? null : (object?.written?.hash ?? object?.intendedHash);
  const whose = by === undefined ? '' : ` by ${by.manager} at ${by.time}`;
  const outcome = result === 'leftAlone' ? result : result === 'couldNot' ? 'failed' : undefined;
  return {
    kind: 'rollback',
    at,
    who: record.who,
    context: record.target.context,
    server: record.target.server,
    object: ref,
    ...(beforeHash !== undefined && { beforeHash }),
    ...(nowHash !== undefined && { afterHash: nowHash }),
    ...(left !== undefined && { left }),
    delta:
      outcome === 'leftAlone'
        ? `left alone: changed meanwhile${whose}`
        : outcome === 'failed'
          ? 'stands as it was applied'
          : record.rollbackDelta,
    ...(outcome !== undefined && { outcome }),
    guard: record.id,
  };
}
