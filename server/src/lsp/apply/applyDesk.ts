import { listSome, printable } from '../../analysis/wording.ts';
import type { Guard } from '../../guard/guard.ts';
import { guardHolding } from '../../guard/findGuards.ts';
import type { Who } from '../../guard/journalLine.ts';
import type {
  DecideParams,
  ExportText,
  GuardState,
  PreviewAnswer,
  PreviewParams,
  SendAnswer,
  SendParams,
} from '../../protocol/apply.ts';
import type { SendOutcome } from '../../workspace/apply/clusterApply.ts';
import { sendAll } from '../../workspace/apply/sendAll.ts';
import type { WorkspaceSnapshot } from '../../workspace/snapshot.ts';
import type { FolderSession } from '../folderSession.ts';
import type { Answering } from '../folderSources.ts';
import { testsOf } from '../intents/testFiles.ts';
import { UNTRUSTED, type LiveCluster } from '../liveSource.ts';
import type { Log } from '../log.ts';
import { ApplyRecord } from './applyRecord.ts';
import { exportText } from './exportText.ts';
import { GuardDesk, WHILE_THIS_RUNS, type Decision, type GuardDeskParts } from './guardDesk.ts';
import { LastApplies } from './lastApply.ts';
import { makePreview, type Wanted } from './makePreview.ts';
import { seenPolicies } from './seenPolicies.ts';
import { selectDocuments } from './selectDocuments.ts';
import { outcomeText, targetName } from './stepTexts.ts';
import { StoredPreviews, type StoredPreview } from './storedPreview.ts';

export interface ApplyDeskParts {
  /** Where journal, guards and the last change lie; undefined: nothing outlives the server, and nothing is guarded. */
  readonly storage: string | undefined;
  /** Path of `guard.cjs`. */
  readonly guardProgram: string;
  /** Of a guard that this process holds itself, where only a person can sign in. */
  readonly here: Pick<GuardDeskParts, 'openSession' | 'prompted'>;
  readonly trusted: boolean;
  readonly sessionOf: (uri: string) => FolderSession | undefined;
  readonly tellGuard: (state: GuardState) => void;
  readonly yieldOnce: () => Promise<void>;
  readonly date: () => number;
  readonly log: Log;
}

