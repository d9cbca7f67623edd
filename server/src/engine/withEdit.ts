import type { ClusterState } from '../model/cluster.ts';
import type { ClusterEdit } from './clusterEdit.ts';
import { compileCluster } from './compileCluster.ts';
import type { CompiledCluster } from './compiledCluster.ts';
import { compilePolicy, policyFeatures, policyKey, type CompiledPolicy } from './compilePolicy.ts';
import { editPods } from './editPods.ts';
import { editSignatures, replacePolicy, type PolicyChange } from './editSignatures.ts';
import { policyLayers } from './policyLayers.ts';

/** Facts only grow; beyond this many times what a fresh compilation needs, an edit compiles afresh. */
const GROWTH = 2;
/** Growth that is never worth a fresh compilation. */
const SLACK = 20_000;

/**
 * The cluster after an edit. It shares with the old one what did not change: an edited policy costs the classes that
 * it selected or selects, a pod of a known class costs a counter, a label that policies mention for the first time
 * splits only classes whose pods differ in it. Both clusters stay usable.
 */
export function withEdit(cluster: CompiledCluster, edit: ClusterEdit): CompiledCluster {
  const { facts } = cluster;
  const put = edit.policies?.put ?? [];
  const features = cluster.features.with(policyFeatures(facts, put));
  const namespaces = cluster.namespaces.with(
    new Map([
      ...(edit.namespaces?.remove ?? []).map((name) => [name, undefined] as const),
      ...(edit.namespaces?.put ?? []).map((namespace) => [namespace.name, namespace] as const),
    ]),
  );
  const pods = editPods(cluster, { namespaces, features }, edit);
  const changes = policyChanges(cluster, edit);
  const signatures = editSignatures(cluster, pods.states, changes);
  const unreadable = edit.unreadable ?? cluster.unreadable;
  const policies = cluster.policies.with(new Map(changes.map(({ key, after }) => [key, after])));
  const edited: CompiledCluster = {
    options: cluster.options,
    facts,
    features,
    namespaces,
    pods: pods.table,
    classes: cluster.classes.with(pods.states),
    policies,
    policiesByNamespace: editNamespaces(cluster, changes),
    unreadable,
    nodeAddresses: edit.nodeAddresses ?? cluster.nodeAddresses,
    layers: unreadable === cluster.unreadable ? cluster.layers : policyLayers(unreadable, facts),
    stats: {
      pods: cluster.stats.pods + pods.podsAdded,
      workloads: pods.table.workloads.size,
      policies: policies.size,
      classes: cluster.stats.classes + pods.classesAdded,
      rowsComputed: pods.rowsComputed + signatures.rowsComputed,
      classesComputed: pods.classesComputed,
      peers: facts.peers.size,
      portSets: facts.ports.size,
      peersAtFirst: cluster.stats.peersAtFirst,
    },
  };
  return isOvergrown(edited) ? compileCluster(clusterState(edited), edited.options) : edited;
}

/** The universe that a version stands for. */
export function clusterState(cluster: CompiledCluster): ClusterState {
  return {
    namespaces: [...cluster.namespaces.values()],
    pods: [...cluster.pods.workloads.values()].flatMap(({ pods }) => pods),
    policies: [...cluster.policies.values()].map(({ policy }) => policy),
    unreadable: cluster.unreadable,
    nodeAddresses: cluster.nodeAddresses,
  };
}

function isOvergrown({ facts, stats }: CompiledCluster): boolean {
  return (
    stats.peers > GROWTH * stats.peersAtFirst + SLACK || facts.classes.classes.length > GROWTH * stats.classes + SLACK
  );
}

function policyChanges(cluster: CompiledCluster, { policies }: ClusterEdit): PolicyChange[] {
  const changes = new Map<string, PolicyChange>();
  for (const name of policies?.remove ?? []) {
    const key = policyKey(name);
    const before = cluster.policies.get(key);
    if (before !== undefined) changes.set(key, { key, before, after: undefined });
  }
  for (const policy of policies?.put ?? []) {
    const key = policyKey(policy);
    const after = compilePolicy(cluster.facts, policy);
    changes.set(key, { key, before: cluster.policies.get(key), after });
  }
  return [...changes.values()];
}

function editNamespaces(
  cluster: CompiledCluster,
  changes: readonly PolicyChange[],
): CompiledCluster['policiesByNamespace'] {
  const lists = new Map<string, readonly CompiledPolicy[]>();
  for (const { before, after } of changes) {
    const { namespace } = ((after ?? before) as CompiledPolicy).policy;
    const list = lists.get(namespace) ?? cluster.policiesByNamespace.get(namespace) ?? [];
    lists.set(namespace, replacePolicy(list, before, after));
  }
  return cluster.policiesByNamespace.with(lists);
}
