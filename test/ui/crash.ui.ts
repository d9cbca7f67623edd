/** What a person sees of a server that stops by itself: the status item, never a notification. */
import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { useEditor } from './useEditor.ts';

const POLICY = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web }
spec:
  podSelector: { matchLabels: { app: web } }
`;

/** The server's process is found by its own command line, which names the extensions' folder of this run. */
const CAN_FIND_PROCESSES = existsSync('/proc/self/cmdline');

function serverProcess(extensionsDir: string): number | undefined {
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const [, ...args] = readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0');
      if (args.some((arg) => arg.startsWith(extensionsDir) && arg.endsWith('out/server.cjs'))) return Number(name);
    } catch {
      // It has ended meanwhile.
    }
  }
  return undefined;
}

describe.skipIf(!CAN_FIND_PROCESSES)('a server that stops by itself', () => {
  const editor = useEditor({ files: { 'policy.yaml': POLICY } });

  it('is started again four times, and stays down after the fifth, all of it said in the status item', async () => {
    const { workbench, page, picture } = editor();
    const extensionsDir = inject('extensionsDir');
    const notifications = page.locator('.notifications-toasts .notification-list-item');
    await workbench.openFile('policy.yaml');
    await workbench.statusItem('Bulkhead: these files').waitFor();
    for (let crash = 1; crash <= 5; crash++) {
      await expect.poll(() => serverProcess(extensionsDir), { timeout: 20_000 }).toBeDefined();
      await workbench.statusItem(/Bulkhead: these files/).waitFor();
      const victim = serverProcess(extensionsDir);
      if (victim === undefined) expect.fail('the server does not run');
      process.kill(victim, 'SIGKILL');
      if (crash < 5) await workbench.statusItem(/Bulkhead: starting again/).waitFor();
    }
    const status = workbench.statusItem('Bulkhead: stopped');
    await status.waitFor();
    await status.hover();
    const hover = page.locator('.workbench-hover-container');
    await hover.getByText('5 times within ten minutes: SIGKILL').waitFor();
    await hover.locator('a').filter({ hasText: 'Show the log' }).waitFor();
    await picture('server-stopped');
    expect(await notifications.count()).toBe(0);
  });

  it('answers again once a person restarts it', async () => {
    const { workbench } = editor();
    await workbench.command('Bulkhead: Restart server');
    await workbench.statusItem('Bulkhead: these files').waitFor();
    await workbench.codeLenses().first().waitFor();
  });
});

describe('a server that does not start', () => {
  const place = temporaryFolder('broken');
  const extensionsDir = join(place.path, 'extensions');
  beforeAll(() => {
    cpSync(inject('extensionsDir'), extensionsDir, { recursive: true });
    for (const name of readdirSync(extensionsDir).filter((each) => each.startsWith('bulkhead.'))) {
      writeFileSync(join(extensionsDir, name, 'out', 'server.cjs'), "throw new Error('this machine has no luck');\n");
    }
  });
  afterAll(place.remove);
  const editor = useEditor({ extensionsDir, files: { 'policy.yaml': POLICY } });

  it('says so and why in the status item and in the log, and by no notification', async () => {
    const { workbench, page } = editor();
    await workbench.openFile('policy.yaml');
    const status = workbench.statusItem('Bulkhead: stopped');
    await status.waitFor();
    await status.hover();
    const hover = page.locator('.workbench-hover-container');
    await hover.getByText('The server does not start: Error: this machine has no luck').waitFor();
    expect(await page.locator('.notifications-toasts .notification-list-item').count()).toBe(0);
    await hover.locator('a').filter({ hasText: 'Show the log' }).click();
    await page.locator('.output-view .view-lines').filter({ hasText: 'The server does not start' }).waitFor();
  });
});
