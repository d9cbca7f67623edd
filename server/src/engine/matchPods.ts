import type { LabelSelector } from '../model/labels.ts';
import type { Peer } from '../model/networkPolicy.ts';
import type { Pod, WorkloadRef } from '../model/workload.ts';
import { parseAddress } from './address.ts';
import { contains } from './addressSet.ts';
import type { CompiledCluster } from './compiledCluster.ts';
import { peerSpec } from './compilePolicy.ts';
import { compileSelector, labelFacts, matchSelector } from './labelSelector.ts';
import { MAYBE, NO, YES, and, type Match } from './match.ts';
import { namespaceFacts } from './namespaceFacts.ts';
import type { PeerSet, PeerSpec } from './peerSpec.ts';
import type { NamespaceFacts } from './podClass.ts';
import { podsOf, type WorkloadPods } from './podTable.ts';
import { blockHoldsUnaddressed } from './unaddressedPods.ts';

/** Which pods a selector means in a policy of `namespace`: its own pods, or those of the selected namespaces. */
export interface PodScope {
  readonly namespace: string;
  readonly podSelector?: LabelSelector;
  readonly namespaceSelector?: LabelSelector;
}

/** Pods by workload, in the order of the workloads' names. */
export interface PodMatches {
  readonly certain: readonly MatchedWorkload[];
  /** Pods that may match, and are not among `certain`: unknown labels or addresses, placeholders, hostNetwork. */
  readonly possible: readonly MatchedWorkload[];
}

export interface MatchedWorkload {
  /** `namespace/name[Kind]`. */
  readonly id: string;
  readonly workload: WorkloadRef;
  /** How many of its pods match. */
  readonly pods: number;
  /** How many it has. */
  readonly of: number;
  /** No number of replicas is written anywhere. */
  readonly podsUnknown?: true;
}

/** The pods that a podSelector (with or without a namespaceSelector) matches. */
export function matchPods(cluster: CompiledCluster, scope: PodScope): PodMatches {
  return matchPeer(cluster, scope.namespace, {
    ...(scope.podSelector === undefined ? {} : { podSelector: scope.podSelector }),
    ...(scope.namespaceSelector === undefined ? {} : { namespaceSelector: scope.namespaceSelector }),
  });
}

/** Whether a podSelector (with or without a namespaceSelector) matches any pod, or may. Looks at no pod where it can. */
export function matchesSomePod(cluster: CompiledCluster, scope: PodScope): boolean {
  const { namespace, ...peer } = scope;
  const spec = peerSpec(namespace, peer);
  const { labelKeys } = cluster.features;
  if (spec.kind !== 'pods' || spec.pods?.requirements.some(({ key }) => !labelKeys.has(key)) === true) {
    const { certain, possible } = matchPods(cluster, scope);
    return certain.length > 0 || possible.length > 0;
  }
  const interned = cluster.facts.peers.intern(spec);
  cluster.facts.peers.update(interned);
  const { yes, maybe } = interned;
  const isPresent = (id: number): boolean => cluster.classes.get(id) !== undefined;
  return yes.ids.some(isPresent) || maybe.ids.some(isPresent);
}

/** The pods that a peer of a policy in `namespace` matches. */
export function matchPeer(cluster: CompiledCluster, namespace: string, peer: Peer): PodMatches {
  const spec = peerSpec(namespace, peer);
  if (spec.kind === 'pods') {
    const { pods } = spec;
    const answerable = pods?.requirements.every(({ key }) => cluster.features.labelKeys.has(key)) ?? true;
    if (!answerable) return scanPods(cluster, (pod, at) => matchUnclassified(spec, pod, at));
  }
  const interned = cluster.facts.peers.intern(spec);
  if (spec.kind === 'block' && !cluster.features.blocks.has(interned)) {
    if (cluster.options.ipBlockPods === 'never') return { certain: [], possible: [] };
    const isUnknown = cluster.options.ipBlockPods === 'unknown';
    return scanPods(cluster, (pod) => (isUnknown ? and(matchAddresses(spec, pod), MAYBE) : matchAddresses(spec, pod)));
  }
  return podsOfPeer(cluster, interned);
}

/** The names of the namespaces that a selector matches, ascending. */
export function matchNamespaces(
  cluster: CompiledCluster,
  selector: LabelSelector,
): { readonly certain: readonly string[]; readonly possible: readonly string[] } {
  const compiled = compileSelector(selector);
  const certain: string[] = [];
  const possible: string[] = [];
  for (const namespace of namespaceFacts(cluster).values()) {
    const match = matchSelector(compiled, namespace);
    if (match !== NO) (match === YES ? certain : possible).push(namespace.name);
  }
  return { certain: certain.sort(), possible: possible.sort() };
}

