import type { CheckContext, WrittenManifest, WrittenObject, WrittenPolicy } from '../analysis/check.ts';
import type { Fix } from '../analysis/finding.ts';
import type { Labels } from '../model/labels.ts';
import type { NetworkPlugins } from '../model/networkPlugin.ts';
import type { ServiceReference, WorkloadRef } from '../model/workload.ts';
import type { NamespaceContents } from './clusterSource.ts';
import { EMPTY_CONTENTS } from './clusterSource.ts';
import { matches } from './configuration.ts';
import { effectiveObjects, type ObjectTable, type PlacedObject } from './objectTable.ts';
import type { Knowledge } from '../analysis/check.ts';
import { isNetworkPolicy } from './placeObjects.ts';
import type { SourceFile } from './sourceFile.ts';
import type { Universe } from './universe.ts';

export interface ContextParts {
  readonly universe: Universe;
  readonly intended: Universe;
  readonly knowledge: Knowledge;
  /** Every manifest, also those that are not part of the universe. */
  readonly manifests: ObjectTable;
  readonly plugins?: NetworkPlugins | undefined;
  readonly references?: readonly ServiceReference[] | undefined;
  readonly systemNamespaces: readonly string[];
  readonly turnOff: (code: string) => Fix | undefined;
  readonly problemsOf: CheckContext['problemsOf'];
}

/** What the checks may look at for one file. */
export function checkContext(parts: ContextParts, file: SourceFile): CheckContext {
  const own = parts.manifests.files.get(file.uri) ?? [];
  const contents = (namespace: string): NamespaceContents =>
    parts.universe.parts.contents.get(namespace) ?? EMPTY_CONTENTS;
  const effective = own.filter((placed) => isEffective(parts.manifests, placed));
  const manifests: WrittenManifest[] = [];
  for (const placed of file.parsed.documents) {
    for (const manifest of placed.document.objects) {
      if (isNetworkPolicy(manifest)) manifests.push({ file: file.uri, placed, manifest });
    }
  }
  const objects = writtenObjects(effective);
  return {
    file: file.uri,
    text: file.text,
    policies: writtenPolicies(effective),
    manifests,
    objects,
    whole: { manifests, objects },
    problemsOf: parts.problemsOf,
    cluster: parts.universe.cluster,
    intended: parts.intended.cluster,
    contentsOf: contents,
    contents: parts.universe.parts.contents,
    nodes: parts.universe.parts.nodes,
    ...(parts.references !== undefined && { references: parts.references }),
    ...(parts.plugins !== undefined && { plugins: parts.plugins }),
    intendedPolicies: (namespace) => parts.intended.parts.contents.get(namespace)?.policies ?? [],
    workloadLabels: (workload) => workloadLabels(parts.manifests, workload),
    othersIn: (namespace) =>
      writtenPolicies([...effectiveObjects(parts.manifests, namespace)]).filter((other) => other.file !== file.uri),
    knowledge: parts.knowledge,
    isSystemNamespace: (namespace) => matches(parts.systemNamespaces, namespace),
    turnOff: parts.turnOff,
  };
}

function writtenPolicies(objects: readonly PlacedObject[]): readonly WrittenPolicy[] {
  return objects.flatMap(({ object, origin }) =>
    object.type === 'networkPolicy'
      ? [{ policy: object.policy, file: origin.file.uri, placed: origin.placed, manifest: origin.manifest }]
      : [],
  );
}

function writtenObjects(objects: readonly PlacedObject[]): readonly WrittenObject[] {
  return objects.flatMap(({ object, origin: { file, placed, manifest } }) =>
    object.type === 'networkPolicy' || object.type === 'rejectedPolicy'
      ? []
      : [{ object, file: file.uri, placed, manifest }],
  );
}

function isEffective(manifests: ObjectTable, placed: PlacedObject): boolean {
  return manifests.namespaces.get(placed.namespace)?.get(placed.key)?.at(-1) === placed;
}

function workloadLabels(manifests: ObjectTable, { kind, namespace, name }: WorkloadRef): Labels | undefined {
  const placed = manifests.namespaces.get(namespace)?.get(`${kind}/${namespace}/${name}`)?.at(-1);
  return placed?.object.type === 'workload' ? placed.object.workload.labels : undefined;
}
