import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ROOT } from '../scripts/manifest.ts';
import { startGroup, type ProcessGroup } from '../support/processGroup.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { launchBrowser } from '../vscode/browser.ts';
import { Workbench } from '../vscode/workbench.ts';

const place = temporaryFolder('start');
const temporary = join(place.path, 'tmp');
mkdirSync(temporary);
afterAll(place.remove);

describe('npm start', () => {
  it('serves the demo with a token where there is no VS Code and no display, and leaves nothing behind', async () => {
    const { group, until } = start('/usr/bin:/bin');
    try {
      const [address] = await until(/http:\/\/localhost:\d+\/\S+/);
      expect(await until(/Try first: .*/)).toBeTruthy();
      const withoutToken = new URL(address);
      withoutToken.searchParams.delete('tkn');
      expect((await fetch(withoutToken, { redirect: 'manual' })).status).toBe(403);

      const browser = await launchBrowser(join(place.path, 'browser'));
      const page = browser.pages()[0] ?? (await browser.newPage());
      await page.goto(address);
      const workbench = new Workbench(page);
      await workbench.ready();
      await page.locator('.tab').filter({ hasText: 'README.md' }).waitFor();
      await workbench.openFile('policies/shop/api.yaml');
      await workbench.lines().filter({ hasText: 'kind: NetworkPolicy' }).waitFor();
      await browser.close();
    } finally {
      group.child.kill('SIGINT');
      expect(await group.exited).toBe(0);
    }
    expect(leftFolders()).toEqual([]);
  });

  it('takes the VS Code that is installed, with a profile of its own', async () => {
    const calls = join(place.path, 'calls');
    const bin = join(place.path, 'bin');
    mkdirSync(bin);
    // Writes its arguments, one a line; a window is closed at once.
    writeFileSync(join(bin, 'code'), `#!/bin/sh\nprintf '%s\\n' "$@" >> '${calls}'\n`);
    chmodSync(join(bin, 'code'), 0o755);
    const { group, until } = start(`${bin}:/usr/bin:/bin`);
    await until(/runs in the VS Code that is installed/);
    expect(await group.exited).toBe(0);
    const written = readFileSync(calls, 'utf8');
    expect(written).toMatch(/^--install-extension\n.*bulkhead-[\d.]+\.vsix$/m);
    expect(written).toMatch(/^--new-window$/m);
    for (const flag of ['--user-data-dir', '--extensions-dir']) {
      const folders = [...written.matchAll(new RegExp(`^${flag}\\n(.*)$`, 'gm'))].map(([, folder]) => folder ?? '');
      expect(folders).toHaveLength(2);
      expect(folders.every((folder) => folder.startsWith(temporary) && !existsSync(folder))).toBe(true);
    }
  });
});

function start(path: string): { group: ProcessGroup; until: (pattern: RegExp) => Promise<RegExpMatchArray> } {
  const group = startGroup(process.execPath, ['test/scripts/start.ts'], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, PATH: path, TMPDIR: temporary, DISPLAY: '', WAYLAND_DISPLAY: '' },
  });
  let words = '';
  const waiting = new Set<() => void>();
  for (const stream of [group.child.stdout, group.child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      words += chunk.toString();
      for (const look of waiting) look();
    });
  }
  const until = (pattern: RegExp): Promise<RegExpMatchArray> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const found = words.match(pattern);
        if (found === null) return;
        waiting.delete(look);
        resolve(found);
      };
      waiting.add(look);
      look();
      void group.exited.then((status) => reject(new Error(`npm start ended with ${status}:\n${words}`)));
    });
  return { group, until };
}

function leftFolders(): string[] {
  return readdirSync(temporary).filter((name) => name.startsWith('bulkhead-'));
}
