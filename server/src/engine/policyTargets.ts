import type { Direction, NetworkPolicy, Peer } from '../model/networkPolicy.ts';
import { decidingRow, type CompiledCluster } from './compiledCluster.ts';
import { peerSpec, policyKey, type CompiledPolicy } from './compilePolicy.ts';
import { matchPeer } from './matchPods.ts';
import { classIsolation } from './workloadIsolation.ts';

type PolicyName = Pick<NetworkPolicy, 'namespace' | 'name'>;

/** Pods that a policy certainly selects, by what the other policies do about them in a direction. */
export interface OthersIsolation {
  /** Other policies isolate them too. */
  readonly isolated: number;
  /** Nothing else does. */
  readonly open: number;
  /** Not decided: placeholders, policies that were not read, pods of the host's network. */
  readonly unknown: number;
}

/** What is left of the isolation of a policy's pods without this policy. Costs a step per class, not per pod. */
export function isolatedByOthers(cluster: CompiledCluster, policy: PolicyName, direction: Direction): OthersIsolation {
  const key = policyKey(policy);
  const counts = { isolated: 0, open: 0, unknown: 0 };
  const compiled = cluster.policies.get(key);
  if (compiled === undefined) return counts;
  for (const id of classesOfTargets(cluster, compiled)) {
    const state = cluster.classes.get(id);
    if (state === undefined) continue;
    const { certain, possible } = state[direction];
    const isOther = (other: CompiledPolicy): boolean => other.key !== key;
    if (certain.some(isOther)) counts.isolated += state.pods;
    else if (possible.some(isOther) || state.podClass.kind !== 'pod') counts.unknown += state.pods;
    else if (certain.length > 0 || possible.length > 0) counts.open += state.pods;
    else if (classIsolation(cluster, state.podClass, direction) === false) counts.open += state.pods;
    else counts.unknown += state.pods;
  }
  return counts;
}

/** Whether for sure no rule of any policy lets anybody through to or from the pods that a policy certainly selects. */
export function isClosed(cluster: CompiledCluster, policy: PolicyName, direction: Direction): boolean {
  const compiled = cluster.policies.get(policyKey(policy));
  if (compiled === undefined) return false;
  const states = classesOfTargets(cluster, compiled).flatMap((id) => cluster.classes.get(id) ?? []);
  return states.every((state) => {
    const row = decidingRow(cluster, state, direction);
    return (
      state.podClass.kind === 'pod' && row.kind === 'isolated' && row.entries.length === 0 && row.possible.length === 0
    );
  });
}

/** Ids of the classes that a policy certainly selects. */
function classesOfTargets({ facts }: CompiledCluster, { targets }: CompiledPolicy): readonly number[] {
  facts.peers.update(targets);
  return targets.yes.ids;
}

/**
 * How many pods the peers of a policy in `namespace` certainly match together. Costs a step per class where the peers'
 * labels are ones that the cluster's policies ask for.
 */
export function countPods(cluster: CompiledCluster, namespace: string, peers: readonly Peer[]): number {
  const { facts, features } = cluster;
  const specs = peers.map((peer) => peerSpec(namespace, peer));
  const answerable = specs.every(
    (spec) => spec.kind === 'pods' && (spec.pods?.requirements.every(({ key }) => features.labelKeys.has(key)) ?? true),
  );
  if (!answerable) return countOneByOne(cluster, namespace, peers);
  const ids = new Set<number>();
  for (const spec of specs) {
    const peer = facts.peers.intern(spec);
    facts.peers.update(peer);
    for (const id of peer.yes.ids) ids.add(id);
  }
  let pods = 0;
  for (const id of ids) {
    const state = cluster.classes.get(id);
    if (state?.podClass.kind === 'pod') pods += state.pods;
  }
  return pods;
}

/** For labels that no policy asks for; pods of one workload that several peers match may have different labels. */
function countOneByOne(cluster: CompiledCluster, namespace: string, peers: readonly Peer[]): number {
  const most = new Map<string, number>();
  for (const peer of peers) {
    for (const { id, pods } of matchPeer(cluster, namespace, peer).certain) {
      most.set(id, Math.max(most.get(id) ?? 0, pods));
    }
  }
  return [...most.values()].reduce((sum, pods) => sum + pods, 0);
}
