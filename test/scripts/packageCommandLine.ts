/**
 * The command line and the language server for other editors as an npm package. Its manifest is generated, because the repository's own describes the extension:
 * the bundles carry all they need, so it has no dependencies, and it promises what the launcher checks.
 */
import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { npm } from '../support/npm.ts';
import { readManifest, type Manifest } from './manifest.ts';

/** Everything of the repository that the package carries, at the same places, so that the bundles find their files. */
const CONTENT = [
  'server/bin',
  'server/docs',
  'server/schemas',
  'out/cli.cjs',
  'out/server.cjs',
  'out/cluster.cjs',
  'out/guard.cjs',
  'out/layout.cjs',
  'README.md',
  'CHANGELOG.md',
  'LICENSE',
];

/** Packs the bundles that are built into a tarball in `outDir`; its path. */
export async function packageCommandLine(root: string, outDir: string): Promise<string> {
  const folder = join(outDir, 'npm');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const content = CONTENT.filter((path) => existsSync(join(root, path)));
  for (const path of content) cpSync(join(root, path), join(folder, path), { recursive: true });
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(npmManifest(readManifest(root), content), null, 2)}\n`);
  const [packed] = JSON.parse(await npm(['pack', '--json', '--ignore-scripts'], { cwd: folder })) as {
    filename: string;
  }[];
  if (packed === undefined) throw new Error('npm packed nothing');
  return join(folder, packed.filename);
}

function npmManifest(manifest: Manifest, files: readonly string[]): object {
  const { name, version, license, keywords } = manifest;
  return {
    name,
    version,
    description:
      'Checks Kubernetes NetworkPolicies and answers who can reach whom, from manifests, a snapshot or a live cluster.',
    ...(keywords === undefined ? {} : { keywords }),
    license,
    type: 'commonjs',
    bin: manifest.bin,
    files,
    engines: { node: '>=22' },
  };
}
