import { watch, type FSWatcher } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { readSnapshot } from '../workspace/snapshotFile.ts';
import type { FolderSource } from '../workspace/folderSource.ts';
import type { Clock } from './scheduler.ts';

/** Writers save a file in several steps; it is read once they have come to rest. */
const REST = 200;

export type SnapshotRead =
  | { readonly ok: true; readonly label: string; readonly source: FolderSource; readonly problems: readonly string[] }
  | { readonly ok: false; readonly problem: string };

/** Reads a saved cluster. Never rejects: what cannot be read is said in one sentence. */
export async function readSnapshotSource(file: string): Promise<SnapshotRead> {
  const label = path.basename(file);
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    return { ok: false, problem: `${label} cannot be read: ${reason(error)}.` };
  }
  const { state, problems } = readSnapshot(text);
  if (state === undefined) return { ok: false, problem: `${label}: ${problems[0] ?? 'it is no saved cluster'}.` };
  return { ok: true, label, source: { kind: 'snapshot', label, state }, problems };
}

/** Calls back when a file was written anew; the returned function ends it. A folder that cannot be watched is not. */
export function watchFile(file: string, clock: Clock, changed: () => void): () => void {
  let cancel: (() => void) | undefined;
  let watcher: FSWatcher | undefined;
  const name = path.basename(file);
  try {
    // The folder, because programs replace a file rather than write into it.
    watcher = watch(path.dirname(file), { persistent: false }, (_, touched) => {
      if (touched !== null && touched !== name) return;
      cancel?.();
      cancel = clock.after(REST, changed);
    });
    watcher.on('error', () => watcher?.close());
  } catch {
    watcher = undefined;
  }
  return () => {
    cancel?.();
    watcher?.close();
  };
}

function reason(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EACCES' || code === 'EPERM') return 'it may not be read';
  if (code === 'EISDIR') return 'it is a folder';
  return 'reading it failed';
}
