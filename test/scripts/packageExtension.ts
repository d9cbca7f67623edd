/** The extension as people install it: one .vsix with what `.vscodeignore` allows and nothing else. */
import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { readManifest } from './manifest.ts';

/** Packages the extension in `folder`, with the bundles that are built there, into `outDir`; the path of the .vsix. */
export async function packageExtension(folder: string, outDir: string): Promise<string> {
  const { name, version } = readManifest(folder);
  const vsix = join(outDir, `${name}-${version}.vsix`);
  const vsce = createRequire(import.meta.url).resolve('@vscode/vsce/vsce');
  // There is no public address of the project, and none is invented. Run apart, since it lists all files as it goes.
  const flags = ['--no-dependencies', '--allow-missing-repository', '--no-rewrite-relative-links', '--skip-license'];
  await promisify(execFile)(process.execPath, [vsce, 'package', ...flags, '--out', vsix], { cwd: folder });
  return vsix;
}
