import { printable } from '../../analysis/wording.ts';
import type { CompiledCluster } from '../../engine/compiledCluster.ts';
import { PROTOCOLS, type Protocol, type RuleRef } from '../../model/networkPolicy.ts';
import type { DirectionVerdict, TrafficVerdict } from '../../model/verdict.ts';
import { readInputs, universeOf } from '../inputs.ts';
import { readText } from '../manifestFiles.ts';
import type { FailOnQuery, InputOptions, OutputOptions } from '../options.ts';
import { openOutput } from '../output.ts';
import { paint } from '../reporters/terminal.ts';
import { trafficVerdict } from '../traffic.ts';
import { UsageError } from '../usageError.ts';

export interface QueryOptions extends InputOptions, OutputOptions {
  readonly queries: string;
  readonly format: 'text' | 'json';
  readonly failOn: FailOnQuery;
}

export interface TrafficQuery {
  readonly from: string;
  readonly to: string;
  readonly protocol: Protocol;
  readonly port: number;
}

/** `bulkhead query`: one verdict per line of the queries file, in the same order. */
export async function queryCommand(paths: readonly string[], options: QueryOptions): Promise<number> {
  const inputs = await readInputs(paths, options);
  const queries = readQueries(await readText(options.queries), options.queries);
  const { cluster } = universeOf(inputs, options);
  const output = await openOutput(options.output, options.color !== false);
  let failed = false;
  for (const each of queries) {
    const verdict = ask(cluster, each);
    failed ||= verdict.verdict === options.failOn || (options.failOn === 'unknown' && verdict.verdict === 'deny');
    if (options.format === 'json') output.write(`${JSON.stringify(jsonVerdict(verdict))}\n`);
    else {
      const { color, word } = VERDICTS[verdict.verdict];
      const why = verdict.why === undefined ? '' : `  (${printable(verdict.why)})`;
      output.write(
        `${paint(output, color, word)}  ${printable(`${each.from} → ${each.to}`)} ${each.port}/${each.protocol}${why}\n`,
      );
    }
    await output.drain();
  }
  await output.close();
  return failed ? 1 : 0;
}

export const VERDICTS = {
  allow: { word: 'ALLOW  ', color: 'green' },
  deny: { word: 'DENY   ', color: 'red' },
  unknown: { word: 'UNKNOWN', color: 'yellow' },
} as const;

export function ask(cluster: CompiledCluster, { from, to, protocol, port }: TrafficQuery): TrafficVerdict {
  return trafficVerdict(cluster, from, to, protocol, port);
}

/** cli-contract, `query`. */
export function jsonVerdict({ verdict, egress, ingress, why }: TrafficVerdict): object {
  return { verdict, egress: jsonDirection(egress), ingress: jsonDirection(ingress), why };
}

function jsonDirection({ verdict, by, why }: DirectionVerdict): object {
  return { verdict, by: by.map((ref) => jsonReason(ref, verdict)), why };
}

function jsonReason({ policy, rule, peer }: RuleRef, verdict: string): object {
  const name = policy.namespace === undefined ? policy.name : `${policy.namespace}/${policy.name}`;
  return { policy: name, kind: policy.kind, rule, peer, effect: verdict };
}

/** @throws UsageError for a line that is no query. */
function readQueries(text: string, file: string): readonly TrafficQuery[] {
  return text.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return [];
    const query = parseQuery(line);
    if (query !== undefined) return [query];
    throw new UsageError(
      `${file}:${index + 1}: not a query; write one object a line, such as {"from":"shop/web","to":"shop/db","protocol":"TCP","port":5432}`,
    );
  });
}

function parseQuery(line: string): TrafficQuery | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { from, to, protocol = 'TCP', port } = value as Record<string, unknown>;
  const known = PROTOCOLS.find((each) => each === protocol);
  if (typeof from !== 'string' || typeof to !== 'string' || known === undefined) return undefined;
  if (typeof port !== 'number' || !Number.isInteger(port) || port < 1 || port > 65535) return undefined;
  return { from, to, protocol: known, port };
}
