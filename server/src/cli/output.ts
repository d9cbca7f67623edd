import { createWriteStream, type WriteStream } from 'node:fs';
import { once } from 'node:events';
import { UsageError } from './usageError.ts';
import { reason } from './manifestFiles.ts';

/**
 * Where a result goes, written as it is made: millions of pairs do not fit in one string. Small pieces are gathered
 * before they reach the stream.
 */
export interface Output {
  write(text: string): void;
  /** Awaited by long loops: lets the stream drain. */
  drain(): Promise<void>;
  /** Everything written so far has been handed on: before a person is asked about it. */
  flush(): Promise<void>;
  close(): Promise<void>;
  /** Columns of the terminal; undefined when the result goes to a file or a pipe. */
  readonly width: number | undefined;
  readonly color: boolean;
}

const GATHER = 64 * 1024;

/** @throws UsageError where the file cannot be written. */
export async function openOutput(file: string | undefined, color: boolean): Promise<Output> {
  const stream = file === undefined ? process.stdout : createWriteStream(file);
  let failure: unknown;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    // The reader has gone (`| head`): nothing more to say, and no fault of ours.
    if (error.code === 'EPIPE') process.exit(0);
    failure = error;
  });
  if (file !== undefined) {
    await Promise.race([once(stream, 'open'), once(stream, 'error')]).catch((error: unknown) => {
      throw new UsageError(`${file}: ${reason(error)}`);
    });
    if (failure !== undefined) throw new UsageError(`${file}: ${reason(failure)}`);
  }
  const parts: string[] = [];
  let size = 0;
  let full = false;
  const flush = (): void => {
    if (size === 0) return;
    full = !stream.write(parts.join('')) || full;
    parts.length = 0;
    size = 0;
  };
  const terminal = file === undefined && process.stdout.isTTY;
  return {
    width: terminal ? process.stdout.columns : undefined,
    color: terminal && color,
    write: (text) => {
      parts.push(text);
      size += text.length;
      if (size >= GATHER) flush();
    },
    drain: async () => {
      if (!full) return;
      full = false;
      await once(stream, 'drain');
    },
    flush: async () => {
      flush();
      await new Promise<void>((resolve) => stream.write('', () => resolve()));
    },
    close: async () => {
      flush();
      if (file === undefined) await new Promise<void>((resolve) => process.stdout.write('', () => resolve()));
      else await new Promise<void>((resolve) => (stream as WriteStream).end(() => resolve()));
      if (failure !== undefined) throw new UsageError(`${file ?? 'standard output'}: ${reason(failure)}`);
    },
  };
}
