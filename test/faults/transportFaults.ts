/** What a network and a server on it can do to a change and to its rollback; a scripted server does it. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { SendOutcome } from '../../server/src/workspace/apply/clusterApply.ts';
import { policySession, writeKubeconfig } from '../support/policySession.ts';
import { PolicyServer, refuse, type Fate, type PolicyRequest } from '../support/policyServer.ts';
import { scaledClock } from '../support/scaledClock.ts';
import { endWords, quoted, type Fault, type FaultGroup } from './fault.ts';
import { guardedRun, type GuardedRun, type RunReport } from './guardedRun.ts';
import { APPLY_CLOSED, heldBy, OPEN } from './scriptedPolicies.ts';

const OLD_TOKEN = 'old';
const NEW_TOKEN = 'new';

interface Scripted {
  readonly name: string;
  readonly whileSending?: (run: Running) => void;
  readonly atDeadline?: (run: Running) => void;
  readonly onTry?: (run: Running, tries: number) => void;
  readonly say?: (report: RunReport, run: Running) => string;
}

interface Running {
  readonly server: PolicyServer;
  readonly folder: string;
}

/** @param place an empty folder */
export function transportFaults(place: string): readonly FaultGroup[] {
  return [
    {
      title: 'The network, while a change is sent',
      intro: 'The request that writes meets the fault; the countdown then runs out without another one.',
      faults: SENDING.map((script) => faultOf(script, place)),
    },
    {
      title: 'The network, at the deadline',
      intro: 'The change was made without a fault; nobody keeps it, and its rollback meets the fault.',
      faults: ROLLING_BACK.map((script) => faultOf(script, place)),
    },
  ];
}

function faultOf(script: Scripted, place: string): Fault {
  return { name: script.name, observe: () => observe(script, place) };
}

let folders = 0;

async function observe({ whileSending, atDeadline, onTry, say = sayAll }: Scripted, place: string): Promise<string> {
  const folder = join(place, `transport-${folders++}`);
  mkdirSync(folder);
  const server = await PolicyServer.start();
  const run: Running = { server, folder };
  try {
    server.put('web', OPEN);
    const options: GuardedRun = {
      folder,
      session: await policySession(server, folder, { user: { token: OLD_TOKEN } }),
      intents: [APPLY_CLOSED],
      // 30 s of silence are 1.5 s here.
      clock: scaledClock(20),
      beforeSending: () => whileSending?.(run),
      afterSending: () => {
        server.intercept = () => 'pass';
      },
      atDeadline: () => atDeadline?.(run),
      onTry: (tries) => onTry?.(run, tries),
    };
    return say(await guardedRun(options), run);
  } finally {
    await server.stop();
  }
}

function sayAll({ sent, troubles, record }: RunReport, { server }: Running): string {
  const [outcome] = sent;
  const said = outcome === undefined || isPlainlyApplied(outcome) ? '' : `${sendWords(outcome)} `;
  const tries = troubles.length === 0 ? '' : `Tried again after ${quoted(...troubles)}. `;
  return `${said}${tries}${endWords(record, heldBy(server))}`;
}

function isPlainlyApplied(outcome: SendOutcome): boolean {
  return outcome.kind === 'applied' && outcome.applied.readBack !== true;
}

function sendWords(outcome: SendOutcome): string {
  if (outcome.kind === 'applied') return 'Said to be applied, after it was read back.';
  if (outcome.kind === 'uncertain') return `Said not to be known: ${quoted(outcome.why)}.`;
  if (outcome.kind === 'refused') return `Said not to be applied: ${quoted(outcome.refusal.why)}.`;
  return `Said to be ${outcome.kind}.`;
}

type Answer = Exclude<Fate, 'pass'>;

const isWrite = ({ method, isDryRun }: PolicyRequest): boolean => method === 'PUT' && !isDryRun;

/** One request of a sort meets a fault, or as many as are given; those after it do not. */
function once(server: PolicyServer, applies: (request: PolicyRequest) => boolean, answer: Answer, count = 1): void {
  let left = count;
  server.intercept = (request) => (applies(request) && left-- > 0 ? answer : 'pass');
}

