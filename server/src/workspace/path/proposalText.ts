import { connectionsText, count, listSome } from '../../analysis/wording.ts';
import type { EditEffect, OtherChange, PairCount } from './editEffect.ts';
import { policyText } from './pathText.ts';
import type { Probe, ProbeCaution, ProbeCommand, ProbeProblem } from './probe.ts';
import type { Obstacle, Proposal, ProposalStep } from './proposeEdits.ts';

/** What a proposal does, a sentence without its full stop: `Add a peer to ingress[0] of shop/db`. */
export function proposalTitle({ steps }: Proposal): string {
  const [first, ...rest] = steps.map(stepText);
  return [first ?? '', ...rest.map((text) => text.charAt(0).toLowerCase() + text.slice(1))].join(', and ');
}

function stepText({ kind, direction, policy, rule }: ProposalStep): string {
  const name = policyText(policy);
  const where = rule === undefined ? name : `${direction}[${rule}] of ${name}`;
  switch (kind) {
    case 'addPeer':
      return `Add a peer to ${where}`;
    case 'addPort':
      return `Add a port to ${where}`;
    case 'addRule':
      return `Add an ${direction} rule to ${name}`;
    case 'newPolicy':
      return `Add policy ${name}, which lets this ${direction === 'ingress' ? 'in' : 'out'}`;
    case 'removeRule':
      return rule === undefined ? `Remove the ${direction} rules of ${name} that let it through` : `Remove ${where}`;
    case 'removePeer':
      return `Remove a peer from ${where}`;
    case 'removePort':
      return `Remove a port from ${where}`;
    case 'narrowPeer':
      return `Leave the other end out of ${where}`;
    case 'newIsolation':
      return `Add policy ${name}, which isolates ${direction} and lets everyone else ${direction === 'ingress' ? 'in' : 'out'}`;
  }
}

/** What else an edit does, a sentence without its full stop. */
export function effectSummary({ opened, closed }: EditEffect): string {
  const parts = [
    ...(isNone(opened) ? [] : [`opens ${pairsText(opened)} more`]),
    ...(isNone(closed) ? [] : [`closes ${pairsText(closed)} more`]),
  ];
  return parts.length === 0 ? 'Changes nothing else' : `Also ${parts.join(' and ')}`;
}

function isNone({ pods, outside }: PairCount): boolean {
  return pods === 0 && outside === 0;
}

function pairsText({ pods, outside }: PairCount): string {
  const parts = [
    ...(pods === 0 ? [] : [count(pods, 'pair of pods', 'pairs of pods')]),
    ...(outside === 0 ? [] : [`addresses outside for ${count(outside, 'pod')}`]),
  ];
  return parts.join(' and ');
}

/** `opened  shop/api → shop/db  5432/TCP`. */
export function otherText({ change, from, to, connections }: OtherChange): string {
  return `${change}  ${listSome(from, 3)} → ${listSome(to, 3)}  ${connectionsText(connections)}`;
}

export function obstacleText(obstacle: Obstacle): string {
  switch (obstacle.kind) {
    case 'already':
      return 'It is so already';
    case 'writtenNowhere':
      return `${listSome(obstacle.policies.map(policyText), 3)} let${obstacle.policies.length === 1 ? 's' : ''} this ${obstacle.direction === 'ingress' ? 'in' : 'out'}, and ${obstacle.policies.length === 1 ? 'is' : 'are'} not written in these files as the cluster has ${obstacle.policies.length === 1 ? 'it' : 'them'}: what lets it through has to be taken out there`;
    case 'notDecidedByPolicies':
      return 'Policies do not decide this';
    case 'nobodyThere':
      return 'No pod or address is known there that a rule could name';
    case 'unknown':
      return `What is not known decides this: ${obstacle.why}`;
    case 'noEdit':
      return 'No edit of NetworkPolicies is known that does this for sure';
  }
}

/** What a command is, for the list that it is chosen from. */
export function probeTitle({ kind }: ProbeCommand): string {
  return kind === 'exec'
    ? 'With nc in the container, where its image has it'
    : 'With a debug container beside it, which stays in the pod until the pod ends';
}

export function probeCautionText(caution: ProbeCaution): string {
  switch (caution) {
    case 'udp':
      return 'UDP has no handshake: no answer does not mean that it is denied, and success only that nobody refused it';
    case 'sctp':
      return 'SCTP needs the kernel module on the nodes: failure may mean that it is missing';
    case 'onePod':
      return 'This tries one pod of several';
  }
}

export function probeProblemText(problem: ProbeProblem): string {
  switch (problem.kind) {
    case 'noSource':
      return 'There is no pod at this end from which a command could try it';
    case 'noAddress':
      return 'No address of the destination is known';
    case 'unprintable':
      return 'A name has characters that a terminal would act upon: there is no command for it';
  }
}

/** What the outcomes of the commands mean. */
export function probeReading({ commands }: Probe): string | undefined {
  if (commands.length === 0) return undefined;
  return 'TIMEOUT or timed out: dropped on the way, as by a policy. REFUSED: reached, and nobody listens. Nothing, or succeeded: connected';
}
