/**
 * `npm start`: the extension on a copy of the demo, in whichever VS Code can be had: the installed one, else where there
 * is a display the one that `@vscode/test-electron` downloads, else the one from npm, served on this machine. The
 * profile is thrown away afterwards and no setting of the person's is touched.
 */
import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { build } from './build.ts';
import { desktopSession } from './desktopSession.ts';
import { downloadedVscode, installedVscode } from './findVscode.ts';
import { ROOT } from './manifest.ts';
import { packageExtension } from './packageExtension.ts';
import { servedSession } from './servedSession.ts';
import type { DemoPlace, Session } from './session.ts';

const WHAT_TO_TRY = `
Try first: open policies/shop/api.yaml and look above its first rule. README.md in the folder asks four more questions.
Ctrl-C here ends the session and removes its profile.
`;

const place = preparePlace();
await build(ROOT);
const vsix = await packageExtension(ROOT, place.root);
const session = await open();
console.log(`\n${session.took}\n${WHAT_TO_TRY}`);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void end());
await session.ended;
await end();

async function open(): Promise<Session> {
  const installed = installedVscode();
  if (installed !== undefined)
    return desktopSession(installed, 'Bulkhead runs in the VS Code that is installed', place, vsix);
  const downloaded = await downloadedVscode();
  if (downloaded !== undefined)
    return desktopSession(downloaded, 'Bulkhead runs in a VS Code that was downloaded for it', place, vsix);
  return servedSession(place, vsix);
}

function preparePlace(): DemoPlace {
  const { path: root } = temporaryFolder('demo');
  const workspace = join(root, 'shop');
  cpSync(join(ROOT, 'client', 'demo'), workspace, { recursive: true });
  const [userDataDir, extensionsDir] = [join(root, 'user-data'), join(root, 'extensions')];
  for (const folder of [userDataDir, extensionsDir]) mkdirSync(folder);
  return { root, workspace, userDataDir, extensionsDir };
}

async function end(): Promise<void> {
  await session.stop();
  // Removes the temporary folder too.
  process.exit(0);
}
