import type { Dirent } from 'node:fs';
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Configurations } from './configurations.ts';
import { UsageError } from './usageError.ts';

export interface ManifestText {
  /** The path as given, or `-`; files of a folder as `FOLDER/…`, with forward slashes. */
  readonly file: string;
  readonly text: string;
}

const MANIFEST = /\.(ya?ml|json)$/i;
/** Folders that hold other people's files or no manifests at all. */
const SKIPPED = new Set(['node_modules', '.git', '.terraform']);

/**
 * Reads `PATH…`: files, folders (recursive; `*.yaml`, `*.yml`, `*.json`) and `-` for standard input, in the order
 * given and folders in name order. A named file is read whatever its name.
 *
 * @throws UsageError where a path cannot be read.
 */
export async function readManifests(
  paths: readonly string[],
  configurations: Pick<Configurations, 'enter' | 'isExcluded'>,
): Promise<ManifestText[]> {
  const files: string[] = [];
  const seen = new Set<string>();
  for (const given of paths) {
    if (given === '-') files.push(given);
    else
      for (const file of await manifestPaths(given, configurations)) {
        const real = await realpath(file);
        if (!seen.has(real)) {
          seen.add(real);
          files.push(file);
        }
      }
  }
  return Promise.all(
    files.map(async (file) => ({ file: file === '-' ? '-' : slashes(file), text: await readText(file) })),
  );
}

/** @throws UsageError where the file cannot be read or is not text. */
export async function readText(file: string): Promise<string> {
  if (file === '-') {
    const chunks: Buffer[] = [];
    for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk as Uint8Array));
    return Buffer.concat(chunks).toString('utf8');
  }
  try {
    return decode(await readFile(file));
  } catch (error) {
    throw new UsageError(`${file}: ${reason(error)}`);
  }
}

async function manifestPaths(
  given: string,
  { enter, isExcluded }: Pick<Configurations, 'enter' | 'isExcluded'>,
): Promise<string[]> {
  const info = await stat(given).catch((error: unknown) => {
    throw new UsageError(`${given}: ${reason(error)}`);
  });
  if (!info.isDirectory()) return [given];
  const files: string[] = [];
  const visited = new Set<string>();
  const walk = async (folder: string): Promise<void> => {
    const real = await realpath(folder);
    if (visited.has(real)) return;
    visited.add(real);
    await enter(folder);
    let entries: Dirent[];
    try {
      entries = await readdir(folder, { withFileTypes: true });
    } catch (error) {
      throw new UsageError(`${folder}: ${reason(error)}`);
    }
    entries.sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const entry of entries) {
      const file = path.join(folder, entry.name);
      const isFolder = entry.isSymbolicLink()
        ? await stat(file).then(
            (target) => target.isDirectory(),
            () => false,
          )
        : entry.isDirectory();
      if (isFolder) {
        if (!SKIPPED.has(entry.name) && !isExcluded(slashes(file))) await walk(file);
      } else if (isManifestName(entry.name) && !isExcluded(slashes(file))) {
        files.push(file);
      }
    }
  };
  await walk(given);
  return files;
}

/** A kustomization may go by its bare name. */
function isManifestName(name: string): boolean {
  return MANIFEST.test(name) || name === 'Kustomization';
}

function decode(bytes: Buffer): string {
  // UTF-16 files come from Windows editors; the API server's own tools read UTF-8 only, people's files vary.
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.toString('utf16le');
  return bytes.toString('utf8');
}

function slashes(file: string): string {
  return path.sep === '\\' ? file.replaceAll('\\', '/') : file;
}

/** What went wrong with a file, in words. */
export function reason(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return 'no such file or folder';
  if (code === 'EACCES' || code === 'EPERM') return 'may not be read (permission denied)';
  if (code === 'EISDIR') return 'is a folder';
  return error instanceof Error ? error.message : String(error);
}
