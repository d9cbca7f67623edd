/** What can happen between the steps of a guarded change, to the disk, to the lock and to the clock. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemFiles } from '../../server/src/guard/durableFiles.ts';
import { pendingGuards } from '../../server/src/guard/findGuards.ts';
import { keepGuard } from '../../server/src/guard/guard.ts';
import { openJournal } from '../../server/src/guard/journal.ts';
import { ownIdentity } from '../../server/src/guard/processIdentity.ts';
import { guardFolder } from '../../server/src/guard/recordStore.ts';
import { rollBackHere } from '../../server/src/guard/resumeGuard.ts';
import { systemClock } from '../../server/src/cluster/clock.ts';
import { openSession } from '../../server/src/cluster/session.ts';
import { failingFiles, type FailingFiles } from '../support/failingFiles.ts';
import { MovedTimes } from '../support/movedTimes.ts';
import { policySession } from '../support/policySession.ts';
import { PolicyServer } from '../support/policyServer.ts';
import { endWords, quoted, type Fault, type FaultGroup } from './fault.ts';
import { guardedRun, SECONDS, type GuardedRun, type RunReport } from './guardedRun.ts';
import { APPLY_CLOSED, heldBy, OPEN } from './scriptedPolicies.ts';

interface Running {
  readonly server: PolicyServer;
  readonly folder: string;
  readonly files: FailingFiles;
  readonly times: MovedTimes;
}

interface Scripted {
  readonly name: string;
  readonly script: (run: Running) => Partial<GuardedRun>;
  readonly say: (report: RunReport, run: Running) => Promise<string> | string;
}

/** @param place an empty folder */
export function applyFaults(place: string): readonly FaultGroup[] {
  const group = (title: string, intro: string, scripts: readonly Scripted[]): FaultGroup => ({
    title,
    intro,
    faults: scripts.map((script): Fault => ({ name: script.name, observe: () => observe(script, place) })),
  });
  return [
    group('The disk', 'From the named step on nothing can be written any more.', DISK),
    group('The journal', 'The rollback has to be noted in it.', JOURNAL),
    group('The clock', 'During a countdown of two minutes.', CLOCK),
  ];
}

let folders = 0;

async function observe({ script, say }: Scripted, place: string): Promise<string> {
  const folder = join(place, `apply-${folders++}`);
  mkdirSync(folder);
  const server = await PolicyServer.start();
  const run: Running = { server, folder, files: failingFiles(), times: new MovedTimes() };
  try {
    server.put('web', OPEN);
    const session = await policySession(server, folder);
    const { files, times } = run;
    return await say(await guardedRun({ folder, session, intents: [APPLY_CLOSED], files, times, ...script(run) }), run);
  } finally {
    await server.stop();
  }
}

const end = ({ record }: RunReport, { server }: Running): string => endWords(record, heldBy(server));

/** What the next start finds, and what becomes of it when the person chooses to roll back. */
async function nextStart({ server, folder, files }: Running): Promise<string> {
  files.full = false;
  // The helper process, which this one stood in for, has ended by now.
  rmSync(join(guardFolder(folder, 'guard'), 'helper.json'), { force: true });
  const [found] = await pendingGuards(folder);
  if (found === undefined) return 'The next start finds nothing.';
  const opened = await openSession(await policySession(server, folder), systemClock);
  if (!opened.ok) return opened.problem;
  const record = await rollBackHere(found.folder, opened.session, () => undefined);
  opened.session.close();
  return `The next start offers to roll back or keep; rolling back: ${endWords(record, heldBy(server))}`;
}

const DISK: readonly Scripted[] = [
  {
    name: 'Full before the record is written',
    script: ({ files }) => ({ beforeRecord: () => void (files.full = true) }),
    say: (report, run) => {
      const problem = report.begun instanceof Error ? quoted(report.begun.message) : 'no fault';
      const writes = run.server.requests.filter(({ method, isDryRun }) => method === 'PUT' && !isDryRun).length;
      return `The change is not begun: ${problem}. ${writes} requests that write were sent; the cluster holds ${heldBy(run.server)}.`;
    },
  },
  {
    name: 'Full after the change, before the record says so',
    script: ({ files }) => ({ afterSending: () => void (files.full = true) }),
    say: async (report, run) =>
      `${quoted(report.settled?.message ?? 'no fault')} is reported; ${heldBy(run.server)} is back at the deadline all the same. ${await nextStart(run)}`,
  },
  {
    name: 'Full when the change is kept',
    script: ({ files, times }) => ({
      counting: async (guard) => {
        files.full = true;
        const problem = await keepGuard(guard.folder, { files, times }).catch((error: unknown) => error as Error);
        if (problem instanceof Error) writeFileSync(join(guard.folder, 'seen'), problem.message);
      },
      atDeadline: () => void (files.full = false),
    }),
    say: async (report, run) =>
      `Keeping fails with ${quoted((await systemFiles.read(join(report.guardFolder, 'seen'))) ?? 'nothing')}. ${end(report, run)}`,
  },
  {
    name: 'Full at the deadline',
    script: ({ files }) => ({ atDeadline: () => void (files.full = true) }),
    say: async (report, run) => `${end(report, run)} ${await nextStart(run)}`,
  },
  {
    name: 'The record is removed during the countdown',
    script: () => ({
      counting: (guard) => rmSync(join(guard.folder, 'record.json')),
    }),
    say: end,
  },
];

