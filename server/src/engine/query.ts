import type { Direction, Protocol, RuleRef } from '../model/networkPolicy.ts';
import type { DirectionVerdict, TrafficVerdict, Verdict } from '../model/verdict.ts';
import type { CompiledCluster } from './compiledCluster.ts';
import { judgeDirection, type Judgement, type Service } from './directionVerdict.ts';
import { asNode, isSamePod, isUnclear, resolveEnd, type End, type Endpoint } from './endpoint.ts';
import { reasonsText, type UnknownReason } from './unknownReason.ts';

export type { End } from './endpoint.ts';

/**
 * Whether traffic may pass, and because of which rules. A pod always reaches itself; replies pass; two external
 * addresses are no business of policies. That a node always reaches its own pods is not modelled: the verdict is the
 * one between pods on different nodes.
 */
export function query(cluster: CompiledCluster, from: End, to: End, protocol: Protocol, port: number): TrafficVerdict {
  const sources = resolveEnd(cluster, from);
  const destinations = resolveEnd(cluster, to);
  for (const end of [sources, destinations]) {
    if ('problem' in end) return undecided({ kind: end.problem, name: end.name });
  }
  if ('problem' in sources || 'problem' in destinations) return undecided();
  const service = { protocol, port };
  const egress: Judgement[] = [];
  const ingress: Judgement[] = [];
  for (const source of sources.endpoints) {
    for (const destination of destinations.endpoints) {
      egress.push(judgeBothWays(cluster, 'egress', source, destination, service));
      ingress.push(judgeBothWays(cluster, 'ingress', destination, source, service));
    }
  }
  return combine(
    worded(agreement(egress, sharedAddress(from, sources.endpoints, to, destinations.endpoints))),
    worded(agreement(ingress, sharedAddress(from, sources.endpoints, to, destinations.endpoints))),
  );
}

/** One direction of one traffic, in both ways in which a plug-in may treat pods on their node's network. */
export function judgeBothWays(
  cluster: CompiledCluster,
  direction: Direction,
  target: Endpoint,
  peer: Endpoint,
  service: Service,
): Judgement {
  if (isSamePod(target, peer)) return { verdict: 'allow', by: [], why: [] };
  const asPods = judgeDirection(cluster, direction, target, peer, service);
  const unclear = [target, peer].filter(isUnclear);
  if (unclear.length === 0) return asPods;
  const asNodes = judgeDirection(cluster, direction, asNode(target), asNode(peer), service);
  return agreement(
    [asPods, asNodes],
    unclear.map(({ name }) => ({ kind: 'hostNetwork', workload: name })),
  );
}

/** The verdict that all share; `unknown` for the given reasons where they differ. */
function agreement(judgements: readonly Judgement[], whyNot: readonly UnknownReason[]): Judgement {
  const [first] = judgements;
  if (first === undefined) return { verdict: 'unknown', by: [], why: whyNot };
  if (judgements.length === 1) return first;
  if (judgements.every(({ verdict }) => verdict === first.verdict)) {
    return {
      verdict: first.verdict,
      by: distinct(judgements.flatMap(({ by }) => by)),
      why: judgements.flatMap(({ why }) => why),
    };
  }
  return { verdict: 'unknown', by: [], why: [...whyNot, ...judgements.flatMap(({ why }) => why)] };
}

function combine(egress: DirectionVerdict, ingress: DirectionVerdict): TrafficVerdict {
  const verdicts: readonly Verdict[] = [egress.verdict, ingress.verdict];
  if (verdicts.includes('deny')) return { verdict: 'deny', egress, ingress };
  if (!verdicts.includes('unknown')) return { verdict: 'allow', egress, ingress };
  const whys = [egress.why, ingress.why].filter((why) => why !== undefined);
  return { verdict: 'unknown', egress, ingress, why: [...new Set(whys)].join('; ') };
}

function worded({ verdict, by, why }: Judgement): DirectionVerdict {
  return verdict === 'unknown' ? { verdict, by, why: reasonsText(why) } : { verdict, by };
}

function undecided(...why: readonly UnknownReason[]): TrafficVerdict {
  const direction = worded({ verdict: 'unknown', by: [], why });
  return combine(direction, direction);
}

function sharedAddress(
  from: End,
  sources: readonly Endpoint[],
  to: End,
  destinations: readonly Endpoint[],
): UnknownReason[] {
  const reasons: UnknownReason[] = [];
  if ('address' in from && sources.length > 1) reasons.push({ kind: 'sharedAddress', address: from.address });
  if ('address' in to && destinations.length > 1) reasons.push({ kind: 'sharedAddress', address: to.address });
  return reasons;
}

function distinct(refs: readonly RuleRef[]): RuleRef[] {
  const seen = new Set<string>();
  return refs.filter(({ policy, direction, rule, peer }) => {
    const text = JSON.stringify([policy.kind, policy.namespace, policy.name, direction, rule, peer]);
    if (seen.has(text)) return false;
    seen.add(text);
    return true;
  });
}
