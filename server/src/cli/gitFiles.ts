import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import type { ManifestText } from './manifestFiles.ts';
import { UsageError } from './usageError.ts';

const run = promisify(execFile);
const MANIFEST = /\.(ya?ml|json)$/i;
const LARGEST = 512 * 1024 * 1024;

/**
 * The manifests of a commit: `git:REVISION:PATH`, PATH relative to the current folder. Nothing is checked out and no
 * hook or filter of the repository runs.
 *
 * @throws UsageError where there is no such repository, revision or path.
 */
export async function readGitManifests(revision: string, given: string): Promise<readonly ManifestText[]> {
  if (revision.startsWith('-')) throw new UsageError(`git:${revision}:${given}: not a revision`);
  const root = (await git(['rev-parse', '--show-toplevel'], '.')).trim();
  const relative = path.relative(root, path.resolve(given)).replaceAll('\\', '/');
  if (relative.startsWith('..')) throw new UsageError(`git:${revision}:${given}: lies outside the repository ${root}`);
  const listed = await git(
    [
      'ls-tree',
      '-r',
      '-z',
      '--name-only',
      '--full-tree',
      `${revision}^{commit}`,
      '--',
      relative === '' ? '.' : relative,
    ],
    root,
  );
  const files = listed.split('\0').filter((file) => file !== '' && (MANIFEST.test(file) || file === relative));
  if (files.length === 0) throw new UsageError(`git:${revision}:${given}: the commit has no manifests there`);
  const texts: ManifestText[] = [];
  for (const file of files) texts.push({ file, text: await git(['cat-file', 'blob', `${revision}:${file}`], root) });
  return texts;
}

async function git(args: readonly string[], cwd: string): Promise<string> {
  try {
    const { stdout } = await run('git', ['--no-pager', ...args], { cwd, maxBuffer: LARGEST, encoding: 'utf8' });
    return stdout;
  } catch (error) {
    const said =
      error instanceof Error && 'stderr' in error && typeof error.stderr === 'string'
        ? error.stderr.trim().split('\n')[0]
        : undefined;
    throw new UsageError(said === undefined || said === '' ? 'git could not be run' : `git: ${said}`);
  }
}
