/**
 * Child processes that cannot stay behind: each leads a process group of its own, which ends with it, with the process
 * that started it, and (on Linux) even when that one is killed.
 */
import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { existsSync } from 'node:fs';

export interface ProcessGroup {
  readonly child: ChildProcess;
  /** Settles with the exit status; a signal counts as 1. */
  readonly exited: Promise<number>;
  /** Asks the group to end, and ends it after 5 s if it did not. */
  readonly stop: () => Promise<void>;
}

export interface GroupOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly stdio?: StdioOptions;
}

const GRACE_MS = 5_000;
const PARENT_DEATH = '/usr/bin/setpriv';

export function startGroup(command: string, args: readonly string[], options: GroupOptions = {}): ProcessGroup {
  const windows = process.platform === 'win32';
  const [program, ...rest] = existsSync(PARENT_DEATH)
    ? [PARENT_DEATH, '--pdeathsig', 'KILL', command, ...args]
    : [command, ...args];
  const child = spawn(program ?? command, rest, { ...options, detached: !windows });
  const signal = (name: NodeJS.Signals): void => {
    if (child.pid === undefined) return;
    try {
      if (windows) child.kill(name);
      else process.kill(-child.pid, name);
    } catch {
      // The group is gone already.
    }
  };
  const kill = (): void => signal('SIGKILL');
  process.on('exit', kill);
  const exited = new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  }).finally(() => {
    kill();
    process.off('exit', kill);
  });
  exited.catch(() => undefined);
  return {
    child,
    exited,
    async stop() {
      signal('SIGTERM');
      const timer = setTimeout(kill, GRACE_MS);
      await exited.catch(() => undefined);
      clearTimeout(timer);
    },
  };
}
