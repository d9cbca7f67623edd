import { leftBy } from '../../changes/watchingOwn.ts';
import { contentHash } from '../../guard/guardedObject.ts';
import { openJournal } from '../../guard/journal.ts';
import type { JournalEvent, Who } from '../../guard/journalLine.ts';
import type { ApplyPreview } from '../../protocol/apply.ts';
import type { ApplyIntent } from '../../workspace/apply/clusterApply.ts';
import { undoIntents, type ItemOutcome, type TransactionResult } from '../../workspace/apply/sendAll.ts';
import type { LiveCluster } from '../liveSource.ts';
import type { Log } from '../log.ts';
import type { LastApplies } from './lastApply.ts';

export interface RecordParts {
  readonly storage: string | undefined;
  readonly last: LastApplies;
  readonly date: () => number;
  readonly log: Log;
}

/**
 * What a change leaves behind: a line of the journal for each object as soon as its answer is there, and the way back.
 * What the disk refuses goes to the log: the cluster has changed already, and the person is told of that.
 */
export class ApplyRecord {
  readonly #parts: RecordParts;
  readonly #shown: ApplyPreview;
  readonly #live: LiveCluster;
  readonly #who: Who;
  readonly #guard: string | undefined;

  constructor(parts: RecordParts, shown: ApplyPreview, live: LiveCluster, who: Who, guard: string | undefined) {
    this.#parts = parts;
    this.#shown = shown;
    this.#live = live;
    this.#who = who;
    this.#guard = guard;
  }

  async note(outcome: ItemOutcome): Promise<void> {
    const { storage } = this.#parts;
    const event = this.#event(outcome);
    if (storage === undefined || event === undefined) return;
    await this.#trying('journal', () => openJournal(storage).append([event]));
  }

  /**
   * @param undone what the last change's way back was, where this was it
   * @returns whether there is a way back from this change
   */
  async finish(result: TransactionResult, undone: readonly ApplyIntent[]): Promise<boolean> {
    const { last, date } = this.#parts;
    const { identity } = this.#live.context;
    const at = new Date(date()).toISOString();
    if (this.#shown.action === 'rollBack') {
      const done = new Set(result.outcomes.filter(isDone).map(({ target }) => JSON.stringify(target)));
      const left = undone.filter(({ target }) => !done.has(JSON.stringify(target)));
      await this.#trying('way back', () =>
        left.length === 0 ? last.forget(identity) : last.put(identity, { at, undo: left }),
      );
      return left.length > 0;
    }
    const undo = undoIntents(result);
    if (undo.length > 0) await this.#trying('way back', () => last.put(identity, { at, undo }));
    return undo.length > 0;
  }

  #event(outcome: ItemOutcome): JournalEvent | undefined {
    const isMade = outcome.kind === 'applied' || outcome.kind === 'altered';
    if (!isMade && outcome.kind !== 'uncertain') return undefined;
    const { context } = this.#live;
    const step = this.#shown.steps.find(
      ({ kind, namespace, name }) =>
        kind === outcome.target.kind && namespace === outcome.target.namespace && name === outcome.target.name,
    );
    const { before, after } = isMade ? outcome.applied : {};
    return {
      kind: this.#shown.action === 'rollBack' ? 'rollback' : step?.change === 'delete' ? 'delete' : 'apply',
      at: new Date(this.#parts.date()).toISOString(),
      who: this.#who,
      context: context.name,
      server: context.server,
      object: outcome.target,
      ...(isMade && {
        beforeHash: before === undefined ? null : contentHash(before),
        afterHash: after === undefined ? null : contentHash(after),
        left: leftBy(outcome.applied),
      }),
      delta: isMade ? this.#shown.effect.summary : 'Whether it was changed is not known: no answer came',
      ...(isMade ? {} : { outcome: 'failed' as const }),
      ...(this.#guard !== undefined && { guard: this.#guard }),
    };
  }

  async #trying(what: string, work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#parts.log.error(`The ${what} of a change could not be written: ${String(error)}`);
    }
  }
}

function isDone({ kind }: ItemOutcome): boolean {
  return kind === 'applied' || kind === 'altered' || kind === 'unchanged';
}
