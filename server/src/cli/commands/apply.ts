import { homedir } from 'node:os';
import { printable } from '../../analysis/wording.ts';
import { diffClusters } from '../../engine/diffClusters.ts';
import { sweepGuards } from '../../guard/findGuards.ts';
import { brokenIntents, type BrokenIntent } from '../../intent/brokenIntents.ts';
import { decodeIntents } from '../../intent/decodeIntents.ts';
import { isIntentPath } from '../../intent/intentPath.ts';
import { intentWorld, type IntentWorld } from '../../intent/intentWorld.ts';
import type { ApplyDocument } from '../../workspace/apply/applyDocuments.ts';
import type { ApplyMethod, ApplyTarget, ClusterApply, Owner, SelfHeal } from '../../workspace/apply/clusterApply.ts';
import { previewAll, type TransactionPreview } from '../../workspace/apply/previewAll.ts';
import { sendAll, type ItemOutcome } from '../../workspace/apply/sendAll.ts';
import { brokenNeeds } from '../../workspace/needs/brokenNeeds.ts';
import { compileUniverse } from '../../workspace/universe.ts';
import { engineOptions } from '../inputs.ts';
import { confirm } from '../apply/confirm.ts';
import { decideGuards, rollbackProblem, type Decision } from '../apply/decideGuards.ts';
import {
  countDown,
  prepare,
  settleProblem,
  undecidedGuard,
  type Guarded,
  type SettleProblem,
} from '../apply/guardedSend.ts';
import { bindingFault, readAppliedTexts, selectApplied, type Applied } from '../apply/readApplied.ts';
import {
  effectLine,
  reportItem,
  reportRefused,
  withOutcome,
  type ApplyReport,
  type ReportedObject,
} from '../apply/report.ts';
import { stateFolder } from '../../guard/stateFolder.ts';
import { keptAs, refusedAs, takenBackAs, totalOf } from '../apply/totals.ts';
import { writeDown } from '../apply/writeDown.ts';
import { needsIn, shownBreak } from '../needs.ts';
import type { InputOptions, OutputOptions } from '../options.ts';
import { openOutput, type Output } from '../output.ts';
import { shownCause, writeJson, writePreview, writeResult, type TotalOutcome } from '../reporters/applyReporters.ts';
import type { Breaks } from '../../workspace/report/diffReport.ts';
import { currentContext, openContext, readSourceOf, type OpenedContext } from '../source.ts';
import { unseenPods } from '../unseenPods.ts';
import { UsageError } from '../usageError.ts';

export interface ApplyOptions extends InputOptions, OutputOptions {
  readonly format: 'text' | 'json';
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  /** Seconds. */
  readonly guard?: number;
  readonly undecided?: Decision;
  readonly continue?: boolean;
  readonly withNamespaces?: boolean;
  readonly method: ApplyMethod;
}

/** `bulkhead apply`: what the editor's palette does. Nothing is sent that the server has not tried before. */
export async function apply(paths: readonly string[], options: ApplyOptions): Promise<number> {
  if (options.undecided !== undefined) {
    if (paths.length > 0) throw new UsageError('--undecided decides about what is there: it takes no path.');
    return decideGuards(stateFolder(process.env, process.platform, homedir()), options.undecided, options);
  }
  const texts = await readAppliedTexts(paths);
  const context = options.context ?? texts.bound ?? (await currentContext());
  const bound = bindingFault(texts, context);
  if (bound !== undefined) {
    console.error(`bulkhead: ${printable(bound)} Nothing is applied.`);
    return 1;
  }
  const opened = await openContext(context);
  try {
    const output = await openOutput(options.output, options.color !== false);
    const silent = paths.includes('-') || options.format === 'json';
    let status: number | 'again' = 'again';
    while (status === 'again') {
      const source = await readSourceOf(opened.connection, opened.known);
      const applied = selectApplied(texts, source, { ...options, context });
      status = await new ApplyRun(opened, applied, output, options, silent).run();
    }
    await output.close();
    return status;
  } finally {
    opened.connection.close();
  }
}

class ApplyRun {
  readonly #opened: OpenedContext;
  readonly #applied: Applied;
  readonly #output: Output;
  readonly #options: ApplyOptions;
  readonly #silent: boolean;
  readonly #apply: ClusterApply;
  readonly #documents: readonly ApplyDocument[];
  readonly #folder = stateFolder(process.env, process.platform, homedir());

