/** Installs a .vsix as `code --install-extension` does. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { VscodeServer } from './installServer.ts';

export async function installExtension(server: VscodeServer, vsix: string, extensionsDir: string): Promise<void> {
  await promisify(execFile)(server.node, [
    server.main,
    '--install-extension',
    vsix,
    '--force',
    '--extensions-dir',
    extensionsDir,
    '--server-data-dir',
    join(extensionsDir, '.server-data'),
  ]);
}