const always = (): boolean => true;
const stall: Answer = () => undefined;
const cut: Answer = (response) => response.destroy();
const cutAfterwards: Answer = { after: (response) => response.destroy() };
const halfOpen: Answer = (response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.write('{"kind":');
};
const cutWithin: Answer = (response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
  response.write('{"kind":', () => response.destroy());
};
const garbage: Answer = (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Sign in</h1>');

function storm(server: PolicyServer, length: number): void {
  let count = 0;
  server.intercept = () => {
    const code = [503, 500, 502, 504][count % 4] ?? 503;
    return count++ < length
      ? (response) => refuse(response, code, 'InternalError', 'etcdserver: leader changed')
      : 'pass';
  };
}

/** Sends what the server would in single bytes. */
function slowly(server: PolicyServer): void {
  server.intercept = ({ method }) =>
    method !== 'GET'
      ? 'pass'
      : (response) => {
          const text = JSON.stringify(server.get('web'));
          let at = 0;
          response.writeHead(200, { 'content-type': 'application/json' });
          const next = (): void => {
            if (at >= text.length) response.end();
            else response.write(text[at++] ?? '', () => setImmediate(next));
          };
          next();
        };
}

function onlyToken(server: PolicyServer, token: string): void {
  server.intercept = ({ authorization }) =>
    authorization === `Bearer ${token}` ? 'pass' : (response) => refuse(response, 401, 'Unauthorized', 'Unauthorized');
}

const SENDING: readonly Scripted[] = [
  {
    name: 'The server takes the request and never answers',
    whileSending: ({ server }) => once(server, isWrite, stall),
  },
  { name: 'It is cut before the server has made the change', whileSending: ({ server }) => once(server, isWrite, cut) },
  {
    name: 'The answer is cut after the server has made the change',
    whileSending: ({ server }) => once(server, isWrite, cutAfterwards),
  },
  {
    name: 'The answer is cut, and the server cannot be reached any more',
    whileSending: ({ server }) => {
      let isCut = false;
      server.intercept = (request) => {
        const fate: Fate = isCut ? cut : isWrite(request) ? cutAfterwards : 'pass';
        isCut ||= isWrite(request);
        return fate;
      };
    },
  },
  { name: 'A proxy answers with a page of its own', whileSending: ({ server }) => once(server, isWrite, garbage) },
  {
    name: '429 with Retry-After',
    whileSending: ({ server }) =>
      once(server, isWrite, (response) =>
        refuse(response, 429, 'TooManyRequests', 'too many requests', { 'Retry-After': '7' }),
      ),
  },
  { name: 'The token has expired', whileSending: ({ server }) => onlyToken(server, NEW_TOKEN) },
];

const ROLLING_BACK: readonly Scripted[] = [
  {
    name: 'Stall: the server takes the request and never answers',
    atDeadline: ({ server }) => once(server, always, stall),
  },
  {
    name: 'Half-open connection: the answer begins and never goes on',
    atDeadline: ({ server }) => once(server, always, halfOpen),
  },
  { name: 'The connection is cut before an answer', atDeadline: ({ server }) => once(server, always, cut) },
  {
    name: 'The connection is cut before each of twenty answers',
    atDeadline: ({ server }) => once(server, always, cut, 20),
  },
  { name: 'The answer is cut in its middle', atDeadline: ({ server }) => once(server, always, cutWithin) },
  {
    name: 'The answer is cut after the rollback was made',
    atDeadline: ({ server }) => once(server, isWrite, cutAfterwards),
  },
  { name: 'Garbage: a login page in place of the answer', atDeadline: ({ server }) => once(server, always, garbage) },
  {
    name: 'A gateway answers 404 with a page of its own',
    atDeadline: ({ server }) => once(server, always, (response) => response.writeHead(404).end('<h1>Not found</h1>')),
  },
  {
    name: '429 with Retry-After',
    atDeadline: ({ server }) =>
      once(server, always, (response) =>
        refuse(response, 429, 'TooManyRequests', 'too many requests', { 'Retry-After': '7' }),
      ),
    say: (report, run) => {
      const [first = 0] = report.triedAt;
      const waited =
        first - 120 >= 7 ? 'Waited for as long as the server asks' : 'Did not wait for as long as the server asks';
      return `${waited}. ${sayAll(report, run)}`;
    },
  },
  { name: 'Storm of 40 answers of 5xx', atDeadline: ({ server }) => storm(server, 40), say: sayCount },
  { name: 'Slow body: one byte at a time', atDeadline: ({ server }) => slowly(server) },
  {
    name: 'The token has expired, and a new one is written into the kubeconfig meanwhile',
    atDeadline: ({ server }) => onlyToken(server, NEW_TOKEN),
    onTry: ({ server, folder }, tries) => {
      if (tries === 3) writeKubeconfig(join(folder, 'config'), server.url, { token: NEW_TOKEN });
    },
  },
  { name: 'The token has expired, and stays so for a day', atDeadline: ({ server }) => onlyToken(server, NEW_TOKEN) },
];

function sayCount(report: RunReport, { server }: Running): string {
  return `Tried again ${report.troubles.length} times. ${endWords(report.record, heldBy(server))}`;
}
