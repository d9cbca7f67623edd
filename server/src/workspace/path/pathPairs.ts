import { notEnforced } from '../../analysis/wording.ts';
import { ALL_ADDRESSES, isEmpty, intersect, type AddressSet } from '../../engine/addressSet.ts';
import type { CompiledCluster } from '../../engine/compiledCluster.ts';
import { query, type End } from '../../engine/query.ts';
import { classPieces } from '../../engine/workloadExternals.ts';
import type { Direction, Protocol } from '../../model/networkPolicy.ts';
import type { TrafficVerdict } from '../../model/verdict.ts';
import type { WorkspaceSnapshot } from '../snapshot.ts';
import { endMembers, membersOf, type EndMember } from './endMembers.ts';
import type { PathNote } from './pathAnswer.ts';
import { endName, type PathEnd } from './pathEnd.ts';
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

/** An end as the source: a Service's pods stand for it. */
export function sourcesOf(snapshot: WorkspaceSnapshot, from: PathEnd): readonly EndMember[] {
  const { cluster } = snapshot.universe;
  return from.kind === 'service'
    ? membersOf(cluster, podsBehind(snapshot, from.service))
    : endMembers(cluster, from, []);
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

/** A pod and itself; the pods of a template are several. */
export function samePod(a: End, b: End): boolean {
  return 'pod' in a && 'pod' in b && a.pod === b.pod && a.pod.count === 1 && a.pod.countUnknown !== true;
}

/** A pod of which nobody says where it runs. */
function isSomewhere({ end }: EndMember): boolean {
  return 'pod' in end && end.pod.node === undefined;
}

function isOnHostNetwork({ end }: EndMember): boolean {
  return 'pod' in end && end.pod.hostNetwork;
}
