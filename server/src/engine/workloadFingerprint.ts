import type { Direction, NetworkPolicy } from '../model/networkPolicy.ts';
import { canonicalPolicy } from './canonicalPolicy.ts';
import { labelText } from './classRegistry.ts';
import { decidingRow, type CompiledCluster } from './compiledCluster.ts';
import type { ClassedWorkload } from './workloadVectors.ts';

/** Texts that are equal where a workload's pods, or the policies that decide about them, are the same in two states. */
export interface WorkloadFingerprint {
  /** What policies can ask of the pods and their namespace. */
  readonly pods: string;
  readonly ingress: string;
  readonly egress: string;
}

export function workloadFingerprints(
  cluster: CompiledCluster,
  nodes: readonly ClassedWorkload[],
): readonly WorkloadFingerprint[] {
  return nodes.map((node) => ({
    pods: podsText(node),
    ingress: policiesText(cluster, node, 'ingress'),
    egress: policiesText(cluster, node, 'egress'),
  }));
}

function podsText({ source, classes }: ClassedWorkload): string {
  const pods = source.pods.map(({ labels, unknownLabels = [], ports, portsIncomplete, ips, hostNetwork }) =>
    JSON.stringify([labelTexts(Object.entries(labels)), unknownLabels, ports, portsIncomplete, ips, hostNetwork]),
  );
  const namespace = classes[0]?.namespace;
  return JSON.stringify([
    [...new Set(pods)].sort(),
    labelTexts(namespace?.labels ?? []),
    [...(namespace?.unknown ?? [])],
  ]);
}

/** Equal where the policies that decide about a workload in a direction say the same. */
export function policiesText(cluster: CompiledCluster, { classes }: ClassedWorkload, direction: Direction): string {
  const texts = classes.map(({ id }) => {
    const state = cluster.classes.get(id);
    if (state === undefined) return '';
    const row = decidingRow(cluster, state, direction);
    const { certain, possible } = state[direction];
    return JSON.stringify([
      row.kind === 'unknown' ? row.why : row.kind === 'isolated' ? [row.unread, row.mayRefuse] : row.kind,
      certain.map(({ policy }) => meaningOf(policy)).sort(),
      possible.map(({ policy }) => meaningOf(policy)).sort(),
    ]);
  });
  return texts.sort().join();
}

/** By policy: an object stays the same for as long as nothing of it changes. */
const meanings = new WeakMap<NetworkPolicy, string>();

function meaningOf(policy: NetworkPolicy): string {
  let meaning = meanings.get(policy);
  if (meaning === undefined) meanings.set(policy, (meaning = canonicalPolicy(policy)));
  return meaning;
}

function labelTexts(labels: Iterable<readonly [string, string]>): string[] {
  return [...labels].map(([key, value]) => labelText(key, value)).sort();
}
