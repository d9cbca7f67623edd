import { connectionsText, count, printable } from '../../analysis/wording.ts';
import type { CompiledCluster } from '../../engine/compiledCluster.ts';
import { ruleReach } from '../../engine/ruleReach.ts';
import type { Direction } from '../../model/networkPolicy.ts';
import type { TrafficVerdict } from '../../model/verdict.ts';
import { shownLines } from '../../workspace/apply/lineDiff.ts';
import type { AnsweredPolicy, PathAnswer, PathGroup } from '../../workspace/path/pathAnswer.ts';
import { groupName } from '../../workspace/path/endText.ts';
import { directionText, policyText, ruleText } from '../../workspace/path/pathText.ts';
import type { Probe } from '../../workspace/path/probe.ts';
import {
  effectSummary,
  obstacleText,
  otherText,
  probeCautionText,
  probeProblemText,
  probeReading,
  probeTitle,
  proposalTitle,
} from '../../workspace/path/proposalText.ts';
import type { Proposals } from '../../workspace/path/proposeEdits.ts';
import { ruleMissText } from '../../workspace/path/walkText.ts';
import type { WorkspaceSnapshot } from '../../workspace/snapshot.ts';
import type { Output } from '../output.ts';
import { wrap } from './terminal.ts';

/** Below the line with the verdict: what a person should know, and the walk, egress then ingress. */
export function writeAnswer(
  output: Output,
  { universe: { cluster } }: WorkspaceSnapshot,
  answer: PathAnswer,
  verdict: TrafficVerdict,
  notes: readonly string[],
): void {
  for (const note of notes) writeLine(output, LEAD('note'), note);
  if (answer.groups.length === 0) {
    if (notes.length === 0) writeLine(output, LEAD('why'), verdict.why ?? 'no pod is there');
    return;
  }
  for (const group of answer.groups) {
    const [from, to] = [groupName(group.from, answer.from), groupName(group.to, answer.to)];
    if (answer.groups.length > 1) {
      output.write(`  ${printable(`${group.verdict}  ${from} → ${to} ${group.port}/${answer.protocol}`)}\n`);
    }
    writeDirection(output, cluster, answer, group, 'egress', from, to);
    writeDirection(output, cluster, answer, group, 'ingress', to, from);
  }
  if (answer.more > 0) writeLine(output, LEAD(''), `and ${count(answer.more, 'more group')}: name narrower ends`);
}

const LEAD = (word: string): string => `  ${word.padEnd(8)} `;

function writeLine(output: Output, lead: string, text: string): void {
  output.write(`${lead}${wrap(printable(text), output.width, lead.length)}\n`);
}

function writeDirection(
  output: Output,
  cluster: CompiledCluster,
  { protocol }: PathAnswer,
  group: PathGroup,
  direction: Direction,
  target: string,
  peer: string,
): void {
  const { verdict, by, why, policies } = group[direction];
  const lead = LEAD(direction);
  const line = (text: string): void => writeLine(output, lead, text);
  if (verdict === 'unknown') line(`not known: ${why ?? 'it cannot be told'}`);
  else if (verdict === 'allow' && by.length === 0) line(directionText(group[direction], direction, target));
  else if (verdict === 'allow') line(`allowed: ${by.map(ruleText).join(', ')}`);
  else {
    for (const policy of policies.filter(({ selects }) => selects === 'certain')) {
      const what = direction === 'ingress' ? 'let in' : 'let out';
      const has =
        policy.ruleCount === 0
          ? 'it has no rules'
          : `its ${count(policy.ruleCount, 'rule')} ${policy.ruleCount === 1 ? what.replace('let', 'lets') : what}`;
      line(`denied: ${policyText(policy.policy)} isolates ${target}; ${has}`);
      const destination = direction === 'ingress' ? target : peer;
      writeRules(output, cluster, policy, direction, { peer, destination, protocol, port: group.port });
    }
  }
}

function writeRules(
  output: Output,
  cluster: CompiledCluster,
  { policy, rules, ruleCount }: AnsweredPolicy,
  direction: Direction,
  names: Parameters<typeof ruleMissText>[1],
): void {
  const indent = ' '.repeat(LEAD(direction).length + 2);
  for (const [index, rule] of rules.entries()) {
    const summary = ruleSummary(cluster, policy.namespace ?? '', policy.name, direction, index);
    writeLine(output, `${indent}${String(index + 1).padStart(2)}  `, summary);
    const why = ruleMissText(rule, names);
    if (why !== undefined) writeLine(output, `${indent}    `, `(${why})`);
  }
  if (ruleCount > rules.length) writeLine(output, `${indent}    `, count(ruleCount - rules.length, 'more rule'));
}

function ruleSummary(
  cluster: CompiledCluster,
  namespace: string,
  name: string,
  direction: Direction,
  index: number,
): string {
  const rule = ruleReach(cluster, { namespace, name }, direction, index);
  if (rule === undefined) return '';
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

export function writeProposals(output: Output, { wanted, proposals, obstacles }: Proposals): void {
  output.write(`\nTo ${wanted} it\n`);
  for (const obstacle of obstacles) writeLine(output, '  ', obstacleText(obstacle));
  for (const [index, proposal] of proposals.entries()) {
    writeLine(output, `  ${index + 1}  `, proposalTitle(proposal));
    writeLine(output, '     ', effectSummary(proposal.effect));
    for (const other of proposal.effect.others) writeLine(output, '       ', otherText(other));
    // The first is the smallest; of the others a person reads what they do, and takes the text from the JSON.
    if (index > 0) continue;
    for (const { uri, name, lines } of proposal.diffs) {
      output.write(`     ${printable(uri ?? `${name} (a new file)`)}\n`);
      for (const each of shownLines(lines, 2)) output.write(`       ${printable(each)}\n`);
    }
  }
}

export function writeProbe(output: Output, probe: Probe): void {
  output.write('\nTo try it on the real network\n');
  if (probe.problem !== undefined) writeLine(output, '  ', probeProblemText(probe.problem));
  for (const command of probe.commands) {
    writeLine(output, '  ', probeTitle(command));
    // In one line, so that it can be copied.
    output.write(`    ${printable(command.command)}\n`);
  }
  for (const caution of probe.cautions) writeLine(output, '  ', probeCautionText(caution));
  const reading = probeReading(probe);
  if (reading !== undefined) writeLine(output, '  ', reading);
}
