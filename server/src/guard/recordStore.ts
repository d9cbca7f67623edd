import { join } from 'node:path';
import type { DurableFiles } from './durableFiles.ts';
import { withLock } from './fileLock.ts';
import type { GuardRecord } from './guardRecord.ts';

/** A guard's own folder: `record.json`, `helper.json`, `helper.log`. */
export function guardFolder(folder: string, id: string): string {
  return join(folder, 'guards', id);
}

/** Flushed to the disk when it resolves. */
export async function writeRecord(files: DurableFiles, folder: string, record: GuardRecord): Promise<void> {
  await files.replace(recordPath(folder), `${JSON.stringify(record)}\n`);
}

/** Undefined where there is none, or none that can be read. */
export async function readRecord(files: DurableFiles, folder: string): Promise<GuardRecord | undefined> {
  const text = await files.read(recordPath(folder));
  if (text === undefined) return undefined;
  try {
    const record = JSON.parse(text) as GuardRecord;
    return record.version === 1 ? record : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Changes a record as it is on the disk now; nobody else changes it meanwhile. `change` gives the new one, or undefined
 * to leave it. Returns what then stands there; rejects where it cannot be written, and the old one stands.
 */
export async function updateRecord(
  files: DurableFiles,
  folder: string,
  change: (record: GuardRecord) => GuardRecord | undefined,
): Promise<GuardRecord> {
  return withLock(join(folder, 'lock'), async () => {
    const record = await readRecord(files, folder);
    if (record === undefined) throw new Error(`The guard's record ${recordPath(folder)} is gone.`);
    const changed = change(record);
    if (changed === undefined) return record;
    await writeRecord(files, folder, changed);
    return changed;
  });
}

function recordPath(folder: string): string {
  return join(folder, 'record.json');
}
