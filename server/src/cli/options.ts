import { InvalidArgumentError, Option, type Command } from 'commander';
import type { Severity } from '../model/finding.ts';
import type { Direction, Protocol } from '../model/networkPolicy.ts';

/** What every command that reads manifests understands (cli-contract, Inputs). */
export interface InputOptions {
  readonly snapshot?: string;
  readonly context?: string;
  readonly namespace?: string;
  readonly scope?: string;
  readonly strict?: boolean;
  readonly targetVersion?: string;
  readonly hostNetwork: 'unknown' | 'pods';
  /** Absent: as the cluster's network plug-in does where that is known, else as the API says. */
  readonly ipBlockPods?: 'always' | 'never';
}

export interface OutputOptions {
  readonly output?: string;
  readonly color?: boolean;
}

export type FailOnCheck = Severity | 'never';
export type FailOnDiff = 'change' | 'lost' | 'gained' | 'never';
export type FailOnQuery = 'deny' | 'unknown' | 'never';

export function withInputs(command: Command): Command {
  return command
    .option('--snapshot <file>', 'add a saved cluster (bulkhead snapshot, or kubectl get … -o json)')
    .option('--context <name>', 'read the live cluster of this kubeconfig context')
    .option('--scope <folder>', 'only what belongs to this overlay, chart or folder with a bulkhead.yaml')
    .option('-n, --namespace <name>', 'the namespace of manifests that name none')
    .option('--strict', 'exit 2 when any manifest cannot be read')
    .addOption(
      new Option('--host-network <how>', 'pods on the host network: leave undecided, or treat as any pod')
        .choices(['unknown', 'pods'])
        .default('unknown'),
    )
    .addOption(
      new Option(
        '--ip-block-pods <how>',
        "whether an ipBlock matches pods by their address (default: as the cluster's network plug-in does, else always)",
      ).choices(['always', 'never']),
    );
}

export function withOutput(command: Command, formats: readonly string[]): Command {
  return command
    .addOption(new Option('-f, --format <format>', 'form of the result').choices([...formats]).default('text'))
    .option('-o, --output <file>', 'write the result to this file')
    .option('--no-color', 'no colours, also on a terminal');
}

export function failOnVerdict(): Option {
  return new Option('--fail-on <verdict>', 'exit 1 on this verdict')
    .choices(['deny', 'unknown', 'never'])
    .default('never');
}

/** `80/TCP`, `dns/UDP` is refused: an explained traffic has a number. A protocol that is not named is left to the ends. */
export function parsePort(value: string): { readonly port: number; readonly protocol?: Protocol } {
  const match = /^(\d{1,5})(?:\/(TCP|UDP|SCTP))?$/i.exec(value);
  const port = Number(match?.[1]);
  if (match === null || port < 1 || port > 65535) {
    throw new InvalidArgumentError(`Write a port from 1 to 65535 and a protocol, such as 5432/TCP.`);
  }
  return { port, ...(match[2] === undefined ? {} : { protocol: match[2].toUpperCase() as Protocol }) };
}

export function parseDirection(value: string): Direction {
  if (value === 'ingress' || value === 'egress') return value;
  throw new InvalidArgumentError('Write ingress or egress.');
}

export function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}
