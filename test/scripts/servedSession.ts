/**
 * The demo in the VS Code that npm has, as a page for any browser on this machine. A token guards it: a page without one
 * would give everybody who reaches the port a shell.
 */
import { randomBytes } from 'node:crypto';
import { installExtension } from '../vscode/installExtension.ts';
import { installServer } from '../vscode/installServer.ts';
import { startServer } from '../vscode/startServer.ts';
import { SHOW_README, type DemoPlace, type Session } from './session.ts';

export async function servedSession(place: DemoPlace, vsix: string): Promise<Session> {
  const { userDataDir, extensionsDir, workspace } = place;
  console.log('No VS Code is installed, and there is none to download here: bringing the one from npm …');
  const server = await installServer();
  await installExtension(server, vsix, extensionsDir);
  const running = await startServer(server, {
    userDataDir,
    extensionsDir,
    defaultFolder: workspace,
    settings: SHOW_README,
    connectionToken: randomBytes(24).toString('hex'),
  });
  return {
    took: `Bulkhead runs in VS Code ${server.version} from npm. Open this address in a browser on this machine:\n\n  ${running.address}`,
    ended: running.group.exited,
    stop: running.stop,
  };
}
