import type { Labels, SelectorOperator } from '../model/labels.ts';
import type { WorkloadRef } from '../model/workload.ts';
import type { CompiledCluster } from './compiledCluster.ts';
import { editDistance } from './editDistance.ts';
import { compileSelector, requirementHolds, type CompiledRequirement, type CompiledSelector } from './labelSelector.ts';
import type { PodScope } from './matchPods.ts';
import { namespaceFacts } from './namespaceFacts.ts';
import type { NamespaceFacts } from './podClass.ts';
import type { WorkloadPods } from './podTable.ts';

/** Which single thing keeps pods from matching a selector. */
export interface NearMiss {
  readonly cause: MissCause;
  /** Workloads that miss by this, in the order of their names, with the number of their pods. */
  readonly workloads: readonly { readonly id: string; readonly workload: WorkloadRef; readonly pods: number }[];
  readonly pods: number;
  /** How many labels that the selector asks for the pods do have. */
  readonly satisfied: number;
}

export type MissCause =
  /** A label has another value: `found` instead of one of `wanted`. */
  | {
      readonly kind: 'value';
      readonly on: MissSide;
      readonly key: string;
      readonly wanted: Values;
      readonly found: string;
    }
  /** The label is missing; `elsewhere` where the workload's object has it but its pod template does not. */
  | {
      readonly kind: 'missing';
      readonly on: MissSide;
      readonly key: string;
      readonly wanted: Values;
      readonly elsewhere?: 'workload';
    }
  /** The value stands under another key that looks alike, or, for a namespace, is its name. */
  | {
      readonly kind: 'key';
      readonly on: MissSide;
      readonly key: string;
      readonly wanted: Values;
      readonly found: string;
    }
  /** The label is there and the selector excludes it. */
  | {
      readonly kind: 'excluded';
      readonly on: MissSide;
      readonly key: string;
      readonly operator: SelectorOperator;
      readonly found: string;
    }
  /** All labels match, in a namespace that the selector does not look at. */
  | { readonly kind: 'otherNamespace'; readonly namespace: string };

/** Whether the label is the pod's or its namespace's. */
export type MissSide = 'pod' | 'namespace';

/** Empty for `Exists`. */
type Values = readonly string[];

const NAMESPACE_NAME = 'kubernetes.io/metadata.name';
/** Texts further apart than this are different words, not a slip. */
const FAR = 4;

/**
 * Pods that miss a selector by one requirement, the likeliest slip first. Pods that share nothing with the selector
 * (no other requirement that they satisfy, and no similar text) are no near miss.
 *
 * @param workloadLabels - labels of a workload's own object, which its pods do not have
 */
export function nearMisses(
  cluster: CompiledCluster,
  scope: PodScope,
  workloadLabels: (workload: WorkloadRef) => Labels | undefined = () => undefined,
): readonly NearMiss[] {
  const misses = missesOf(cluster);
  const key = JSON.stringify(scope);
  const known = misses.get(key);
  if (known !== undefined) return known;
  let asked = false;
  const found = findMisses(cluster, scope, (workload) => {
    asked = true;
    return workloadLabels(workload);
  });
  // What workloads' own objects say is no fact of the cluster.
  if (!asked) {
    if (misses.size >= MOST_KNOWN) misses.clear();
    misses.set(key, found);
  }
  return found;
}

/** So many answers are kept of one state of the pods. */
const MOST_KNOWN = 20_000;

interface KnownMisses {
  readonly namespaces: CompiledCluster['namespaces'];
  readonly byScope: Map<string, readonly NearMiss[]>;
}

const knownMisses = new WeakMap<CompiledCluster['pods'], KnownMisses>();

/** Answers as long as pods and namespaces are the same: an edit of one policy asks again about all the others. */
function missesOf({ pods, namespaces }: CompiledCluster): KnownMisses['byScope'] {
  let known = knownMisses.get(pods);
  if (known?.namespaces !== namespaces) {
    known = { namespaces, byScope: new Map() };
    knownMisses.set(pods, known);
  }
  return known.byScope;
}

function findMisses(
  cluster: CompiledCluster,
  scope: PodScope,
  workloadLabels: (workload: WorkloadRef) => Labels | undefined,
): readonly NearMiss[] {
  const pods = scope.podSelector === undefined ? undefined : compileSelector(scope.podSelector);
  const namespaces = scope.namespaceSelector === undefined ? undefined : compileSelector(scope.namespaceSelector);
  const groups = new Map<
    string,
    { cause: MissCause; distance: number; satisfied: number; workloads: NearMiss['workloads'][number][] }
  >();
  const facts = namespaceFacts(cluster);
  const outsideOf = new Map<string, Miss | 'several' | undefined>();
  for (const name of facts.keys()) {
    outsideOf.set(name, namespaceMiss(namespaces, scope.namespace, facts.get(name) as NamespaceFacts));
  }
  for (const workload of cluster.pods.workloads.values()) {
    const { id, ref } = workload;
    const outside = outsideOf.get(ref.namespace);
    if (outside === 'several') continue;
    for (const [labels, count] of labelsOf(workload)) {
      const miss = outside === undefined ? podMiss(pods, labels, () => workloadLabels(ref)) : outside;
      if (miss === undefined || miss === 'several') continue;
      // A namespace that misses leaves no room for a label that misses too; most workloads end here.
      if (outside !== undefined && !holdsAll(pods, labels)) continue;
      const asked = askedLabels(pods) + askedLabels(namespaces);
      const satisfied = asked - (asksForLabel(miss.cause) ? 1 : 0);
      if (!isNear(miss, satisfied)) continue;
      const text = JSON.stringify(miss.cause);
      const group = groups.get(text) ?? { ...miss, satisfied, workloads: [] };
      groups.set(text, group);
      group.workloads.push({ id, workload: ref, pods: count });
    }
  }
  return [...groups.values()]
    .map(({ cause, distance, satisfied, workloads }) => ({
      distance,
      miss: {
        cause,
        workloads: workloads.sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)),
        pods: workloads.reduce((sum, workload) => sum + workload.pods, 0),
        satisfied,
      },
    }))
    .sort((a, b) => a.distance - b.distance || b.miss.pods - a.miss.pods)
    .map(({ miss }) => miss);
}

