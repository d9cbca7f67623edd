/** A guarded change made by a stand-in editor in a process group of its own, which a test kills as a whole. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import type { FoundGuard } from '../../server/src/guard/findGuards.ts';
import { findGuards } from '../../server/src/guard/findGuards.ts';
import type { HelperStatus } from '../../server/src/guard/helperStatus.ts';
import { isRunning } from '../../server/src/guard/processIdentity.ts';
import { startGroup } from '../support/processGroup.ts';
import type { EditorInput, EditorStep } from './guardingEditor.ts';

export interface GuardingEditor {
  /** What it said at a step, once it is there. Rejects where it ended before. */
  readonly at: (step: EditorStep) => Promise<unknown>;
  /** SIGKILL to every process of the editor, as a crash of the machine's session would. */
  readonly kill: () => Promise<void>;
}

export function startEditor(input: EditorInput): GuardingEditor {
  const program = fileURLToPath(new URL('guardingEditor.ts', import.meta.url));
  const group = startGroup(process.execPath, [program, JSON.stringify(input)], { stdio: ['ignore', 'pipe', 'pipe'] });
  const said = new Map<string, unknown>();
  const waiting = new Map<string, (more: unknown) => void>();
  let errors = '';
  group.child.stderr?.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  if (group.child.stdout !== null) {
    createInterface(group.child.stdout).on('line', (line) => {
      const { step, more } = JSON.parse(line) as { step: string; more?: unknown };
      said.set(step, more);
      waiting.get(step)?.(more);
    });
  }
  return {
    at: (step) =>
      said.has(step)
        ? Promise.resolve(said.get(step))
        : Promise.race([
            new Promise((resolve) => waiting.set(step, resolve)),
            group.exited.then((code) => {
              if (said.has(step)) return said.get(step);
              throw new Error(`The editor ended (${code}) before ${step}:\n${errors}`);
            }),
          ]),
    kill: async () => {
      const { pid, exitCode, signalCode } = group.child;
      if (pid !== undefined && exitCode === null && signalCode === null) {
        // As an editor does: every descendant, whatever its session; then the group.
        for (const each of descendants(pid)) process.kill(each, 'SIGKILL');
        process.kill(-pid, 'SIGKILL');
      }
      await group.exited.catch(() => undefined);
    },
  };
}

function descendants(pid: number): readonly number[] {
  const rows = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n');
  const parents = rows.map((row) => row.trim().split(/\s+/).map(Number));
  const below = (parent: number): readonly number[] =>
    parents.flatMap(([child, of]) => (of === parent && child !== undefined ? [child, ...below(child)] : []));
  return below(pid);
}

/** The one guard of a folder, once it is as wanted. */
export async function guardWhen(folder: string, wanted: (guard: FoundGuard) => boolean): Promise<FoundGuard> {
  let last: FoundGuard | undefined;
  await expect
    .poll(
      async () => {
        [last] = await findGuards(folder);
        return last !== undefined && wanted(last);
      },
      { timeout: 60_000, interval: 50, message: `the guard of ${folder}` },
    )
    .toBe(true);
  return last as FoundGuard;
}

/** Ends helper processes that a test has left waiting, by their own ids. */
export function endHelpers(folder: string): void {
  let ids: readonly string[] = [];
  try {
    ids = readdirSync(join(folder, 'guards'));
  } catch {
    return;
  }
  for (const id of ids) killHelper(join(folder, 'guards', id));
}

/** Kills the helper process that holds a guard; false where none does. */
export function killHelper(guardFolder: string): boolean {
  try {
    const { process: helper } = JSON.parse(readFileSync(join(guardFolder, 'helper.json'), 'utf8')) as HelperStatus;
    if (isRunning(helper) !== true) return false;
    process.kill(helper.pid, 'SIGKILL');
    return true;
  } catch {
    return false;
  }
}
