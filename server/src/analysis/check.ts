import type { CompiledCluster } from '../engine/compiledCluster.ts';
import type { Problem, Severity } from '../model/finding.ts';
import type { ClusterObject, FieldPath } from '../model/manifest.ts';
import type { NetworkPlugins } from '../model/networkPlugin.ts';
import type { Direction, NetworkPolicy } from '../model/networkPolicy.ts';
import type { Labels } from '../model/labels.ts';
import type { Node } from '../model/node.ts';
import type { Pod, Service, ServiceReference, WorkloadRef } from '../model/workload.ts';
import type { OffsetRange } from '../model/sourceRange.ts';
import type { ManifestDocument, ManifestObject, PlacedDocument } from '../syntax/manifestDocument.ts';
import type { Fix, RelatedPlace } from './finding.ts';

/** One semantic check: everything about it stands in its file, and the registry is one array of them. */
export interface Check {
  /** Stable, kebab-case: people write it into bulkhead.yaml. */
  readonly code: string;
  readonly severity: Severity;
  /** One line for tables: what it finds. */
  readonly title: string;
  /** The check's page below its title, Markdown: what happens to traffic, an example, what to do, when it is silent. */
  readonly docs: string;
  /**
   * What is found at a policy may depend on policies of other namespaces, of those that its peers' pods are in. Absent:
   * only on pods, Services, Namespaces and the policies of its own namespace. After an edit that changes nothing but
   * policies, only what may have changed is looked at again.
   */
  readonly acrossNamespaces?: true;
  /** What is found depends on the order of everything in the file: it is looked at again after every change. */
  readonly wholeFile?: true;
  readonly run: (context: CheckContext) => Iterable<CheckResult>;
}

export interface CheckResult {
  /** The policy, or another object of the file that the finding stands at. */
  readonly policy: WrittenManifest;
  /** Where in the policy's object; the finding stands at the key or the value of the nearest written field. */
  readonly path: FieldPath;
  readonly part: 'key' | 'value';
  /** What happens to traffic. */
  readonly message: string;
  /** Absent: the check's own. */
  readonly severity?: Severity;
  readonly related?: readonly RelatedPlace[];
  /** As a function it is asked when somebody wants the fixes: their edits read the document again. */
  readonly fixes?: readonly Fix[] | (() => readonly Fix[]);
}

/** A NetworkPolicy's manifest with its place; it may not decode. */
export interface WrittenManifest {
  readonly file: string;
  readonly placed: PlacedDocument;
  readonly manifest: ManifestObject;
}

/** A policy with the place where it is written. */
export interface WrittenPolicy extends WrittenManifest {
  readonly policy: NetworkPolicy;
}

/** An object of any kind that answers need, with the place where it is written; its namespace is filled in. */
export interface WrittenObject extends WrittenManifest {
  readonly object: ClusterObject;
}

/**
 * What a check may look at: one file's policies in the universe that they belong to. `policies`, `manifests` and
 * `objects` are those to look at, all of the file's or all that it has in some namespaces.
 */
export interface CheckContext {
  readonly file: string;
  readonly text: string;
  /** The file's policies in the order of the text; a name written twice stands once, as the later one. */
  readonly policies: readonly WrittenPolicy[];
  /** Every NetworkPolicy of the file's text, also those that do not decode. */
  readonly manifests: readonly WrittenManifest[];
  /** Everything else of the file that counts: workloads, Services, Namespaces. */
  readonly objects: readonly WrittenObject[];
  /** What the file holds in all, also where a check is to look at some of its namespaces only. */
  readonly whole: FileObjects;
  /** What the API server says of a manifest. */
  readonly problemsOf: (document: ManifestDocument, manifest: ManifestObject) => readonly Problem[];
  /** The universe in which counts and verdicts are true. */
  readonly cluster: CompiledCluster;
  /** The same with policies that are written elsewhere and not applied yet: what they mend is not called missing. */
  readonly intended: CompiledCluster;
  /** What the universe holds of a namespace. */
  readonly contentsOf: (namespace: string) => NamespaceView;
  /** What the universe holds, by namespace. The same object as long as nothing in the namespace changed. */
  readonly contents: ReadonlyMap<string, NamespaceView>;
  /** Nodes of the cluster; manifests bring none. */
  readonly nodes: readonly Node[];
  /** Services that the cluster's API server calls; absent where that is not known. */
  readonly references?: readonly ServiceReference[];
  /** What enforces policies there; absent where nothing is known of a cluster. */
  readonly plugins?: NetworkPlugins;
  /** The namespace's policies in `intended`. */
  readonly intendedPolicies: (namespace: string) => readonly NetworkPolicy[];
  /** Labels of a workload's own object, which its pods need not have. */
  readonly workloadLabels: (workload: WorkloadRef) => Labels | undefined;
  /** Policies of other files in a namespace, for related information. */
  readonly othersIn: (namespace: string) => readonly WrittenPolicy[];
  readonly knowledge: Knowledge;
  /** Namespaces that belong to the platform, such as kube-system: nothing is called missing in them. */
  readonly isSystemNamespace: (namespace: string) => boolean;
  /** A fix that turns a check off for this folder, with a reason to fill in. */
  readonly turnOff: (code: string) => Fix | undefined;
}

export interface FileObjects {
  readonly manifests: readonly WrittenManifest[];
  readonly objects: readonly WrittenObject[];
}

export interface NamespaceView {
  readonly pods: readonly Pod[];
  readonly policies: readonly NetworkPolicy[];
  readonly services: readonly Service[];
}

/** What the source was able to read: absence is a fact only where it was read completely. */
export interface Knowledge {
  /** True where all pods of the namespace are known and at least one workload is. */
  readonly podsKnown: (namespace: string) => boolean;
  /** True where the list of namespaces with their labels is complete, so that a missing one does not exist. */
  readonly namespacesKnown: boolean;
  /** True where every policy that could isolate pods of the namespace has been read and is evaluated. */
  readonly policiesKnown: (namespace: string, direction: Direction) => boolean;
}

/** A field's place in the file. */
export function placeOf(policy: WrittenManifest, path: FieldPath, part: 'key' | 'value'): OffsetRange {
  const range = rangeIn(policy.placed.document, [...policy.manifest.path, ...path], part);
  return { start: policy.placed.start + range.start, end: policy.placed.start + range.end };
}

/** A document never changes, and in a large file all but one are the same at every keystroke. */
const ranges = new WeakMap<ManifestDocument, Map<string, OffsetRange>>();

function rangeIn(document: ManifestDocument, path: FieldPath, part: 'key' | 'value'): OffsetRange {
  let known = ranges.get(document);
  if (known === undefined) ranges.set(document, (known = new Map()));
  // Neither a step nor the part holds a NUL, which YAML forbids.
  const key = `${part}\0${path.join('\0')}`;
  let range = known.get(key);
  if (range === undefined) {
    const { sourceMap } = document;
    range = (part === 'key' ? sourceMap.key(path) : sourceMap.value(path)) ?? sourceMap.nearest(path);
    known.set(key, range);
  }
  return range;
}

/** `spec.ingress[0].from[1]`, as the API server writes paths. */
export function pathText(path: FieldPath): string {
  return path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`))
    .join('')
    .replace(/^\./, '');
}

/** The file's first policy of every namespace, with all of that namespace's policies: where "missing" is said once. */
export function byNamespace(policies: readonly WrittenPolicy[]): ReadonlyMap<string, readonly WrittenPolicy[]> {
  return Map.groupBy(policies, ({ policy }) => policy.namespace);
}
