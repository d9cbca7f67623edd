/** Runs the repository's own build of every bundle. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

export async function build(root: string): Promise<void> {
  await promisify(execFile)(process.execPath, [join(root, 'esbuild.mjs')], { cwd: root });
}
