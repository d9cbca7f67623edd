/** Reading a large cluster beside the pinned client library's informer, in turns, from a server of its own process. */
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { SERVER_ENVIRONMENT } from '../../client/src/serverProcess.ts';
import { barred, median, milliseconds, told, type BenchRow } from './benchRow.ts';
import { startNode } from './startServer.ts';
import type { ChurnRun, WatchRun } from './watchProgram.ts';

const SYNTHETIC_API = fileURLToPath(new URL('./syntheticApi.ts', import.meta.url));
const PROGRAM = fileURLToPath(new URL('./watchProgram.ts', import.meta.url));
const PODS = 40_000;
const MOST_PODS = 150_000;
const RUNS = 3;
const FASTER = 1.5;
const SMALLER = 10;
const LAG_PART = 5;
const LATEST_LENS_MS = 2000;
/** What of a heap may grow under churn and still counts as flat: names of pods that came and went. */
const FLAT_PART = 0.1;

export async function watchBench(): Promise<BenchRow[]> {
  const small = await withServer(PODS, async (url) => {
    const ours: WatchRun[] = [];
    const informer: WatchRun[] = [];
    for (let run = 0; run < RUNS; run++) {
      ours.push(await readBy('ours', url, PODS));
      informer.push(await readBy('informer', url, PODS));
    }
    return { ours, informer };
  });
  const large = await withServer(MOST_PODS, async (url) => ({
    ours: await readBy<WatchRun>('ours', url, MOST_PODS),
    informer: await readBy<WatchRun | Problem>('informer', url, MOST_PODS),
    churn: await readBy<ChurnRun>('churn', url, MOST_PODS),
  }));
  return [
    ...smallRows(small.ours, small.informer),
    ...largeRows(large.ours, large.informer),
    ...churnRows(large.churn),
  ];
}

function smallRows(ours: readonly WatchRun[], informer: readonly WatchRun[]): BenchRow[] {
  const of = (runs: readonly WatchRun[], value: (run: WatchRun) => number): number => median(runs.map(value));
  const compared = (value: (run: WatchRun) => number): { readonly mine: number; readonly theirs: number } => ({
    mine: of(ours, value),
    theirs: of(informer, value),
  });
  const sync = compared(({ syncMs }) => syncMs);
  const heap = compared(({ heapPerPod }) => heapPerPod);
  const lag = compared(({ lagMs }) => lagMs);
  const versus = (mine: string, theirs: string, ratio: number): string =>
    `${mine}, informer ${theirs} (${ratio.toFixed(1)}x)`;
  const faster = sync.theirs / sync.mine;
  const smaller = heap.theirs / heap.mine;
  const calmer = lag.theirs / lag.mine;
  return [
    barred(
      'reading 40k pods',
      versus(milliseconds(sync.mine), milliseconds(sync.theirs), faster),
      `at least ${FASTER}x faster`,
      faster >= FASTER,
    ),
    barred(
      'heap per pod at 40k',
      versus(`${heap.mine.toFixed(0)} B`, `${heap.theirs.toFixed(0)} B`, smaller),
      `at least ${SMALLER}x less`,
      smaller >= SMALLER,
    ),
    barred(
      'longest pause while 40k pods are read',
      versus(milliseconds(lag.mine), milliseconds(lag.theirs), calmer),
      'at most a fifth',
      calmer >= LAG_PART,
    ),
  ];
}

function largeRows({ syncMs, heapPerPod, lagMs }: WatchRun, informer: WatchRun | Problem): BenchRow[] {
  const theirs = 'problem' in informer ? informer.problem.slice(0, 40) : milliseconds(informer.syncMs);
  return [
    barred('reading 150k pods', milliseconds(syncMs), 'works', true),
    told('reading 150k pods with the informer', theirs),
    told('heap per pod at 150k', `${heapPerPod.toFixed(0)} B`),
    told('longest pause while 150k pods are read', milliseconds(lagMs)),
  ];
}

function churnRows({ events, lenses, slowestLensMs, heapBefore, heapAfter }: ChurnRun): BenchRow[] {
  const growth = heapAfter / heapBefore - 1;
  return [
    barred(
      `latest lens under ${events.toLocaleString('en-US')} events, 150k pods`,
      `${milliseconds(slowestLensMs)} (${lenses} lenses)`,
      `at most ${LATEST_LENS_MS} ms`,
      lenses > 0 && slowestLensMs <= LATEST_LENS_MS,
    ),
    barred(
      'heap after these events',
      `${(heapAfter / 1e6).toFixed(0)} MB, ${(growth * 100).toFixed(1)} % more`,
      `at most ${FLAT_PART * 100} % more`,
      growth <= FLAT_PART,
    ),
  ];
}

interface Problem {
  readonly problem: string;
}

async function withServer<T>(pods: number, work: (url: string) => Promise<T>): Promise<T> {
  const server = startNode([SYNTHETIC_API, String(pods)]);
  try {
    return await work(await firstLine(server.stdout));
  } finally {
    server.kill();
  }
}

/** One run in a process of its own; ours is started as the extension starts the server. */
async function readBy<T = WatchRun>(way: string, url: string, pods: number): Promise<T> {
  const ours = way !== 'informer';
  const args = ['--expose-gc', PROGRAM, way, url, String(pods)];
  const program = startNode(args, ours ? SERVER_ENVIRONMENT : {});
  const exit = once(program, 'exit');
  const result = JSON.parse(await firstLine(program.stdout)) as T | Problem;
  await exit;
  if (ours && typeof result === 'object' && result !== null && 'problem' in result) throw new Error(result.problem);
  return result as T;
}

async function firstLine(stream: NodeJS.ReadableStream): Promise<string> {
  let text = '';
  for await (const chunk of stream) {
    text += String(chunk);
    const end = text.indexOf('\n');
    if (end >= 0) return text.slice(0, end);
  }
  throw new Error(`a program of the benchmark ended without a word: ${text}`);
}
