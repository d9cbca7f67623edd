/** The extension as people install it: one .vsix with what `.vscodeignore` allows and nothing else. */
import { createVSIX } from '@vscode/vsce';
import { join } from 'node:path';
import { readManifest } from './manifest.ts';

/** Packages the bundles that are built into `outDir`; the path of the .vsix. */
export async function packageExtension(root: string, outDir: string): Promise<string> {
  const { name, version } = readManifest(root);
  const packagePath = join(outDir, `${name}-${version}.vsix`);
  await createVSIX({
    cwd: root,
    packagePath,
    dependencies: false,
    // There is no public address of the project, and none is invented.
    allowMissingRepository: true,
    rewriteRelativeLinks: false,
  });
  return packagePath;
}
