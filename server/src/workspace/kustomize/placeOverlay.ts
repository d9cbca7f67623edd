import type { UnreadableScope } from '../../model/cluster.ts';
import type { ClusterObject, JsonValue, WorkloadObject } from '../../model/manifest.ts';
import type { ManifestDocument, ManifestObject } from '../../syntax/manifestDocument.ts';
import { decodeObject } from '../../syntax/objects/decodeObject.ts';
import { asMap, asString, isJsonMap, type JsonMap } from '../../syntax/objects/jsonAccess.ts';
import type { PatchTarget } from '../../syntax/objects/kustomization.ts';
import { objectKey, type PlacedObject } from '../objectTable.ts';
import { effectiveObject, type PlacementOptions } from '../placeObjects.ts';
import type { SourceFile } from '../sourceFile.ts';
import type { Layer, ReadPatch } from './overlayPlan.ts';
import { mergeReach, NO_REACH, operationsReach, type PatchReach } from './patchReach.ts';
import { transformObject } from './transformObject.ts';

/** What a file's objects become in an overlay. */
export interface OverlayPlacement {
  readonly objects: readonly PlacedObject[];
  /** What a patch makes of the rest is not known. */
  readonly unread: readonly UnreadableScope[];
  /** Namespaces in which a patch adds, removes or changes pods in ways that are not known. */
  readonly unreadPods: readonly string[];
}

/** Places one file's objects as often as the overlay takes them in, each as its layers change it. */
export function placeOverlay(
  file: SourceFile,
  ways: readonly (readonly Layer[])[],
  options: PlacementOptions,
): OverlayPlacement {
  const objects: PlacedObject[] = [];
  const unread: UnreadableScope[] = [];
  const unreadPods: string[] = [];
  for (const layers of ways) {
    for (const placed of file.parsed.documents) {
      for (const manifest of placed.document.objects) {
        const built = buildObject(placed.document, manifest, layers, options);
        if (built === undefined) continue;
        if (built.kind === 'unread') {
          unread.push(built.scope);
          if (built.scope.layer === undefined) unreadPods.push(built.scope.namespace);
          continue;
        }
        objects.push({
          object: built.object,
          ...objectKey(built.object),
          origin: { file, placed, manifest },
        });
      }
    }
  }
  return { objects, unread, unreadPods };
}

type Built =
  | { readonly kind: 'object'; readonly object: ClusterObject }
  | { readonly kind: 'unread'; readonly scope: UnreadableScope };

function buildObject(
  document: ManifestDocument,
  manifest: ManifestObject,
  layers: readonly Layer[],
  options: PlacementOptions,
): Built | undefined {
  let object = jsonOf(document, manifest);
  if (object === undefined || isLocal(object)) return undefined;
  const ids: Identity[] = [];
  const patches: { readonly patch: ReadPatch; readonly reach: PatchReach }[] = [];
  for (const layer of layers) {
    ids.push(identityOf(object));
    for (const patch of layer.patches) {
      const reach = reachOn(patch, manifest, ids);
      if (reach?.removes === true) return undefined;
      if (reach !== undefined) patches.push({ patch, reach });
    }
    object = transformObject(
      object,
      layer.kustomization,
      ids.map(({ name }) => name),
    );
  }
  const { name, namespace = options.namespace } = identityOf(object);
  const decoded = decodeObject(object)?.object;
  const built = { name, namespace, ...(decoded && { object: decoded }) };
  const effective = effectiveObject(document, manifest, built, options.problemsOf);
  return effective && patched(effective, patches);
}

function patched(object: ClusterObject, patches: readonly { patch: ReadPatch; reach: PatchReach }[]): Built {
  const reaching = patches.filter(({ reach }) => reach !== NO_REACH && isAny(reach));
  const [first] = reaching;
  if (first === undefined) return { kind: 'object', object };
  const why = (what: string, { patch }: { patch: ReadPatch }): string =>
    `${patch.name} changes ${what}, which only Kustomize can apply`;
  const whole = reaching.find(({ reach }) => reach.whole);
  switch (object.type) {
    case 'networkPolicy':
    case 'rejectedPolicy': {
      const { namespace, name } = object.policy;
      const scope = {
        namespace,
        layer: 'networkPolicy',
        why: why(`NetworkPolicy ${namespace}/${name}`, first),
      } as const;
      return { kind: 'unread', scope };
    }
    case 'workload': {
      const { namespace, name, kind } = object.workload;
      if (whole === undefined) {
        const because = why(`${kind} ${namespace}/${name}`, first);
        return { kind: 'object', object: { ...object, workload: doubted(object.workload, reaching, because) } };
      }
      return { kind: 'unread', scope: { namespace, why: why(`${kind} ${namespace}/${name}`, whole) } };
    }
    case 'namespace': {
      const { name, labels, unknownLabels = [] } = object.namespace;
      if (whole !== undefined)
        return { kind: 'object', object: { ...object, namespace: { name, labels, labelsUnknown: true } } };
      const unknown = [...unknownLabels, ...reaching.flatMap(({ reach }) => reach.labels)];
      return { kind: 'object', object: { ...object, namespace: { name, labels, unknownLabels: unknown } } };
    }
    case 'service':
    case 'ingress':
    case 'endpoints':
    case 'foreignPolicy':
      return { kind: 'object', object };
  }
}

