/** Runs the built command line as a person would: a process of its own, with its output and exit status. */
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryFolder, type TemporaryFolder } from './temporaryFolder.ts';

const CLI = fileURLToPath(new URL('../../out/cli.cjs', import.meta.url));

export interface CommandResult {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export function bulkhead(
  args: readonly string[],
  { cwd, stdin = '', env = {} }: { cwd?: string; stdin?: string; env?: Readonly<Record<string, string>> } = {},
): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [CLI, ...args], {
      ...(cwd === undefined ? {} : { cwd }),
      env: { ...process.env, ...env },
      stdio: 'pipe',
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, stdout, stderr }));
    child.stdin.end(stdin);
  });
}

/** A folder with files, written as `#- name` headers before each text. */
export function folderOf(files: string): TemporaryFolder {
  const folder = temporaryFolder('cli');
  for (const part of files.split(/^#- /m).slice(1)) {
    const end = part.indexOf('\n');
    const file = join(folder.path, part.slice(0, end).trim());
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, part.slice(end + 1));
  }
  return folder;
}
