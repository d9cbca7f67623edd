import { DEFAULT_ENGINE_OPTIONS, type ClusterState, type EngineOptions } from '../model/cluster.ts';
import type { Direction, NetworkPolicy } from '../model/networkPolicy.ts';
import { workloadId, type Namespace, type Pod, type WorkloadRef } from '../model/workload.ts';
import { finishSteps } from './cancellation.ts';
import { ChunkedArray } from './chunkedArray.ts';
import { Classifier } from './classifier.ts';
import type { ClassState, CompiledCluster } from './compiledCluster.ts';
import { compilePolicy, directionOf, policyFeatures, policyKey, type CompiledPolicy } from './compilePolicy.ts';
import { newFacts, type Facts } from './facts.ts';
import type { Features } from './features.ts';
import { LayeredMap } from './layeredMap.ts';
import { NO, YES } from './match.ts';
import { namespaceOf } from './namespaceFacts.ts';
import type { NamespaceFacts, PodClass } from './podClass.ts';
import { PodTable, type WorkloadPods } from './podTable.ts';
import { policyLayers } from './policyLayers.ts';
import { NO_SIGNATURE, makeSignature, type Signature } from './policyRow.ts';

/** How many pods or policies are worked on between two steps. */
const STEP = 2048;

const NO_NODES: ReadonlySet<string> = new Set();

/** Compiles a universe from scratch. */
export function compileCluster(state: ClusterState, options: EngineOptions = DEFAULT_ENGINE_OPTIONS): CompiledCluster {
  return finishSteps(compileSteps(state, options));
}

/** As `compileCluster`, in steps of a few milliseconds for `runSteps`. */
export function* compileSteps(state: ClusterState, options: EngineOptions): Generator<undefined, CompiledCluster> {
  const facts = newFacts(options);
  const policies = new Map<string, NetworkPolicy>();
  for (const policy of state.policies) policies.set(policyKey(policy), policy);
  const features = policyFeatures(facts, policies.values());
  yield;
  const namespaces = new Map(state.namespaces.map((namespace) => [namespace.name, namespace]));
  const { table, counts } = yield* classifyPods(facts, features, namespaces, state.pods);
  const compiled = new Map<string, CompiledPolicy>();
  const byNamespace = new Map<string, CompiledPolicy[]>();
  for (const [key, policy] of policies) {
    const entry = compilePolicy(facts, policy);
    compiled.set(key, entry);
    const siblings = byNamespace.get(policy.namespace);
    if (siblings === undefined) byNamespace.set(policy.namespace, [entry]);
    else siblings.push(entry);
    if (compiled.size % STEP === 0) yield;
  }
  yield;
  facts.peers.updateAll();
  yield;
  const ingress = yield* computeSignatures(facts, [...compiled.values()], 'ingress');
  const egress = yield* computeSignatures(facts, [...compiled.values()], 'egress');
  const states = facts.classes.classes.map((podClass): ClassState | undefined => {
    const pods = counts.get(podClass.id);
    if (pods === undefined) return undefined;
    const { id } = podClass;
    return {
      podClass,
      pods,
      ingress: ingress.byClass.get(id) ?? NO_SIGNATURE,
      egress: egress.byClass.get(id) ?? NO_SIGNATURE,
    };
  });
  return {
    options,
    facts,
    features,
    namespaces: LayeredMap.of(namespaces),
    pods: table,
    classes: ChunkedArray.from(states),
    policies: LayeredMap.of(compiled),
    policiesByNamespace: LayeredMap.of<string, readonly CompiledPolicy[]>(byNamespace),
    unreadable: state.unreadable,
    layers: policyLayers(state.unreadable, facts),
    nodeAddresses: state.nodeAddresses ?? NO_NODES,
    stats: {
      pods: [...counts.values()].reduce((sum, pods) => sum + pods, 0),
      workloads: table.workloads.size,
      policies: compiled.size,
      classes: counts.size,
      rowsComputed: ingress.count + egress.count,
      classesComputed: counts.size,
      peers: facts.peers.size,
      portSets: facts.ports.size,
      peersAtFirst: facts.peers.size,
    },
  };
}

interface ClassifiedPods {
  readonly table: PodTable;
  /** Pods by class. */
  readonly counts: ReadonlyMap<number, number>;
}

function* classifyPods(
  facts: Facts,
  features: Features,
  namespaces: ReadonlyMap<string, Namespace>,
  pods: readonly Pod[],
): Generator<undefined, ClassifiedPods> {
  const classifier = new Classifier(facts.classes, features, facts.options);
  const namespaceFacts = new Map<string, NamespaceFacts>();
  const workloads = new Map<string, { id: string; ref: WorkloadRef; pods: Pod[]; classIds: number[] }>();
  const byRef = new Map<WorkloadRef, { pods: Pod[]; classIds: number[]; namespace: NamespaceFacts }>();
  const counts = new Map<number, number>();
  let sinceStep = 0;
  for (const pod of pods) {
    if (pod.count < 1) continue;
    const ref = pod.workload;
    let entry = byRef.get(ref);
    if (entry === undefined) {
      const id = workloadId(ref);
      let workload = workloads.get(id);
      if (workload === undefined) workloads.set(id, (workload = { id, ref, pods: [], classIds: [] }));
      let namespace = namespaceFacts.get(ref.namespace);
      if (namespace === undefined) {
        namespace = facts.classes.namespace(namespaceOf(namespaces.get(ref.namespace), ref.namespace));
        namespaceFacts.set(ref.namespace, namespace);
      }
      entry = { pods: workload.pods, classIds: workload.classIds, namespace };
      byRef.set(ref, entry);
    }
    const { id } = classifier.classOf(pod, entry.namespace);
    entry.pods.push(pod);
    entry.classIds.push(id);
    counts.set(id, (counts.get(id) ?? 0) + pod.count);
    if ((sinceStep += 1) % STEP === 0) yield;
  }
  return { table: new PodTable(LayeredMap.of<string, WorkloadPods>(workloads)), counts };
}

interface Signatures {
  readonly byClass: ReadonlyMap<number, Signature>;
  readonly count: number;
}

function* computeSignatures(
  facts: Facts,
  policies: readonly CompiledPolicy[],
  direction: Direction,
): Generator<undefined, Signatures> {
  const lists = new Map<number, { certain: CompiledPolicy[]; possible: CompiledPolicy[] }>();
  for (const policy of policies) {
    const type = directionOf(policy, direction).isolates;
    if (type === NO) continue;
    facts.peers.update(policy.targets);
    const { yes, maybe } = policy.targets;
    for (const id of yes.ids) (type === YES ? listsOf(lists, id).certain : listsOf(lists, id).possible).push(policy);
    for (const id of maybe.ids) listsOf(lists, id).possible.push(policy);
  }
  yield;
  const byClass = new Map<number, Signature>();
  const known = new Map<string, Signature>();
  for (const [id, { certain, possible }] of lists) {
    const text = `${certain.map((policy) => policy.id).join()}?${possible.map((policy) => policy.id).join()}`;
    let signature = known.get(text);
    if (signature === undefined) {
      signature = makeSignature(direction, certain, possible);
      known.set(text, signature);
      if (known.size % STEP === 0) yield;
    }
    byClass.set(id, signature);
  }
  return { byClass, count: known.size };
}

function listsOf(
  lists: Map<number, { certain: CompiledPolicy[]; possible: CompiledPolicy[] }>,
  id: PodClass['id'],
): { certain: CompiledPolicy[]; possible: CompiledPolicy[] } {
  let list = lists.get(id);
  if (list === undefined) lists.set(id, (list = { certain: [], possible: [] }));
  return list;
}
