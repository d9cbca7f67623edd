import type { KubeEnvironment, LoginPrompt } from '../workspace/clusterModule.ts';
import type { ClusterSession, OpenedSession, SessionOptions } from '../workspace/clusterSession.ts';
import type { DurableFiles } from './durableFiles.ts';
import type { GuardRecord } from './guardRecord.ts';
import { isOpen, WRITING_MS } from './guardRecord.ts';
import type { HelperVoice } from './helperVoice.ts';
import { helperVoice } from './helperVoice.ts';
import type { LoginEnd } from './loginEnd.ts';
import { loginEnds, withinLogin } from './loginEnd.ts';
import type { Outlives } from './outlives.ts';
import { performRollback } from './performRollback.ts';
import { isRunning } from './processIdentity.ts';
import type { Proof } from './proof.ts';
import { ASKING, prove } from './proof.ts';
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
  /** A person is there whom the login program may ask something; undefined: what it asked is over. */
  readonly onPrompt?: (prompt: LoginPrompt | undefined) => void;
  readonly outlives: (variables: KubeEnvironment['variables']) => Outlives;
  readonly pause: (ms: number) => Promise<void>;
  /** Calls again and again until the function that is returned is called; the action never rejects. */
  readonly every: (ms: number, action: () => Promise<unknown>) => () => void;
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
  let onBeat = nothing;
  const voice = helperVoice(folder, parts, () => onBeat());
  try {
    await hold(folder, input, { ...parts, say: voice.say, onBeat: (action) => (onBeat = action) });
  } finally {
    voice.stop();
  }
}

interface Holding extends HelperParts {
  readonly say: HelperVoice['say'];
  /** What is done at each beat from now on. */
  readonly onBeat: (action: () => Promise<void>) => void;
}

async function nothing(): Promise<void> {
  // Nothing is looked at before there is a login, and while it is used.
}

async function hold(folder: string, input: HelperInput, parts: Holding): Promise<void> {
  const { files, times, log, say, onBeat } = parts;
  await say({ state: 'proving' });
  const first = await readRecord(files, folder);
  if (first === undefined) {
    log('There is no record to hold.');
    return;
  }
  const prompts = promptListener(parts.onPrompt);
  const { context, identity } = first.target;
  const opened = await parts.openSession({
    environment: input.environment,
    context,
    identity,
    allowExec: (plugin) => plugin.identity === input.execIdentity,
    onPrompt: prompts.hear,
  });
  const outlives = parts.outlives(input.environment.variables);
  const proof: Proof = opened.ok
    ? await prove(opened.session, first.objects, {
        deadline: times.wall() + first.seconds * 1000,
        prompted: prompts.first,
        outlives,
      })
    : { can: false, lacks: 'login', why: opened.problem, of: 'unknown', outlives };
  log(proof.can ? 'Ready.' : `Cannot: ${proof.why}`);
  // Where the cluster may have been changed already, trying is better than not.
  if (!opened.ok || (!proof.can && first.state === 'prepared')) {
    if (opened.ok) opened.session.close();
    await say({ state: 'cannot', proof });
    return;
  }
  const { session } = opened;
  await say({ state: 'ready', proof });
  onBeat(loginLooker(folder, session, prompts.isAsking, parts));

  const record = await waitForDecision(folder, first, parts);
  onBeat(nothing);
  if (record !== undefined) {
    log('Rolling back.');
    await say({ state: 'rollingBack' });
    const ended = await performRollback({
      ...parts,
      folder,
      record,
      send: (request) => session.request(request),
      onTrouble: (problem, tries) => {
        log(`Try ${tries}: ${problem.message}`);
        void say({ trouble: { problem, tries, at: new Date(times.wall()).toISOString() } });
      },
    });
    log(`Ended: ${ended.state}.`);
  }
  await say({ state: 'done' });
  session.close();
}

interface PromptListener {
  readonly hear: (prompt: LoginPrompt | undefined) => void;
  /** Resolves when a person is asked for the first time and none is there. */
  readonly first: Promise<void>;
  readonly isAsking: () => boolean;
}

function promptListener(person: HelperParts['onPrompt']): PromptListener {
  const first = Promise.withResolvers<void>();
  let isAsking = false;
  return {
    hear: (prompt) => {
      isAsking = prompt !== undefined;
      if (person !== undefined) person(prompt);
      else if (isAsking) first.resolve();
    },
    first: first.promise,
    isAsking: () => isAsking,
  };
}

/**
 * What was proved before the change is looked at again and again: a token may be renewed or a session be ended while
 * objects are written and counted down. It is said, and where the login ends before the deadline, that comes earlier.
 */
function loginLooker(
  folder: string,
  session: ClusterSession,
  isAsking: () => boolean,
  { files, times, log, say }: Holding,
): () => Promise<void> {
  const endOf = loginEnds(times);
  let looking: Promise<void> | undefined;
  let told = '';
  const tell = async (loginEnds: LoginEnd | undefined, loginProblem: string | undefined): Promise<void> => {
    const text = JSON.stringify([loginEnds, loginProblem]);
    if (text === told) return;
    told = text;
    if (loginProblem !== undefined) log(loginProblem);
    await say({ loginEnds, loginProblem });
  };
  const look = async (): Promise<void> => {
    const life = await session.life();
    const end = endOf(life);
    await tell(end, life.problem);
    const record = await readRecord(files, folder);
    if (record === undefined || withinLogin(record, end, times) === record) return;
    await updateRecord(files, folder, (now) => withinLogin(now, end, times));
    log('The login ends before the deadline: rolling back before.');
  };
  const lookAgain = async (): Promise<void> => {
    if (isAsking()) await tell(undefined, ASKING);
    looking ??= look()
      .catch((error: unknown) => log(`The login could not be looked at: ${String(error)}`))
      .finally(() => (looking = undefined));
    await looking;
  };
  void lookAgain();
  return lookAgain;
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
