/**
 * A program that reads a cluster and says on standard output, as one line of JSON, what that took. Arguments: `ours`,
 * `informer` or `churn`, the server's URL, the number of pods. Needs --expose-gc.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { ClusterConnection } from '../../server/src/workspace/clusterModule.ts';
import type { SourceState } from '../../server/src/workspace/clusterSource.ts';

/** What a run measured, in milliseconds and bytes. */
export interface WatchRun {
  readonly pods: number;
  readonly syncMs: number;
  readonly heapPerPod: number;
  readonly lagMs: number;
}

export interface ChurnRun {
  readonly events: number;
  readonly lenses: number;
  readonly slowestLensMs: number;
  readonly heapBefore: number;
  readonly heapAfter: number;
}

/** Before the heap is looked at: what every namespace keeps once it has changed is there then. */
const WARM_SECONDS = 5;
/** A minute, unless the environment says another time. */
const CHURN_SECONDS = Number(process.env['CHURN_SECONDS'] ?? 60);
const CHURN_RATE = 500;
const RESOLUTION_MS = 5;

/** What was read must be there when the heap is looked at. */
const keptAlive: unknown[] = [];

const POLICY = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: marked, namespace: team-0-0 }
spec:
  podSelector: { matchLabels: { app: marker } }
`;

const [way, url = '', count = ''] = process.argv.slice(2);
const pods = Number(count);
const kubeconfig = JSON.stringify({
  'current-context': 'one',
  clusters: [{ name: 'c', cluster: { server: url, 'insecure-skip-tls-verify': true } }],
  users: [{ name: 'u', user: { token: 't' } }],
  contexts: [{ name: 'one', context: { cluster: 'c', user: 'u' } }],
});

try {
  if (way === 'informer') say(await measured(await informerReader()));
  else if (way === 'churn') say(await churned());
  else {
    const read = await ourReader(() => undefined);
    say(await measured(async () => held((await read()).state())));
  }
} catch (error) {
  say({ problem: String(error).slice(0, 200) });
}

function say(result: object): void {
  process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0));
}

async function measured(read: () => Promise<number>): Promise<WatchRun> {
  const before = heap();
  const lag = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  lag.enable();
  const startedAt = performance.now();
  const found = await read();
  const syncMs = performance.now() - startedAt;
  await new Promise((resolve) => setTimeout(resolve, 4 * RESOLUTION_MS));
  lag.disable();
  if (found !== pods) throw new Error(`${found} of ${pods} pods were read`);
  return { pods, syncMs, heapPerPod: (heap() - before) / pods, lagMs: lag.max / 1e6 - RESOLUTION_MS };
}

function heap(): number {
  globalThis.gc?.();
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

/** The library is loaded before anything is measured: what is compared is what a cluster costs. */
async function informerReader(): Promise<() => Promise<number>> {
  const { CoreV1Api, KubeConfig, makeInformer } = await import('@kubernetes/client-node');
  const config = new KubeConfig();
  config.loadFromString(kubeconfig);
  const api = config.makeApiClient(CoreV1Api);
  return async () => {
    const informer = makeInformer(config, '/api/v1/pods', async () => api.listPodForAllNamespaces());
    keptAlive.push(informer);
    let problem: unknown;
    // It tells of what goes wrong by an event alone.
    informer.on('error', (error: unknown) => {
      problem = error;
    });
    await informer.start();
    if (problem !== undefined) throw problem instanceof Error ? problem : new Error('the informer failed');
    return informer.list().length;
  };
}

async function ourReader(onState: (state: SourceState) => void): Promise<() => Promise<ClusterConnection>> {
  const { openConnection } = await import('../../server/src/cluster/connection.ts');
  const { systemClock } = await import('../../server/src/cluster/clock.ts');
  const folder = mkdtempSync(join(tmpdir(), 'bulkhead-watch-'));
  const file = join(folder, 'config');
  writeFileSync(file, kubeconfig);
  const environment = { variables: { KUBECONFIG: file }, platform: process.platform };
  return async () => {
    const connection = openConnection(
      { environment, context: 'one', allowExec: () => false, onState },
      { clock: systemClock, random: Math.random },
    );
    keptAlive.push(connection);
    await connection.whenRead();
    rmSync(folder, { recursive: true });
    return connection;
  };
}

function held({ contents }: SourceState): number {
  let all = 0;
  for (const { pods: some } of contents.values()) all += some.length;
  return all;
}

/** Returns the number of events, once all of them have been heard. */
async function churn(seconds: number): Promise<number> {
  const answer = await fetch(`${url}/churn?seconds=${seconds}&rate=${CHURN_RATE}`, { method: 'POST' });
  const { events } = (await answer.json()) as { events: number };
  await new Promise((resolve) => setTimeout(resolve, 1000));
  return events;
}

/** Changes of 500 pods a second under a lens on an open policy: how late it is, and what is kept of it all. */
async function churned(): Promise<ChurnRun> {
  const { FolderWorkspace } = await import('../../server/src/workspace/folderWorkspace.ts');
  const { codeLenses } = await import('../../server/src/features/codeLens.ts');
  const { readSettings } = await import('../../server/src/workspace/settings.ts');
  const uri = 'file:///shop/policy.yaml';
  const workspace = new FolderWorkspace('file:///shop', { now: () => performance.now(), date: () => Date.now() });
  workspace.setSettings(readSettings({}));
  workspace.setIndexing(undefined);
  workspace.openDocument(uri, POLICY);
  let seen = 0;
  let slowest = 0;
  const onState = (state: SourceState): void => {
    workspace.setSource({ kind: 'live', label: 'one', state });
    const [lens] = codeLenses(workspace.snapshot(uri), uri);
    const counted = Number(/(\d+) pods?/.exec(lens?.command?.title ?? '')?.[1] ?? 0);
    if (counted <= seen) return;
    const markers = (state.contents.get('team-0-0')?.pods ?? []).filter(({ labels }) => labels['app'] === 'marker');
    if (markers.length !== counted) throw new Error(`the lens counts ${counted} pods of ${markers.length}`);
    for (const { name = '' } of markers.slice(seen)) slowest = Math.max(slowest, Date.now() - Number(name.slice(7)));
    seen = counted;
  };
  await (
    await ourReader(onState)
  )();
  await churn(WARM_SECONDS);
  const heapBefore = heap();
  slowest = 0;
  const events = await churn(CHURN_SECONDS);
  return { events, lenses: seen, slowestLensMs: slowest, heapBefore, heapAfter: heap() };
}
