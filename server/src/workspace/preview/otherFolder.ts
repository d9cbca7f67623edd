import type { NamespaceContents } from '../clusterSource.ts';
import { manifestClusterPolicies, manifestContents, manifestNamespaces } from '../contents.ts';
import { sameObjects } from '../folderParts.ts';
import type { FolderWorkspace } from '../folderWorkspace.ts';
import { effectiveObjects, type ObjectTable } from '../objectTable.ts';
import type { WorkspaceSnapshot } from '../snapshot.ts';
import type { UniverseParts } from '../universe.ts';

type Texts = readonly { readonly uri: string; readonly text?: string | undefined }[];

/**
 * A folder with other texts in the place of some of its files, over all changes of the folder: it is put together anew
 * only when something else in the folder has changed than those files.
 */
export class OtherFolder {
  #known:
    | {
        readonly texts: Texts;
        readonly files: WorkspaceSnapshot['manifests']['files'];
        readonly made: WorkspaceSnapshot;
      }
    | undefined;
  #parts: { readonly made: WorkspaceSnapshot; readonly parts: UniverseParts } | undefined;

  /** The parts of its universe; what they share with those of the present is the same object. */
  parts(
    folder: FolderWorkspace,
    present: WorkspaceSnapshot,
    document: string | undefined,
    texts: Texts,
  ): UniverseParts {
    const made = this.snapshot(folder, document, texts);
    const kept = this.#parts;
    const parts = partsLike(present, made, kept?.made === made ? kept.parts : undefined);
    this.#parts = { made, parts };
    return parts;
  }

  snapshot(folder: FolderWorkspace, document: string | undefined, texts: Texts): WorkspaceSnapshot {
    const present = document === undefined ? folder.snapshot() : folder.snapshot(document);
    const { files } = present.manifests;
    const known = this.#known;
    if (known !== undefined && isSameTexts(known.texts, texts) && isSameBut(known.files, files, texts))
      return known.made;
    const other = folder.withTexts(texts);
    const made = document === undefined ? other.snapshot() : other.snapshot(document);
    this.#known = { texts, files, made };
    return made;
  }
}

function isSameTexts(a: Texts, b: Texts): boolean {
  return a.length === b.length && a.every(({ uri, text }, at) => uri === b[at]?.uri && text === b[at].text);
}

/** Whether two states of a folder hold the same objects, apart from some files. */
function isSameBut(
  a: WorkspaceSnapshot['manifests']['files'],
  b: WorkspaceSnapshot['manifests']['files'],
  texts: Texts,
): boolean {
  const but = new Set(texts.map(({ uri }) => uri));
  let counted = 0;
  for (const [uri, objects] of a) {
    if (but.has(uri)) continue;
    if (b.get(uri) !== objects) return false;
    counted += 1;
  }
  for (const uri of b.keys()) if (!but.has(uri)) counted -= 1;
  return counted === 0;
}

/** Contents that say the same are the same objects, so that two universes of a folder differ in what differs. */
function partsLike(
  present: WorkspaceSnapshot,
  other: WorkspaceSnapshot,
  kept: UniverseParts | undefined,
): UniverseParts {
  const { parts } = present.universe;
  const own = other.universe.parts;
  const contents = new Map<string, NamespaceContents>();
  for (const [namespace, written] of other.manifests.namespaces) {
    if (namespace === '') continue;
    const known = parts.contents.get(namespace);
    if (known !== undefined && sameObjects(written, present.manifests.namespaces.get(namespace))) {
      contents.set(namespace, known);
      continue;
    }
    const before = kept?.contents.get(namespace);
    const made = before ?? manifestContents(other.manifests, namespace);
    const samePods = known !== undefined && hasSamePods(other.manifests, present.manifests, namespace);
    contents.set(namespace, samePods && made.pods !== known.pods ? { ...made, pods: known.pods } : made);
  }
  const namespaces = manifestNamespaces(other.manifests);
  const clusterPolicies = manifestClusterPolicies(other.manifests);
  const unreadIsSame = JSON.stringify(own.unread) === JSON.stringify(parts.unread);
  return {
    ...own,
    contents,
    namespaces: isSameList(namespaces, parts.namespaces) ? parts.namespaces : namespaces,
    clusterPolicies: isSameList(clusterPolicies, parts.clusterPolicies) ? parts.clusterPolicies : clusterPolicies,
    nodes: parts.nodes,
    unread: unreadIsSame ? parts.unread : own.unread,
  };
}

function hasSamePods(a: ObjectTable, b: ObjectTable, namespace: string): boolean {
  const workloads = (table: ObjectTable): unknown[] =>
    [...effectiveObjects(table, namespace)].flatMap(({ object }) => (object.type === 'workload' ? [object] : []));
  return isSameList(workloads(a), workloads(b));
}

function isSameList<T>(a: readonly T[], b: readonly T[]): boolean {
  return a === b || (a.length === b.length && a.every((item, at) => item === b[at]));
}
