import type { Dirent } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { isIntentPath } from '../intent/intentPath.ts';
import type { IgnoredFiles } from './ignoredFiles.ts';

/** Kinds whose manifests take part; a file that mentions none is not parsed. */
const KINDS = [
  'NetworkPolicy',
  'Namespace',
  'Pod',
  'Deployment',
  'ReplicaSet',
  'StatefulSet',
  'DaemonSet',
  'Job',
  'CronJob',
  'ReplicationController',
  'Service',
  'List',
  'Template',
  'Kustomization',
  'Policy',
].map((kind) => Buffer.from(kind));
const API_VERSION = Buffer.from('apiVersion');
const MANIFEST = /\.(ya?ml|json)$/i;
/** Configuration that has no apiVersion or no kind of ours and still takes part. */
const CONFIGURATION = /^(bulkhead\.ya?ml|kustomization\.ya?ml|kustomization|Chart\.yaml)$/i;
const SKIPPED = new Set(['node_modules', '.git', '.terraform', '.vscode-test']);
/** Larger files are no hand-written manifests; a cluster dump is chosen as a snapshot. */
const LARGEST = 20 * 1024 * 1024;

export interface ScannedFile {
  readonly uri: string;
  readonly path: string;
  readonly text: string;
}

export interface ScanProgress {
  /** Files looked at and files found so far; the total is known once the tree has been walked. */
  readonly done: number;
  readonly total: number;
}

/**
 * Reads a folder's manifests from disk, found by a byte search before any parsing. Never through text documents of
 * the editor, which would wake every YAML extension. Folders and files that cannot be read are named in `unreadable`.
 */
export async function* scanFolder(
  folder: string,
  excluded: (relative: string) => boolean,
  ignored: IgnoredFiles,
  onProgress: (progress: ScanProgress) => void,
  unreadable: (file: string) => void,
): AsyncGenerator<ScannedFile> {
  const files = await candidates(folder, excluded, ignored, unreadable);
  let done = 0;
  for (const file of files) {
    const scanned = await readManifestFile(file).catch(() => {
      unreadable(file);
      return undefined;
    });
    done += 1;
    if (done % 50 === 0 || done === files.length) onProgress({ done, total: files.length });
    if (scanned !== undefined) yield scanned;
  }
}

/**
 * Undefined where the file mentions no kind that we serve.
 *
 * @param whatever it mentions: a kustomization names it as a patch
 */
export async function readManifestFile(file: string, whatever = false): Promise<ScannedFile | undefined> {
  const { size } = await stat(file);
  if (size > LARGEST) return undefined;
  const bytes = await readFile(file);
  const takesPart =
    whatever ||
    CONFIGURATION.test(path.basename(file)) ||
    isIntentPath(file) ||
    (bytes.includes(API_VERSION) && KINDS.some((kind) => bytes.includes(kind)));
  if (!takesPart) return undefined;
  return { uri: pathToFileURL(file).href, path: file, text: bytes.toString('utf8') };
}

export function isManifestPath(file: string): boolean {
  return MANIFEST.test(file) || CONFIGURATION.test(path.basename(file));
}

async function candidates(
  folder: string,
  excluded: (relative: string) => boolean,
  ignored: IgnoredFiles,
  unreadable: (file: string) => void,
): Promise<string[]> {
  const found: string[] = [];
  const pending = [folder];
  for (let current = pending.pop(); current !== undefined; current = pending.pop()) {
    const here = current;
    let entries: Dirent[];
    try {
      entries = await readdir(here, { withFileTypes: true });
    } catch {
      unreadable(here);
      continue;
    }
    // Charts that a chart brings along are somebody else's, and are rendered with it.
    const isChart = entries.some(({ name }) => name === 'Chart.yaml');
    for (const entry of entries) {
      const file = path.join(here, entry.name);
      const relative = path.relative(folder, file).replaceAll('\\', '/');
      // A symbolic link to a folder is not followed: it could lead out of the workspace or in a circle.
      const isFolder = entry.isDirectory();
      if (!isFolder && !isManifestPath(file)) continue;
      if (SKIPPED.has(entry.name) || (isFolder && isChart && entry.name === 'charts')) continue;
      if (excluded(relative) || (await ignored.isIgnored(file, isFolder))) continue;
      if (isFolder) pending.push(file);
      else found.push(file);
    }
  }
  return found.sort();
}
