import type { DurableFiles } from '../../server/src/guard/durableFiles.ts';
import { systemFiles } from '../../server/src/guard/durableFiles.ts';

/** A disk that a test fills: from then on nothing can be written, and everything can be read and removed. */
export interface FailingFiles extends DurableFiles {
  full: boolean;
}

export function failingFiles(): FailingFiles {
  const files: FailingFiles = {
    ...systemFiles,
    full: false,
    makeFolder: (path) => unlessFull(() => systemFiles.makeFolder(path)),
    replace: (path, text, flush) => unlessFull(() => systemFiles.replace(path, text, flush)),
    append: (path, text, size) => unlessFull(() => systemFiles.append(path, text, size)),
  };
  const unlessFull = async (write: () => Promise<void>): Promise<void> => {
    if (files.full) throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    await write();
  };
  return files;
}
