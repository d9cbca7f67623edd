import type { FileHandle } from 'node:fs/promises';
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { randomUUID } from 'node:crypto';

/**
 * The few ways in which records and the journal touch the disk. What has returned outlives a crash of the machine: the
 * file and the folder that names it are flushed (fsync). Everything rejects with Node's own errors.
 */
export interface DurableFiles {
  /** Makes a folder and those above it, for its owner alone. */
  makeFolder(path: string): Promise<void>;
  /**
   * The whole text; undefined where there is no such file.
   *
   * @param last only the lines that begin within so many bytes before the end
   */
  read(path: string, last?: number): Promise<string | undefined>;
  /**
   * Puts a new text in place of the old one; a crash leaves one of the two, whole.
   *
   * @param flush false for what nobody needs after a crash of the machine
   */
  replace(path: string, text: string, flush?: boolean): Promise<void>;
  /** What stands behind the last line break but one, and how long the file is; a file that is not there is empty. */
  tail(path: string): Promise<Tail>;
  /** Adds text at the end; where that fails, cuts the file back to `size`. */
  append(path: string, text: string, size: number): Promise<void>;
  /** Names in a folder; none where there is no such folder. */
  list(folder: string): Promise<readonly string[]>;
  /** Removes a file or a folder with all in it; nothing there is no fault. */
  remove(path: string): Promise<void>;
}

export interface Tail {
  /** The last line without its break; undefined in an empty file. */
  readonly line: string | undefined;
  /** False where the file ends without a line break: a write was cut. */
  readonly complete: boolean;
  /** Bytes. */
  readonly size: number;
}

const OWNER_ONLY = 0o600;

export const systemFiles: DurableFiles = {
  makeFolder: async (path) => {
    await mkdir(path, { recursive: true, mode: 0o700 });
    await flushFolder(dirname(path));
  },
  read: async (path, last = Infinity) => {
    const handle = await openExisting(path, 'r');
    if (handle === undefined) return undefined;
    try {
      const { size } = await handle.stat();
      if (size <= last) return await handle.readFile('utf8');
      // From the byte before on: a break there means that a line begins with the first one.
      const bytes = await readBytes(handle, size - last - 1, size);
      return bytes.subarray(bytes.indexOf(0x0a) + 1).toString('utf8');
    } finally {
      await handle.close();
    }
  },
  replace: async (path, text, flush = true) => {
    const unfinished = join(dirname(path), `.${randomUUID()}.tmp`);
    try {
      const handle = await open(unfinished, 'wx', OWNER_ONLY);
      try {
        await handle.writeFile(text);
        if (flush) await handle.sync();
      } finally {
        await handle.close();
      }
      await renameOver(unfinished, path);
    } catch (error) {
      await rm(unfinished, { force: true });
      throw error;
    }
    if (flush) await flushFolder(dirname(path));
  },
  tail: readTail,
  append: async (path, text, size) => {
    const handle = await open(path, 'a', OWNER_ONLY);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } catch (error) {
      await handle.truncate(size).catch(() => undefined);
      throw error;
    } finally {
      await handle.close();
    }
    if (size === 0) await flushFolder(dirname(path));
  },
  list: async (folder) => {
    try {
      return await readdir(folder);
    } catch (error) {
      if (isAbsent(error)) return [];
      throw error;
    }
  },
  remove: (path) => rm(path, { recursive: true, force: true }),
};

const CHUNK_BYTES = 16 * 1024;

async function readTail(path: string): Promise<Tail> {
  const handle = await openExisting(path, 'r');
  if (handle === undefined) return { line: undefined, complete: true, size: 0 };
  try {
    const { size } = await handle.stat();
    let text = Buffer.alloc(0);
    for (let end = size; end > 0;) {
      const start = Math.max(0, end - CHUNK_BYTES);
      text = Buffer.concat([await readBytes(handle, start, end), text]);
      end = start;
      // The break that ends the last line does not begin it.
      const before = text.lastIndexOf(0x0a, text.length - 2);
      if (text.length > 1 && before >= 0) {
        text = text.subarray(before + 1);
        break;
      }
    }
    const complete = text.at(-1) === 0x0a || text.length === 0;
    const line = text.length === 0 ? undefined : text.toString('utf8').replace(/\n$/, '');
    return { line, complete, size };
  } finally {
    await handle.close();
  }
}

async function readBytes(handle: FileHandle, start: number, end: number): Promise<Buffer> {
  const bytes = Buffer.alloc(end - start);
  const { bytesRead } = await handle.read(bytes, 0, bytes.length, start);
  return bytes.subarray(0, bytesRead);
}

async function openExisting(path: string, flags: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, flags);
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

const RENAME_TRIES = 20;

/** Windows refuses to replace a file for as long as another process reads it. */
async function renameOver(from: string, to: string): Promise<void> {
  for (let left = RENAME_TRIES; ; left--) {
    try {
      await rename(from, to);
      return;
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException;
      if (process.platform !== 'win32' || left === 0 || !['EPERM', 'EACCES', 'EBUSY'].includes(code)) throw error;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}

/** A name in a folder is only on the disk once the folder is; Windows cannot flush one and does so itself. */
async function flushFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function isAbsent(error: unknown): boolean {
  const { code = '' } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR';
}
