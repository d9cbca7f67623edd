import type { Problem } from '../model/finding.ts';
import type { ClusterObject } from '../model/manifest.ts';
import type { ManifestDocument, ManifestObject } from '../syntax/manifestDocument.ts';
import type { PlacedObject } from './objectTable.ts';
import { objectKey } from './objectTable.ts';
import type { SourceFile } from './sourceFile.ts';

export interface PlacementOptions {
  /** The namespace of the file's objects that name none (cli-contract, Inputs). */
  readonly namespace: string;
  /** What the API server says of an object; only NetworkPolicies are asked for. */
  readonly problemsOf: (document: ManifestDocument, object: ManifestObject) => readonly Problem[];
}

/** The objects of one file with their namespaces filled in. Fragments (patches) are not objects of their own. */
export function placeObjects(file: SourceFile, options: PlacementOptions): readonly PlacedObject[] {
  if (file.fragment) return [];
  const placed: PlacedObject[] = [];
  for (const document of file.parsed.documents) {
    for (const { manifest, object, key, namespace } of effectiveObjects(document.document, options)) {
      placed.push({ object, key, namespace, origin: { file, placed: document, manifest } });
    }
  }
  return placed;
}

interface EffectiveObject extends Pick<PlacedObject, 'object' | 'key' | 'namespace'> {
  readonly manifest: ManifestObject;
}

/** In a large file all documents but one are the same at every keystroke. */
const known = new WeakMap<
  ManifestDocument,
  { readonly options: PlacementOptions; readonly objects: readonly EffectiveObject[] }
>();

function effectiveObjects(document: ManifestDocument, options: PlacementOptions): readonly EffectiveObject[] {
  const { namespace, problemsOf } = options;
  let placed = known.get(document);
  if (placed?.options.namespace !== namespace || placed.options.problemsOf !== problemsOf) {
    const objects = document.objects.flatMap((manifest): readonly EffectiveObject[] => {
      const named = { ...manifest, namespace: manifest.namespace === '' ? namespace : manifest.namespace };
      const object = effectiveObject(document, manifest, named, problemsOf);
      return object === undefined ? [] : [{ manifest, object, ...objectKey(object) }];
    });
    known.set(document, (placed = { options, objects }));
  }
  return placed.objects;
}

/**
 * The object as it counts under a name and in a namespace: one that the API server's decoder would refuse counts as
 * refused, whatever is made of it.
 */
export function effectiveObject(
  document: ManifestDocument,
  manifest: ManifestObject,
  { namespace, name, object }: Pick<ManifestObject, 'namespace' | 'name' | 'object'>,
  problemsOf: PlacementOptions['problemsOf'],
): ClusterObject | undefined {
  if (isNetworkPolicy(manifest)) {
    const fault = refusal(problemsOf(document, manifest));
    if (fault !== undefined || object === undefined) {
      return {
        type: 'rejectedPolicy',
        policy: { namespace, name, fault: fault ?? manifest.undecodable ?? 'it cannot be decoded' },
      };
    }
  }
  return object && withNamespace(object, namespace);
}

export function isNetworkPolicy(manifest: ManifestObject): boolean {
  return manifest.kind === 'NetworkPolicy' && manifest.apiVersion === 'networking.k8s.io/v1';
}

/**
 * The first fault for which the server's decoder refuses the object: what it means is not known then. A policy that
 * decodes and fails validation is evaluated as it is written: its meaning is plain, and older servers or an update of
 * a stored object may accept it.
 */
function refusal(problems: readonly Problem[]): string | undefined {
  const first = problems.find(({ layer, severity }) => severity === 'error' && layer === 'decode');
  return first && (first.path === '' ? first.message : `${first.path}: ${first.message}`);
}

function withNamespace(object: ClusterObject, namespace: string): ClusterObject {
  switch (object.type) {
    case 'namespace':
    case 'rejectedPolicy':
      return object;
    case 'networkPolicy':
      return object.policy.namespace === namespace ? object : { ...object, policy: { ...object.policy, namespace } };
    case 'service':
      return object.service.namespace === namespace ? object : { ...object, service: { ...object.service, namespace } };
    case 'ingress':
      return object.ingress.namespace === namespace ? object : { ...object, ingress: { ...object.ingress, namespace } };
    case 'endpoints': {
      if (object.endpoints.namespace === namespace) return object;
      const slices = object.endpoints.slices.map((slice) => ({ ...slice, namespace }));
      return { ...object, endpoints: { ...object.endpoints, namespace, slices } };
    }
    case 'foreignPolicy':
      return object.policy.namespace === '' ? { ...object, policy: { ...object.policy, namespace } } : object;
    case 'workload': {
      if (object.workload.namespace === namespace) return object;
      const pods = object.workload.pods.map((pod) => ({ ...pod, workload: { ...pod.workload, namespace } }));
      return { ...object, workload: { ...object.workload, namespace, pods } };
    }
  }
}
