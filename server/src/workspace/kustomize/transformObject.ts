import type { JsonValue } from '../../model/manifest.ts';
import { asMap, asString, isJsonMap, type JsonMap } from '../../syntax/objects/jsonAccess.ts';
import type { Kustomization, KustomizeLabels } from '../../syntax/objects/kustomization.ts';

/**
 * An object as a kustomization's own fields change it, in Kustomize's order: namespace, names, labels, replicas. The
 * fields that each reaches are those of Kustomize's built-in configuration (api/internal/konfig/builtinpluginconsts).
 *
 * @param names what the object has been called so far: `replicas` may mean any of them
 */
export function transformObject(object: JsonMap, kustomization: Kustomization, names: readonly string[]): JsonMap {
  const { namespace, labels } = kustomization;
  let changed = object;
  if (namespace !== undefined) changed = withNamespace(changed, namespace);
  const replicas = replicasOf(changed, kustomization, names);
  changed = withName(changed, kustomization);
  for (const each of labels) changed = withLabels(changed, each);
  return replicas === undefined ? changed : setAt(changed, ['spec', 'replicas'], () => replicas);
}

/** Every object lives in the namespace then, also one that names another; a Namespace object takes the name itself. */
function withNamespace(object: JsonMap, namespace: string): JsonMap {
  if (isCore(object, 'Namespace')) return setAt(object, ['metadata', 'name'], () => namespace);
  if (CLUSTER_SCOPED.has(asString(object['kind']))) return object;
  return setAt(object, ['metadata', 'namespace'], () => namespace);
}

const CLUSTER_SCOPED = new Set(['ClusterRole', 'ClusterRoleBinding', 'CustomResourceDefinition', 'APIService', 'Node']);

function withName(object: JsonMap, { namePrefix, nameSuffix }: Kustomization): JsonMap {
  if (namePrefix === '' && nameSuffix === '') return object;
  if (UNNAMED.has(asString(object['kind']))) return object;
  const renamed = (name: JsonValue | undefined): JsonValue | undefined =>
    typeof name === 'string' ? `${namePrefix}${name}${nameSuffix}` : name;
  const named = setAt(object, ['metadata', 'name'], renamed);
  return object['kind'] === 'Ingress' ? withBackendNames(named, renamed) : named;
}

/** Kustomize follows an Ingress to its Services (its nameReference), which are taken to be of the same overlay. */
function withBackendNames(ingress: JsonMap, renamed: (name: JsonValue | undefined) => JsonValue | undefined): JsonMap {
  const inBackend = (holder: JsonValue | undefined, key: string): JsonValue => {
    const map = asMap(holder);
    const isNamed = isJsonMap(map[key]) && isJsonMap(map[key]['service']);
    return isNamed ? setAt(map, [key, 'service', 'name'], renamed) : { ...map };
  };
  const inPath = (path: JsonValue): JsonValue => inBackend(path, 'backend');
  const inRule = (rule: JsonValue): JsonValue =>
    setAt(asMap(rule), ['http', 'paths'], (paths) => (Array.isArray(paths) ? paths.map(inPath) : paths));
  return setAt(ingress, ['spec'], (spec) =>
    setAt(asMap(inBackend(spec, 'defaultBackend')), ['rules'], (rules) =>
      Array.isArray(rules) ? rules.map(inRule) : rules,
    ),
  );
}

/** Kinds whose names have a meaning of their own, which a prefix would break. */
const UNNAMED = new Set(['Namespace', 'CustomResourceDefinition', 'APIService']);

function withLabels(object: JsonMap, { pairs, selectors, templates }: KustomizeLabels): JsonMap {
  const add = (labels: JsonValue | undefined): JsonValue => ({ ...asMap(labels), ...pairs });
  let changed = setAt(object, ['metadata', 'labels'], add);
  if (templates) {
    for (const path of TEMPLATE_LABELS.get(asString(object['kind'])) ?? []) changed = setAt(changed, path, add);
  }
  if (!selectors) return changed;
  if (isCore(object, 'Service')) return setAt(changed, ['spec', 'selector'], add);
  return object['kind'] === 'NetworkPolicy' ? withPolicyLabels(changed, add) : changed;
}

const TEMPLATE = [['spec', 'template', 'metadata', 'labels']];
const TEMPLATE_LABELS: ReadonlyMap<string, readonly (readonly string[])[]> = new Map([
  ['Deployment', TEMPLATE],
  ['ReplicaSet', TEMPLATE],
  ['ReplicationController', TEMPLATE],
  ['DaemonSet', TEMPLATE],
  ['StatefulSet', TEMPLATE],
  ['Job', TEMPLATE],
  [
    'CronJob',
    [
      ['spec', 'jobTemplate', 'metadata', 'labels'],
      ['spec', 'jobTemplate', 'spec', 'template', 'metadata', 'labels'],
    ],
  ],
]);

/** The policy's own selector and its peers' podSelectors, each only where it has `matchLabels` already. */
function withPolicyLabels(policy: JsonMap, add: (labels: JsonValue | undefined) => JsonValue): JsonMap {
  const inSelector = (holder: JsonValue): JsonValue => {
    const selector = asMap(asMap(holder)['podSelector']);
    return isJsonMap(selector['matchLabels']) ? setAt(asMap(holder), ['podSelector', 'matchLabels'], add) : holder;
  };
  const inRules = (rules: JsonValue | undefined, list: 'from' | 'to'): JsonValue | undefined =>
    Array.isArray(rules)
      ? rules.map((rule) => {
          const peers = asMap(rule)[list];
          return Array.isArray(peers) ? { ...asMap(rule), [list]: peers.map(inSelector) } : rule;
        })
      : rules;
  const spec = asMap(policy['spec']);
  const own = asMap(inSelector(spec));
  const ingress = inRules(own['ingress'], 'from');
  const egress = inRules(own['egress'], 'to');
  if (own['podSelector'] === undefined && ingress === undefined && egress === undefined) return policy;
  return {
    ...policy,
    spec: { ...own, ...(ingress === undefined ? {} : { ingress }), ...(egress === undefined ? {} : { egress }) },
  };
}

function replicasOf(object: JsonMap, { replicas }: Kustomization, names: readonly string[]): number | undefined {
  if (!SCALED.has(asString(object['kind']))) return undefined;
  return replicas.findLast(({ name }) => names.includes(name))?.count;
}

const SCALED = new Set(['Deployment', 'ReplicaSet', 'ReplicationController', 'StatefulSet']);

function isCore(object: JsonMap, kind: string): boolean {
  return object['kind'] === kind && object['apiVersion'] === 'v1';
}

/** The object with another value at a path; maps on the way are made where they are missing. */
function setAt(
  object: JsonMap,
  path: readonly string[],
  value: (before: JsonValue | undefined) => JsonValue | undefined,
): JsonMap {
  const [key, ...rest] = path;
  if (key === undefined) return object;
  const before = object[key];
  const after = rest.length === 0 ? value(before) : setAt(asMap(before), rest, value);
  return after === undefined ? object : { ...object, [key]: after };
}
