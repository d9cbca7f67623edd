/** Processes that are killed between the steps of a guarded change of a real API server. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemFiles } from '../../server/src/guard/durableFiles.ts';
import { pendingGuards } from '../../server/src/guard/findGuards.ts';
import { isOpen } from '../../server/src/guard/guardRecord.ts';
import { writeHelperStatus } from '../../server/src/guard/helperStatus.ts';
import { resumeGuard } from '../../server/src/guard/resumeGuard.ts';
import type { StartHelper } from '../../server/src/guard/startHelper.ts';
import { inOwnProcess } from '../../server/src/guard/startHelper.ts';
import { watchGuard } from '../../server/src/guard/watchGuard.ts';
import type { ControlPlane } from '../cluster/controlPlane.ts';
import { endHelpers, guardWhen, killHelper, startEditor } from '../cluster/guardedChange.ts';
import type { EditorStep } from '../cluster/guardingEditor.ts';
import { ROOT } from '../scripts/manifest.ts';
import { endWords, quoted, type Fault, type FaultGroup } from './fault.ts';
import { CLOSED, OPEN, specWords } from './scriptedPolicies.ts';

interface Running {
  readonly cluster: ControlPlane;
  /** Where records and the journal lie. */
  readonly folder: string;
  readonly kubeconfig: string;
  readonly seconds: number;
  readonly held: () => Promise<string>;
}

interface Scripted {
  readonly name: string;
  /** Where the editor stands when the fault comes. */
  readonly at: EditorStep;
  /** The editor's own process holds the guard. */
  readonly holder?: 'editor';
  readonly happen: (run: Running, kill: () => Promise<void>) => Promise<string>;
}

/** @param place an empty folder */
export function processFaults(place: string, cluster: () => ControlPlane): readonly FaultGroup[] {
  return [
    {
      title: 'The processes',
      intro: 'A real API server and real processes; “the editor” is all of its processes, killed at once (SIGKILL).',
      faults: FAULTS.map((script): Fault => ({ name: script.name, observe: () => observe(script, place, cluster()) })),
    },
  ];
}

let folders = 0;
const SECONDS = 3;

async function observe({ at, holder, happen }: Scripted, place: string, cluster: ControlPlane): Promise<string> {
  const namespace = `process-${folders++}`;
  const folder = join(place, namespace);
  mkdirSync(folder);
  const kubeconfig = join(folder, 'config');
  writeFileSync(kubeconfig, cluster.kubeconfig('admin'));
  const policies = `/apis/networking.k8s.io/v1/namespaces/${namespace}/networkpolicies`;
  const policy = (spec: object) => ({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'web', namespace },
    spec: { ...spec },
  });
  await cluster.request('POST', '/api/v1/namespaces', { metadata: { name: namespace } });
  await cluster.request('POST', `${policies}?fieldManager=kubectl`, policy(OPEN));
  const held = async (): Promise<string> => {
    const { body } = await cluster.request('GET', `${policies}/web`);
    const { podSelector, policyTypes, ...rest } = (body as { spec: { podSelector: object; policyTypes: object } }).spec;
    return specWords({ podSelector, policyTypes, ...rest });
  };
  const editor = startEditor({
    folder,
    kubeconfig,
    context: 'admin',
    seconds: SECONDS,
    intents: [{ action: 'apply', target: { kind: 'NetworkPolicy', namespace, name: 'web' }, document: policy(CLOSED) }],
    program: PROGRAM,
    stopAt: at,
    ...(holder !== undefined && { holder }),
  });
  try {
    await editor.at(at);
    return await happen({ cluster, folder, kubeconfig, seconds: SECONDS, held }, editor.kill);
  } finally {
    await editor.kill();
    endHelpers(folder);
  }
}

const PROGRAM = join(ROOT, 'out', 'guard.cjs');

/** The editor is killed, and the helper process does the rest. */
async function killEditor(run: Running, kill: () => Promise<void>): Promise<string> {
  await kill();
  const { record } = await guardWhen(run.folder, ({ record, isHeld }) => !isOpen(record) && !isHeld);
  return endWords(record, await run.held());
}

/** What the next start finds after the deadline, and what becomes of it when the person chooses to roll back. */
async function nextStart(run: Running): Promise<string> {
  const { folder } = await guardWhen(run.folder, ({ isHeld, remainingMs }) => !isHeld && (remainingMs ?? 1) < 0);
  const before = await run.held();
  const found = await pendingGuards(run.folder);
  await resumeGuard(folder, startOf(run));
  const { record } = await guardWhen(run.folder, ({ record }) => !isOpen(record));
  return `After the deadline the cluster holds ${before}; the next start finds ${found.length} guard and offers to roll back or keep; rolling back: ${endWords(record, await run.held())}`;
}

const startOf = ({ kubeconfig }: Running): StartHelper =>
  inOwnProcess(
    { environment: { variables: { KUBECONFIG: kubeconfig }, platform: process.platform } },
    { path: PROGRAM },
  );

const FAULTS: readonly Scripted[] = [
  { name: 'The editor is killed before the record is written', at: 'prepared', happen: killEditor },
  { name: 'The editor is killed between the record and the change', at: 'begun', happen: killEditor },
  { name: 'The editor is killed after the change, before the record says so', at: 'sent', happen: killEditor },
  { name: 'The editor is killed during the countdown', at: 'counting', happen: killEditor },
  {
    name: 'The editor and the helper process are killed during the countdown',
    at: 'counting',
    happen: async (run, kill) => {
      await kill();
      killHelper((await guardWhen(run.folder, () => true)).folder);
      return nextStart(run);
    },
  },
  {
    name: 'The editor, which holds the guard itself, is killed during the countdown',
    at: 'counting',
    holder: 'editor',
    happen: async (run, kill) => {
      await kill();
      return nextStart(run);
    },
  },
  {
    name: 'The container of both is gone during the countdown, and its folder is seen from another machine',
    at: 'counting',
    happen: async (run, kill) => {
      await kill();
      const { folder, helper } = await guardWhen(run.folder, () => true);
      killHelper(folder);
      if (helper === undefined) return 'There was no helper process.';
      // As a process of the container is seen from outside of it; it was heard of for the last time a minute ago.
      const process = { ...helper.process, host: 'a-container-that-is-gone' };
      const at = new Date(Date.parse(helper.at) - 60_000).toISOString();
      await writeHelperStatus(systemFiles, folder, { ...helper, process, at });
      return nextStart(run);
    },
  },
  {
    name: 'The helper process is killed during the countdown, and the editor lives',
    at: 'counting',
    happen: async (run) => {
      const { folder } = await guardWhen(run.folder, () => true);
      killHelper(folder);
      let revivals = 0;
      const watch = watchGuard({
        folder,
        revive: async () => {
          revivals++;
          return (await resumeGuard(folder, startOf(run))) !== undefined;
        },
      });
      const { record } = await watch.ended;
      return `The editor starts ${revivals} other one, which waits for the same deadline. ${endWords(record, await run.held())}`;
    },
  },
  {
    name: 'The editor is killed, and the API server is gone from before the deadline until after it',
    at: 'counting',
    happen: async (run, kill) => {
      await kill();
      await run.cluster.halt();
      const trying = await guardWhen(run.folder, ({ helper }) => helper?.trouble !== undefined);
      await run.cluster.restart();
      const { record } = await guardWhen(run.folder, ({ record }) => !isOpen(record));
      const why = trying.helper?.trouble?.problem.message ?? '';
      return `The helper process goes on trying (${quoted(why)}), until the server is back. ${endWords(record, await run.held())}`;
    },
  },
];
