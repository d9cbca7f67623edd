import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import type { Workbench } from '../vscode/workbench.ts';
import { useEditor } from './useEditor.ts';

const POLICY = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web, namespace: shop }
spec:
  podSelector: { matchLabels: { app: web } }
  policyTypes: [Ingress]
`;

/** Two contexts on one server and one on another; nobody listens there. The first signs in by running a program. */
const KUBECONFIG = `apiVersion: v1
kind: Config
current-context: prod-admin
clusters:
- { name: prod, cluster: { server: "https://127.0.0.1:9" } }
- { name: dev, cluster: { server: "https://127.0.0.2:9" } }
users:
- name: admin
  user: { token: secret-of-admin }
- name: me
  user:
    exec: { apiVersion: client.authentication.k8s.io/v1, command: touch, args: [RAN], env: [{ name: CLOUD_PROFILE, value: secret-of-me }] }
contexts:
- { name: prod, context: { cluster: prod, user: me } }
- { name: prod-admin, context: { cluster: prod, user: admin } }
- { name: dev, context: { cluster: dev, user: admin } }
`;

const place = temporaryFolder('kubeconfig');
const kubeconfig = join(place.path, 'config');
const ran = join(place.path, 'ran');
writeFileSync(kubeconfig, KUBECONFIG.replace('RAN', ran));

async function openPicker(workbench: Workbench): Promise<void> {
  await workbench.openFile('web.yaml');
  await workbench.statusItem('Bulkhead: these files').waitFor();
  await workbench.command('Bulkhead: Choose cluster context');
  // The palette's own rows are gone once the contexts are there.
  await workbench.picks().filter({ hasText: 'current context' }).waitFor();
}

describe('choosing where pods come from', () => {
  const editor = useEditor({ files: { 'web.yaml': POLICY }, env: { KUBECONFIG: kubeconfig } });

  it('lists the contexts by server, the current one first, and no secret', async () => {
    const { workbench, picture } = editor();
    await openPicker(workbench);
    const rows = await workbench.picks().allInnerTexts();
    expect(rows.map((row) => row.split('\n')[0]?.trim())).toEqual([
      'prod-adminadmin · current context',
      'prodme',
      'devadmin',
    ]);
    expect(rows.join()).not.toContain('secret');
    await picture('context-picker');
    await workbench.page.keyboard.press('Escape');
  });

  it('runs nothing to sign in where the person does not agree', async () => {
    const { workbench, page, picture } = editor();
    await openPicker(workbench);
    await workbench.picks().filter({ hasText: 'signs in by running touch' }).click();
    const dialog = page.locator('.monaco-dialog-box');
    await dialog.waitFor();
    expect(await dialog.innerText()).toMatch(/Command: touch[\s\S]*CLOUD_PROFILE/);
    expect(await dialog.innerText()).not.toContain('secret-of-me');
    await picture('exec-consent');
    await dialog.getByText('Cancel').click();
    await dialog.waitFor({ state: 'hidden' });
    expect(existsSync(ran)).toBe(false);
    await workbench.statusItem('Bulkhead: these files').waitFor();
  });

  it('says why the chosen one cannot be had, and keeps the source that there was', async () => {
    const { workbench } = editor();
    await openPicker(workbench);
    await workbench.picks().filter({ hasText: 'dev' }).click();
    await workbench.notification('127.0.0.2').waitFor();
    await workbench.statusItem('Bulkhead: these files').waitFor();
  });
});

describe('a connection that does not work', () => {
  const editor = useEditor({ files: { 'web.yaml': POLICY }, env: { KUBECONFIG: kubeconfig } });

  it('is tried step by step, and what is found opens as a text', async () => {
    const { workbench, picture } = editor();
    await workbench.openFile('web.yaml');
    await workbench.statusItem('Bulkhead: these files').waitFor();
    await workbench.command('Bulkhead: Diagnose connection');
    await workbench.picks().filter({ hasText: 'dev' }).click();
    await expect.poll(() => workbench.text()).toMatch(/FAIL +Network +127\.0\.0\.2:9 refuses the connection\./);
    expect(await workbench.text()).not.toContain('secret');
    await picture('diagnosis');
  });
});

describe('a machine without a kubeconfig', () => {
  const editor = useEditor({ files: { 'web.yaml': POLICY }, env: { KUBECONFIG: '/no/such/kubeconfig' } });

  it('is named, with the ways to answers that are left', async () => {
    const { workbench, picture } = editor();
    await workbench.openFile('web.yaml');
    await workbench.statusItem('Bulkhead: these files').waitFor();
    await workbench.command('Bulkhead: Choose cluster context');
    const said = workbench.notification('There is no context in /no/such/kubeconfig on ');
    await said.waitFor();
    await picture('no-kubeconfig');
    await said.getByText('Copy kubectl line').click();
    await workbench.notification('choose it with “Use cluster snapshot…”').waitFor();
  });
});

describe('a login program that asks for a person', () => {
  const asking = join(place.path, 'asking');
  const script = 'echo "Open https://login.example/device and enter the code ABCD-1234" >&2; exec sleep 600';
  writeFileSync(
    asking,
    JSON.stringify({
      clusters: [{ name: 'prod', cluster: { server: 'https://127.0.0.1:9' } }],
      users: [
        {
          name: 'me',
          user: { exec: { apiVersion: 'client.authentication.k8s.io/v1', command: 'sh', args: ['-c', script] } },
        },
      ],
      contexts: [{ name: 'prod', context: { cluster: 'prod', user: 'me' } }],
    }),
  );
  const editor = useEditor({ files: { 'web.yaml': POLICY }, env: { KUBECONFIG: asking } });

  it('is shown with its code, and ends when the person gives up', async () => {
    const { workbench, page, picture } = editor();
    await workbench.openFile('web.yaml');
    await workbench.statusItem('Bulkhead: these files').waitFor();
    await workbench.command('Bulkhead: Choose cluster context');
    await workbench.picks().filter({ hasText: 'signs in by running sh' }).click();
    await page.locator('.monaco-dialog-box').getByText('Run and connect').click();
    const asked = workbench.notification('asks you to sign in to prod');
    await asked.waitFor();
    const shown = await asked.innerText();
    expect(shown).toContain('at https://login.example/device, with the code ABCD-1234.');
    expect(shown).toMatch(/Open login\.example\s+Copy code\s+Copy address/);
    await picture('sign-in');
    await workbench.notification('Connecting to prod').getByText('Cancel').click();
    await workbench.statusItem('Bulkhead: these files').waitFor();
  });
});

describe('a workspace that is not trusted', () => {
  const editor = useEditor({ files: { 'web.yaml': POLICY }, env: { KUBECONFIG: kubeconfig }, workspaceTrust: true });

  it('gets answers from its files, and no cluster', async () => {
    const { workbench, picture } = editor();
    await workbench.openFile('web.yaml');
    await workbench.codeLenses().first().waitFor();
    await workbench.command('Bulkhead: Choose cluster context');
    await workbench.notification('not trusted').waitFor();
    await picture('not-trusted');
  });
});
