/**
 * A real API server and its etcd in one program, built once from Go modules out of `../shared/control-plane`. The first
 * build takes 3 to 5 minutes on two cores and 2.7 GB of Go's own caches; after that it is found in our cache folder.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cachedFolder, cacheRoot, recipeKey } from '../support/cacheFolder.ts';
import { startGroup } from '../support/processGroup.ts';
import { sharedFolder } from '../support/sharedFolder.ts';

/** What it says of itself; decides the wording of its refusals. */
export const SERVER_VERSION = '1.36.3';

/** One sentence where tests against an API server cannot run on this machine; they say it when they skip. */
export function controlPlaneUnavailable(): string | undefined {
  const sources = sharedFolder('control-plane');
  if (sources === undefined) return "the API server's sources (../shared/control-plane) are not there";
  if (existsSync(join(cacheRoot(), folderName(sources)))) return undefined;
  return hasGo() ? undefined : 'Go is not installed, which builds the API server once';
}

/** The program's path, built if need be. Only where `controlPlaneUnavailable` has nothing to say. */
export async function buildControlPlane(): Promise<string> {
  const sources = sharedFolder('control-plane');
  if (sources === undefined) throw new Error(controlPlaneUnavailable());
  const folder = await cachedFolder(folderName(sources), (target) => compile(sources, join(target, PROGRAM)));
  return join(folder, PROGRAM);
}

const PROGRAM = 'control-plane';

function folderName(sources: string): string {
  return `control-plane-${recipeKey(...['main.go', 'go.mod'].map((file) => readFileSync(join(sources, file))))}`;
}

function hasGo(): boolean {
  try {
    execFileSync('go', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

async function compile(sources: string, program: string): Promise<void> {
  const [major, minor] = SERVER_VERSION.split('.');
  const version = 'k8s.io/component-base/version';
  const stamps = [`gitVersion=v${SERVER_VERSION}`, `gitMajor=${major}`, `gitMinor=${minor}`].map(
    (stamp) => `-X ${version}.${stamp}`,
  );
  const flags = ['build', '-buildvcs=false', '-ldflags', `-s -w ${stamps.join(' ')}`, '-o', program, '.'];
  // Behind whatever else runs: the other suites have time limits of their own.
  const group = startGroup('nice', ['-n', '10', 'go', ...flags], { cwd: sources, stdio: ['ignore', 'ignore', 'pipe'] });
  let words = '';
  group.child.stderr?.on('data', (chunk: Buffer) => {
    words = `${words}${chunk.toString()}`.slice(-4_000);
  });
  const status = await group.exited;
  if (status !== 0) throw new Error(`The API server did not build:\n${words}`);
}
