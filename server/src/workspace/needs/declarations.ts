import type { FieldPath, JsonValue } from '../../model/manifest.ts';
import type { ServiceReference } from '../../model/workload.ts';
import type { ManifestDocument, ManifestObject } from '../../syntax/manifestDocument.ts';
import { asList, asMap, asString, isJsonMap, type JsonMap } from '../../syntax/objects/jsonAccess.ts';
import { decodeMonitor, type Monitor } from '../../syntax/objects/monitor.ts';
import { decodeServiceReferences, REFERRING_KINDS } from '../../syntax/objects/serviceReferences.ts';
import type { SourceFile } from '../sourceFile.ts';

/** What a file says beside the objects that answers are made from: kinds that no universe holds. */
export interface Declarations {
  readonly configMaps: readonly Declared<ConfigMapTexts>[];
  readonly monitors: readonly Declared<Monitor>[];
  readonly references: readonly Declared<ServiceReference>[];
  /** ServiceAccounts to which a binding gives rights. */
  readonly bindings: readonly Declared<Binding>[];
  /** Services with the annotation that has Prometheus read them. */
  readonly scraped: readonly Declared<ScrapedService>[];
}

export interface Declared<T> {
  readonly value: T;
  readonly name: string;
  /** `''`: the file's. */
  readonly namespace: string;
  readonly document: ManifestDocument;
  /** Of the object in the document. */
  readonly path: FieldPath;
}

/** Values are looked at when a workload uses them, and are kept nowhere else. */
export type ConfigMapTexts = ReadonlyMap<string, string>;

export interface Binding {
  /** `ClusterRoleBinding operator`. */
  readonly by: string;
  readonly subjects: readonly { readonly namespace: string; readonly name: string }[];
}

export interface ScrapedService {
  readonly annotations: JsonMap;
}

export const SCRAPE = 'prometheus.io/scrape';

/** A file that somebody edits is made of documents that mostly stay the same. */
const ofDocuments = new WeakMap<ManifestDocument, Declarations>();
const ofFiles = new WeakMap<SourceFile['parsed'], Declarations>();

export function declarationsOf({ parsed, fragment }: SourceFile): Declarations {
  if (fragment || parsed.template) return NOTHING;
  let found = ofFiles.get(parsed);
  if (found === undefined) {
    const all = parsed.documents.map(({ document }) => inDocument(document)).filter((each) => each !== NOTHING);
    found = all.length === 0 ? NOTHING : joined(all);
    ofFiles.set(parsed, found);
  }
  return found;
}

/** The object as it is written; an empty map where its document is broken. */
export function writtenObject(document: ManifestDocument, { path, undecodable }: ManifestObject): JsonMap {
  if (undecodable !== undefined) return asMap(undefined);
  let value: JsonValue | undefined = document.value;
  for (const step of path) value = typeof step === 'number' ? asList(value)[step] : asMap(value)[step];
  return asMap(value);
}

const NOTHING: Declarations = { configMaps: [], monitors: [], references: [], bindings: [], scraped: [] };

function inDocument(document: ManifestDocument): Declarations {
  let found = ofDocuments.get(document);
  if (found === undefined) {
    const all = document.objects.flatMap((manifest) => ofObject(document, manifest) ?? []);
    found = all.length === 0 ? NOTHING : joined(all);
    ofDocuments.set(document, found);
  }
  return found;
}

function joined(all: readonly Declarations[]): Declarations {
  const [only] = all;
  if (all.length === 1 && only !== undefined) return only;
  return {
    configMaps: all.flatMap(({ configMaps }) => configMaps),
    monitors: all.flatMap(({ monitors }) => monitors),
    references: all.flatMap(({ references }) => references),
    bindings: all.flatMap(({ bindings }) => bindings),
    scraped: all.flatMap(({ scraped }) => scraped),
  };
}

function ofObject(document: ManifestDocument, manifest: ManifestObject): Declarations | undefined {
  const { apiVersion, kind, name, namespace, path } = manifest;
  const declared = <T>(value: T): Declared<T> => ({ value, name, namespace, document, path });
  const object = (): JsonMap => writtenObject(document, manifest);
  if (kind === 'ConfigMap' && apiVersion === 'v1') {
    return { ...NOTHING, configMaps: [declared(configMapTexts(object()))] };
  }
  if (apiVersion.startsWith('monitoring.coreos.com/')) {
    const monitor = decodeMonitor(object(), kind);
    return monitor && { ...NOTHING, monitors: [declared(monitor)] };
  }
  if (REFERRING_KINDS.has(kind)) {
    const references = decodeServiceReferences(object());
    return { ...NOTHING, references: references.map(declared) };
  }
  if (
    apiVersion.startsWith('rbac.authorization.k8s.io/') &&
    (kind === 'RoleBinding' || kind === 'ClusterRoleBinding')
  ) {
    const subjects = asList(object()['subjects']).flatMap((subject) => {
      const { kind: what, name: account, namespace: where } = asMap(subject);
      return what === 'ServiceAccount' ? [{ namespace: asString(where), name: asString(account) }] : [];
    });
    return { ...NOTHING, bindings: [declared({ by: `${kind} ${name}`, subjects })] };
  }
  if (kind === 'Service' && apiVersion === 'v1') {
    const annotations = asMap(asMap(object()['metadata'])['annotations']);
    return isScraped(annotations) ? { ...NOTHING, scraped: [declared({ annotations })] } : undefined;
  }
  return undefined;
}

export function isScraped(annotations: JsonMap): boolean {
  const value = Object.hasOwn(annotations, SCRAPE) ? annotations[SCRAPE] : undefined;
  // Unquoted it is refused by the API server, and meant all the same.
  return value === 'true' || value === true;
}

function configMapTexts(object: JsonMap): ConfigMapTexts {
  const { data } = object;
  if (!isJsonMap(data)) return new Map();
  return new Map(
    Object.entries(data).flatMap(([key, text]) => (typeof text === 'string' ? [[key, text] as const] : [])),
  );
}
