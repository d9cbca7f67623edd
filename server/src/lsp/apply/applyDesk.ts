import { printable } from '../../analysis/wording.ts';
import type { Guard } from '../../guard/guard.ts';
import { leftBy } from '../../changes/watchingOwn.ts';
import { contentHash } from '../../guard/guardedObject.ts';
import { openJournal } from '../../guard/journal.ts';
import type { JournalEvent, Who } from '../../guard/journalLine.ts';
import type {
  DecideParams,
  ExportText,
  GuardState,
  PreviewAnswer,
  PreviewParams,
  SendAnswer,
  SendParams,
} from '../../protocol/apply.ts';
import { sendAll, undoIntents, type TransactionResult } from '../../workspace/apply/sendAll.ts';
import { shownChange } from '../../workspace/apply/shownObject.ts';
import type { FolderSession } from '../folderSession.ts';
import { UNTRUSTED, type LiveCluster } from '../liveSource.ts';
import type { Log } from '../log.ts';
import { GuardDesk } from './guardDesk.ts';
import { LastApplies } from './lastApply.ts';
import { makePreview, type Wanted } from './makePreview.ts';
import { selectDocuments } from './selectDocuments.ts';
import { outcomeText, targetName } from './stepTexts.ts';
import { StoredPreviews, type StoredPreview } from './storedPreview.ts';

export interface ApplyDeskParts {
  /** Where journal, guards and the last change lie; undefined: nothing outlives the server, and nothing is guarded. */
  readonly storage: string | undefined;
  /** Path of `guard.cjs`. */
  readonly guardProgram: string;
  readonly trusted: boolean;
  readonly sessionOf: (uri: string) => FolderSession | undefined;
  readonly tellGuard: (state: GuardState) => void;
  readonly yieldOnce: () => Promise<void>;
  readonly date: () => number;
  readonly log: Log;
}

const NO_CLUSTER = 'No cluster is chosen. Choose a context first: changes are tried and made there.';
const NOT_KNOWN = 'This preview is not known any more. Preview it again.';

/**
 * Where changes of a cluster pass: previewed, confirmed by a person elsewhere, sent once, written down. It holds what a
 * confirmation sends, so that nothing but what was previewed can be sent.
 */
export class ApplyDesk {
  readonly #parts: ApplyDeskParts;
  readonly #previews = new StoredPreviews();
  readonly #last: LastApplies;
  readonly #guards: GuardDesk | undefined;

  constructor(parts: ApplyDeskParts) {
    this.#parts = parts;
    const { storage, guardProgram, tellGuard, log } = parts;
    this.#last = new LastApplies(storage);
    this.#guards =
      storage === undefined
        ? undefined
        : new GuardDesk({ storage, program: guardProgram, tell: tellGuard, warn: (line) => log.warn(line) });
  }

  async preview(params: PreviewParams, signal: AbortSignal): Promise<PreviewAnswer> {
    const { trusted, sessionOf, yieldOnce } = this.#parts;
    if (!trusted) return { problem: UNTRUSTED };
    const [first = ''] = params.uris;
    const session = sessionOf(first);
    const live = session?.sources.live;
    if (session === undefined || live === undefined) return { problem: NO_CLUSTER, chooseContext: true };
    if (params.uris.some((uri) => sessionOf(uri) !== session)) {
      return { problem: 'What was chosen lies in several folders of the window. Choose those of one.' };
    }
    const { workspace } = session;
    const snapshot = workspace.snapshot();
    const common = { action: params.action, live, snapshot, settings: workspace.settings.apply, signal, yieldOnce };
    if (params.action === 'rollBack') {
      const last = await this.#last.get(live.context.identity);
      if (last === undefined) return { problem: `Nothing was applied to ${printable(live.context.name)} from here.` };
      return this.#stored(await makePreview({ ...common, wanted: last.undo.map((intent) => ({ intent })) }));
    }
    const selected = selectDocuments(workspace, snapshot, params);
    if ('problem' in selected) return selected;
    const { selection, documents } = selected;
    const wanted = documents.map((document): Wanted => {
      const { target } = document;
      return params.action === 'delete'
        ? { intent: { action: 'delete', target }, document }
        : { intent: { action: 'apply', target, document: document.document }, document };
    });
    const isNothing = wanted.length === 0 && selection.refused.length === 0 && selection.namespaces.length === 0;
    if (isNothing) return { problem: 'There is no NetworkPolicy in what was chosen.' };
    return this.#stored(await makePreview({ ...common, wanted, selection }));
  }

  async send({ id, stopAtError, guardSeconds }: SendParams): Promise<SendAnswer> {
    const preview = this.#previews.get(id);
    if (preview === undefined || preview.sent) return { problem: NOT_KNOWN };
    const { shown, live, transaction, method } = preview;
    if (shown.protection === 'refused') return { problem: `A setting protects ${printable(live.context.name)}.` };
    const who = await this.#who(live);
    const guard = guardSeconds === undefined ? undefined : await this.#guard(preview, guardSeconds, who);
    if (guard !== undefined && 'problem' in guard) return { problem: guard.problem, guardProblem: true };
    this.#previews.put({ ...preview, sent: true });
    const { apply } = live.connection;
    const result = await sendAll(transaction, {
      apply,
      method,
      stopAtError,
      after: async (outcome) => {
        if (outcome.kind !== 'notSent') await guard?.settle(outcome);
      },
    });
    await this.#writeDown(preview, result, who, guard);
    if (guard !== undefined) {
      await guard.count();
      this.#guards?.watch(guard, live);
    }
    return {
      results: result.outcomes.map((outcome) => ({
        key: targetName(outcome.target),
        outcome: outcome.kind,
        text: outcomeText(outcome),
      })),
      changed: result.changed,
      ...(guard !== undefined && { guard: guard.id }),
    };
  }

