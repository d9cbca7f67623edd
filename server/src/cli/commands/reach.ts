import { reachability } from '../../engine/reachability.ts';
import type { Direction } from '../../model/networkPolicy.ts';
import { readInputs, universeOf } from '../inputs.ts';
import { unseenPods } from '../unseenPods.ts';
import type { InputOptions, OutputOptions } from '../options.ts';
import { openOutput } from '../output.ts';
import { REACH_REPORTERS, type ReachFormat } from '../reporters/reachReporters.ts';
import { workloadNamed } from '../workloadNamed.ts';

export interface ReachOptions extends InputOptions, OutputOptions {
  readonly format: ReachFormat;
  readonly focus?: readonly string[];
  readonly direction?: Direction;
  readonly self?: boolean;
  readonly ipv6?: boolean;
}

/** `bulkhead reach`: who can connect to whom. */
export async function reach(paths: readonly string[], options: ReachOptions): Promise<number> {
  const inputs = await readInputs(paths, options);
  const { cluster } = universeOf(inputs, options);
  const focus = (options.focus ?? []).map((name) => workloadNamed(cluster, name));
  const answer = reachability(cluster, {
    focus,
    ...(options.direction === undefined ? {} : { direction: options.direction }),
    ...(options.self === undefined ? {} : { self: options.self }),
    ...(options.ipv6 === undefined ? {} : { ipv6: options.ipv6 }),
  });
  const output = await openOutput(options.output, options.color !== false);
  const reporter = REACH_REPORTERS[options.format](output, answer.workloads);
  for (const row of answer.rows()) {
    for (const connection of row) reporter.connection(connection);
    await output.drain();
  }
  reporter.end([...answer.unknown(), ...unseenPods(inputs)], inputs.notEvaluated);
  await output.close();
  return 0;
}