const JOURNAL: readonly Scripted[] = [
  {
    name: 'Locked by a process that lives',
    script: ({ folder }) => ({
      atDeadline: () => writeFileSync(join(folder, 'journal.jsonl.lock'), JSON.stringify(ownIdentity())),
    }),
    say: async (report, run) => {
      const before = (await openJournal(run.folder).read()).length;
      rmSync(join(run.folder, 'journal.jsonl.lock'));
      await openJournal(run.folder).append([LATER]);
      const kinds = (await openJournal(run.folder).read()).map(({ kind }) => kind).join(', ');
      return `${end(report, run)} ${before} lines are in the journal while it is locked, and with the next one: ${kinds}.`;
    },
  },
  {
    name: 'Locked by a process that has ended',
    script: ({ folder }) => ({
      atDeadline: () =>
        writeFileSync(join(folder, 'journal.jsonl.lock'), JSON.stringify({ ...ownIdentity(), pid: 2 ** 22 + 1 })),
    }),
    say: journalled,
  },
  {
    name: 'Its last line was cut by a crash',
    script: ({ folder }) => ({ atDeadline: () => writeFileSync(join(folder, 'journal.jsonl'), '{"number":1,"prev') }),
    say: journalled,
  },
  {
    name: 'A line of it was changed',
    script: ({ folder }) => ({
      atDeadline: async () => {
        const journal = openJournal(folder);
        for (let count = 0; count < 3; count++) await journal.append([LATER]);
        const text = (await systemFiles.read(journal.path)) ?? '';
        writeFileSync(journal.path, text.replace('"eve"', '"adam"'));
      },
    }),
    say: journalled,
  },
];

const LATER = {
  kind: 'apply',
  at: '2026-11-25T10:00:00.000Z',
  who: { name: 'eve', by: 'kubeconfig' },
  context: 'prod-eu',
  server: 'https://api',
  object: { kind: 'NetworkPolicy', namespace: 'shop', name: 'api' },
  delta: 'api can no longer reach db',
} as const;

async function journalled(report: RunReport, run: Running): Promise<string> {
  const journal = openJournal(run.folder);
  const last = (await journal.read()).at(-1);
  const found = await journal.verify();
  const verdict = found.intact
    ? `the chain is intact${found.cut.length === 0 ? '' : ` behind the cut line ${found.cut.join(', ')}`}`
    : `the chain is broken at line ${found.line}`;
  return `${end(report, run)} The last line is a ${last?.kind}; ${verdict}.`;
}

/** When the rollback was made, in seconds after the start. */
function clockFault(name: string, disturb: (times: MovedTimes) => void): Scripted {
  let madeAt = 0;
  return {
    name,
    script: ({ server, times }) => ({
      counting: () => {
        const [wait, seen] = [times.onWait, new Set<string>()];
        times.onWait = async (seconds) => {
          if (seconds >= 60 && !seen.has('disturbed')) {
            seen.add('disturbed');
            disturb(times);
          }
          await wait(seconds);
        };
        server.intercept = ({ method, isDryRun }) => {
          if (method === 'PUT' && !isDryRun) madeAt = times.seconds;
          return 'pass';
        };
      },
    }),
    say: (report, run) => {
      const late = Math.round(madeAt - SECONDS);
      const when = late === 0 ? 'at the deadline, after 120 s' : `${late} s after the deadline`;
      return `The rollback is made ${when}. ${end(report, run)}`;
    },
  };
}

const HOUR_MS = 3_600_000;

const CLOCK: readonly Scripted[] = [
  clockFault('Set an hour forward', (times) => void (times.wallMs += HOUR_MS)),
  clockFault('Set an hour back', (times) => void (times.wallMs -= HOUR_MS)),
  clockFault('The machine sleeps for an hour', (times) => {
    times.wallMs += HOUR_MS;
    times.steadyMs += HOUR_MS;
  }),
];
