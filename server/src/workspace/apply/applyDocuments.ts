import { printable, qualifiedName } from '../../analysis/wording.ts';
import type { FieldPath, JsonValue } from '../../model/manifest.ts';
import type { ManifestObject, PlacedDocument } from '../../syntax/manifestDocument.ts';
import { asMap, asString, isJsonMap, type JsonMap } from '../../syntax/objects/jsonAccess.ts';
import { isPlaceholder } from '../../syntax/objects/placeholder.ts';
import { isNetworkPolicy } from '../placeObjects.ts';
import type { Origin, SourceFile } from '../sourceFile.ts';
import type { ApplyTarget } from './clusterApply.ts';

/** An object of a text that can be applied, as the JSON that its text means. */
export interface ApplyDocument {
  readonly target: ApplyTarget;
  readonly document: JsonMap;
  /** Whether the text names the namespace; if not, a person confirms the one that it gets. */
  readonly namesNamespace: boolean;
  readonly origin: Origin;
}

export interface ApplySelection {
  /** NetworkPolicies in the order of the texts. Of two of one name the later one counts. */
  readonly policies: readonly ApplyDocument[];
  /** Namespaces, to be applied only where a person ticks them. */
  readonly namespaces: readonly ApplyDocument[];
  /** Objects that are never written, by kind, and how many. */
  readonly leftAlone: readonly { readonly kind: string; readonly count: number }[];
  /** What cannot be applied as it stands. */
  readonly refused: readonly RefusedDocument[];
  /** Objects that stand more than once: the places that do not count. */
  readonly overridden: readonly ApplyDocument[];
}

export interface RefusedDocument {
  readonly file: SourceFile;
  /** Absent: the whole file. */
  readonly placed?: PlacedDocument;
  readonly manifest?: ManifestObject;
  /** One sentence that names the object where it has a name. */
  readonly why: string;
}

export interface SelectionOptions {
  /** The namespace of a file's objects that name none. */
  readonly namespaceOf: (file: SourceFile) => string;
  /** Leaves out whole documents or objects, for a selection in an editor. */
  readonly isMeant?: (file: SourceFile, placed: PlacedDocument, manifest: ManifestObject | undefined) => boolean;
}

/** What of some texts can be applied. Nothing is filled in but the namespace. */
export function applyDocuments(files: readonly SourceFile[], options: SelectionOptions): ApplySelection {
  const found = new Map<string, ApplyDocument>();
  const overridden: ApplyDocument[] = [];
  const refused: RefusedDocument[] = [];
  const leftAlone = new Map<string, number>();
  const take = (taken: ApplyDocument): void => {
    const key = JSON.stringify([taken.target.kind, taken.target.namespace, taken.target.name]);
    const before = found.get(key);
    if (before !== undefined) overridden.push(before);
    found.delete(key);
    found.set(key, taken);
  };
  for (const file of files) {
    const why = wholeFile(file);
    if (why !== undefined) {
      refused.push({ file, why });
      continue;
    }
    for (const placed of file.parsed.documents) {
      if (options.isMeant?.(file, placed, undefined) === false) continue;
      const broken = brokenDocument(placed);
      if (broken !== undefined) {
        refused.push({ file, placed, why: broken });
        continue;
      }
      for (const manifest of placed.document.objects) {
        if (options.isMeant?.(file, placed, manifest) === false) continue;
        const kind = applicableKind(manifest);
        if (kind === undefined) {
          leftAlone.set(manifest.kind, (leftAlone.get(manifest.kind) ?? 0) + 1);
          continue;
        }
        const value = asMap(valueAt(placed.document.value, manifest.path));
        const fault = objectFault(placed, manifest, value);
        if (fault !== undefined) {
          refused.push({ file, placed, manifest, why: fault });
          continue;
        }
        const namespace = manifest.namespace === '' ? options.namespaceOf(file) : manifest.namespace;
        const target = { kind, namespace: kind === 'Namespace' ? '' : namespace, name: manifest.name };
        take({
          target,
          document: value,
          namesNamespace: kind === 'Namespace' || manifest.namespace !== '',
          origin: { file, placed, manifest },
        });
      }
    }
  }
  const all = [...found.values()];
  return {
    policies: all.filter(({ target }) => target.kind === 'NetworkPolicy'),
    namespaces: all.filter(({ target }) => target.kind === 'Namespace'),
    leftAlone: [...leftAlone].map(([kind, count]) => ({ kind, count })),
    refused,
    overridden,
  };
}

