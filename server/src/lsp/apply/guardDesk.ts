import path from 'node:path';
import { count, listSome, printable } from '../../analysis/wording.ts';
import { findGuards, helperWarning, type FoundGuard } from '../../guard/findGuards.ts';
import { keepGuard, rollBackGuardNow, type Guard } from '../../guard/guard.ts';
import { mayBeChanged, type GuardRecord, type ObjectOutcome } from '../../guard/guardRecord.ts';
import type { Who } from '../../guard/journalLine.ts';
import { inThisProcess, type HereParts } from '../../guard/holdHere.ts';
import { prepareGuard, type PreparedGuard } from '../../guard/prepareGuard.ts';
import { resumeGuard } from '../../guard/resumeGuard.ts';
import { inOwnProcess, type StartHelper } from '../../guard/startHelper.ts';
import { watchGuard, type GuardWatch } from '../../guard/watchGuard.ts';
import type { GuardState } from '../../protocol/apply.ts';
import type { LoginPromptParams } from '../../protocol/contexts.ts';
import { decodeObject } from '../../syntax/objects/decodeObject.ts';
import {
  labelSelectorText,
  observedTexts,
  type ObservedPods,
  type PodsOfPolicy,
} from '../../workspace/apply/observation.ts';
import type { LiveCluster } from '../liveSource.ts';
import { targetName } from './stepTexts.ts';
import type { Preview } from '../../workspace/apply/clusterApply.ts';

export interface GuardDeskParts {
  /** The folder of guards and journal. */
  readonly storage: string;
  /** Path of `guard.cjs`. */
  readonly program: string;
  readonly openSession: HereParts['openSession'];
  /** The login program of a guard that this process holds asks something of the person. */
  readonly prompted: (prompt: LoginPromptParams) => void;
  readonly tell: (state: GuardState) => void;
  readonly warn: (line: string) => void;
}

/** The guarded changes of this window: prepared, counted down, kept or rolled back. */
export class GuardDesk {
  readonly #parts: GuardDeskParts;
  readonly #watches = new Map<string, GuardWatch>();

  constructor(parts: GuardDeskParts) {
    this.#parts = parts;
  }

  /**
   * Starts what would roll back, and has it prove that it could.
   *
   * @param holder `editor`: this process itself, where only a person can sign in
   */
  prepare(
    live: LiveCluster,
    previews: readonly Preview[],
    seconds: number,
    who: Who,
    holder: GuardRecord['holder'],
  ): Promise<PreparedGuard> {
    const { name, identity, server, user } = live.context;
    return prepareGuard({
      folder: this.#parts.storage,
      seconds,
      target: { context: name, identity, server, user, files: live.files },
      who,
      changes: previews.map(({ step }) => ({ ref: step.target, change: step.change })),
      start: this.#starter(live, holder),
      ...(holder !== undefined && { holder }),
    });
  }

