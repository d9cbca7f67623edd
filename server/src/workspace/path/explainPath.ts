import { notEnforced } from '../../analysis/wording.ts';
import { ALL_ADDRESSES, isEmpty, intersect, type AddressSet } from '../../engine/addressSet.ts';
import { decidingRow, type CompiledCluster } from '../../engine/compiledCluster.ts';
import { resolveEnd, type Endpoint } from '../../engine/endpoint.ts';
import { query, type End } from '../../engine/query.ts';
import { walkDirection } from '../../engine/walkDirection.ts';
import { classPieces } from '../../engine/workloadExternals.ts';
import type { Direction, Protocol } from '../../model/networkPolicy.ts';
import type { DirectionVerdict, TrafficVerdict } from '../../model/verdict.ts';
import type { WorkspaceSnapshot } from '../snapshot.ts';
import { endMembers, membersOf, type EndMember } from './endMembers.ts';
import type { AnsweredPolicy, DirectionAnswer, EndGroup, PathAnswer, PathGroup, PathNote } from './pathAnswer.ts';
import { endName, type PathEnd } from './pathEnd.ts';
import { hiddenGroups, hiddenPort } from './hiddenEndpoints.ts';
import { policyPlace } from './policyPlaces.ts';
import { podsBehind, servicePath } from './servicePath.ts';

export interface PathQuestion {
  readonly from: PathEnd;
  readonly to: PathEnd;
  readonly protocol: Protocol;
  /** A Service's own port where `to` is one. */
  readonly port: number;
}

/** One pair of ends that policies see, with every pod or address that it stands for. */
export interface PathPair {
  readonly source: EndMember;
  readonly destination: EndMember;
  /** On the destination. */
  readonly port: number;
  readonly from: End;
  readonly to: End;
  /** Why no policy has a say: the source is the node on which the destination runs, or the traffic stays in the pod. */
  readonly always?: 'ownNode' | 'loopback';
}

export interface PathPairs {
  readonly pairs: readonly PathPair[];
  readonly notes: readonly PathNote[];
}

/** So many pairs of classes are asked one by one. */
const MOST_PAIRS = 50_000;
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

function sourcesOf(snapshot: WorkspaceSnapshot, from: PathEnd): readonly EndMember[] {
  const { cluster } = snapshot.universe;
  return from.kind === 'service'
    ? membersOf(cluster, podsBehind(snapshot, from.service))
    : endMembers(cluster, from, []);
}

