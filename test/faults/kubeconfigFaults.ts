/** What can be wrong with a kubeconfig and its login when the helper process has to prove that it could roll back. */
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openSession } from '../../server/src/cluster/session.ts';
import { cutText } from '../../server/src/guard/loginEnd.ts';
import type { SessionOptions } from '../../server/src/workspace/clusterSession.ts';
import { certificateAuthority } from '../support/certificates.ts';
import { MovedTimes } from '../support/movedTimes.ts';
import { policySession, writeKubeconfig } from '../support/policySession.ts';
import { PolicyServer } from '../support/policyServer.ts';
import { scaledClock } from '../support/scaledClock.ts';
import { endWords, quoted, type Fault, type FaultGroup } from './fault.ts';
import { guardedRun, type GuardedRun } from './guardedRun.ts';
import { proofOf } from './proofOf.ts';
import { APPLY_CLOSED, heldBy, OPEN } from './scriptedPolicies.ts';

interface Running {
  readonly server: PolicyServer;
  readonly folder: string;
  /** The kubeconfig's path. */
  readonly config: string;
}

/** @param place an empty folder */
export function kubeconfigFaults(place: string): readonly FaultGroup[] {
  return [
    {
      title: 'The kubeconfig, before the change',
      intro: 'The helper process proves that it could roll back, before anything is confirmed or sent.',
      faults: BEFORE.map(({ name, make }): Fault => ({ name, observe: () => observeProof(place, make) })),
    },
    {
      title: 'The kubeconfig, during the countdown',
      intro: 'The helper process has proved that it can, and then the kubeconfig changes.',
      faults: DURING.map(({ name, change }): Fault => ({ name, observe: () => observeRun(place, change) })),
    },
    {
      title: 'The login, during the countdown',
      intro: 'The helper process looks at its login every ten seconds; the countdown is of two minutes.',
      faults: ENDING.map((script): Fault => ({ name: script.name, observe: () => observeEnd(place, script) })),
    },
  ];
}

let folders = 0;

async function started(place: string): Promise<Running> {
  const folder = join(place, `kubeconfig-${folders++}`);
  mkdirSync(folder);
  const server = await PolicyServer.start();
  server.put('web', OPEN);
  return { server, folder, config: join(folder, 'config') };
}

type Make = (run: Running) => Promise<SessionOptions> | SessionOptions;

async function observeProof(place: string, make: Make): Promise<string> {
  const run = await started(place);
  try {
    const options = await make(run);
    // 60 s of a login program are 3 s here.
    const clock = scaledClock(20);
    const proof = await proofOf(run.folder, options, (session) => openSession(session, clock));
    const says = proof?.can === true ? 'It can.' : `It cannot: ${quoted(proof?.why ?? 'nothing')}.`;
    return `${says} The cluster holds ${heldBy(run.server)}.`;
  } finally {
    await run.server.stop();
  }
}

async function observeRun(place: string, change: (run: Running) => void): Promise<string> {
  const run = await started(place);
  try {
    const options: GuardedRun = {
      folder: run.folder,
      session: await policySession(run.server, run.folder),
      intents: [APPLY_CLOSED],
      atDeadline: () => change(run),
    };
    const { record, troubles } = await guardedRun(options);
    const tries = troubles.length === 0 ? '' : `Tried again after ${quoted(...troubles)}. `;
    return `${tries}${endWords(record, heldBy(run.server))}`;
  } finally {
    await run.server.stop();
  }
}

interface Ending {
  readonly name: string;
  /** Seconds after the start at which the token of the helper process ends. */
  readonly seconds: number;
  /** Seconds in which a clock is set an hour forward. */
  readonly setAt?: number;
}

async function observeEnd(place: string, { seconds, setAt }: Ending): Promise<string> {
  const run = await started(place);
  const times = new MovedTimes();
  let madeAt = 0;
  try {
    const { record } = await guardedRun({
      folder: run.folder,
      session: await policySession(run.server, run.folder, {
        user: { token: webToken(times.wallMs + seconds * 1000) },
      }),
      intents: [APPLY_CLOSED],
      times,
      counting: () => {
        const wait = times.onWait;
        let isSet = false;
        times.onWait = async (passed) => {
          if (setAt !== undefined && passed >= setAt && !isSet) {
            isSet = true;
            times.wallMs += 3_600_000;
          }
          await wait(passed);
        };
        run.server.intercept = ({ method, isDryRun }) => {
          if (method === 'PUT' && !isDryRun) madeAt = times.seconds;
          return 'pass';
        };
      },
    });
    const why = record?.cutBy === undefined ? '' : `${quoted(cutText(record.cutBy))} is said. `;
    return `${why}The rollback is made after ${Math.round(madeAt)} s. ${endWords(record, heldBy(run.server))}`;
  } finally {
    await run.server.stop();
  }
}

