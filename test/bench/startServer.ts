import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { SERVER_ENVIRONMENT } from '../../client/src/serverProcess.ts';

const SERVER = fileURLToPath(new URL('../../out/server.cjs', import.meta.url));

export type Piped = ChildProcessByStdio<Writable, Readable, null>;

/** Our server over stdio, started as the extension starts it. */
export function startServer(): Piped {
  return startNode([SERVER, '--stdio'], SERVER_ENVIRONMENT);
}

/** A program of Node; the benchmark fails with it rather than wait for what it would have said. */
export function startNode(args: readonly string[], env: Readonly<Record<string, string>> = {}): Piped {
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'ignore'], env: { ...process.env, ...env } });
  child.on('exit', (status) => {
    if (status !== null && status !== 0) throw new Error(`${args.join(' ')} ended with ${status}`);
  });
  return child;
}
