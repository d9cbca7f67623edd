import type { RuleRef } from '../../model/networkPolicy.ts';
import type { DirectionVerdict, TrafficVerdict, Verdict } from '../../model/verdict.ts';
import type { DirectionAnswer, EndGroup, PathAnswer, PathNote } from '../../workspace/path/pathAnswer.ts';
import { groupName } from '../../workspace/path/endText.ts';
import { headline } from '../../workspace/path/pathText.ts';
import { noteText } from '../../workspace/path/noteText.ts';
import type { PolicyPlace } from '../../workspace/path/policyPlaces.ts';
import type { Probe } from '../../workspace/path/probe.ts';
import {
  effectSummary,
  obstacleText,
  probeCautionText,
  probeProblemText,
  proposalTitle,
} from '../../workspace/path/proposalText.ts';
import type { Proposals } from '../../workspace/path/proposeEdits.ts';
import { ruleMissText } from '../../workspace/path/walkText.ts';
import { shownLines } from '../../workspace/apply/lineDiff.ts';

/** The verdict of the whole as `query` gives it: `unknown` where kinds of pods differ. */
export function overallVerdict(answer: PathAnswer, notes: readonly PathNote[]): TrafficVerdict {
  const egress = agreed(answer, 'egress', answer.from, notes);
  const ingress = agreed(answer, 'ingress', answer.to, notes);
  if (answer.groups.some((group) => group.verdict !== answer.groups[0]?.verdict)) {
    const why = answer.mixed ? 'the answer is not the same for all pods; name one pod' : undefined;
    return { verdict: 'unknown', egress, ingress, ...(why === undefined ? {} : { why }) };
  }
  const why = answer.verdict === 'unknown' ? (answer.why ?? egress.why) : undefined;
  return { verdict: answer.verdict, egress, ingress, ...(why === undefined ? {} : { why }) };
}

function agreed(
  { groups }: PathAnswer,
  direction: 'egress' | 'ingress',
  name: string,
  notes: readonly PathNote[],
): DirectionVerdict {
  const [first] = groups;
  if (first === undefined) {
    const said = notes.find(
      (note) => note.kind === 'tooMany' || (note.kind === 'service' && note.problem !== undefined),
    );
    return { verdict: 'unknown', by: [], why: said === undefined ? 'no pod is there' : noteText(said) };
  }
  const verdicts = new Set<Verdict>(groups.map((group) => group[direction].verdict));
  if (verdicts.size > 1) {
    return { verdict: 'unknown', by: [], why: `the answer is not the same for all pods of ${name}; name one pod` };
  }
  const by = new Map(groups.flatMap((group) => group[direction].by.map((ref) => [JSON.stringify(ref), ref] as const)));
  const whys = [...new Set(groups.flatMap((group) => group[direction].why ?? []))];
  const { verdict } = first[direction];
  return { verdict, by: [...by.values()], ...(whys.length === 0 ? {} : { why: whys.join('; ') }) };
}

/** What `explain` has beyond `query`: ends, notes, and the walk of every group of pods. */
export function jsonAnswer(answer: PathAnswer, notes: readonly PathNote[]): object {
  const { from, to, protocol, port, groups } = answer;
  return {
    summary: headline(answer),
    from,
    to,
    protocol,
    port,
    notes: notes.map(noteText),
    groups: groups.map((group) => ({
      from: jsonEnd(group.from),
      to: jsonEnd(group.to),
      port: group.port,
      verdict: group.verdict,
      why: group.why,
      egress: jsonDirection(group.egress, answer, groupName(group.to, to), groupName(group.to, to), group.port),
      ingress: jsonDirection(group.ingress, answer, groupName(group.from, from), groupName(group.to, to), group.port),
    })),
  };
}

function jsonEnd({ workloads, pods, cidrs }: EndGroup): object {
  return cidrs === undefined ? { workloads: workloads.map(({ id }) => id), pods } : { cidrs };
}

function jsonDirection(
  { verdict, isolation, why, policies }: DirectionAnswer,
  { protocol }: PathAnswer,
  peer: string,
  destination: string,
  port: number,
): object {
  return {
    verdict,
    isolation,
    why,
    policies: policies.map((policy) => ({
      policy: nameOf(policy),
      kind: policy.policy.kind,
      selects: policy.selects,
      ...jsonPlace(policy.place),
      rules: policy.rules.map((rule) => ({
        rule: rule.ref.rule,
        outcome: rule.outcome,
        why: ruleMissText(rule, { peer, destination, protocol, port }),
        ...jsonPlace(rule.place),
      })),
    })),
  };
}

function nameOf({ policy }: Pick<RuleRef, 'policy'>): string {
  return policy.namespace === undefined ? policy.name : `${policy.namespace}/${policy.name}`;
}

/** `line` is 0-based, as everywhere in the contract. */
function jsonPlace(place: PolicyPlace | undefined): object {
  return place === undefined ? {} : { file: place.uri, line: place.start.line };
}

export function jsonProposals({ wanted, proposals, obstacles }: Proposals): object {
  return {
    wanted,
    obstacles: obstacles.map(obstacleText),
    edits: proposals.map((proposal) => ({
      title: proposalTitle(proposal),
      summary: effectSummary(proposal.effect),
      opened: { pods: proposal.effect.opened.pods, outside: proposal.effect.opened.outside },
      closed: { pods: proposal.effect.closed.pods, outside: proposal.effect.closed.outside },
      changedLines: proposal.changedLines,
      files: proposal.diffs.map(({ uri, name, lines }) => ({
        file: uri ?? name,
        isNew: uri === undefined,
        diff: shownLines(lines, 3),
      })),
    })),
  };
}

export function jsonProbe({ commands, cautions, problem }: Probe): object {
  return {
    commands,
    cautions: cautions.map(probeCautionText),
    ...(problem === undefined ? {} : { problem: probeProblemText(problem) }),
  };
}
