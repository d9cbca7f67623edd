import type { ManifestDocument } from '../syntax/manifestDocument.ts';
import { isSameSource } from './answerStates.ts';
import { sameBehaviour } from './cni/pluginBehaviour.ts';
import type { NamespaceContents } from './clusterSource.ts';
import { NOTHING_KNOWN } from './folderSource.ts';
import type { PlacedObject } from './objectTable.ts';
import { isNetworkPolicy } from './placeObjects.ts';
import type { FileView, WorkspaceSnapshot } from './snapshot.ts';
import type { UniverseParts } from './universe.ts';

/**
 * The namespaces whose policies an edit of one file has changed, where that is all that is new since an earlier
 * snapshot of the same scope: no pod, Service or Namespace, no other file, nothing of what is known. Undefined where
 * more has changed, or may have. It costs a comparison of references for each object of the file.
 */
export function changedNamespaces(
  before: WorkspaceSnapshot,
  after: WorkspaceSnapshot,
  uri: string,
): ReadonlySet<string> | undefined {
  const [was, is] = [before.files.get(uri), after.files.get(uri)];
  if (was === undefined || is === undefined) return undefined;
  if (!isSamePlace(was, is) || !isSameAround(before, after, uri)) return undefined;
  const namespaces = new Set<string>();
  if (!changeOf(was, is, namespaces)) return undefined;
  for (const [old, now] of [
    [before.universe.parts, after.universe.parts],
    [before.intended.parts, after.intended.parts],
  ] as const) {
    if (!changesOfParts(old, now, namespaces)) return undefined;
  }
  return namespaces;
}

function isSamePlace(a: FileView, b: FileView): boolean {
  return (
    a.open === b.open &&
    a.file.fragment === b.file.fragment &&
    a.file.parsed.template === b.file.parsed.template &&
    a.namespace.name === b.namespace.name
  );
}

function isSameAround(a: WorkspaceSnapshot, b: WorkspaceSnapshot, uri: string): boolean {
  return (
    a.scope.folder === b.scope.folder &&
    a.settings === b.settings &&
    isSameSource(a, b) &&
    (a.knowledge === NOTHING_KNOWN) === (b.knowledge === NOTHING_KNOWN) &&
    a.manifests.files.size === b.manifests.files.size &&
    [...a.manifests.files].every(([file, objects]) => file === uri || b.manifests.files.get(file) === objects) &&
    // An overlay may give objects other namespaces than are written.
    [a, b].every(({ manifests, files }) => isPlacedAsWritten(manifests.files.get(uri), files.get(uri)))
  );
}

function isPlacedAsWritten(objects: readonly PlacedObject[] | undefined, view: FileView | undefined): boolean {
  if (objects === undefined || view === undefined) return false;
  return objects.every(
    ({ namespace, origin: { manifest } }) =>
      namespace === '' || namespace === (manifest.namespace === '' ? view.namespace.name : manifest.namespace),
  );
}

/**
 * Adds the namespaces of the file's documents that are new or gone. False where these hold anything but policies, or
 * where the file names other namespaces than before.
 */
function changeOf({ file: was, namespace }: FileView, { file: is }: FileView, namespaces: Set<string>): boolean {
  // The head of a file may say that the file is generated.
  if (was.parsed.documents[0]?.document !== is.parsed.documents[0]?.document) return false;
  const old = new Set(was.parsed.documents.map(({ document }) => document));
  const now = new Set(is.parsed.documents.map(({ document }) => document));
  // Two documents with the same text are one object here: what stands at them cannot be told apart.
  if (old.size !== was.parsed.documents.length || now.size !== is.parsed.documents.length) return false;
  const named = new Set<string>();
  for (const [documents, others] of [
    [old, now],
    [now, old],
  ] as const) {
    for (const document of documents) {
      if (others.has(document)) continue;
      for (const manifest of document.objects) {
        if (!isNetworkPolicy(manifest)) return false;
        namespaces.add(manifest.namespace === '' ? namespace.name : manifest.namespace);
        named.add(manifest.namespace);
      }
    }
  }
  return [...named].every((name) => names(old, name) === names(now, name));
}

function names(documents: ReadonlySet<ManifestDocument>, name: string): boolean {
  for (const { objects } of documents) if (objects.some(({ namespace }) => namespace === name)) return true;
  return false;
}

/** Adds the namespaces whose policies differ. False where anything else does. */
function changesOfParts(a: UniverseParts, b: UniverseParts, namespaces: Set<string>): boolean {
  if (a === b) return true;
  if (
    !sameItems(a.namespaces, b.namespaces) ||
    !sameItems(a.clusterPolicies, b.clusterPolicies) ||
    !sameItems(a.nodes, b.nodes) ||
    a.unread !== b.unread ||
    a.unreadPods !== b.unreadPods ||
    !sameBehaviour(a.behaviour, b.behaviour) ||
    a.contents.size !== b.contents.size
  )
    return false;
  for (const [namespace, now] of b.contents) {
    const was = a.contents.get(namespace);
    if (was === now) continue;
    if (was === undefined || !sameButPolicies(was, now)) return false;
    namespaces.add(namespace);
  }
  return true;
}

function sameButPolicies(a: NamespaceContents, b: NamespaceContents): boolean {
  return (
    sameItems(a.pods, b.pods) &&
    sameItems(a.services, b.services) &&
    sameItems(a.ingresses, b.ingresses) &&
    sameItems(a.endpoints, b.endpoints) &&
    sameItems(a.foreignPolicies, b.foreignPolicies)
  );
}

function sameItems<T>(a: readonly T[], b: readonly T[]): boolean {
  return a === b || (a.length === b.length && a.every((item, index) => item === b[index]));
}
