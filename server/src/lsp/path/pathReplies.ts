import { count } from '../../analysis/wording.ts';
import type {
  EndCandidateItem,
  PathExposure,
  PathPlace,
  PathProbe,
  PathProposal,
  PathProposals,
  PathReply,
  PathReplyDirection,
  PathReplyEnd,
  PathReplyGroup,
  PathUnclear,
} from '../../protocol/path.ts';
import type { EndCandidate } from '../../workspace/path/completeEnd.ts';
import { explainPath } from '../../workspace/path/explainPath.ts';
import type { Exposure } from '../../workspace/path/exposure.ts';
import { exposureLines } from '../../workspace/path/exposureText.ts';
import type { EndGroup, PathAnswer, PathGroup } from '../../workspace/path/pathAnswer.ts';
import { groupName } from '../../workspace/path/endText.ts';
import { groupLines, headline } from '../../workspace/path/pathText.ts';
import { errorLineText, noteText, unclearText } from '../../workspace/path/noteText.ts';
import type { PolicyPlace } from '../../workspace/path/policyPlaces.ts';
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
import type { Proposal, Proposals } from '../../workspace/path/proposeEdits.ts';
import type { ReadQuestion, Unclear } from '../../workspace/path/readQuestion.ts';
import type { WorkspaceSnapshot } from '../../workspace/snapshot.ts';
import { Positions } from '../toProtocol.ts';

/** Answers about paths as they go over the wire: words beside what a view needs to lead on from them. */

export function candidateItem({ text, kind, pods, ports = [] }: EndCandidate): EndCandidateItem {
  const description = ports.length > 0 ? ports.slice(0, 4).join(', ') : pods === undefined ? '' : count(pods, 'pod');
  return { text, kind, description };
}

export function pathReply(snapshot: WorkspaceSnapshot, read: ReadQuestion): PathReply {
  const error = read.line === undefined ? {} : { error: errorLineText(read.line) };
  if (read.kind === 'unclear') return { ...error, unclear: read.unclear.map(unclearPart) };
  const answer = explainPath(snapshot, read.question);
  const { verdict, mixed, from, to, port, protocol, more } = answer;
  return {
    ...error,
    unclear: [],
    answer: {
      headline: headline(answer),
      verdict,
      mixed,
      from,
      to,
      port,
      protocol,
      notes: [...read.notes, ...answer.notes].map(noteText),
      groups: answer.groups.map((group) => replyGroup(answer, group)),
      more,
    },
  };
}

function unclearPart(unclear: Unclear): PathUnclear {
  switch (unclear.part) {
    case 'error':
      return { part: 'error', text: 'The line names no host and no address', choices: [] };
    case 'port': {
      const choices = unclear.choices.map(({ port, protocol }) => `${port}/${protocol}`);
      return { part: 'port', text: choices.length === 0 ? 'Name a port' : 'Which of its ports?', choices };
    }
    case 'from':
    case 'to': {
      const { parsed, part } = unclear;
      const choices =
        parsed.kind === 'ambiguous' ? parsed.choices : parsed.problem.kind === 'notFound' ? parsed.problem.near : [];
      return { part, text: unclearText(parsed) ?? '', choices };
    }
  }
}

function replyGroup(answer: PathAnswer, group: PathGroup): PathReplyGroup {
  // A direction's head, and below it what belongs to it.
  const directions: PathReplyDirection[] = [];
  let lines: { depth: number; text: string; tone?: PathReplyDirection['verdict']; place?: PathPlace }[] = [];
  for (const { depth, text, tone, place } of groupLines(answer, group)) {
    if (depth === 0) directions.push({ verdict: tone ?? 'unknown', text, lines: (lines = []) });
    else {
      lines.push({
        depth: depth - 1,
        text,
        ...(tone === undefined ? {} : { tone }),
        ...(place === undefined ? {} : { place: replyPlace(place) }),
      });
    }
  }
  const [egress, ingress] = directions as [PathReplyDirection, PathReplyDirection];
  const { port, verdict } = group;
  return { from: replyEnd(group.from, answer.from), to: replyEnd(group.to, answer.to), port, verdict, egress, ingress };
}

function replyEnd(group: EndGroup, end: string): PathReplyEnd {
  return { name: groupName(group, end), ...group };
}

function replyPlace({ uri, start, differs }: PolicyPlace): PathPlace {
  return { uri, line: start.line, character: start.character, ...(differs === undefined ? {} : { differs }) };
}

/** @param versionOf of a document that is open */
export function proposalReply(
  snapshot: WorkspaceSnapshot,
  { proposals, obstacles }: Proposals,
  versionOf: (uri: string) => number | undefined,
): PathProposals {
  const positions = new Positions((uri) => snapshot.files.get(uri)?.file.text);
  return {
    obstacles: obstacles.map(obstacleText),
    proposals: proposals.map((proposal) => replyProposal(proposal, positions, versionOf)),
  };
}

function replyProposal(
  proposal: Proposal,
  positions: Positions,
  versionOf: (uri: string) => number | undefined,
): PathProposal {
  const { effect, edits, documents, diffs, changedLines } = proposal;
  const { opened, closed } = effect;
  return {
    title: proposalTitle(proposal),
    summary: effectSummary(effect),
    others: effect.others.map(otherText),
    opened: { pods: opened.pods, outside: opened.outside },
    closed: { pods: closed.pods, outside: closed.outside },
    changedLines,
    files: [...Map.groupBy(edits, ({ file }) => file)].map(([uri, own]) => {
      const version = versionOf(uri);
      return {
        uri,
        ...(version === undefined ? {} : { version }),
        edits: own.map(({ range, newText }) => ({ range: positions.range(uri, range), newText })),
      };
    }),
    documents,
    diffs,
  };
}

export function probeReply(probe: Probe): PathProbe {
  const { commands, cautions, problem } = probe;
  const reading = probeReading(probe);
  return {
    commands: commands.map((command) => ({ ...command, title: probeTitle(command) })),
    cautions: cautions.map(probeCautionText),
    ...(reading === undefined ? {} : { reading }),
    ...(problem === undefined ? {} : { problem: probeProblemText(problem) }),
  };
}

export function exposureReply(exposure: Exposure): PathExposure {
  return {
    of: exposure.of,
    pods: exposure.pods,
    lines: exposureLines(exposure).map(({ places, ...line }) => ({ ...line, places: places.map(replyPlace) })),
  };
}
