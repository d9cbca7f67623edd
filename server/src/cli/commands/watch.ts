import { homedir } from 'node:os';
import { setImmediate as yieldOnce } from 'node:timers/promises';
import { listSome, printable } from '../../analysis/wording.ts';
import type { ChangeEvent } from '../../changes/changeEvent.ts';
import { OwnWrites } from '../../changes/ownWrites.ts';
import { PolicyFollower } from '../../changes/policyFollower.ts';
import type { CompiledCluster } from '../../engine/compiledCluster.ts';
import { DEFAULT_ENGINE_OPTIONS } from '../../model/cluster.ts';
import type { SourceState } from '../../workspace/clusterSource.ts';
import { EMPTY_TABLE } from '../../workspace/objectTable.ts';
import { combinedParts, compileUniverse, updateUniverse, type Universe } from '../../workspace/universe.ts';
import { unreadScopes } from '../../workspace/unreadScopes.ts';
import { stateFolder } from '../../guard/stateFolder.ts';
import type { OutputOptions } from '../options.ts';
import { openOutput } from '../output.ts';
import { writeChangeJson, writeChangeText } from '../reporters/watchReporters.ts';
import { currentContext, openContext } from '../source.ts';
import { UsageError } from '../usageError.ts';

export interface WatchOptions extends OutputOptions {
  readonly context?: string;
  readonly format: 'json' | 'text';
  /** Ends once everything has been read and compared with what was last seen. */
  readonly once?: boolean;
  readonly failOn: 'change' | 'never';
}

/**
 * `bulkhead watch`: policies that change, as they do, until a signal ends it. What changed since it last ran comes first,
 * as far as that can be told. Writes the journal and what was last seen.
 *
 * @throws UsageError where no policy can be read
 */
export async function watch(options: WatchOptions): Promise<number> {
  const context = options.context ?? (await currentContext());
  const output = await openOutput(options.output, options.color !== false);
  const stop = new AbortController();
  const end = (): void => stop.abort();
  for (const signal of SIGNALS) process.once(signal, end);
  let seen = 0;
  let follower: PolicyFollower | undefined;
  const folder = stateFolder(process.env, process.platform, homedir());
  const opened = await openContext(context, (known) => {
    const started = new PolicyFollower({
      context: known,
      storage: folder,
      memory: folder,
      ready: () => opened.connection.whenRead(),
      cluster: compiled(() => opened.connection.state()),
      own: new OwnWrites(),
      watching: () => undefined,
      tell: (events) => {
        seen += events.length;
        for (const event of events) write(event);
        // Whoever reads it waits for the next line.
        void output.flush();
      },
      clock: { now: () => Date.now(), after },
      yieldOnce: () => yieldOnce(),
      warn: (line) => console.error(`bulkhead: ${printable(line)}`),
    });
    follower = started;
    return (news) => started.hear(news);
  });
  const write = (event: ChangeEvent): void =>
    options.format === 'json' ? writeChangeJson(output, event) : writeChangeText(output, event);
  try {
    await Promise.race([opened.connection.whenRead(), aborted(stop.signal)]);
    if (!stop.signal.aborted) say(context, opened.connection.state());
    if (options.once === true) await Promise.race([follower?.settled(), aborted(stop.signal)]);
    else await aborted(stop.signal);
  } finally {
    follower?.close();
    opened.connection.close();
    for (const signal of SIGNALS) process.off(signal, end);
  }
  await output.close();
  return options.failOn === 'change' && seen > 0 ? 1 : 0;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Tells what is watched and what is not, once it is known. */
function say(context: string, state: SourceState): void {
  const policies = state.coverage.filter(({ kind, group }) => kind === 'NetworkPolicy' && group !== '');
  const read = policies.filter(({ status }) => status.state === 'complete' || status.state === 'stale');
  if (read.length === 0) {
    const [why] = policies.flatMap(({ status }) => ('why' in status ? [status.why] : []));
    throw new UsageError(`${context}: ${printable(why ?? 'the policies cannot be read')}`);
  }
  const isWhole = read.some(({ namespace }) => namespace === undefined);
  const names = read.flatMap(({ namespace }) => (namespace === undefined ? [] : [printable(namespace)]));
  const where = isWhole ? '' : `, only in ${listSome(names, 8)}: elsewhere they may not be read`;
  console.error(`bulkhead: Watching the NetworkPolicies of ${printable(context)}${where}.`);
}

/** The cluster as it is when it is asked for; what did not change since is not compiled anew. */
function compiled(state: () => SourceState): () => CompiledCluster {
  let universe: Universe | undefined;
  return () => {
    const now = state();
    const parts = combinedParts(now, unreadScopes(now), EMPTY_TABLE);
    universe =
      universe === undefined ? compileUniverse(parts, DEFAULT_ENGINE_OPTIONS) : updateUniverse(universe, parts);
    return universe.cluster;
  };
}

function after(ms: number, action: () => void): () => void {
  const timer = setTimeout(action, ms);
  return () => clearTimeout(timer);
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
