/** A diff view: both sides are answered, each from its own text, and the folder counts the file once. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { useEditor } from './useEditor.ts';

const POLICY = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web, namespace: shop }
spec:
  podSelector: { matchLabels: { app: web } }
`;
const PODS = `apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec: { replicas: 3, template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: web }] } } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: db, namespace: shop }
spec: { replicas: 2, template: { metadata: { labels: { app: db } }, spec: { containers: [{ name: db }] } } }
`;

function git(folder: string, ...args: readonly string[]): void {
  const person = ['-c', 'user.name=Test', '-c', 'user.email=test@example.invalid'];
  execFileSync('git', [...person, ...args], { cwd: folder, stdio: 'ignore' });
}

describe('a diff view', () => {
  const editor = useEditor({
    files: { 'policy.yaml': POLICY, 'pods.yaml': PODS },
    settings: { 'diffEditor.codeLens': true, 'diffEditor.renderSideBySide': true },
    viewport: { width: 1600, height: 900 },
  });
  beforeAll(() => {
    const { folder } = editor();
    git(folder, 'init', '--initial-branch=main');
    git(folder, 'add', '.');
    git(folder, 'commit', '--message=Begin');
    writeFileSync(join(folder, 'policy.yaml'), POLICY.replace('app: web }', 'app: db }'));
  });

  it('answers the old side from the old text and the new side from the new one', async () => {
    const { workbench, page, picture } = editor();
    await workbench.command('Git: Open Repository');
    await workbench.openFile('policy.yaml');
    await workbench.codeLenses().filter({ hasText: 'Isolates ingress of 2 pods (db)' }).first().waitFor();
    await workbench.command('Git: Open Changes');
    const side = (name: 'original' | 'modified') =>
      page.locator(`.diff-editor .editor.${name}, .monaco-diff-editor .editor.${name}`);
    await side('modified')
      .locator('.codelens-decoration')
      .filter({ hasText: 'Isolates ingress of 2 pods (db)' })
      .first()
      .waitFor();
    await side('original')
      .locator('.codelens-decoration')
      .filter({ hasText: 'Isolates ingress of 3 pods (web)' })
      .first()
      .waitFor();
    await picture('diff');
    await side('original').locator('.view-line span > span').filter({ hasText: 'podSelector' }).first().hover();
    await page.locator('.monaco-hover:visible').getByText('3 pods', { exact: false }).first().waitFor();
    expect(await workbench.squiggles('error').count()).toBe(0);
  });
});
