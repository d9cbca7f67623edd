import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { memoryText, readMemory } from '../workspace/changes/memoryText.ts';
import type { MemoryRecord } from '../workspace/changes/policyMemory.ts';

/** Where the policies of one cluster, as they were last seen, outlive the process. */
export interface SeenFile {
  /** Undefined where there is none, or none that can be read. */
  read(): Promise<MemoryRecord | undefined>;
  /** Puts a whole file in place of the old one. Rejects with what the disk says. */
  write(record: MemoryRecord): Promise<void>;
  /** The same at the end of a process, which waits for nothing. */
  writeNow(record: MemoryRecord): void;
}

/** @param identity the cluster's server and CA (`KubeContext.identity`) */
export function seenFile(storage: string, identity: string): SeenFile {
  const folder = path.join(storage, 'seen');
  const file = path.join(folder, `${createHash('sha256').update(identity).digest('hex').slice(0, 32)}.json`);
  const unfinished = (): string => `${file}.${randomUUID()}.new`;
  return {
    read: async () => {
      const text = await readFile(file, 'utf8').catch(() => undefined);
      return text === undefined ? undefined : readMemory(text);
    },
    write: async (record) => {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const made = unfinished();
      try {
        await writeFile(made, memoryText(record), { mode: 0o600 });
        await rename(made, file);
      } catch (error) {
        await rm(made, { force: true });
        throw error;
      }
    },
    writeNow: (record) => {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      const made = unfinished();
      try {
        writeFileSync(made, memoryText(record), { mode: 0o600 });
        renameSync(made, file);
      } catch (error) {
        rmSync(made, { force: true });
        throw error;
      }
    },
  };
}