  text(address: string): string {
    return this.#previews.text(address);
  }

  export(id: string): ExportText {
    const preview = this.#previews.get(id);
    if (preview === undefined) return { manifests: '', markdown: NOT_KNOWN, kubectl: '' };
    const { shown, live, changes } = preview;
    const objects = changes.flatMap(({ before, after }) =>
      after === undefined ? [] : [shownChange(before, after).after],
    );
    const files = [...new Set(shown.steps.flatMap(({ uri }) => uri ?? []))];
    const context = quoted(live.context.name);
    const deletes = shown.steps.filter(({ change }) => change === 'delete');
    const lines = [
      ...files.map(
        (uri) => `kubectl --context ${context} apply -f ${quoted(decodeURIComponent(new URL(uri).pathname))}`,
      ),
      ...deletes.map(
        ({ name, namespace }) =>
          `kubectl --context ${context} delete networkpolicy -n ${quoted(namespace)} ${quoted(name)}`,
      ),
    ];
    return {
      manifests: objects.join('---\n'),
      markdown: shown.effect.markdown,
      kubectl: (shown.action === 'delete' ? lines.slice(files.length) : lines).join('\n'),
    };
  }

  pendingGuards(): Promise<readonly GuardState[]> {
    return this.#guards?.pending() ?? Promise.resolve([]);
  }

  async decide({ id, decision }: DecideParams, lives: readonly LiveCluster[]): Promise<string> {
    if (this.#guards === undefined) return 'Nothing is guarded here.';
    const pending = await this.#guards.pending();
    const context = pending.find((guard) => guard.id === id)?.context;
    return this.#guards.decide(id, decision, lives.find((live) => live.context.name === context) ?? lives[0]);
  }

  dispose(): void {
    this.#guards?.dispose();
  }

  #stored(preview: StoredPreview | undefined): PreviewAnswer {
    if (preview === undefined) return { problem: 'The preview was given up.' };
    this.#previews.put(preview);
    return preview.shown;
  }

  async #guard(
    { live, shown, transaction }: StoredPreview,
    seconds: number,
    who: Who,
  ): Promise<Guard | { readonly problem: string }> {
    if (this.#guards === undefined) return { problem: 'The client names no folder in which a guard could be kept.' };
    const previews = transaction.sequence.flatMap((item) => (item.state === 'ready' ? [item.preview] : []));
    const prepared = await this.#guards.prepare(live, previews, seconds, who);
    if (!prepared.ok) return prepared;
    const { lost, gained } = shown.effect;
    const back = lost.length > 0 ? `Open again: ${lost.slice(0, 3).join('; ')}` : '';
    const closed = gained.length > 0 ? `Closed again: ${gained.slice(0, 3).join('; ')}` : '';
    const begun = await prepared.guard.begin(previews, [back, closed].filter((text) => text !== '').join('. '));
    if (begun.ok) return prepared.guard;
    await prepared.guard.cancel();
    return { problem: begun.problem };
  }

  async #who({ connection }: LiveCluster): Promise<Who> {
    const { user, from } = await connection.apply.identity();
    return { name: user, by: from };
  }

  /** Journal and the way back. What the disk refuses is said in the log: the cluster has changed already. */
  async #writeDown(
    { live, shown }: StoredPreview,
    result: TransactionResult,
    who: Who,
    guard: Guard | undefined,
  ): Promise<void> {
    const { context } = live;
    const at = new Date(this.#parts.date()).toISOString();
    const events = result.outcomes.flatMap((outcome): readonly JournalEvent[] => {
      if (outcome.kind !== 'applied' && outcome.kind !== 'altered') return [];
      const { change, before, after } = outcome.applied;
      return [
        {
          kind: shown.action === 'rollBack' ? 'rollback' : change === 'delete' ? 'delete' : 'apply',
          at,
          who,
          context: context.name,
          server: context.server,
          object: outcome.target,
          beforeHash: before === undefined ? null : contentHash(before),
          afterHash: after === undefined ? null : contentHash(after),
          left: leftBy(outcome.applied),
          delta: shown.effect.summary,
          ...(guard !== undefined && { guard: guard.id }),
        },
      ];
    });
    if (events.length === 0) return;
    try {
      if (shown.action === 'rollBack') await this.#last.forget(context.identity);
      else await this.#last.put(context.identity, { at, undo: undoIntents(result) });
      if (this.#parts.storage !== undefined) await openJournal(this.#parts.storage).append(events);
    } catch (error) {
      this.#parts.log.error(`A change of ${events.length} objects could not be written down: ${String(error)}`);
    }
  }
}

/** For a POSIX shell. */
function quoted(text: string): string {
  return /^[\w./:@-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
