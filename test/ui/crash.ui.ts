/** What a person sees of a server that stops by itself: the status item, never a notification. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, inject, it } from 'vitest';
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
    await workbench.command('Bulkhead: Restart Server');
    await workbench.statusItem('Bulkhead: these files').waitFor();
    await workbench.codeLenses().first().waitFor();
  });
});