function applicableKind(manifest: ManifestObject): ApplyTarget['kind'] | undefined {
  if (isNetworkPolicy(manifest)) return 'NetworkPolicy';
  return manifest.kind === 'Namespace' && manifest.apiVersion === 'v1' ? 'Namespace' : undefined;
}

function wholeFile({ parsed, fragment }: SourceFile): string | undefined {
  if (parsed.template) return 'It needs a template engine: apply what it renders to.';
  return fragment ? 'A kustomization names it as a patch: it is no object of its own.' : undefined;
}

/** Broken YAML is refused where it may hold a policy; what it means is not known. */
function brokenDocument({ document }: PlacedDocument): string | undefined {
  const problem = document.problems.find(({ severity }) => severity === 'error');
  if (problem === undefined || !/\bkind["']?\s*:\s*["']?NetworkPolicy\b/.test(document.text)) return undefined;
  return `It cannot be read as YAML: ${printable(problem.message)}.`;
}

function objectFault({ document }: PlacedDocument, manifest: ManifestObject, value: JsonMap): string | undefined {
  const { path, kind, name, namespace } = manifest;
  const named = `${kind} ${printable(qualifiedName({ namespace, name }))}`;
  if (path.includes('objects')) return `${named} is part of a Template: apply what it renders to.`;
  // `generateName` would make another object at every apply.
  if (asString(asMap(value['metadata'])['name']) === '')
    return `This ${kind} has no name: only objects with a name can be applied.`;
  const twice = document.duplicateKeys.find(({ path: at }) => path.every((part, index) => at[index] === part));
  if (twice !== undefined) return `${named} has a key twice: ${printable(twice.key)} (the API server refuses that).`;
  const placeholder = placeholderIn(value, []);
  if (placeholder !== undefined) {
    return `${named} holds a placeholder that is not filled in: ${printable(placeholder.text)} at ${printable(pathText(placeholder.path))}.`;
  }
  return undefined;
}

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
const DEEPEST = 100;

function placeholderIn(
  value: JsonValue | JsonMap,
  path: FieldPath,
): { readonly text: string; readonly path: FieldPath } | undefined {
  if (typeof value === 'string') return isPlaceholder(value) ? { text: value, path } : undefined;
  if (typeof value !== 'object' || value === null || path.length > DEEPEST) return undefined;
  const entries = Array.isArray(value) ? value.entries() : Object.entries(value);
  for (const [key, item] of entries) {
    if (key === LAST_APPLIED) continue;
    if (typeof key === 'string' && isPlaceholder(key)) return { text: key, path };
    const found = placeholderIn(item, [...path, key]);
    if (found !== undefined) return found;
  }
  return undefined;
}

function valueAt(value: JsonValue | undefined, path: FieldPath): JsonValue | undefined {
  let at = value;
  for (const part of path) {
    if (typeof part === 'number') at = Array.isArray(at) ? at[part] : undefined;
    else at = isJsonMap(at) && Object.hasOwn(at, part) ? at[part] : undefined;
  }
  return at;
}

/** `spec.ingress[0].from`. */
export function pathText(path: FieldPath): string {
  return path.reduce<string>(
    (text, part) => (typeof part === 'number' ? `${text}[${part}]` : text === '' ? part : `${text}.${part}`),
    '',
  );
}
