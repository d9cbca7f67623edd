import type { JsonValue } from '../../model/manifest.ts';
import { isJsonMap, type JsonMap } from './jsonAccess.ts';

/**
 * A `kustomization.yaml` as far as it changes which objects there are, what they are called, where they live and
 * which labels they have (kubectl.docs.kubernetes.io/references/kustomize/kustomization). Paths as written.
 */
export interface Kustomization {
  readonly kind: 'Kustomization' | 'Component';
  readonly namespace?: string;
  readonly namePrefix: string;
  readonly nameSuffix: string;
  readonly labels: readonly KustomizeLabels[];
  /** Files, folders and remote bases, the older `bases` included. */
  readonly resources: readonly string[];
  readonly components: readonly string[];
  readonly patches: readonly KustomizePatch[];
  readonly replicas: readonly { readonly name: string; readonly count: number }[];
  /** Fields that make or change objects in ways that are not followed here, such as `generators`. */
  readonly notFollowed: readonly string[];
}

/** `commonLabels`, or one item of `labels`. */
export interface KustomizeLabels {
  readonly pairs: Readonly<Record<string, string>>;
  /** Selectors and pod templates get them too. */
  readonly selectors: boolean;
  readonly templates: boolean;
}

export interface KustomizePatch {
  /** A file; else `text` is the patch itself. */
  readonly path?: string;
  readonly text?: string;
  readonly target?: PatchTarget;
}

/** Which objects a patch changes; `name` and `namespace` are regular expressions for the whole text. */
export interface PatchTarget {
  readonly group?: string;
  readonly version?: string;
  readonly kind?: string;
  readonly name?: string;
  readonly namespace?: string;
  /** Selects by labels or annotations, which is not followed: any object may be meant. */
  readonly bySelector: boolean;
}

/** Undefined for what is no kustomization. One without apiVersion and kind is recognised by its file name alone. */
export function decodeKustomization(value: JsonValue, isNamedSo = false): Kustomization | undefined {
  if (!isJsonMap(value)) return undefined;
  const kind = value['kind'];
  if (kind !== 'Kustomization' && kind !== 'Component' && !(isNamedSo && kind === undefined)) return undefined;
  const namespace = text(value['namespace']);
  return {
    kind: kind === 'Component' ? 'Component' : 'Kustomization',
    ...(namespace === '' ? {} : { namespace }),
    namePrefix: text(value['namePrefix']),
    nameSuffix: text(value['nameSuffix']),
    labels: labelsOf(value),
    resources: [...strings(value['resources']), ...strings(value['bases'])],
    components: strings(value['components']),
    patches: patchesOf(value),
    replicas: maps(value['replicas']).flatMap(({ name, count }) =>
      typeof name === 'string' && typeof count === 'number' ? [{ name, count }] : [],
    ),
    notFollowed: NOT_FOLLOWED.filter((field) => isWritten(value[field])),
  };
}

/** The files that a kustomization names as patches: fragments, not objects of their own. */
export function patchFiles({ patches }: Kustomization): readonly string[] {
  return patches.flatMap(({ path }) => (path === undefined ? [] : [path]));
}

/** Generators of ConfigMaps and Secrets, images and annotations change nothing that a policy sees. */
const NOT_FOLLOWED = [
  'generators',
  'transformers',
  'helmCharts',
  'helmChartInflationGenerator',
  'replacements',
  'configurations',
];

function labelsOf(value: JsonMap): readonly KustomizeLabels[] {
  const common = pairs(value['commonLabels']);
  return [
    ...(Object.keys(common).length === 0 ? [] : [{ pairs: common, selectors: true, templates: true }]),
    ...maps(value['labels']).map((item) => {
      const selectors = item['includeSelectors'] === true;
      return { pairs: pairs(item['pairs']), selectors, templates: selectors || item['includeTemplates'] === true };
    }),
  ];
}

function patchesOf(value: JsonMap): readonly KustomizePatch[] {
  const inline = (written: string): KustomizePatch => (written.includes('\n') ? { text: written } : { path: written });
  const targeted = (item: JsonMap): KustomizePatch => {
    const path = text(item['path']);
    const target = targetOf(item['target']);
    return { ...(path === '' ? { text: text(item['patch']) } : { path }), ...(target === undefined ? {} : { target }) };
  };
  return [
    ...strings(value['patchesStrategicMerge']).map(inline),
    ...maps(value['patches']).map(targeted),
    ...maps(value['patchesJson6902']).map(targeted),
  ];
}

function targetOf(value: JsonValue | undefined): PatchTarget | undefined {
  if (!isJsonMap(value)) return undefined;
  const named = Object.fromEntries(
    (['group', 'version', 'kind', 'name', 'namespace'] as const).flatMap((field) => {
      const written = text(value[field]);
      return written === '' ? [] : [[field, written]];
    }),
  );
  const bySelector = text(value['labelSelector']) !== '' || text(value['annotationSelector']) !== '';
  return { ...named, bySelector };
}

function isWritten(value: JsonValue | undefined): boolean {
  if (value === undefined || value === null) return false;
  return Array.isArray(value) ? value.length > 0 : true;
}

function pairs(value: JsonValue | undefined): Readonly<Record<string, string>> {
  if (!isJsonMap(value)) return {};
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]) => (typeof item === 'string' ? [[key, item]] : [])),
  );
}

function text(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}

function strings(value: JsonValue | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}

function maps(value: JsonValue | undefined): readonly JsonMap[] {
  return Array.isArray(value) ? value.filter(isJsonMap) : [];
}
