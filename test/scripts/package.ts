/** `npm run package`: builds every bundle, then writes the .vsix and the npm tarball of the command line into `out/`. */
import { build } from './build.ts';
import { ROOT } from './manifest.ts';
import { packageCommandLine } from './packageCommandLine.ts';
import { packageExtension } from './packageExtension.ts';
import { join, relative } from 'node:path';

await build(ROOT);
const out = join(ROOT, 'out');
for (const packed of [await packageExtension(ROOT, out), await packageCommandLine(ROOT, out)]) {
  console.log(relative(ROOT, packed));
}
