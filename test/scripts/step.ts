/** One program of the test run: its words go to a file and are shown when it fails; it ends within its time. */
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startGroup } from '../support/processGroup.ts';
import { ROOT } from './manifest.ts';

export interface StepResult {
  readonly ok: boolean;
  /** The end of what it wrote; whole where it is short. */
  readonly output: string;
}

const SHOWN_LINES = 300;

export async function runStep(
  name: string,
  command: string,
  args: readonly string[],
  { minutes, env = {} }: { readonly minutes: number; readonly env?: Readonly<Record<string, string>> },
): Promise<StepResult> {
  const logs = join(ROOT, 'out', 'test-logs');
  mkdirSync(logs, { recursive: true });
  const file = join(logs, `${name.replaceAll(/\W+/g, '-')}.log`);
  const log = openSync(file, 'w');
  const group = startGroup(command, args, {
    cwd: ROOT,
    stdio: ['ignore', log, log],
    env: { ...plainEnvironment(), ...env },
  });
  closeSync(log);
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    void group.stop();
  }, minutes * 60_000);
  const status = await group.exited.catch(() => 1);
  clearTimeout(timer);
  const words = `${readFileSync(file, 'utf8')}${late ? `\nStopped after ${minutes} minutes.\n` : ''}`;
  return { ok: status === 0 && !late, output: lastLines(words) };
}

/** A development tool's program in `node_modules`, run by the Node that runs us. */
export function tool(name: string): string {
  return join(ROOT, 'node_modules', '.bin', process.platform === 'win32' ? `${name}.cmd` : name);
}

/** Words go to a file: without colours, whatever the terminal of `npm test` asks for. */
function plainEnvironment(): NodeJS.ProcessEnv {
  const { FORCE_COLOR: _forced, ...env } = process.env;
  return { ...env, NO_COLOR: '1' };
}

function lastLines(text: string): string {
  const lines = text.trimEnd().split('\n');
  if (lines.length <= SHOWN_LINES) return lines.join('\n');
  return [`… ${lines.length - SHOWN_LINES} lines before`, ...lines.slice(-SHOWN_LINES)].join('\n');
}
