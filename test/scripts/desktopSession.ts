/**
 * The demo in a desktop VS Code: a window of its own, with a profile and extensions of its own. `code` is its command
 * line, which starts the editor outside of its own process group: to end it we ask the editor itself.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startGroup } from '../support/processGroup.ts';
import { QUIET_SETTINGS } from '../vscode/startServer.ts';
import { SHOW_README, type DemoPlace, type Session } from './session.ts';

export async function desktopSession(code: string, took: string, place: DemoPlace, vsix: string): Promise<Session> {
  const { userDataDir, extensionsDir, workspace } = place;
  mkdirSync(join(userDataDir, 'User'), { recursive: true });
  writeFileSync(
    join(userDataDir, 'User', 'settings.json'),
    JSON.stringify({ ...QUIET_SETTINGS, ...SHOW_README }, null, 2),
  );
  const profile = ['--user-data-dir', userDataDir, '--extensions-dir', extensionsDir];
  // Root has to say where its data is, which we do, and that it may do without a sandbox.
  const root = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const installed = await startGroup(code, [...profile, ...root, '--install-extension', vsix], {
    stdio: ['ignore', 'ignore', 'inherit'],
  }).exited;
  if (installed !== 0) throw new Error(`${code} did not install ${vsix}`);
  const trust = '--disable-workspace-trust';
  const group = startGroup(code, [...profile, ...root, trust, '--new-window', '--wait', workspace], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const stop = async (): Promise<void> => {
    await endEditor(userDataDir);
    await group.stop();
  };
  return { took: `${took} (${code}).`, ended: group.exited, stop };
}

/** The main process writes its id into the profile, which nobody else uses. */
async function endEditor(userDataDir: string): Promise<void> {
  try {
    const pid = Number(readFileSync(join(userDataDir, 'code.lock'), 'utf8'));
    if (!Number.isInteger(pid) || pid <= 1) return;
    process.kill(pid, 'SIGTERM');
    for (let tries = 50; tries > 0; tries--) {
      process.kill(pid, 0);
      await delay(100);
    }
  } catch {
    // It has ended.
  }
}
