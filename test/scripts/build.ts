/** Runs the repository's own build of every bundle, unless `npm test` has said (BULKHEAD_BUILT) that it just did. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';

export function build(root: string): Promise<void> {
  if (process.env['BULKHEAD_BUILT'] === '1') return Promise.resolve();
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [join(root, 'esbuild.mjs')], { cwd: root }, (error, _stdout, stderr) => {
      // esbuild's own words come first; the stack of the script that called it helps nobody.
      if (error === null) resolve();
      else reject(new Error(`The bundles do not build:\n${stderr.split(/^\S+:\d+$/m)[0] ?? stderr}`));
    });
  });
}
