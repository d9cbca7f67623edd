import { workloadId, type Namespace, type Pod } from '../model/workload.ts';
import { parseAddress } from './address.ts';
import { contains, type AddressSet } from './addressSet.ts';
import { Classifier } from './classifier.ts';
import type { ClassState, CompiledCluster } from './compiledCluster.ts';
import type { ClusterEdit } from './clusterEdit.ts';
import { isolates, type CompiledPolicy } from './compilePolicy.ts';
import type { Features } from './features.ts';
import type { LayeredMap } from './layeredMap.ts';
import { MAYBE, YES } from './match.ts';
import { namespaceOf } from './namespaceFacts.ts';
import type { NamespaceFacts, PodClass } from './podClass.ts';
import type { PodTable, WorkloadPods } from './podTable.ts';
import { portName } from './portSpecs.ts';
import { NO_SIGNATURE, makeSignature, type Signature } from './policyRow.ts';

/** Namespaces and features after the edit. */
interface Target {
  readonly namespaces: LayeredMap<string, Namespace>;
  readonly features: Features;
}

export interface EditedPods {
  readonly table: PodTable;
  /** Changed states by class id; undefined where a class has no pods any more. */
  readonly states: Map<number, ClassState | undefined>;
  readonly podsAdded: number;
  readonly classesAdded: number;
  readonly classesComputed: number;
  readonly rowsComputed: number;
}

/**
 * The pods after an edit: those that were put or removed, and those whose class changes because their namespace was
 * relabelled or because policies ask for a feature that they have and nobody asked for before.
 */
export function editPods(cluster: CompiledCluster, target: Target, edit: ClusterEdit): EditedPods {
  const classify = classifierFor(cluster, target);
  const workloads = new Map<string, WorkloadPods | undefined>();
  const counts = new Map<number, number>();
  /** For classes that pods came into from another one: which. */
  const parents = new Map<number, number>();
  const count = (classId: number, pods: number): void => void counts.set(classId, (counts.get(classId) ?? 0) + pods);

  for (const old of workloadsToReclassify(cluster, target, edit)) {
    const classIds = old.pods.map((pod, index) => {
      const before = old.classIds[index] as number;
      const { id } = classify(pod);
      if (id !== before) {
        count(before, -pod.count);
        count(id, pod.count);
        parents.set(id, before);
      }
      return id;
    });
    workloads.set(old.id, { ...old, classIds });
  }
  const change = (name: { readonly workload: Pod['workload']; readonly name?: string }, put: Pod | undefined): void => {
    const id = workloadId(name.workload);
    const old = workloads.has(id) ? workloads.get(id) : cluster.pods.workloads.get(id);
    const pods = [...(old?.pods ?? [])];
    const classIds = [...(old?.classIds ?? [])];
    for (let at = pods.length - 1; at >= 0; at -= 1) {
      const pod = pods[at] as Pod;
      if (pod.name !== name.name) continue;
      count(classIds[at] as number, -pod.count);
      pods.splice(at, 1);
      classIds.splice(at, 1);
    }
    if (put !== undefined && put.count >= 1) {
      const podClass = classify(put);
      count(podClass.id, put.count);
      pods.push(put);
      classIds.push(podClass.id);
    }
    workloads.set(id, pods.length === 0 ? undefined : { id, ref: name.workload, pods, classIds });
  };
  for (const name of edit.pods?.remove ?? []) change(name, undefined);
  for (const pod of edit.pods?.put ?? []) change(pod, pod);

  return { table: cluster.pods.withWorkloads(workloads), ...countedStates(cluster, counts, parents) };
}

function countedStates(
  cluster: CompiledCluster,
  counts: ReadonlyMap<number, number>,
  parents: ReadonlyMap<number, number>,
): Omit<EditedPods, 'table'> {
  const states: EditedPods['states'] = new Map();
  let podsAdded = 0;
  let classesAdded = 0;
  let classesComputed = 0;
  let rowsComputed = 0;
  for (const [id, added] of counts) {
    if (added === 0) continue;
    podsAdded += added;
    const old = cluster.classes.get(id);
    if (old !== undefined) {
      const pods = old.pods + added;
      states.set(id, pods === 0 ? undefined : { ...old, pods });
      if (pods === 0) classesAdded -= 1;
      continue;
    }
    classesAdded += 1;
    classesComputed += 1;
    const podClass = cluster.facts.classes.classes[id] as PodClass;
    const parent = cluster.classes.get(parents.get(id) ?? -1);
    // No policy so far tells the pods of a split class apart, so they keep its signatures.
    if (parent !== undefined) states.set(id, { ...parent, podClass, pods: added });
    else {
      const signatures = newSignatures(cluster, podClass);
      rowsComputed += Object.values(signatures).filter((signature) => signature !== NO_SIGNATURE).length;
      states.set(id, { podClass, pods: added, ...signatures });
    }
  }
  return { states, podsAdded, classesAdded, classesComputed, rowsComputed };
}

