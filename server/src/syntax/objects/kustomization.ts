import type { JsonValue } from '../../model/manifest.ts';
import { isJsonMap } from './jsonAccess.ts';

/** The parts of a `kustomization.yaml` that say what its other files are. Paths as written. */
export interface Kustomization {
  readonly namespace?: string;
  readonly resources: readonly string[];
  readonly components: readonly string[];
  /** Files that are patches: fragments, not objects of their own. */
  readonly patches: readonly string[];
}

/** Undefined for what is no kustomization. One without apiVersion and kind is recognised by its file name alone. */
export function decodeKustomization(value: JsonValue, isNamedSo = false): Kustomization | undefined {
  if (!isJsonMap(value)) return undefined;
  const kind = value['kind'];
  if (kind !== 'Kustomization' && kind !== 'Component' && !(isNamedSo && kind === undefined)) return undefined;
  const namespace = value['namespace'];
  return {
    ...(typeof namespace === 'string' && namespace !== '' ? { namespace } : {}),
    resources: [...strings(value['resources']), ...strings(value['bases'])],
    components: strings(value['components']),
    patches: [
      ...paths(value['patches']),
      ...strings(value['patchesStrategicMerge']).filter((patch) => !patch.includes('\n')),
      ...paths(value['patchesJson6902']),
    ],
  };
}

function strings(value: JsonValue | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}

function paths(value: JsonValue | undefined): readonly string[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((item) => (isJsonMap(item) && typeof item['path'] === 'string' ? [item['path']] : []));
}