  /** Tells the client where a guard stands, and how the pods concerned fare meanwhile, until it has ended. */
  watch(guard: Pick<Guard, 'folder' | 'id'>, live: LiveCluster | undefined): void {
    if (this.#watches.has(guard.id)) return;
    let last = '';
    let holder: GuardRecord['holder'];
    const observing = live === undefined ? { look: () => [] } : observe(live);
    const tell = (found: FoundGuard, ended: boolean): void => {
      holder = found.record.holder;
      const observed = ended ? [] : [...toBeKnown(found), ...observing.look(found.record)];
      const state = { ...stateOf(found, ended), observed };
      const text = JSON.stringify(state);
      if (text !== last) this.#parts.tell(state);
      last = text;
    };
    const watch = watchGuard({
      folder: guard.folder,
      onLook: (found) => tell(found, false),
      revive: async () => {
        if (live === undefined) return false;
        this.#parts.warn(`The helper process of guard ${guard.id} has ended; another one is started.`);
        return (await resumeGuard(guard.folder, this.#starter(live, holder))) !== undefined;
      },
    });
    this.#watches.set(guard.id, watch);
    watch.ended.then(
      (found) => {
        this.#watches.delete(guard.id);
        tell(found, true);
      },
      () => undefined,
    );
  }

  /** Guards that are not decided: those that nobody holds any more, and those that count down for another process. */
  async pending(): Promise<readonly GuardState[]> {
    const open = (await findGuards(this.#parts.storage)).filter(({ record }) => mayBeChanged(record));
    for (const { isHeld, folder, record } of open) if (isHeld) this.watch({ folder, id: record.id }, undefined);
    return open.map((found) => stateOf(found, !found.isHeld));
  }

  /** @param live the cluster, if it is the one that is connected: a helper process can sign in by it */
  async decide(id: string, decision: 'keep' | 'rollBack', live: LiveCluster | undefined): Promise<Decision> {
    const folder = path.join(this.#parts.storage, 'guards', path.basename(id));
    const found = (await findGuards(this.#parts.storage)).find((guard) => guard.record.id === id);
    if (found === undefined) return { text: 'This change is not known any more.' };
    if (decision === 'keep') return decided(await keepGuard(folder), 'kept');
    if (!mayBeChanged(found.record)) return decided(found.record, 'rolledBack');
    await rollBackGuardNow(folder);
    const begun = { text: `${names(found.record)}: is being rolled back.`, done: true as const };
    if (found.isHeld) return begun;
    if (live?.context.identity !== found.record.target.identity) {
      return {
        text: `Choose the context ${printable(found.record.target.context)} first: nothing else may sign in there.`,
      };
    }
    const status = await resumeGuard(folder, this.#starter(live, found.record.holder));
    if (status?.proof?.can === false) return { text: status.proof.why ?? 'The helper process cannot roll back.' };
    if (status === undefined) return { text: 'The helper process did not start.' };
    // One that was given up has ended until it is resumed.
    this.watch({ id, folder }, live);
    return begun;
  }

  dispose(): void {
    for (const watch of this.#watches.values()) watch.stop();
    this.#watches.clear();
  }

  #starter({ context, environment, execConsent }: LiveCluster, holder: GuardRecord['holder']): StartHelper {
    const { program, openSession, prompted, warn } = this.#parts;
    const input = { environment, ...(execConsent !== undefined && { execIdentity: execConsent }) };
    if (holder === undefined) return inOwnProcess(input, { path: program });
    return inThisProcess(input, {
      openSession,
      onPrompt: (prompt) =>
        prompted({ folder: `guard ${context.name}`, context: context.name, ...(prompt !== undefined && { prompt }) }),
      log: (line) => warn(`Guard: ${line}`),
    });
  }
}

/** Of a guard that no process of its own holds. */
export const WHILE_THIS_RUNS = 'It is rolled back only while this editor runs';

const OBSERVE_MS = 5_000;

/** Looks at the pods of guarded policies every few seconds, and says what has changed since the first look. */
function observe({ connection }: LiveCluster): { readonly look: (record: GuardRecord) => readonly string[] } {
  let first: ObservedPods | undefined;
  let texts: readonly string[] = [];
  let due = 0;
  return {
    look: (record) => {
      const now = performance.now();
      if (now < due) return texts;
      due = now + OBSERVE_MS;
      void connection.apply.observe(podsOf(record)).then((pods) => {
        first ??= pods;
        texts = first === undefined || pods === undefined ? [] : observedTexts(first, pods);
      });
      return texts;
    },
  };
}

/** What a person has to know who counts on the rollback, before what the cluster says. */
function toBeKnown(found: FoundGuard): readonly string[] {
  const warning = helperWarning(found);
  return [
    ...(found.record.holder === 'editor' ? [WHILE_THIS_RUNS] : []),
    ...(warning === undefined ? [] : [printable(warning)]),
  ];
}

function podsOf({ objects }: GuardRecord): readonly PodsOfPolicy[] {
  return objects.flatMap(({ ref, before }): readonly PodsOfPolicy[] => {
    if (ref.kind !== 'NetworkPolicy') return [];
    const decoded = before && decodeObject({ ...before, apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy' });
    const policy = decoded?.object?.type === 'networkPolicy' ? decoded.object.policy : undefined;
    // What is created is known by the cluster alone: every pod of its namespace may be concerned.
    return [
      { namespace: ref.namespace, labelSelector: policy === undefined ? '' : labelSelectorText(policy.podSelector) },
    ];
  });
}

function stateOf({ record, isHeld, remainingMs }: FoundGuard, ended: boolean): GuardState {
  const isDecided =
    record.state === 'kept' ||
    record.state === 'notWritten' ||
    record.state === 'rolledBack' ||
    record.state === 'leftAlone';
  const seconds = Math.max(0, Math.ceil((remainingMs ?? record.seconds * 1000) / 1000));
  const state = isDecided
    ? 'ended'
    : ended && !isHeld
      ? 'lost'
      : record.state === 'rollingBack' || record.state === 'couldNot'
        ? 'rollingBack'
        : 'counting';
  return {
    id: record.id,
    context: record.target.context,
    state,
    seconds: state === 'counting' ? seconds : 0,
    text: isDecided ? endText(record) : names(record),
    observed: [],
  };
}

function names({ objects }: GuardRecord): string {
  return listSome(
    objects.map(({ ref }) => targetName(ref)),
    3,
  );
}

/** What came of a person's decision; `done` where it is as they decided. */
export interface Decision {
  readonly text: string;
  readonly done?: true;
}

function decided(record: GuardRecord, wanted: GuardRecord['state']): Decision {
  return { text: endText(record), ...(record.state === wanted && { done: true as const }) };
}

/** How a guard ended, one sentence. */
function endText(record: GuardRecord): string {
  const { state, target, outcomes = [], rollbackDelta } = record;
  const where = `in ${printable(target.context)}`;
  switch (state) {
    case 'kept':
      return `${names(record)} ${where}: kept.`;
    case 'notWritten':
      return `${names(record)} ${where}: nothing was changed.`;
    case 'rolledBack':
      return `${names(record)} ${where}: rolled back. ${rollbackDelta}`.trim();
    case 'leftAlone': {
      const left = outcomes.filter(({ result }) => result === 'leftAlone');
      return `${names(record)} ${where}: rolled back but for ${listSome(left.map(leftText), 3)}.`;
    }
    case 'prepared':
    case 'aboutToWrite':
    case 'written':
      return `${names(record)} ${where}: counts down.`;
    case 'rollingBack':
      return `${names(record)} ${where}: is being rolled back already.`;
    case 'couldNot':
      return `${names(record)} ${where}: ${count(outcomes.filter(({ result }) => result === 'couldNot').length, 'object')} could not be rolled back yet.`;
  }
}

function leftText({ ref, by, why }: ObjectOutcome): string {
  if (why?.kind === 'namespace') return `Namespace ${printable(ref.name)}, with which all in it would go`;
  return `${targetName(ref)}, which ${by === undefined ? 'somebody else' : printable(by.manager)} has changed since`;
}
