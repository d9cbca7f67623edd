/** The built command line while it watches: its lines as they come, and how it ends. */
import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const CLI = fileURLToPath(new URL('../../out/cli.cjs', import.meta.url));

export interface Watching {
  readonly child: ChildProcess;
  /** The next line of standard output, as JSON. */
  readonly line: () => Promise<unknown>;
  /** The next line of standard error. */
  readonly said: () => Promise<string>;
  /** The exit status. */
  readonly ended: Promise<number | null>;
}

export function startWatching(args: readonly string[], env: Readonly<Record<string, string>>): Watching {
  const child = spawn(process.execPath, [CLI, 'watch', ...args], { env: { ...process.env, ...env } });
  const [lines, errors] = [child.stdout, child.stderr].map((input) =>
    createInterface({ input })[Symbol.asyncIterator](),
  );
  const next = async (of: AsyncIterator<string> | undefined): Promise<string> => {
    const step = await of?.next();
    if (step === undefined || step.done === true) throw new Error('It has ended.');
    return step.value;
  };
  return {
    child,
    line: async () => JSON.parse(await next(lines)) as unknown,
    said: () => next(errors),
    ended: new Promise((resolve) => child.once('exit', (status) => resolve(status))),
  };
}
