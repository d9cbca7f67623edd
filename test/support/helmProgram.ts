/** The real Helm: the machine's own, else built once from its Go module and kept in our cache folder. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cachedFolder, cacheRoot } from './cacheFolder.ts';
import { startGroup } from './processGroup.ts';

const MODULE = 'helm.sh/helm/v3/cmd/helm@v3.22.0';
const FOLDER = 'helm-3.22.0';

const isInstalled = spawnSync('helm', ['version'], { stdio: 'ignore' }).status === 0;
const canBuild =
  existsSync(join(cacheRoot(), FOLDER)) || spawnSync('go', ['version'], { stdio: 'ignore' }).status === 0;

/** The end of a suite's title, so that a skipped suite says why it was skipped. */
export const HELM_NOTE =
  isInstalled || canBuild ? '' : ' (skipped: helm is not installed, nor Go, which builds it from its module)';

export const HAS_HELM = HELM_NOTE === '';

/** The folder with the program, for the PATH; `''` where the machine has its own. The first build takes two minutes. */
export async function helmFolder(): Promise<string> {
  return isInstalled ? '' : cachedFolder(FOLDER, build);
}

async function build(folder: string): Promise<void> {
  const environment = { ...process.env, GOBIN: folder, CGO_ENABLED: '0', GOFLAGS: '' };
  const group = startGroup('nice', ['-n', '10', 'go', 'install', MODULE], { env: environment, stdio: 'ignore' });
  if ((await group.exited) !== 0) throw new Error(`${MODULE} did not build`);
  execFileSync(join(folder, 'helm'), ['version'], { stdio: 'ignore' });
}
