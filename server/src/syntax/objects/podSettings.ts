import type { FieldPath, JsonValue } from '../../model/manifest.ts';
import type { WorkloadKind } from '../../model/workload.ts';
import type { JsonMap } from './jsonAccess.ts';
import { asList, asMap, asString } from './jsonAccess.ts';
import { isPlaceholder } from './placeholder.ts';

/**
 * What a workload's manifest configures its program with, and what it says of its own access. Of manifests alone: a
 * cluster's objects are never asked for it, and nothing of it is part of a `ClusterObject`, which snapshots are made of.
 */
export interface PodSettings {
  readonly containers: readonly ContainerSettings[];
  /** ConfigMaps that are mounted as files. */
  readonly files: readonly ConfigMapRef[];
  /** Absent: the namespace's `default`, or a placeholder. */
  readonly serviceAccount?: string;
  /** False: the pod gets no token for the API server. */
  readonly token: boolean;
  readonly annotations: JsonMap;
  /** Path of the pod's metadata and spec in the object. */
  readonly at: FieldPath;
}

export interface ContainerSettings {
  readonly values: readonly WrittenValue[];
  /** Keys of ConfigMaps that stand for a variable's value. */
  readonly keys: readonly (ConfigMapRef & { readonly key: string; readonly variable: string })[];
  /** ConfigMaps of which every key is a variable. */
  readonly all: readonly ConfigMapRef[];
}

export interface WrittenValue {
  /** The variable or flag; `''`: an argument without one. */
  readonly name: string;
  readonly text: string;
  readonly kind: 'variable' | 'argument';
  /** In the object. */
  readonly path: FieldPath;
}

export interface ConfigMapRef {
  readonly configMap: string;
  /** Before the names of its keys. */
  readonly prefix?: string;
  readonly path: FieldPath;
}

export function podSettings(object: JsonMap, kind: WorkloadKind): PodSettings {
  const at = PLACES[kind];
  let pod = object;
  for (const step of at) pod = asMap(pod[step]);
  const spec = asMap(pod['spec']);
  const account = asString(spec['serviceAccountName']) || asString(spec['serviceAccount']);
  return {
    containers: (['initContainers', 'containers'] as const).flatMap((list) =>
      asList(spec[list]).map((container, index) => containerSettings(asMap(container), [...at, 'spec', list, index])),
    ),
    files: mountedConfigMaps(spec, [...at, 'spec', 'volumes']),
    ...(account !== '' && !isPlaceholder(account) && { serviceAccount: account }),
    token: spec['automountServiceAccountToken'] !== false,
    annotations: asMap(asMap(pod['metadata'])['annotations']),
    at,
  };
}

const TEMPLATE = ['spec', 'template'] as const;

/** Where the metadata and spec of a workload's pods stand. */
const PLACES: Readonly<Record<WorkloadKind, readonly string[]>> = {
  Pod: [],
  Deployment: TEMPLATE,
  ReplicaSet: TEMPLATE,
  StatefulSet: TEMPLATE,
  DaemonSet: TEMPLATE,
  Job: TEMPLATE,
  ReplicationController: TEMPLATE,
  CronJob: ['spec', 'jobTemplate', 'spec', 'template'],
};

function containerSettings(container: JsonMap, path: FieldPath): ContainerSettings {
  const values: WrittenValue[] = [];
  const keys: ContainerSettings['keys'][number][] = [];
  const known = new Map<string, string>();
  for (const [index, item] of asList(container['env']).entries()) {
    const { name, value, valueFrom } = asMap(item);
    const variable = asString(name);
    const place = [...path, 'env', index, 'value'];
    if (typeof value === 'string') {
      const text = expanded(value, known);
      known.set(variable, text);
      values.push({ name: variable, text, kind: 'variable', path: place });
    } else if (typeof value === 'number') {
      // The API server refuses a number; whoever wrote it meant its text.
      values.push({ name: variable, text: String(value), kind: 'variable', path: place });
    }
    // A secretKeyRef is no business of ours.
    const reference = asMap(asMap(valueFrom)['configMapKeyRef']);
    const configMap = asString(reference['name']);
    if (configMap !== '')
      keys.push({ configMap, key: asString(reference['key']), variable, path: [...path, 'env', index] });
  }
  for (const list of ['command', 'args'] as const) {
    values.push(...argumentValues(asList(container[list]), known, [...path, list]));
  }
  const all = asList(container['envFrom']).flatMap((item, index): readonly ConfigMapRef[] => {
    const { configMapRef, prefix } = asMap(item);
    const configMap = asString(asMap(configMapRef)['name']);
    const before = asString(prefix);
    if (configMap === '') return [];
    return [{ configMap, ...(before !== '' && { prefix: before }), path: [...path, 'envFrom', index] }];
  });
  return { values, keys, all };
}

/** Arguments under the flag that they follow: `--db=db:5432` and `--db db:5432` are the same. */
function argumentValues(
  items: readonly JsonValue[],
  known: ReadonlyMap<string, string>,
  path: FieldPath,
): readonly WrittenValue[] {
  let flag = '';
  return items.flatMap((item, index): readonly WrittenValue[] => {
    if (typeof item !== 'string') return [];
    const text = expanded(item, known);
    const place = [...path, index];
    const assigned = /^(--?[A-Za-z][\w.-]{0,127}|[A-Z][A-Z0-9_]{0,127})=([^]*)$/.exec(text);
    const alone = /^--?[A-Za-z][\w.-]{0,127}$/.test(text);
    const before = flag;
    flag = alone ? text : '';
    if (alone) return [];
    if (assigned !== null) {
      return [{ name: assigned[1] ?? '', text: assigned[2] ?? '', kind: 'argument', path: place }];
    }
    // Words behind `sh -c` are a script, not what a flag is set to.
    return [{ name: /\s/.test(text) ? '' : before, text, kind: 'argument', path: place }];
  });
}

/** `$(NAME)` of variables that stand before, as the kubelet fills them in; others stay as they are. */
function expanded(text: string, known: ReadonlyMap<string, string>): string {
  if (!text.includes('$(') || text.length > 4096) return text;
  return text.replace(/\$\(([A-Za-z_][\w.-]{0,127})\)/g, (whole, name: string) => known.get(name) ?? whole);
}

function mountedConfigMaps(spec: JsonMap, path: FieldPath): readonly ConfigMapRef[] {
  return asList(spec['volumes']).flatMap((volume, index) => {
    const { configMap, projected } = asMap(volume);
    const sources = [configMap, ...asList(asMap(projected)['sources']).map((source) => asMap(source)['configMap'])];
    return sources.flatMap((source): readonly ConfigMapRef[] => {
      const name = asString(asMap(source)['name']);
      return name === '' ? [] : [{ configMap: name, path: [...path, index] }];
    });
  });
}
