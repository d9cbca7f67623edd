import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FolderWorkspace } from '../workspace/folderWorkspace.ts';
import { IgnoredFiles } from './ignoredFiles.ts';
import { isManifestPath, readManifestFile, scanFolder, type ScanProgress } from './fileScanner.ts';

/** Files are parsed in one go for at most this long; requests come in between. */
const SLICE = 8;

export interface ScanReport {
  readonly onProgress: (progress: ScanProgress) => void;
  readonly yieldOnce: () => Promise<void>;
  readonly now: () => number;
}

/** Feeds a folder's files on disk into its workspace: once by a scan, then by what the client says has changed. */
export class FolderFiles {
  readonly #folder: FolderWorkspace;
  readonly #root: string;
  readonly #unreadable = new Set<string>();
  #ignored: IgnoredFiles;
  /** The scan that was asked for last; an older one stops. */
  #scan = 0;

  /** @param root the folder's path on disk */
  constructor(folder: FolderWorkspace, root: string) {
    this.#folder = folder;
    this.#root = root;
    this.#ignored = new IgnoredFiles(root);
  }

  /** What could not be read, as sentences. */
  problems(): readonly string[] {
    const [first] = this.#unreadable;
    if (first === undefined) return [];
    const more = this.#unreadable.size - 1;
    return [`${path.relative(this.#root, first) || '.'}${more === 0 ? '' : ` and ${more} more`} cannot be read.`];
  }

  /** @returns false where another scan has taken its place */
  async scan({ onProgress, yieldOnce, now }: ScanReport): Promise<boolean> {
    const turn = ++this.#scan;
    this.#unreadable.clear();
    this.#ignored = new IgnoredFiles(this.#root);
    const gone = new Set(this.#folder.diskFiles());
    let started = now();
    const excluded = (relative: string): boolean => this.#folder.excludes(relative);
    const unreadable = (file: string): void => void this.#unreadable.add(file);
    for await (const { uri, text } of scanFolder(this.#root, excluded, this.#ignored, onProgress, unreadable)) {
      if (turn !== this.#scan) return false;
      gone.delete(this.#folder.putFile(uri, text));
      if (now() - started < SLICE) continue;
      await yieldOnce();
      started = now();
    }
    if (turn !== this.#scan) return false;
    for (const path of this.#folder.unreadPatches()) gone.delete(await this.#readPatch(path));
    if (turn !== this.#scan) return false;
    for (const uri of gone) this.#folder.removeFile(uri);
    return true;
  }

  stop(): void {
    this.#scan += 1;
  }

  /** A file was made, written, or removed. Returns whether it concerns this folder. */
  async changed(uri: string, removed: boolean): Promise<boolean> {
    const file = pathOf(uri);
    if (file === undefined) return false;
    const relative = path.relative(this.#root, file);
    if (relative === '' || relative.startsWith('..') || path.isAbsolute(relative)) return false;
    if (!isManifestPath(file)) {
      if (removed) this.#folder.removeFilesBelow(uri);
      return removed;
    }
    const leftOut =
      removed || this.#folder.excludes(relative.replaceAll('\\', '/')) || (await this.#ignored.isIgnoredOnTheWay(file));
    const isPatch = this.#folder.isPatch(uri);
    const scanned = leftOut ? undefined : await readManifestFile(file, isPatch).catch(() => undefined);
    if (scanned === undefined) this.#folder.removeFile(uri);
    else this.#folder.putFile(scanned.uri, scanned.text);
    for (const patch of this.#folder.unreadPatches()) await this.#readPatch(patch);
    return true;
  }

  /** Reads a file that a kustomization names as a patch. Returns its URI, or nothing where it cannot be read. */
  async #readPatch(file: string): Promise<string> {
    const scanned = await readManifestFile(file, true).catch(() => undefined);
    return scanned === undefined ? '' : this.#folder.putFile(scanned.uri, scanned.text);
  }
}

/** The path of a `file:` URI. */
export function pathOf(uri: string): string | undefined {
  try {
    return uri.startsWith('file:') ? fileURLToPath(uri) : undefined;
  } catch {
    return undefined;
  }
}