/** A workload of which patches change labels, ports or the number: those are not known. */
function doubted(
  workload: WorkloadObject,
  patches: readonly { reach: PatchReach }[],
  unknownWhy: string,
): WorkloadObject {
  const labels = patches.flatMap(({ reach }) => reach.labels);
  const ports = patches.some(({ reach }) => reach.ports);
  const replicas = patches.some(({ reach }) => reach.replicas);
  const pods = workload.pods.map((pod) => ({
    ...pod,
    unknownWhy,
    ...(labels.length === 0 ? {} : { unknownLabels: [...(pod.unknownLabels ?? []), ...labels] }),
    ...(ports ? { portsIncomplete: true as const } : {}),
    ...(replicas ? { count: 1, countUnknown: true as const } : {}),
  }));
  return { ...workload, pods };
}

interface Identity {
  readonly name: string;
  readonly namespace?: string;
}

/** What a patch changes of an object; undefined where it is not meant for it. */
function reachOn(patch: ReadPatch, manifest: ManifestObject, ids: readonly Identity[]): PatchReach | undefined {
  const { target, operations, objects } = patch;
  if (target !== undefined) {
    if (!isTarget(target, manifest, ids)) return undefined;
    if (operations !== undefined) return operationsReach(operations, manifest.kind);
    return merged(objects.map((object) => mergeReach(object, manifest.kind)));
  }
  const meant = objects.filter((object) => {
    const { name } = asMap(object['metadata']);
    return (
      object['kind'] === manifest.kind &&
      groupOf(asString(object['apiVersion'])) === groupOf(manifest.apiVersion) &&
      ids.some((id) => id.name === name)
    );
  });
  if (meant.length > 0) return merged(meant.map((object) => mergeReach(object, manifest.kind)));
  return operations === undefined ? undefined : operationsReach(operations, manifest.kind);
}

function merged(all: readonly PatchReach[]): PatchReach {
  return all.reduce(
    (sum, reach) => ({
      labels: [...sum.labels, ...reach.labels],
      ports: sum.ports || reach.ports,
      replicas: sum.replicas || reach.replicas,
      whole: sum.whole || reach.whole,
      removes: sum.removes || reach.removes,
    }),
    NO_REACH,
  );
}

function isAny({ labels, ports, replicas, whole }: PatchReach): boolean {
  return labels.length > 0 || ports || replicas || whole;
}

function isTarget(target: PatchTarget, { apiVersion, kind }: ManifestObject, ids: readonly Identity[]): boolean {
  const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
  const fits = (pattern: string | undefined, text: string | undefined): boolean =>
    pattern === undefined || anchored(pattern, text ?? '');
  return (
    fits(target.group, group) &&
    fits(target.version, version) &&
    fits(target.kind, kind) &&
    ids.some((id) => fits(target.name, id.name) && fits(target.namespace, id.namespace))
  );
}

/** Kustomize's patterns are anchored regular expressions; one that cannot be read may mean anything. */
function anchored(pattern: string, text: string): boolean {
  if (pattern === text) return true;
  // Plain names are the rule; only `.*`, `|` and groups of those are taken for patterns, so that none can run long.
  if (!/[.*+?|()[\]^$\\]/.test(pattern)) return false;
  if (!/^\^?(?:[\w-]|\.\*|\||\((?!\?)|\))*\$?$/.test(pattern) || /\*\)*\*|\)\*/.test(pattern)) return true;
  try {
    return new RegExp(`^(?:${pattern})$`).test(text);
  } catch {
    return true;
  }
}

function identityOf(object: JsonMap): Identity {
  const { name, namespace } = asMap(object['metadata']);
  return {
    name: typeof name === 'string' ? name : '',
    ...(typeof namespace === 'string' && namespace !== '' ? { namespace } : {}),
  };
}

/** Kustomize keeps such an object for itself: it never reaches a cluster. */
function isLocal(object: JsonMap): boolean {
  const annotations = asMap(asMap(object['metadata'])['annotations']);
  return asString(annotations['config.kubernetes.io/local-config']).toLowerCase() === 'true';
}

/** The object as JSON; a List's items stand for themselves. */
function jsonOf({ value }: ManifestDocument, { path, apiVersion, kind }: ManifestObject): JsonMap | undefined {
  let at: JsonValue | undefined = value;
  for (const step of path) {
    at = Array.isArray(at) && typeof step === 'number' ? at[step] : isJsonMap(at) ? at[String(step)] : undefined;
  }
  return isJsonMap(at) ? { ...at, apiVersion, kind } : undefined;
}

function groupOf(apiVersion: string): string {
  return apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
}
