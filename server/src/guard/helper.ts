import type { KubeEnvironment } from '../workspace/clusterModule.ts';
import type { OpenedSession, SessionOptions } from '../workspace/clusterSession.ts';
import type { DurableFiles } from './durableFiles.ts';
import type { GuardRecord } from './guardRecord.ts';
import { isOpen, WRITING_MS } from './guardRecord.ts';
import type { HelperStatus } from './helperStatus.ts';
import { writeHelperStatus } from './helperStatus.ts';
import type { Outlives } from './outlives.ts';
import { performRollback } from './performRollback.ts';
import { isRunning, ownIdentity } from './processIdentity.ts';
import type { Proof } from './proof.ts';
import { prove } from './proof.ts';
import { readRecord, updateRecord } from './recordStore.ts';
import type { RollbackLimits } from './rollBack.ts';
import type { Times } from './times.ts';
import { countdown } from './times.ts';

/** What reaches the helper over its standard input and nothing else: variables may hold secrets. */
export interface HelperInput {
  readonly environment: KubeEnvironment;
  /** `ExecPlugin.identity` of the login program that a person has agreed to; no other one is run. */
  readonly execIdentity?: string;
}

export interface HelperParts {
  readonly files: DurableFiles;
  readonly times: Times;
  readonly openSession: (options: SessionOptions) => Promise<OpenedSession>;
  readonly outlives: (variables: KubeEnvironment['variables']) => Outlives;
  readonly pause: (ms: number) => Promise<void>;
  readonly random: () => number;
  readonly log: (line: string) => void;
  readonly limits?: Partial<RollbackLimits>;
}

/** How often the record is looked at: a person's "keep" counts at once, since it changes the record itself. */
const LOOK_MS = 200;
/** A preview that nobody confirms for this long is given up. */
const PREPARED_LIMIT_MS = 30 * 60_000;

/**
 * The helper process: proves that it could roll back, waits for the record to be decided, and rolls back at its
 * deadline. Resolves when it has nothing left to do.
 *
 * @param folder the guard's own folder
 */
export async function runHelper(folder: string, input: HelperInput, parts: HelperParts): Promise<void> {
  const { files, times, log } = parts;
  const say = async (status: Omit<HelperStatus, 'process'>): Promise<void> =>
    writeHelperStatus(files, folder, { process: ownIdentity(), ...status }).catch((error: unknown) =>
      log(`The status cannot be written: ${String(error)}`),
    );
  await say({ state: 'proving' });
  const first = await readRecord(files, folder);
  if (first === undefined) {
    log('There is no record to hold.');
    return;
  }
  let onPrompt = (): void => undefined;
  const prompted = new Promise<void>((resolve) => (onPrompt = resolve));
  const { context, identity } = first.target;
  const opened = await parts.openSession({
    environment: input.environment,
    context,
    identity,
    allowExec: (plugin) => plugin.identity === input.execIdentity,
    onPrompt: (prompt) => {
      if (prompt !== undefined) onPrompt();
    },
  });
  const outlives = parts.outlives(input.environment.variables);
  const proof: Proof = opened.ok
    ? await prove(opened.session, first.objects, {
        deadline: times.wall() + first.seconds * 1000,
        prompted,
        outlives,
      })
    : { can: false, why: opened.problem, of: 'unknown', outlives };
  log(proof.can ? 'Ready.' : `Cannot: ${proof.why}`);
  // Where the cluster may have been changed already, trying is better than not.
  if (!opened.ok || (!proof.can && first.state === 'prepared')) {
    if (opened.ok) opened.session.close();
    await say({ state: 'cannot', proof });
    return;
  }
  await say({ state: 'ready', proof });

  const record = await waitForDecision(folder, first, parts);
  if (record !== undefined) {
    log('Rolling back.');
    await say({ state: 'rollingBack', proof });
    const ended = await performRollback({
      ...parts,
      folder,
      record,
      send: (request) => opened.session.request(request),
      onTrouble: (problem, tries) => {
        log(`Try ${tries}: ${problem.message}`);
        void say({
          state: 'rollingBack',
          proof,
          trouble: { problem, tries, at: new Date(times.wall()).toISOString() },
        });
      },
    });
    log(`Ended: ${ended.state}.`);
  }
  await say({ state: 'done', proof });
  opened.session.close();
}

/** The record that is to be rolled back; undefined once there is nothing to do. */
async function waitForDecision(
  folder: string,
  first: GuardRecord,
  { files, times, pause, log }: HelperParts,
): Promise<GuardRecord | undefined> {
  const remaining = countdown(times);
  const began = times.steady();
  let record = first;
  for (;;) {
    // What was read last holds where the file cannot be read: only a person's word ends the wait.
    record = (await readRecord(files, folder).catch(() => undefined)) ?? record;
    if (!isOpen(record)) return undefined;
    if (record.state === 'prepared') {
      const isLeft = isRunning(record.starter) === false || times.steady() - began > PREPARED_LIMIT_MS;
      if (isLeft && (await giveUp(folder, files, log))) return undefined;
    } else if (record.rollBackNow === true || record.state === 'rollingBack') {
      return record;
    } else if (record.deadline !== undefined) {
      // Of an editor that was killed between two steps no further request comes.
      const isLeft = record.state === 'aboutToWrite' && isRunning(record.starter) === false;
      if (remaining(record.deadline) - (isLeft ? WRITING_MS : 0) <= 0) return record;
    }
    await pause(LOOK_MS);
  }
}

/** Nothing was changed, and nobody is there to change it. False where it was begun meanwhile. */
async function giveUp(folder: string, files: DurableFiles, log: (line: string) => void): Promise<boolean> {
  try {
    const record = await updateRecord(files, folder, (now) =>
      now.state === 'prepared' ? { ...now, state: 'notWritten' } : undefined,
    );
    log('Given up before anything was changed.');
    return record.state === 'notWritten';
  } catch (error) {
    log(String(error));
    return true;
  }
}