function newSignatures(
  cluster: CompiledCluster,
  podClass: PodClass,
): { readonly ingress: Signature; readonly egress: Signature } {
  const policies = cluster.policiesByNamespace.get(podClass.namespace.name) ?? [];
  const of = (direction: 'ingress' | 'egress'): Signature => {
    const certain: CompiledPolicy[] = [];
    const possible: CompiledPolicy[] = [];
    for (const policy of policies) {
      const match = isolates(cluster.facts, policy, direction, podClass.id);
      if (match === YES) certain.push(policy);
      else if (match === MAYBE) possible.push(policy);
    }
    return certain.length + possible.length === 0 ? NO_SIGNATURE : makeSignature(direction, certain, possible);
  };
  return { ingress: of('ingress'), egress: of('egress') };
}

function classifierFor(cluster: CompiledCluster, { namespaces, features }: Target): (pod: Pod) => PodClass {
  const registry = cluster.facts.classes;
  const classifier = new Classifier(registry, features, cluster.options);
  const facts = new Map<string, NamespaceFacts>();
  return (pod) => {
    const { namespace: name } = pod.workload;
    let namespace = facts.get(name);
    if (namespace === undefined) {
      namespace = registry.namespace(namespaceOf(namespaces.get(name), name));
      facts.set(name, namespace);
    }
    return classifier.classOf(pod, namespace);
  };
}

function workloadsToReclassify(
  cluster: CompiledCluster,
  { namespaces, features }: Target,
  edit: ClusterEdit,
): readonly WorkloadPods[] {
  const relabelled = relabelledNamespaces(cluster, namespaces, edit);
  const hasNewFeature = features === cluster.features ? undefined : newFeatureTest(cluster, features);
  if (relabelled.size === 0 && hasNewFeature === undefined) return [];
  const found: WorkloadPods[] = [];
  cluster.pods.workloads.forEach((workload) => {
    if (relabelled.has(workload.ref.namespace) || (hasNewFeature !== undefined && workload.pods.some(hasNewFeature))) {
      found.push(workload);
    }
  });
  return found;
}

function relabelledNamespaces(
  cluster: CompiledCluster,
  namespaces: LayeredMap<string, Namespace>,
  edit: ClusterEdit,
): ReadonlySet<string> {
  const registry = cluster.facts.classes;
  const names = [...(edit.namespaces?.remove ?? []), ...(edit.namespaces?.put ?? []).map(({ name }) => name)];
  return new Set(
    names.filter((name) => {
      const before = registry.namespace(namespaceOf(cluster.namespaces.get(name), name));
      return before !== registry.namespace(namespaceOf(namespaces.get(name), name));
    }),
  );
}

/** Whether a pod has anything that only the new features ask for. */
function newFeatureTest({ features: old, options }: CompiledCluster, now: Features): (pod: Pod) => boolean {
  const labelKeys = [...now.labelKeys].filter((key) => !old.labelKeys.has(key));
  const portNames = new Set([...now.portNames].filter((name) => !old.portNames.has(name)));
  const blocks = options.ipBlockPods === 'never' ? [] : [...now.blocks].filter((block) => !old.blocks.has(block));
  return (pod) =>
    labelKeys.some((key) => Object.hasOwn(pod.labels, key) || pod.unknownLabels?.includes(key) === true) ||
    (portNames.size > 0 && hasPort(pod, portNames)) ||
    (blocks.length > 0 && pod.ips.some((ip) => blocks.some((block) => holds(block, ip))));
}

function hasPort({ ports, portsIncomplete }: Pod, names: ReadonlySet<string>): boolean {
  if (portsIncomplete === true) return true;
  return ports.some(({ name, protocol }) => name !== undefined && names.has(portName(protocol, name).text));
}

function holds(
  { addresses, maybeAddresses }: { addresses: AddressSet; maybeAddresses: AddressSet },
  ip: string,
): boolean {
  const address = parseAddress(ip);
  return address !== undefined && (contains(addresses, address) || contains(maybeAddresses, address));
}