/** A kubeconfig whose user signs in by a shell script. */
async function program({ server, folder }: Running, script: string): Promise<SessionOptions> {
  const path = join(folder, 'login');
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: path, interactiveMode: 'IfAvailable' };
  return policySession(server, folder, { user: { exec }, variables: { PATH: process.env['PATH'] ?? '' } });
}

const credential = (status: object): string =>
  `echo '${JSON.stringify({ apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential', status })}'`;

/** Nothing of it is verified before it is sent. */
function webToken(end: number): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'none' })}.${part({ exp: Math.round(end / 1000) })}.x`;
}

function clientCertificate(until: Date): object {
  const { certificate, key } = certificateAuthority('clients').issue({ subject: 'eve', from: new Date(0), until });
  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  return { 'client-certificate-data': base64(certificate), 'client-key-data': base64(key) };
}

const BEFORE: readonly { readonly name: string; readonly make: Make }[] = [
  { name: 'None of these', make: ({ server, folder }) => policySession(server, folder) },
  {
    name: 'The file is missing',
    make: async ({ server, folder, config }) => {
      const options = await policySession(server, folder);
      rmSync(config);
      return options;
    },
  },
  {
    name: 'It is not YAML',
    make: async ({ server, folder, config }) => {
      const options = await policySession(server, folder);
      writeFileSync(config, 'clusters: [\n  {');
      return options;
    },
  },
  {
    name: 'The context is not in it',
    make: async ({ server, folder }) => ({ ...(await policySession(server, folder)), context: 'prod-us' }),
  },
  {
    name: 'The context leads to another server now',
    make: async ({ server, folder, config }) => {
      const options = await policySession(server, folder);
      writeKubeconfig(config, 'http://127.0.0.1:1', { token: 'opaque' });
      return options;
    },
  },
  { name: 'The login program fails', make: (run) => program(run, 'echo "no session" >&2; exit 3') },
  { name: 'The login program hangs', make: (run) => program(run, 'exec sleep 600') },
  {
    name: 'The login program asks a person',
    make: (run) =>
      program(
        run,
        'echo "To sign in, open https://login.example/device and enter the code ABCD-EFGH" >&2; exec sleep 600',
      ),
  },
  {
    name: 'The login program needs a terminal',
    make: async ({ server, folder }) => {
      const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: 'login', interactiveMode: 'Always' };
      return policySession(server, folder, { user: { exec } });
    },
  },
  {
    name: 'The login program is another one than was agreed to',
    make: async (run) => {
      const options = await program(run, credential({ token: 'opaque' }));
      return { ...options, allowExec: () => false };
    },
  },
  {
    name: 'The login program gives a credential that ends soon, and will be asked again',
    make: (run) =>
      program(run, credential({ token: 'opaque', expirationTimestamp: new Date(Date.now() + 30_000).toISOString() })),
  },
  {
    name: 'The token ends before the countdown',
    make: ({ server, folder }) => policySession(server, folder, { user: { token: webToken(Date.now() + 60_000) } }),
  },
  {
    name: 'The client certificate has expired',
    make: ({ server, folder }) =>
      policySession(server, folder, { user: clientCertificate(new Date('2020-01-01T00:00:00Z')) }),
  },
  {
    name: 'The token is not accepted',
    make: async ({ server, folder }) => {
      server.intercept = () => (response) => response.writeHead(401).end();
      return policySession(server, folder);
    },
  },
];

const DURING: readonly { readonly name: string; readonly change: (run: Running) => void }[] = [
  { name: 'The file is removed', change: ({ config }) => rmSync(config) },
  { name: 'It is not YAML any more', change: ({ config }) => writeFileSync(config, 'clusters: [\n  {') },
  {
    name: 'The context leads to another server, and the token is not accepted any more',
    change: ({ server, config }) => {
      writeKubeconfig(config, 'http://127.0.0.1:1', { token: 'new' });
      server.intercept = ({ authorization }) =>
        authorization === 'Bearer new' ? 'pass' : (response) => response.writeHead(401).end();
    },
  },
];

const ENDING: readonly Ending[] = [
  { name: 'The token ends before the deadline, because writing took long', seconds: 100 },
  { name: 'The token ends after the deadline, and the clock is set an hour forward', seconds: 600, setAt: 60 },
];
