/** Runs the repository's own build of every bundle, unless `npm test` has said (BULKHEAD_BUILT) that it just did. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

export async function build(root: string): Promise<void> {
  if (process.env['BULKHEAD_BUILT'] === '1') return;
  await promisify(execFile)(process.execPath, [join(root, 'esbuild.mjs')], { cwd: root });
}