const labelsByWorkload = new WeakMap<WorkloadPods, ReadonlyMap<Labels, number>>();

/** How many pods of a workload have which labels. Pods whose labels are not known may match: they are no miss. */
function labelsOf(workload: WorkloadPods): ReadonlyMap<Labels, number> {
  const known = labelsByWorkload.get(workload);
  if (known !== undefined) return known;
  const counts = new Map<Labels, number>();
  for (const { labels, unknownLabels, count } of workload.pods) {
    if (unknownLabels === undefined) counts.set(labels, (counts.get(labels) ?? 0) + count);
  }
  labelsByWorkload.set(workload, counts);
  return counts;
}

interface Miss {
  readonly cause: MissCause;
  /** How far the text is from what would match; `FAR` and more where that is no slip of the pen. */
  readonly distance: number;
}

function holdsAll(selector: CompiledSelector | undefined, labels: Labels): boolean {
  return (selector?.requirements ?? []).every((requirement) =>
    requirementHolds(requirement, Object.hasOwn(labels, requirement.key) ? labels[requirement.key] : undefined),
  );
}

/** Undefined: matches. */
function podMiss(
  selector: CompiledSelector | undefined,
  labels: Labels,
  ofWorkload: () => Labels | undefined,
): Miss | 'several' | undefined {
  const failing = failingRequirements(selector, (key) => (Object.hasOwn(labels, key) ? labels[key] : undefined));
  if (failing.length !== 1) return failing.length === 0 ? undefined : 'several';
  const requirement = failing[0] as CompiledRequirement;
  const { key } = requirement;
  const miss = missOf(requirement, 'pod', Object.entries(labels));
  if (miss.cause.kind !== 'missing') return miss;
  const own = ofWorkload();
  if (own === undefined || !Object.hasOwn(own, key) || !requirementHolds(requirement, own[key])) return miss;
  return { cause: { ...miss.cause, elsewhere: 'workload' }, distance: 0 };
}

/** Undefined: the selector looks at this namespace. */
function namespaceMiss(
  selector: CompiledSelector | undefined,
  own: string,
  namespace: NamespaceFacts,
): Miss | 'several' | undefined {
  if (selector === undefined) {
    if (namespace.name === own) return undefined;
    return { cause: { kind: 'otherNamespace', namespace: namespace.name }, distance: FAR - 1 };
  }
  const failing = failingRequirements(selector, (key) => namespace.labels.get(key));
  if (failing.length !== 1) return failing.length === 0 ? undefined : 'several';
  const requirement = failing[0] as CompiledRequirement;
  const miss = missOf(requirement, 'namespace', [...namespace.labels]);
  if (miss.cause.kind !== 'missing' || !requirement.values.has(namespace.name)) return miss;
  const { on, key, wanted } = miss.cause;
  return { cause: { kind: 'key', on, key, wanted, found: NAMESPACE_NAME }, distance: 0 };
}

function missOf(
  { key, operator, values }: CompiledRequirement,
  on: MissSide,
  labels: readonly (readonly [key: string, value: string])[],
): Miss {
  const found = labels.find(([candidate]) => candidate === key)?.[1];
  const wanted = [...values];
  if (operator === 'NotIn' || operator === 'DoesNotExist') {
    return { cause: { kind: 'excluded', on, key, operator, found: found ?? '' }, distance: FAR };
  }
  if (found !== undefined) {
    return {
      cause: { kind: 'value', on, key, wanted, found },
      distance: Math.min(...wanted.map((value) => slip(value, found))),
    };
  }
  for (const [candidate, value] of labels) {
    const alike = slip(key, candidate);
    if (alike < FAR && (wanted.length === 0 || values.has(value))) {
      return { cause: { kind: 'key', on, key, wanted, found: candidate }, distance: alike };
    }
  }
  return { cause: { kind: 'missing', on, key, wanted }, distance: FAR };
}

/** How far two texts are apart; one that contains the other counts as near, whatever was added. */
function slip(wanted: string, found: string): number {
  const distance = editDistance(wanted.toLowerCase(), found.toLowerCase(), FAR);
  const length = Math.min(wanted.length, found.length);
  if (distance <= Math.max(1, Math.floor(length / 3))) return Math.max(1, distance);
  const contained = length >= 2 && (wanted.includes(found) || found.includes(wanted));
  return contained ? Math.min(distance, FAR - 1) : FAR + distance;
}

function isNear({ cause, distance }: Miss, satisfied: number): boolean {
  return distance < FAR || (satisfied > 0 && cause.kind !== 'excluded');
}

function failingRequirements(
  selector: CompiledSelector | undefined,
  value: (key: string) => string | undefined,
): CompiledRequirement[] {
  return (selector?.requirements ?? []).filter((requirement) => !requirementHolds(requirement, value(requirement.key)));
}

/** Requirements that a pod without labels does not satisfy: only these say what the selector is after. */
function askedLabels(selector: CompiledSelector | undefined): number {
  return selector?.requirements.filter(({ operator }) => operator === 'In' || operator === 'Exists').length ?? 0;
}

function asksForLabel({ kind }: MissCause): boolean {
  return kind === 'value' || kind === 'missing' || kind === 'key';
}
