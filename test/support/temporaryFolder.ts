/** Folders that are removed when the process that made them ends, however it ends (a kill apart). */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface TemporaryFolder {
  readonly path: string;
  readonly remove: () => void;
}

export function temporaryFolder(purpose: string): TemporaryFolder {
  const path = mkdtempSync(join(tmpdir(), `bulkhead-${purpose}-`));
  const remove = (): void => {
    process.off('exit', remove);
    // Processes that were just ended may still write their last line.
    rmSync(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  };
  process.on('exit', remove);
  return { path, remove };
}
