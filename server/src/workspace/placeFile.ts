import type { ManifestDocument } from '../syntax/manifestDocument.ts';
import type { PlacedConfiguration } from './configuration.ts';
import { configuredContext, configuredNamespace, isExcluded, matches, nearestConfiguration } from './configuration.ts';
import { isHeld } from './documentSlots.ts';
import { isRenderedPath, sourcePath } from './fileUri.ts';
import type { FolderConfiguration } from './folderConfiguration.ts';
import type { FolderFile } from './folderFile.ts';
import { heldDocument } from './heldDocument.ts';
import { placeObjects } from './placeObjects.ts';
import type { PlacedFile } from './scopeState.ts';
import type { ServerProblems } from './serverProblems.ts';
import type { Settings } from './settings.ts';
import type { FileView } from './snapshot.ts';
import type { SourceFile } from './sourceFile.ts';

/** What a file's place in its folder depends on. */
export interface FilePlace {
  readonly configuration: FolderConfiguration;
  readonly settings: Settings;
  /** The folder's path; `''` for a window without one. */
  readonly root: string;
  /** Of the kubeconfig context that was chosen. */
  readonly contextNamespace: string | undefined;
  readonly problemsOf: (fragment: boolean) => ServerProblems;
  /** Whether a person has chosen the file as a source: it holds a cluster then. */
  readonly isSaved: (path: string) => boolean;
  /** Milliseconds on a clock that never jumps. */
  readonly now: number;
}

/** A file as answers see it, and as scopes take it in. */
export interface ViewedFile {
  readonly view: FileView;
  readonly placed: PlacedFile;
}

/** Reads a file in its place: which namespace it gives, what of it is answered, and which objects it brings. */
export function placeFile(file: FolderFile, place: FilePlace): ViewedFile {
  const configuration = nearestConfiguration(sourcePath(file.path), place.configuration.placed);
  const namespace = namespaceOf(file, configuration, place);
  const fragment = place.configuration.fragments.has(file.path);
  const problemsOf = place.problemsOf(fragment);
  if (file.open) file.settle(place.now, (document) => isDecodable(document, problemsOf));
  const source: SourceFile = { uri: file.uri, text: file.text, parsed: file.parsed, fragment };
  const held = file.open ? file.slots.filter(isHeld) : [];
  const boundTo = configuredContext(configuration, sourcePath(file.path));
  const view: FileView = {
    file: source,
    path: file.path,
    open: file.open,
    held: new Set(held.map(({ placed }) => placed.start)),
    namespace,
    ...(boundTo === undefined ? {} : { boundTo }),
  };
  const options = { namespace: namespace.name, problemsOf };
  const common = { uri: file.uri, path: file.path, open: file.open, options };
  if (isLeftOut(file, configuration, place)) {
    const answered: SourceFile = { ...source, parsed: { documents: [], template: false } };
    return { view, placed: { ...common, objects: [], answered } };
  }
  const answered: SourceFile =
    held.length === 0 ? source : { ...source, parsed: { documents: answeredDocuments(file), template: false } };
  return { view, placed: { ...common, objects: placeObjects(answered, options), answered } };
}

function isLeftOut(file: FolderFile, configuration: PlacedConfiguration | undefined, place: FilePlace): boolean {
  // What a person has had rendered is asked for, whatever globs say.
  if (isRenderedPath(file.path)) return false;
  if (place.isSaved(file.path) || isSavedCluster(file.text) || isExcluded(configuration, file.path)) return true;
  const { root, settings } = place;
  const isInside = root !== '' && file.path.startsWith(`${root}/`);
  return matches(settings.exclude, isInside ? file.path.slice(root.length + 1) : file.path);
}

function namespaceOf(
  file: FolderFile,
  configuration: PlacedConfiguration | undefined,
  { settings, contextNamespace }: FilePlace,
): FileView['namespace'] {
  if (settings.namespace !== '') return { name: settings.namespace, from: 'setting' };
  const configured = configuredNamespace(configuration, sourcePath(file.path));
  if (configured !== undefined) return { name: configured, from: 'bulkhead.yaml' };
  return contextNamespace === undefined
    ? { name: 'default', from: 'default' }
    : { name: contextNamespace, from: 'context' };
}

/** The documents that answers are made from: a held one is its last accepted state, moved into the present text. */
function answeredDocuments(file: FolderFile): SourceFile['parsed']['documents'] {
  return file.slots.map((slot) => {
    const { placed, accepted } = slot;
    if (accepted === undefined || !isHeld(slot)) return placed;
    return { start: placed.start, document: heldDocument(accepted, placed.document.text) };
  });
}

/** Whether the API server would take every object of the document. */
export function isDecodable(document: ManifestDocument, problemsOf: ServerProblems): boolean {
  if (document.problems.some(({ severity }) => severity === 'error')) return false;
  return document.objects.every(
    (object) =>
      object.undecodable === undefined &&
      !problemsOf(document, object).some(({ layer, severity }) => severity === 'error' && layer !== 'strict'),
  );
}

/** What `bulkhead snapshot` writes lies among the manifests now and then; it is a source, not a manifest. */
function isSavedCluster(text: string): boolean {
  return text.slice(0, 2000).includes('"bulkhead/coverage"');
}
