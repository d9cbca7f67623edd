import type { NetworkPlugins } from '../model/networkPlugin.ts';
import type { Coverage } from '../workspace/clusterSource.ts';
import { agentsOfPods } from '../workspace/cni/pluginEvidence.ts';
import type { Transport } from './apiTransport.ts';
import { backoff } from './backoff.ts';
import type { Clock } from './clock.ts';
import { pause } from './clock.ts';
import type { StoredParts } from './clusterStore.ts';
import { readPlugins } from './readPlugins.ts';
import type { Resource } from './resource.ts';
import { NODES, PODS } from './resource.ts';

/** The network plug-in of a connection: asked for once, and again when a person asks to read again. */
export interface PluginReader {
  readonly plugins: () => NetworkPlugins | undefined;
  /** It was asked for once. */
  readonly settled: () => boolean;
  /** What the other readers have seen is there. The first call asks. */
  readonly begin: () => void;
}

export interface PluginOptions {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly random: () => number;
  readonly signal: AbortSignal;
  /** Aborted and replaced when a person asks to try again at once. */
  readonly wake: () => AbortSignal;
  readonly parts: () => StoredParts;
  readonly coverage: () => readonly Coverage[];
  readonly onChange: () => void;
}

/** A plug-in changes with an installation: rarely. */
const AGAIN_MS = 3_600_000;
/** A server that does not answer is tried so often before others stop waiting for it. */
const TRIES = 3;

export function followPlugins(options: PluginOptions): PluginReader {
  const { clock, signal, transport } = options;
  let plugins: NetworkPlugins | undefined;
  let begun = false;
  let failures = 0;

  const ask = async (): Promise<void> => {
    const wait = backoff(options.random);
    while (!signal.aborted) {
      let rest = AGAIN_MS;
      try {
        const { contents, nodes } = options.parts();
        plugins = await readPlugins(transport, signal, {
          nodes,
          nodesKnown: isWhole(options.coverage(), NODES),
          agents: agentsOfPods(contents),
          podsKnown: isWhole(options.coverage(), PODS),
        });
        failures = 0;
        wait.reset();
      } catch {
        if (signal.aborted) return;
        failures += 1;
        rest = wait.next();
      }
      options.onChange();
      await pause(clock, rest, AbortSignal.any([signal, options.wake()]));
    }
  };
  return {
    plugins: () => plugins,
    settled: () => plugins !== undefined || failures >= TRIES,
    begin: () => {
      if (begun) return;
      begun = true;
      void ask();
    },
  };
}

function isWhole(coverage: readonly Coverage[], { kind, group }: Resource): boolean {
  const whole = coverage.find((entry) => {
    return entry.kind === kind && entry.group === group && entry.namespace === undefined;
  });
  return whole?.status.state === 'complete' || whole?.status.state === 'stale';
}
