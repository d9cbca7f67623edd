import { decidingRow, type CompiledCluster } from '../../engine/compiledCluster.ts';
import { resolveEnd, type Endpoint } from '../../engine/endpoint.ts';
import type { End } from '../../engine/query.ts';
import { walkDirection } from '../../engine/walkDirection.ts';
import type { Direction, Protocol } from '../../model/networkPolicy.ts';
import type { DirectionVerdict, TrafficVerdict } from '../../model/verdict.ts';
import type { WorkspaceSnapshot } from '../snapshot.ts';
import type { AnsweredPolicy, DirectionAnswer, EndGroup, PathAnswer, PathGroup } from './pathAnswer.ts';
import { endName } from './pathEnd.ts';
import { hiddenGroups, hiddenPort } from './hiddenEndpoints.ts';
import { policyPlace } from './policyPlaces.ts';
import { pairVerdict, pathPairs, samePod, sourcesOf, type PathPair, type PathQuestion } from './pathPairs.ts';

const MOST_GROUPS = 40;
const MOST_RULES = 60;
const MOST_WORKLOADS = 30;
const MOST_CIDRS = 50;

/**
 * The answer to one question, in the universe of a snapshot. The verdict of every pair is that of `query`; what is added
 * is whom it is about, what a Service became, and the walk through every policy that has a say.
 */
export function explainPath(snapshot: WorkspaceSnapshot, question: PathQuestion): PathAnswer {
  const { cluster } = snapshot.universe;
  const { from, to, protocol, port } = question;
  const { pairs, notes } = pathPairs(snapshot, question);
  const groups = new Map<string, { pair: PathPair; verdict: TrafficVerdict; pairs: PathPair[] }>();
  for (const pair of pairs) {
    const verdict = pairVerdict(cluster, pair, protocol);
    const key = JSON.stringify([pair.port, pair.always, verdict]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { pair, verdict, pairs: [pair] });
    else group.pairs.push(pair);
  }
  const answered = [...groups.values()]
    .map((group) => ({ ...group, from: endGroup(group.pairs, 'source'), to: endGroup(group.pairs, 'destination') }))
    .sort((a, b) => weight(b) - weight(a));
  const hidden = hiddenOf(snapshot, question);
  const verdicts = new Set([
    ...answered.map((group) => group.verdict.verdict),
    ...hidden.map((group) => group.verdict),
  ]);
  const [only] = verdicts;
  const verdict = verdicts.size === 1 && only !== undefined ? only : 'unknown';
  const whys = new Set([...answered.map((group) => group.verdict), ...hidden].flatMap(({ why }) => why ?? []));
  return {
    verdict,
    mixed: verdicts.size > 1,
    from: endName(from),
    to: endName(to),
    protocol,
    port,
    notes,
    groups: [
      ...answered
        .slice(0, MOST_GROUPS)
        .map((group) => pathGroup(snapshot, group.pair, group.verdict, group.from, group.to, protocol)),
      ...hidden.slice(0, MOST_GROUPS),
    ],
    more: Math.max(0, answered.length - MOST_GROUPS, hidden.length - MOST_GROUPS),
    ...(verdict === 'unknown' && !(verdicts.size > 1) && whys.size > 0
      ? { why: [...whys].slice(0, 3).join('; ') }
      : {}),
  };
}

/** What a Service leads to that is not known to us. */
function hiddenOf(snapshot: WorkspaceSnapshot, { from, to, protocol, port }: PathQuestion): readonly PathGroup[] {
  const on = to.kind === 'service' ? hiddenPort(to, port) : undefined;
  if (to.kind !== 'service' || on === undefined) return [];
  return hiddenGroups(snapshot, to, sourcesOf(snapshot, from), protocol, on);
}

function pathGroup(
  snapshot: WorkspaceSnapshot,
  pair: PathPair,
  { verdict, egress, ingress, why }: TrafficVerdict,
  from: EndGroup,
  to: EndGroup,
  protocol: Protocol,
): PathGroup {
  const { cluster } = snapshot.universe;
  const [source, destination] = [firstEndpoint(cluster, pair.from), firstEndpoint(cluster, pair.to)];
  const service = { protocol, port: pair.port };
  const answer = (
    direction: Direction,
    given: DirectionVerdict,
    target: Endpoint | undefined,
    peer: Endpoint | undefined,
  ): DirectionAnswer => ({
    ...given,
    isolation: pair.always ?? (samePod(pair.from, pair.to) ? 'itself' : isolationOf(cluster, direction, target)),
    policies:
      target === undefined || peer === undefined || samePod(pair.from, pair.to) || pair.always !== undefined
        ? []
        : walkDirection(cluster, direction, target, peer, service).map(({ rules, ...policy }): AnsweredPolicy => {
            const place = policyPlace(snapshot, { policy: policy.policy, direction });
            return {
              ...policy,
              ...(place === undefined ? {} : { place }),
              rules: rules.slice(0, MOST_RULES).map((rule) => {
                const at = place === undefined ? undefined : policyPlace(snapshot, rule.ref);
                return at === undefined ? rule : { ...rule, place: at };
              }),
              ruleCount: rules.length,
            };
          }),
  });
  return {
    from,
    to,
    port: pair.port,
    verdict,
    egress: answer('egress', egress, source, destination),
    ingress: answer('ingress', ingress, destination, source),
    ...(why === undefined ? {} : { why }),
  };
}

function isolationOf(
  cluster: CompiledCluster,
  direction: Direction,
  target: Endpoint | undefined,
): DirectionAnswer['isolation'] {
  if (target === undefined || target.kind === 'address') return 'outside';
  const state = cluster.classes.get(target.podClass.id);
  const row = state && decidingRow(cluster, state, direction);
  if (row === undefined || row.kind === 'open') return 'open';
  return row.kind === 'isolated' && row.unread === undefined && row.mayRefuse === undefined ? 'isolated' : 'perhaps';
}

function firstEndpoint(cluster: CompiledCluster, end: End): Endpoint | undefined {
  const resolved = resolveEnd(cluster, end);
  return 'endpoints' in resolved ? resolved.endpoints[0] : undefined;
}

/** The pods and addresses of one side of some pairs, each once. */
function endGroup(pairs: readonly PathPair[], side: 'source' | 'destination'): EndGroup {
  const members = new Set(pairs.map((pair) => pair[side]));
  const workloads = new Map<string, number>();
  const cidrs = new Set<string>();
  let pods = 0;
  for (const member of members) {
    pods += member.pods;
    for (const [id, number] of member.workloads) workloads.set(id, (workloads.get(id) ?? 0) + number);
    for (const cidr of member.cidrs ?? []) cidrs.add(cidr);
  }
  const listed = [...workloads].map(([id, number]) => ({ id, pods: number }));
  listed.sort((a, b) => b.pods - a.pods || (a.id < b.id ? -1 : 1));
  return {
    workloads: listed.slice(0, MOST_WORKLOADS),
    workloadCount: listed.length,
    pods,
    ...(cidrs.size === 0 ? {} : { cidrs: [...cidrs].slice(0, MOST_CIDRS) }),
  };
}

function weight({ from, to }: { readonly from: EndGroup; readonly to: EndGroup }): number {
  return Math.max(1, from.pods) * Math.max(1, to.pods);
}
