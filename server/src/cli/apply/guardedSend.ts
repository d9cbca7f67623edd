import path from 'node:path';
import { createInterface } from 'node:readline';
import { count, printable } from '../../analysis/wording.ts';
import { guardHolding, helperWarning } from '../../guard/findGuards.ts';
import type { Guard } from '../../guard/guard.ts';
import type { GuardRecord } from '../../guard/guardRecord.ts';
import { prepareGuard } from '../../guard/prepareGuard.ts';
import { cutText } from '../../guard/loginEnd.ts';
import { resumeGuard } from '../../guard/resumeGuard.ts';
import { inOwnProcess, type StartHelper } from '../../guard/startHelper.ts';
import { remainingMs, systemTimes } from '../../guard/times.ts';
import { watchGuard } from '../../guard/watchGuard.ts';
import type { Identity, SendOutcome } from '../../workspace/apply/clusterApply.ts';
import type { SendableItem } from '../../workspace/apply/previewAll.ts';
import { kubeEnvironment, type OpenedContext } from '../source.ts';

export interface GuardRequest {
  /** The state folder. */
  readonly folder: string;
  readonly seconds: number;
  readonly opened: OpenedContext;
  readonly identity: Identity;
  readonly sequence: readonly SendableItem[];
}

export interface Guarded {
  readonly guard: Guard;
  /** Starts another helper process where the one that holds it has ended. */
  readonly start: StartHelper;
}

export type GuardAnswer = Guarded | { readonly problem: string };

/** Has the helper process prove that it could roll back, before anybody is asked. `problem` is one sentence. */
export async function prepare({ folder, seconds, opened, identity, sequence }: GuardRequest): Promise<GuardAnswer> {
  const late = sequence.find(({ state }) => state === 'deferred');
  if (late !== undefined) {
    return {
      problem: `${printable(late.target.name)} lies in a Namespace that is not there yet: apply the Namespace first, then guard the rest.`,
    };
  }
  const { name, identity: cluster, server, user, exec } = opened.known;
  const start = inOwnProcess(
    { environment: kubeEnvironment(), ...(exec !== undefined && { execIdentity: exec.identity }) },
    { path: path.join(__dirname, 'guard.cjs') },
  );
  const prepared = await prepareGuard({
    folder,
    seconds,
    target: { context: name, identity: cluster, server, user, files: opened.files },
    who: { name: identity.user, by: identity.from },
    changes: sequence.flatMap((item) =>
      item.state === 'ready' ? [{ ref: item.target, change: item.preview.step.change }] : [],
    ),
    start,
  });
  if (!prepared.ok) return { problem: `It cannot be guarded: ${prepared.problem}` };
  const { why } = prepared.guard.proof.outlives;
  if (why !== undefined) console.error(why);
  return { guard: prepared.guard, start };
}

/** One sentence where an object was changed under a guard that is not decided yet. */
export async function undecidedGuard(
  folder: string,
  opened: OpenedContext,
  sequence: readonly SendableItem[],
): Promise<string | undefined> {
  const refs = sequence.map(({ target }) => target);
  const held = await guardHolding(folder, opened.known.identity, refs);
  if (held === undefined) return undefined;
  const names = held.record.objects.map(({ ref }) => printable(`${ref.namespace}/${ref.name}`)).join(', ');
  return `${names} was changed under a guard that is neither kept nor rolled back yet (--undecided decides): nothing is changed over it.`;
}

/** Why nothing more may be written under a guard, one sentence. */
export interface SettleProblem {
  readonly text: string;
  /** What was written counts down all the same. */
  readonly counts: boolean;
}

/** The guard learns what was sent. A rollback goes by its record: what that does not know must not be written. */
export async function settleProblem(guard: Guard, outcome: SendOutcome): Promise<SettleProblem | undefined> {
  try {
    const unsettled = await guard.settle(outcome);
    if (unsettled === undefined) return undefined;
    return unsettled.kind === 'ended'
      ? { text: 'The guard has ended meanwhile: nothing more is sent.', counts: false }
      : { text: `Nothing more is sent: ${unsettled.why}.`, counts: true };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { text: `The guard's record could not be written (${why}): nothing more is sent.`, counts: false };
  }
}

/**
 * Counts down until the guard has ended. `keep` on standard input keeps the change, `rollback` does not wait for the
 * deadline; a process that ends meanwhile leaves both to the helper.
 */
export async function countDown({ guard, start }: Guarded): Promise<GuardRecord> {
  const record = await guard.count();
  if (record.state !== 'written') return record;
  const { deadline, cutBy } = record;
  const left = deadline === undefined ? 0 : Math.max(0, Math.ceil(remainingMs(deadline, systemTimes) / 1000));
  const written = count(record.objects.filter((object) => object.written !== undefined).length, 'change');
  console.error(`${written} made. Rolls back in ${left} s unless kept: type keep or rollback and press Enter.`);
  if (cutBy !== undefined) console.error(cutText(cutBy));
  console.error('It is rolled back also if this program ends.');
  const input = createInterface({ input: process.stdin });
  input.on('line', (line) => {
    const word = line.trim().toLowerCase();
    if (word === 'keep') void guard.keep().catch(say);
    else if (word === 'rollback') void guard.rollBackNow().catch(say);
  });
  let said = '';
  const watch = watchGuard({
    folder: guard.folder,
    revive: async () => {
      console.error('The process that rolls back has ended; another one is started.');
      return (await resumeGuard(guard.folder, start)) !== undefined;
    },
    onLook: (found) => {
      const warning = helperWarning(found);
      if (warning !== undefined && warning !== said) console.error(printable(warning));
      said = warning ?? said;
    },
  });
  try {
    return (await watch.ended).record;
  } finally {
    watch.stop();
    input.close();
    // A terminal would keep this process alive.
    process.stdin.unref();
  }
}

function say(error: unknown): void {
  console.error(`bulkhead: ${printable(error instanceof Error ? error.message : String(error))}`);
}