  constructor(opened: OpenedContext, applied: Applied, output: Output, options: ApplyOptions, silent: boolean) {
    this.#opened = opened;
    this.#applied = applied;
    this.#output = output;
    this.#options = options;
    this.#silent = silent;
    this.#apply = opened.connection.apply;
    const { policies, namespaces } = applied.selection;
    this.#documents = options.withNamespaces === true ? [...namespaces, ...policies] : policies;
  }

  /** The exit status; `again` where an object has moved on and the person who confirmed can be asked once more. */
  async run(): Promise<number | 'again'> {
    const { selection } = this.#applied;
    if (this.#documents.length === 0 && selection.refused.length === 0) {
      throw new UsageError('There is no NetworkPolicy in these files.');
    }
    const live = compileUniverse(this.#applied.live, engineOptions(this.#options)).cluster;
    const intents = this.#documents.map(({ target, document }) => ({ action: 'apply', target, document }) as const);
    const preview = await previewAll({ apply: this.#apply, live, intents, method: this.#options.method });
    const report = await this.#report(preview);
    if (this.#options.format === 'text') writePreview(this.#output, report);

    const isRefused = report.objects.some(({ outcome }) => outcome === 'refused' || outcome === 'conflict');
    const { sequence } = preview;
    if (sequence.length === 0) return this.#end(report, isRefused ? refusedAs(report) : 'unchanged', isRefused ? 1 : 0);
    if (isRefused && this.#options.continue !== true) {
      console.error('bulkhead: Nothing is sent, because not all of it can be; --continue sends the rest.');
      return this.#end(report, refusedAs(report), 1);
    }
    if (this.#options.dryRun === true) return this.#end(report, 'previewed', isRefused ? 1 : 0);
    return this.#send(preview, report);
  }

  async #send(preview: TransactionPreview, report: ApplyReport): Promise<number | 'again'> {
    const { sequence } = preview;
    const { guard: seconds, yes, context } = this.#options;
    await sweepGuards(this.#folder).catch(() => undefined);
    const held = await undecidedGuard(this.#folder, this.#opened, sequence);
    if (held !== undefined) return this.#refuse(report, held);
    const request = { folder: this.#folder, opened: this.#opened, identity: report.user, sequence };
    const prepared = seconds === undefined ? undefined : await prepare({ ...request, seconds });
    if (prepared !== undefined && 'problem' in prepared) return this.#refuse(report, prepared.problem);
    await this.#output.flush();
    const answer = await confirm({
      context: this.#opened.known.name,
      changes: sequence.length,
      yes: yes === true,
      named: context !== undefined,
      silent: this.#silent,
    });
    if ('problem' in answer || !answer.agreed) {
      await prepared?.guard.cancel();
      return 'problem' in answer
        ? this.#refuse(report, answer.problem, 'previewed')
        : this.#end(report, 'previewed', 1);
    }
    const ready = sequence.flatMap((item) => (item.state === 'ready' ? [item.preview] : []));
    const begun = await prepared?.guard.begin(ready, `takes back: ${effectLine(report)}`);
    if (begun?.ok === false) {
      await prepared?.guard.cancel();
      return this.#refuse(report, begun.problem);
    }
    return this.#write(preview, report, prepared);
  }

  async #write(
    preview: TransactionPreview,
    report: ApplyReport,
    guarded: Guarded | undefined,
  ): Promise<number | 'again'> {
    const guard = guarded?.guard;
    const change = {
      folder: this.#folder,
      opened: this.#opened,
      identity: report.user,
      delta: effectLine(report),
      ...(guard !== undefined && { guard: guard.id }),
    };
    let guardProblem: SettleProblem | undefined;
    const result = await sendAll(preview, {
      apply: this.#apply,
      method: this.#options.method,
      stopAtError: this.#options.continue !== true,
      // A rollback goes by the guard's record: what it cannot note must not be written.
      before: () => guardProblem === undefined,
      after: async (outcome) => {
        await writeDown(outcome, change);
        if (guard !== undefined && outcome.kind !== 'notSent') guardProblem ??= await settleProblem(guard, outcome);
      },
    });
    if (guardProblem !== undefined) {
      const rest = guardProblem.counts ? '' : ' What was written is rolled back by the helper process.';
      console.error(`bulkhead: ${printable(guardProblem.text)}${rest}`);
    }
    const byTarget = new Map<ApplyTarget, ItemOutcome>(result.outcomes.map((outcome) => [outcome.target, outcome]));
    const objects = report.objects.map((object) => {
      const document = this.#documents.find(({ target }) => target === object.target);
      return withOutcome(object, object.target && byTarget.get(object.target), document);
    });
    const sent = { ...report, objects };
    const refusedBefore = objects.some(({ outcome }) => outcome === 'refused' || outcome === 'conflict');
    const total = totalOf(result.outcomes, refusedBefore);
    const hasMoved = result.outcomes.some(({ kind }) => kind === 'moved');
    // Under a guard that counts down nothing more is begun.
    const isFree = guard === undefined || !result.changed;
    if (hasMoved && isFree && guardProblem === undefined && this.#options.yes !== true) {
      await guard?.count();
      writeResult(this.#output, objects, total);
      this.#output.write('\nPreviewed again:\n\n');
      return 'again';
    }
    if (guarded === undefined || guard === undefined || guardProblem?.counts === false)
      return this.#end(sent, total, total === 'applied' && guardProblem === undefined ? 0 : 1);
    const record = await countDown(guarded);
    const isKept = record.state === 'kept';
    const decided = objects.map((object): ReportedObject => {
      const wasSent = object.outcome === 'applied' || object.outcome === 'altered';
      if (!wasSent || isKept || object.target === undefined) return object;
      const why = rollbackProblem(object.target, record);
      return why === undefined ? { ...object, outcome: 'rolledBack' } : { ...object, why };
    });
    const ended = record.state === 'notWritten' || isKept ? keptAs(total, isKept) : takenBackAs(decided);
    return this.#end({ ...sent, objects: decided }, ended, ended === 'kept' ? 0 : 1, guard.id);
  }

  async #report({ items, effect, order }: TransactionPreview): Promise<ApplyReport> {
    const { selection, inputs } = this.#applied;
    const owners = items.flatMap((item) => (item.state === 'ready' ? item.preview.step.owners : []));
    const selfHeals = new Map<Owner, SelfHeal>();
    for (const owner of owners) selfHeals.set(owner, await this.#apply.selfHeal(owner));
    const difference = diffClusters(effect.before, effect.after);
    const objects = this.#documents.flatMap((document, index) => {
      const item = items[index];
      return item === undefined ? [] : [reportItem(item, document, selfHeals)];
    });
    return {
      context: this.#opened.known.name,
      server: this.#opened.known.server,
      user: await this.#apply.identity(),
      objects: [...objects, ...selection.refused.map(reportRefused)],
      changes: [...difference.changes()].flat(),
      unknown: [...difference.unknown(), ...unseenPods(inputs)],
      brokenTests: this.#brokenTests(effect),
      breaks: this.#breaks(effect),
      order,
      leftAlone: [
        ...selection.leftAlone,
        ...(this.#options.withNamespaces !== true && selection.namespaces.length > 0
          ? [{ kind: 'Namespace', count: selection.namespaces.length }]
          : []),
      ],
      notEvaluated: inputs.notEvaluated,
    };
  }

  /** Of the inputs; a file of them with faults says what it can. */
  #brokenTests({ before, after }: TransactionPreview['effect']): readonly BrokenIntent[] {
    const { inputs, live } = this.#applied;
    const files = inputs.files
      .filter(({ uri }) => isIntentPath(uri))
      .map(({ uri, parsed }) => ({ file: uri, intents: decodeIntents(parsed).intents }));
    const worldOf = (cluster: typeof before): IntentWorld => intentWorld({ parts: live, cluster }, inputs.source);
    return brokenIntents(worldOf(before), worldOf(after), files);
  }

  /** Of what the cluster and the inputs say that is needed. */
  #breaks({ before, after }: TransactionPreview['effect']): Breaks {
    const { inputs, live } = this.#applied;
    const broken = brokenNeeds(before, after, needsIn(live, [inputs]));
    return { broken, shown: broken.map((each) => shownBreak(each, [inputs], shownCause)) };
  }

  /** One sentence why nothing is sent. */
  #refuse(report: ApplyReport, why: string, total: TotalOutcome = 'refused'): number {
    console.error(`bulkhead: ${printable(why)}`);
    return this.#end(report, total, 1);
  }

  #end(report: ApplyReport, total: TotalOutcome, status: number, guard?: string): number {
    if (this.#options.format === 'json') writeJson(this.#output, report, total, guard);
    else writeResult(this.#output, report.objects, total);
    return status;
  }
}