const NO_CLUSTER = 'No cluster is chosen. Choose a context first: changes are tried and made there.';
const CONNECTING = 'The cluster that was chosen is still being connected. Try again once it is.';
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
    const { storage, guardProgram, here, tellGuard, log } = parts;
    this.#last = new LastApplies(storage);
    this.#guards =
      storage === undefined
        ? undefined
        : new GuardDesk({ ...here, storage, program: guardProgram, tell: tellGuard, warn: (line) => log.warn(line) });
  }

  async preview(params: PreviewParams, signal: AbortSignal): Promise<PreviewAnswer> {
    const { trusted, sessionOf, yieldOnce, date } = this.#parts;
    if (!trusted) return { problem: UNTRUSTED };
    const [first = ''] = params.uris;
    const session = sessionOf(first);
    if (session === undefined) return { problem: NO_CLUSTER, chooseContext: true };
    if (params.uris.some((uri) => sessionOf(uri) !== session)) {
      return { problem: 'What was chosen lies in several folders of the window. Choose those of one.' };
    }
    const { workspace, sources } = session;
    const none: PreviewAnswer = sources.isConnecting
      ? { problem: CONNECTING }
      : { problem: NO_CLUSTER, chooseContext: true };
    if (sources.answering.length === 0) return none;
    const settings = workspace.settings.apply;
    const within = ({ live, bound }: Answering) => ({
      live,
      action: params.action,
      snapshot: (): WorkspaceSnapshot => workspace.snapshotFrom(bound),
      tests: () => testsOf(workspace, live.context.name),
      settings,
      signal,
      yieldOnce,
      date,
    });
    if (params.action === 'rollBack') {
      // A file means its own cluster; a folder that in which something was changed last.
      const own = workspace.snapshot().files.get(first) !== undefined ? sources.answeringFor(first) : undefined;
      const meant = own === undefined ? sources.answering : [own];
      const [one] = meant;
      if (one === undefined) return none;
      const last = await this.#last.newest(meant.map(({ live }) => live.context.identity));
      if (last === undefined) {
        return { problem: `Nothing was applied to ${printable(one.live.context.name)} from here.` };
      }
      const of = meant.find(({ live }) => live.context.identity === last.identity) ?? one;
      const wanted = last.undo.map((intent) => ({ intent }));
      return this.#stored(await makePreview({ ...within(of), wanted }));
    }
    const selected = selectDocuments(workspace, workspace.snapshot(), params);
    if ('problem' in selected) return selected;
    const { selection, documents } = selected;
    const meantFor = sources.answeringFor(selected.meantFor);
    if (meantFor === undefined) return none;
    const wanted = documents.map((document): Wanted => {
      const { target } = document;
      return params.action === 'delete'
        ? { intent: { action: 'delete', target }, document }
        : { intent: { action: 'apply', target, document: document.document }, document };
    });
    const isNothing = wanted.length === 0 && selection.refused.length === 0 && selection.namespaces.length === 0;
    if (isNothing) return { problem: 'There is no NetworkPolicy in what was chosen.' };
    return this.#stored(await makePreview({ ...within(meantFor), wanted, selection }));
  }

  async send(params: SendParams): Promise<SendAnswer> {
    // Nobody else can send it from here on, however long a guard takes to be prepared.
    const preview = this.#previews.take(params.id);
    if (preview === undefined) return { problem: NOT_KNOWN };
    const answer = await this.#send(preview, params);
    if ('guardProblem' in answer) this.#previews.giveBack(params.id);
    return answer;
  }

  async #send(preview: StoredPreview, { stopAtError, guardSeconds, guardBy }: SendParams): Promise<SendAnswer> {
    const { shown, live, intents, transaction, method } = preview;
    const stale = (await this.#held(preview)) ?? this.#stale(preview);
    if (stale !== undefined) return { problem: stale };
    const who = await this.#who(live);
    const guard = guardSeconds === undefined ? undefined : await this.#guard(preview, guardSeconds, who, guardBy);
    if (guard !== undefined && 'problem' in guard) return { ...guard, guardProblem: true };
    const { storage, date, log } = this.#parts;
    const record = new ApplyRecord({ storage, last: this.#last, date, log }, shown, live, who, guard?.id);
    let lost: string | undefined;
    const result = await sendAll(transaction, {
      apply: live.connection.apply,
      method,
      stopAtError,
      before: () => lost === undefined,
      after: async (outcome) => {
        await record.note(outcome);
        if (guard !== undefined && outcome.kind !== 'notSent') lost ??= await unsettledWhy(guard, outcome);
      },
    });
    const canUndo = await record.finish(result, intents);
    if (guard !== undefined) {
      await guard.count().catch((error: unknown) => log.error(`The guard could not count down: ${String(error)}`));
      this.#guards?.watch(guard, live);
    }
    const note = guardBy === 'editor' ? ONLY_HERE : guard?.proof.outlives.why;
    return {
      results: result.outcomes.map((outcome) => ({
        key: targetName(outcome.target),
        outcome: outcome.kind,
        text:
          outcome.kind === 'notSent' && lost !== undefined
            ? `${targetName(outcome.target)} was not sent: ${lost}`
            : outcomeText(outcome, shown.action === 'rollBack'),
      })),
      changed: result.changed,
      ...(canUndo && { canUndo: true as const }),
      ...(guard !== undefined && { guard: guard.id }),
      ...(note !== undefined && { guardNote: note }),
    };
  }

  text(address: string): string {
    return this.#previews.text(address);
  }

  export(id: string): ExportText {
    const preview = this.#previews.get(id);
    if (preview === undefined) return { manifests: '', markdown: NOT_KNOWN, kubectl: '' };
    return exportText(preview);
  }

  pendingGuards(): Promise<readonly GuardState[]> {
    return this.#guards?.pending() ?? Promise.resolve([]);
  }

  async decide({ id, decision }: DecideParams, lives: readonly LiveCluster[]): Promise<Decision> {
    if (this.#guards === undefined) return { text: 'Nothing is guarded here.' };
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
    holder: SendParams['guardBy'],
  ): Promise<Guard | { readonly problem: string; readonly guardHere?: true }> {
    if (this.#guards === undefined) return { problem: 'The client names no folder in which a guard could be kept.' };
    if (transaction.sequence.some(({ state }) => state === 'deferred')) {
      return {
        problem: 'What waits for its Namespace cannot be guarded: apply the Namespace first, then guard the rest.',
      };
    }
    const previews = transaction.sequence.flatMap((item) => (item.state === 'ready' ? [item.preview] : []));
    const prepared = await this.#guards.prepare(live, previews, seconds, who, holder);
    if (!prepared.ok) {
      const { problem } = prepared;
      return 'here' in prepared && prepared.here ? { problem, guardHere: true } : { problem };
    }
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

  /** One sentence where an object was changed under a guard that is not decided yet. */
  async #held({ live, transaction }: StoredPreview): Promise<string | undefined> {
    const { storage } = this.#parts;
    if (storage === undefined) return undefined;
    const refs = transaction.sequence.map(({ target }) => target);
    const held = await guardHolding(storage, live.context.identity, refs);
    if (held === undefined) return undefined;
    const names = listSome(
      held.record.objects.map(({ ref }) => targetName(ref)),
      3,
    );
    return `${names}: a change that counts down is neither kept nor rolled back yet. Decide it first.`;
  }

  /** One sentence where what a person was shown may be so no more. */
  #stale({ shown, live, intents, seen, madeAt }: StoredPreview): string | undefined {
    if (shown.protection === 'refused') return `A setting protects ${printable(live.context.name)}.`;
    if (this.#parts.date() - madeAt > OLDEST_MS) return 'The preview is old. Preview it again.';
    if (seenPolicies(live.connection.state(), intents) === seen) return undefined;
    return 'Other policies of the namespaces have changed since the preview, and with them what this does. Preview it again.';
  }
}

const ONLY_HERE = `${WHILE_THIS_RUNS}: if it is closed before, the next start asks what to do.`;

/** What is shown longer than this is hardly what is so now. */
const OLDEST_MS = 15 * 60_000;

/** One clause, why nothing more may be written under the guard. */
async function unsettledWhy(guard: Guard, outcome: SendOutcome): Promise<string | undefined> {
  try {
    const unsettled = await guard.settle(outcome);
    return unsettled?.kind === 'login' ? unsettled.why : unsettled && 'the guard has ended meanwhile';
  } catch (error) {
    return `the guard's record could not be written (${error instanceof Error ? error.message : String(error)})`;
  }
}