/** The pairs that a question is about, and what is special about them. */
export function pathPairs(snapshot: WorkspaceSnapshot, { from, to, protocol, port }: PathQuestion): PathPairs {
  const { cluster } = snapshot.universe;
  const notes: PathNote[] = [];
  const unenforced = notEnforced(snapshot.plugins);
  if (unenforced !== undefined) notes.push({ kind: 'notEnforced', why: unenforced });
  if (to.kind === 'address' && to.loopback === true) notes.push({ kind: 'loopback' });
  if (from.kind === 'service') notes.push({ kind: 'serviceAsSource', service: endName(from) });
  const node = from.kind === 'address' ? from.node : undefined;
  let targets: readonly { member: EndMember; port: number }[];
  if (to.kind === 'service') {
    const service = servicePath(snapshot, to.service, port, protocol, node);
    notes.push(service.note);
    targets = service.members;
  } else targets = endMembers(cluster, to, [], node).map((member) => ({ member, port }));
  const sources = sourcesOf(snapshot, from);
  const pairs: PathPair[] = [];
  const total = Math.max(1, sources.length) * Math.max(1, targets.length);
  if (total > MOST_PAIRS) return { pairs, notes: [...notes, { kind: 'tooMany', pairs: total }] };
  if (from.kind === 'internet' && to.kind === 'internet') return { pairs, notes: [...notes, { kind: 'noPods' }] };
  let siblings = false;
  const add = (source: EndMember, destination: EndMember, on: number): void => {
    const isSame = samePod(source.end, destination.end);
    const isAlone = isSame && source.other === undefined && destination.other === undefined;
    siblings ||= isSame && !(isAlone && total === 1);
    // What a pod does with itself says nothing of the others.
    if (isAlone && total > 1) return;
    const instead = isSame && destination.other === undefined ? source.other : undefined;
    const sibling = isSame ? destination.other : undefined;
    const isLoopback = to.kind === 'address' && to.loopback === true;
    const always = destination.onNode === true ? 'ownNode' : isLoopback ? 'loopback' : undefined;
    const ends = { from: instead ?? source.end, to: sibling ?? destination.end };
    pairs.push({ source, destination, port: on, ...ends, ...(always === undefined ? {} : { always }) });
  };
  if (from.kind === 'internet') {
    for (const target of targets) {
      const cut = cutsFor(cluster, target.member, 'ingress');
      for (const source of endMembers(cluster, from, cut)) add(source, target.member, target.port);
    }
  } else if (to.kind === 'internet') {
    for (const source of sources) {
      const cut = cutsFor(cluster, source, 'egress');
      for (const member of endMembers(cluster, to, cut)) add(source, member, port);
    }
  } else for (const source of sources) for (const { member, port: on } of targets) add(source, member, on);

  if (node !== undefined && targets.some(({ member }) => isSomewhere(member)))
    notes.push({ kind: 'nodeToOwnPods', node });
  if (siblings) notes.push({ kind: 'siblings' });
  const [pair] = pairs;
  if (pairs.length === 1 && pair !== undefined && samePod(pair.from, pair.to) && pair.source.pods === 1) {
    notes.push({ kind: 'samePod' });
  }
  if (pairs.some(({ source }) => isOnHostNetwork(source))) notes.push({ kind: 'hostNetwork', end: 'from' });
  if (pairs.some(({ destination }) => isOnHostNetwork(destination))) notes.push({ kind: 'hostNetwork', end: 'to' });
  if (
    pairs.length > 0 &&
    pairs.every((each) => each.source.cidrs !== undefined && each.destination.cidrs !== undefined)
  ) {
    notes.push({ kind: 'noPods' });
  }
  return { pairs, notes };
}

/**
 * The verdict of `query`, but for what no policy looks at: traffic of a node to a pod that runs on it (API: "traffic to and
 * from the node where a Pod is running is always allowed"), and traffic that never leaves the pod.
 */
export function pairVerdict(cluster: CompiledCluster, pair: PathPair, protocol: Protocol): TrafficVerdict {
  if (pair.always !== undefined) return ALLOWED;
  return query(cluster, pair.from, pair.to, protocol, pair.port);
}

const ALLOWED: TrafficVerdict = {
  verdict: 'allow',
  egress: { verdict: 'allow', by: [] },
  ingress: { verdict: 'allow', by: [] },
};

/** Where the policies of some pods tell addresses apart. */
function cutsFor(cluster: CompiledCluster, member: EndMember, direction: Direction): readonly AddressSet[] {
  const podClass = member.classId === undefined ? undefined : cluster.facts.classes.classes[member.classId];
  if (podClass === undefined) return [ALL_ADDRESSES];
  const certain = classPieces(cluster, podClass, direction, 'certain').map(({ addresses }) => addresses);
  const possible = classPieces(cluster, podClass, direction, 'possible').map(({ addresses }) => addresses);
  return certain.flatMap((a) => possible.map((b) => intersect(a, b)).filter((piece) => !isEmpty(piece)));
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

function samePod(a: End, b: End): boolean {
  return 'pod' in a && 'pod' in b && a.pod === b.pod && a.pod.count === 1 && a.pod.countUnknown !== true;
}

/** A pod of which nobody says where it runs. */
function isSomewhere({ end }: EndMember): boolean {
  return 'pod' in end && end.pod.node === undefined;
}

function isOnHostNetwork({ end }: EndMember): boolean {
  return 'pod' in end && end.pod.hostNetwork;
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
