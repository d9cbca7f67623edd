import type { Direction, Protocol, RuleRef } from '../model/networkPolicy.ts';
import { decidingRow, stateOf, type ClassState, type CompiledCluster } from './compiledCluster.ts';
import { directionOf, type CompiledPolicy, type CompiledRule } from './compilePolicy.ts';
import { matchEndpoint, portsOf, type Endpoint } from './endpoint.ts';
import { MAYBE, NO, YES, and, or, type Match } from './match.ts';
import type { UnknownReason } from './unknownReason.ts';
import type { Row } from './policyRow.ts';
import { ruleDoubts, selectionDoubts } from './doubts.ts';
import type { Verdict } from '../model/verdict.ts';

/** The protocol and port of one connection. */
export interface Service {
  readonly protocol: Protocol;
  readonly port: number;
}

/** A direction's verdict before it is worded: `by` as in `DirectionVerdict`, `why` in structure. */
export interface Judgement {
  readonly verdict: Verdict;
  readonly by: readonly RuleRef[];
  readonly why: readonly UnknownReason[];
}

const ALLOWED: Judgement = { verdict: 'allow', by: [], why: [] };

/** What one direction's policies say: `target` is the pod that they would isolate, `peer` the other end. */
export function judgeDirection(
  cluster: CompiledCluster,
  direction: Direction,
  target: Endpoint,
  peer: Endpoint,
  service: Service,
): Judgement {
  if (target.kind === 'address') return ALLOWED;
  const state = stateOf(cluster, target.podClass.id);
  if (state === undefined) return ALLOWED;
  const row = decidingRow(cluster, state, direction);
  if (row.kind === 'open') return ALLOWED;
  if (row.kind === 'unknown') {
    return { verdict: 'unknown', by: [], why: notEvaluated(row.why) };
  }
  const judgement = judgePolicies(cluster, direction, state, row, target, peer, service);
  const mayRefuse = row.kind === 'isolated' ? (row.mayRefuse ?? []) : [];
  if (mayRefuse.length === 0 || judgement.verdict === 'deny') return judgement;
  return { verdict: 'unknown', by: [], why: [...judgement.why, ...notEvaluated(mayRefuse)] };
}

/** What the policies say that were read. */
function judgePolicies(
  cluster: CompiledCluster,
  direction: Direction,
  state: ClassState,
  row: Row,
  target: Endpoint,
  peer: Endpoint,
  service: Service,
): Judgement {
  const { certain, possible } = state[direction];
  const destination = direction === 'ingress' ? target : peer;
  const judge = (policy: CompiledPolicy): PolicyJudgement =>
    judgePolicy(cluster, policy, direction, peer, destination, service);
  const deciding = certain.map(judge);
  const perhaps = possible.map(judge);
  const allows = deciding.reduce<Match>((match, policy) => or(match, policy.allows), NO);
  if (allows === YES) return { verdict: 'allow', by: deciding.flatMap(({ by }) => by), why: [] };
  const unread = row.kind === 'isolated' ? row.unread : undefined;
  if (certain.length === 0 && perhaps.every((policy) => policy.allows === YES)) {
    return { verdict: 'allow', by: perhaps.flatMap(({ by }) => by), why: [] };
  }
  const decided = certain.length > 0 && unread === undefined;
  if (decided && allows === NO && perhaps.every((policy) => policy.allows === NO)) {
    return { verdict: 'deny', by: certain.map(({ ref }) => ({ policy: ref, direction })), why: [] };
  }
  const why: UnknownReason[] = [
    ...notEvaluated(unread ?? []),
    ...deciding.flatMap((policy) => policy.why),
    ...possible.flatMap((policy) => selectionDoubts(policy, direction, target)),
    ...perhaps.flatMap((policy) => policy.why),
  ];
  return { verdict: 'unknown', by: [], why };
}

function notEvaluated(clauses: readonly string[]): UnknownReason[] {
  return clauses.map((why) => ({ kind: 'notEvaluated', why }));
}

interface PolicyJudgement {
  readonly allows: Match;
  /** The rules that allow for sure, each with the first of its peers that matches. */
  readonly by: readonly RuleRef[];
  readonly why: readonly UnknownReason[];
}

function judgePolicy(
  { facts }: CompiledCluster,
  policy: CompiledPolicy,
  direction: Direction,
  peer: Endpoint,
  destination: Endpoint,
  service: Service,
): PolicyJudgement {
  let allows: Match = NO;
  const by: RuleRef[] = [];
  const why: UnknownReason[] = [];
  for (const rule of directionOf(policy, direction).rules) {
    const open = opens(rule, service, destination);
    if (open === NO) continue;
    const match = and(open, matchEndpoint(facts, rule.anyPeer, peer));
    if (match === NO) continue;
    allows = or(allows, match);
    const ref = { policy: policy.ref, direction, rule: rule.index };
    if (match === YES) {
      const first = rule.peers.findIndex((candidate) => matchEndpoint(facts, candidate, peer) === YES);
      by.push(first < 0 ? ref : { ...ref, peer: first });
    } else why.push(...ruleDoubts(facts, rule, ref, peer, destination, open === MAYBE));
  }
  return { allows, by, why };

  function opens(rule: CompiledRule, { protocol, port }: Service, end: Endpoint): Match {
    const { certain, possible } = facts.specs.resolve(rule.ports, portsOf(end));
    if (facts.ports.has(certain, protocol, port)) return YES;
    return certain !== possible && facts.ports.has(possible, protocol, port) ? MAYBE : NO;
  }
}
