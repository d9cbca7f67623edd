import { count, printable, qualifiedName } from '../../analysis/wording.ts';
import { connectionsText } from '../../analysis/wording.ts';
import { ruleReach, type RuleReach } from '../../engine/ruleReach.ts';
import type { CompiledCluster } from '../../engine/compiledCluster.ts';
import type { Direction, PolicyRef, Protocol, RuleRef } from '../../model/networkPolicy.ts';
import type { DirectionVerdict } from '../../model/verdict.ts';
import { readInputs, universeOf } from '../inputs.ts';
import type { FailOnQuery, InputOptions, OutputOptions } from '../options.ts';
import { openOutput, type Output } from '../output.ts';
import { paint, wrap } from '../reporters/terminal.ts';
import { trafficVerdict } from '../traffic.ts';
import { jsonVerdict, VERDICTS } from './query.ts';

export interface ExplainOptions extends InputOptions, OutputOptions {
  readonly from: string;
  readonly to: string;
  readonly port: { readonly port: number; readonly protocol: Protocol };
  readonly format: 'text' | 'json';
  readonly failOn: FailOnQuery;
}

/** `bulkhead explain`: one traffic's verdict with its reasons, for people to read. */
export async function explain(paths: readonly string[], options: ExplainOptions): Promise<number> {
  const inputs = await readInputs(paths, options);
  const { cluster } = universeOf(inputs, options);
  const { port, protocol } = options.port;
  const verdict = trafficVerdict(cluster, options.from, options.to, protocol, port);
  const output = await openOutput(options.output, options.color !== false);
  if (options.format === 'json') {
    output.write(`${JSON.stringify(jsonVerdict(verdict))}\n`);
  } else {
    const { word, color } = VERDICTS[verdict.verdict];
    output.write(
      `${paint(output, color, word.trim())}  ${printable(`${options.from} → ${options.to}`)} ${port}/${protocol}\n`,
    );
    writeDirection(output, cluster, 'egress', verdict.egress, options.from);
    writeDirection(output, cluster, 'ingress', verdict.ingress, options.to);
  }
  await output.close();
  return verdict.verdict === options.failOn || (options.failOn === 'unknown' && verdict.verdict === 'deny') ? 1 : 0;
}

function writeDirection(
  output: Output,
  cluster: CompiledCluster,
  direction: Direction,
  { verdict, by, why }: DirectionVerdict,
  target: string,
): void {
  const lead = `  ${direction.padEnd(8)} `;
  const line = (text: string): void => output.write(`${lead}${wrap(printable(text), output.width, lead.length)}\n`);
  const name = shortName(target);
  if (verdict === 'unknown') line(`not known: ${why ?? 'it cannot be told'}`);
  else if (verdict === 'allow' && by.length === 0) line(`allowed: nothing isolates ${direction} of ${name}`);
  else if (verdict === 'allow') line(`allowed: ${by.map(ruleText).join(', ')}`);
  else {
    for (const { policy } of by) {
      const rules = rulesOf(cluster, policy, direction);
      const what = direction === 'ingress' ? 'let in' : 'let out';
      const has =
        rules.length === 0
          ? 'it has no rules'
          : `its ${count(rules.length, 'rule')} ${rules.length === 1 ? what.replace('let', 'lets') : what}`;
      line(`denied: ${policyText(policy)} isolates ${name}; ${has}`);
      rules.forEach((rule, index) => {
        const indent = ' '.repeat(lead.length + 2);
        output.write(
          `${indent}${String(index + 1).padStart(2)}  ${wrap(printable(ruleSummary(rule, direction)), output.width, indent.length + 4)}\n`,
        );
      });
    }
  }
}

function rulesOf(cluster: CompiledCluster, policy: PolicyRef, direction: Direction): readonly RuleReach[] {
  const rules: RuleReach[] = [];
  for (;;) {
    const reach = ruleReach(cluster, { namespace: policy.namespace ?? '', name: policy.name }, direction, rules.length);
    if (reach === undefined) return rules;
    rules.push(reach);
  }
}

function ruleSummary(rule: RuleReach, direction: Direction): string {
  const { pods, cidrs } = rule.reach;
  const names = pods.certain.map(({ workload }) => `${workload.namespace}/${workload.name}`);
  const ends = rule.everyone
    ? ['everyone']
    : [...names.slice(0, 4), ...(names.length > 4 ? [`${names.length - 4} more`] : []), ...cidrs.slice(0, 4)];
  const ports =
    direction === 'egress' && rule.ports.length === 0
      ? rule.externalPorts
      : rule.ports.flatMap(({ connections }) => connections);
  return `${ends.length === 0 ? 'nobody' : ends.join(', ')}  ${connectionsText(ports)}`;
}

function ruleText({ policy, rule, peer, direction }: RuleRef): string {
  const list = direction === 'ingress' ? 'from' : 'to';
  const where = rule === undefined ? '' : ` ${direction}[${rule}]${peer === undefined ? '' : `.${list}[${peer}]`}`;
  return `${policyText(policy)}${where}`;
}

function policyText({ namespace, name, kind }: PolicyRef): string {
  const id = qualifiedName({ name, ...(namespace === undefined ? {} : { namespace }) });
  return kind === 'NetworkPolicy' ? id : `${kind} ${id}`;
}

function shortName(name: string): string {
  return name.slice(name.indexOf('/') + 1).replace(/\[.*$/, '');
}