/** What was asked last of a version: one hover and the lenses around it ask for the same few peers many times. */
const recent = new WeakMap<CompiledCluster, Map<PeerSet, PodMatches>>();
const MOST_RECENT = 32;

/** The pods of the cluster that an interned peer matches. */
export function podsOfPeer(cluster: CompiledCluster, peer: PeerSet): PodMatches {
  let known = recent.get(cluster);
  if (known === undefined) recent.set(cluster, (known = new Map()));
  let matches = known.get(peer);
  if (matches === undefined) {
    const [oldest] = known.keys();
    if (oldest !== undefined && known.size >= MOST_RECENT) known.delete(oldest);
    known.set(peer, (matches = findPods(cluster, peer)));
  }
  return matches;
}

function findPods(cluster: CompiledCluster, peer: PeerSet): PodMatches {
  const { facts } = cluster;
  const tally = new Tally();
  const add = (classId: number): void => {
    const match = facts.peers.match(peer, classId);
    for (const { workload, pods } of cluster.pods.membersOf(classId)) {
      for (const pod of pods) tally.add(workload, pod, asAnswered(match, pod, cluster));
    }
  };
  if (peer.others === NO) {
    facts.peers.update(peer);
    for (const id of [...peer.yes.ids, ...peer.maybe.ids]) if (cluster.classes.get(id) !== undefined) add(id);
  } else for (const [id] of cluster.classes.entries()) add(id);
  return tally.matches();
}

/** For a selector that no policy of the cluster has: looks at every pod, at equal label objects once. */
function scanPods(cluster: CompiledCluster, matches: (pod: Pod, namespace: NamespaceFacts) => Match): PodMatches {
  const tally = new Tally();
  const namespaces = namespaceFacts(cluster);
  for (const workload of cluster.pods.workloads.values()) {
    const namespace = namespaces.get(workload.ref.namespace) as NamespaceFacts;
    for (const pod of workload.pods) tally.add(workload, pod, asAnswered(matches(pod, namespace), pod, cluster));
  }
  return tally.matches();
}

function matchUnclassified(spec: PeerSpec & { kind: 'pods' }, pod: Pod, namespace: NamespaceFacts): Match {
  if (spec.namespace !== undefined && spec.namespace !== namespace.name) return NO;
  const inNamespace = spec.namespaces === undefined ? YES : matchSelector(spec.namespaces, namespace);
  if (inNamespace === NO || spec.pods === undefined) return inNamespace;
  return and(inNamespace, matchSelector(spec.pods, labelFacts(pod.labels, pod.unknownLabels)));
}

function matchAddresses(spec: PeerSpec & { kind: 'block' }, { ips }: Pod): Match {
  const addresses = ips.flatMap((ip) => parseAddress(ip) ?? []);
  const inside =
    addresses.length === 0
      ? blockHoldsUnaddressed(spec.addresses)
      : addresses.some((address) => contains(spec.addresses, address))
        ? YES
        : NO;
  return spec.incomplete ? and(inside, MAYBE) : inside;
}

/** A plug-in may not see pods on their node's network as pods, so nothing that a selector matches there is certain. */
function asAnswered(match: Match, pod: Pod, { options }: CompiledCluster): Match {
  return pod.hostNetwork && options.hostNetwork === 'unknown' ? and(match, MAYBE) : match;
}

/** Counts matching pods by workload. */
class Tally {
  readonly #counts = new Map<WorkloadPods, { certain: number; possible: number }>();

  add(workload: WorkloadPods, pod: Pod, match: Match): void {
    if (match === NO) return;
    let counts = this.#counts.get(workload);
    if (counts === undefined) this.#counts.set(workload, (counts = { certain: 0, possible: 0 }));
    if (match === YES) counts.certain += pod.count;
    else counts.possible += pod.count;
  }

  matches(): PodMatches {
    const certain: MatchedWorkload[] = [];
    const possible: MatchedWorkload[] = [];
    for (const [workload, counts] of this.#counts) {
      const { id, ref } = workload;
      const { pods: of, ...unknown } = podsOf(workload);
      if (counts.certain > 0) certain.push({ id, workload: ref, pods: counts.certain, of, ...unknown });
      if (counts.possible > 0) possible.push({ id, workload: ref, pods: counts.possible, of, ...unknown });
    }
    return { certain: certain.sort(byId), possible: possible.sort(byId) };
  }
}

function byId(a: MatchedWorkload, b: MatchedWorkload): number {
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}
