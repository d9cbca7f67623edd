/**
 * A guarded change from its preview to its end, in this process: planned, tried and sent as the product does, held and
 * rolled back by the code of the helper process. Waits pass at once, so that a day of tries takes a moment.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { clusterApply } from '../../server/src/cluster/apply/clusterApply.ts';
import { httpTransport } from '../../server/src/cluster/apiTransport.ts';
import { systemClock, type Clock } from '../../server/src/cluster/clock.ts';
import { prepareLogin } from '../../server/src/cluster/login.ts';
import { openSession } from '../../server/src/cluster/session.ts';
import type { DurableFiles } from '../../server/src/guard/durableFiles.ts';
import { systemFiles } from '../../server/src/guard/durableFiles.ts';
import type { Begun, Guard } from '../../server/src/guard/guard.ts';
import { guardOf } from '../../server/src/guard/guard.ts';
import type { GuardRecord } from '../../server/src/guard/guardRecord.ts';
import { runHelper } from '../../server/src/guard/helper.ts';
import { readHelperStatus } from '../../server/src/guard/helperStatus.ts';
import { ownIdentity } from '../../server/src/guard/processIdentity.ts';
import type { Proof } from '../../server/src/guard/proof.ts';
import { guardFolder, readRecord, writeRecord } from '../../server/src/guard/recordStore.ts';
import type { ApplyIntent, Preview, SendOutcome } from '../../server/src/workspace/apply/clusterApply.ts';
import type { SessionOptions } from '../../server/src/workspace/clusterSession.ts';
import { MovedTimes } from '../support/movedTimes.ts';

export interface GuardedRun {
  /** Where records and the journal lie. */
  readonly folder: string;
  readonly session: SessionOptions;
  readonly intents: readonly ApplyIntent[];
  readonly files?: DurableFiles;
  /** Of the network's time limits. */
  readonly clock?: Clock;
  readonly beforeRecord?: () => void;
  readonly beforeSending?: () => void;
  readonly afterSending?: () => void;
  /** The countdown runs; the helper has proved that it can. */
  readonly counting?: (guard: Guard) => Promise<void> | void;
  /** The next thing is the rollback. */
  readonly atDeadline?: () => Promise<void> | void;
  /** A try of the rollback has failed. */
  readonly onTry?: (tries: number) => Promise<void> | void;
  readonly times?: MovedTimes;
}

export interface RunReport {
  readonly begun: Begun | Error | undefined;
  readonly sent: readonly SendOutcome[];
  readonly settled: Error | undefined;
  readonly record: GuardRecord | undefined;
  readonly proof: Proof | undefined;
  /** Why tries have failed, in order. */
  readonly troubles: readonly string[];
  /** Everything that the helper said. */
  readonly log: readonly string[];
  /** Seconds of the run at which the rollback was tried. */
  readonly triedAt: readonly number[];
  /** The guard's own folder. */
  readonly guardFolder: string;
}

export const SECONDS = 120;

export async function guardedRun(run: GuardedRun): Promise<RunReport> {
  const { folder, session, intents, files = systemFiles, clock = systemClock, times = new MovedTimes() } = run;
  const own = guardFolder(folder, 'guard');
  mkdirSync(own, { recursive: true });
  const previews = await preview(session, intents, clock);
  await writeRecord(systemFiles, own, firstRecord(folder, session, previews.list));
  const guard = guardOf('guard', own, { can: true, of: 'unknown', outlives: { answer: 'yes' } }, { files, times });

  run.beforeRecord?.();
  const begun = await guard.begin(previews.list, 'open again').catch((error: unknown) => error as Error);
  const sent: SendOutcome[] = [];
  let settled: Error | undefined;
  if ('ok' in begun && begun.ok) {
    run.beforeSending?.();
    for (const each of previews.list) sent.push(await previews.send(each));
    run.afterSending?.();
    try {
      for (const outcome of sent) await guard.settle(outcome);
      await guard.count();
    } catch (error) {
      settled = error as Error;
    }
  }
  previews.close();

  const log: string[] = [];
  const triedAt: number[] = [];
  let isCounting = false;
  let isOver = false;
  times.onWait = async (seconds) => {
    if (!isCounting) {
      isCounting = true;
      await run.counting?.(guard);
    }
    if (!isOver && seconds >= SECONDS - 1) {
      isOver = true;
      await run.atDeadline?.();
    }
    if (log.length > triedAt.length && log.at(-1)?.startsWith('Try') === true) {
      triedAt.push(times.seconds);
      await run.onTry?.(triedAt.length);
    }
  };
  await runHelper(
    own,
    { environment: session.environment },
    {
      files,
      times,
      openSession: (options) => openSession({ ...options, allowExec: session.allowExec }, clock),
      outlives: () => ({ answer: 'yes' }),
      pause: times.pause,
      every: times.every,
      random: () => 0.5,
      log: (line) => log.push(line),
    },
  );
  return {
    begun,
    sent,
    settled,
    record: await readRecord(systemFiles, own),
    proof: (await readHelperStatus(systemFiles, own))?.proof,
    troubles: log.flatMap((line) => /^Try \d+: (.*)$/.exec(line)?.[1] ?? []),
    log,
    triedAt,
    guardFolder: own,
  };
}

async function preview(session: SessionOptions, intents: readonly ApplyIntent[], clock: Clock) {
  const stop = new AbortController();
  const { signal } = stop;
  const login = await prepareLogin({ ...session, clock, signal });
  const { credentials, proxy } = login;
  const transport = httpTransport({ server: login.context.server, credentials, proxy, clock, signal });
  const apply = clusterApply({ transport: () => Promise.resolve(transport), kubeconfigUser: () => 'eve', signal });
  const list: Preview[] = [];
  for (const intent of intents) {
    const plan = await apply.plan(intent);
    if (plan.kind !== 'step') throw new Error(JSON.stringify(plan));
    const tried = await apply.dryRun(plan.step);
    if (tried.kind !== 'preview') throw new Error(JSON.stringify(tried));
    list.push(tried.preview);
  }
  return { list, send: (each: Preview) => apply.send(each), close: () => stop.abort() };
}

function firstRecord(folder: string, session: SessionOptions, previews: readonly Preview[]): GuardRecord {
  return {
    version: 1,
    id: 'guard',
    state: 'prepared',
    preparedAt: new Date().toISOString(),
    starter: ownIdentity(),
    target: { context: session.context, identity: session.identity, server: 'https://api', user: 'eve', files: [] },
    who: { name: 'eve', by: 'kubeconfig' },
    journal: join(folder),
    seconds: SECONDS,
    objects: previews.map(({ step }) => ({ ref: step.target, change: step.change })),
    rollbackDelta: '',
  };
}
