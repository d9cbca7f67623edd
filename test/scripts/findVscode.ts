/** The desktop VS Codes that a person's machine has, or can download. */
import { downloadAndUnzipVSCode, resolveCliPathFromVSCodeExecutablePath } from '@vscode/test-electron';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { cacheRoot } from '../support/cacheFolder.ts';

/** A download that says nothing for so long is given up. */
const STALLED_MS = 20_000;

/** The path of `code`, where it is on the PATH. */
export function installedVscode(): string | undefined {
  const names = process.platform === 'win32' ? ['code.cmd', 'code.exe'] : ['code'];
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.flatMap((folder) => names.map((name) => join(folder, name))).find((path) => existsSync(path));
}

/** The command line of one that was downloaded: nothing where there is no display to show it on, or no way to it. */
export async function downloadedVscode(): Promise<string | undefined> {
  if (!hasDisplay()) return undefined;
  console.log('No VS Code is installed: downloading one …');
  const { promise: stalled, resolve } = Promise.withResolvers<undefined>();
  const giveUp = (): void => {
    console.log(`The download said nothing for ${STALLED_MS / 1000} s.`);
    resolve(undefined);
  };
  let timer = setTimeout(giveUp, STALLED_MS);
  const download = downloadAndUnzipVSCode({
    cachePath: join(cacheRoot(), 'desktop-vscode'),
    reporter: {
      report({ stage }) {
        const doing: string = stage;
        clearTimeout(timer);
        // Unpacking says nothing until it is done, and is no stalled download.
        if (doing !== 'extractingSynchonrously') timer = setTimeout(giveUp, STALLED_MS);
      },
      error: (error: unknown) => console.log(`The download failed: ${String(error)}`),
    },
  }).catch(() => undefined);
  const found = await Promise.race([download, stalled]);
  clearTimeout(timer);
  return found === undefined ? undefined : resolveCliPathFromVSCodeExecutablePath(found);
}

function hasDisplay(): boolean {
  if (process.platform === 'darwin' || process.platform === 'win32') return true;
  return ['DISPLAY', 'WAYLAND_DISPLAY'].some((name) => (process.env[name] ?? '') !== '');
}
