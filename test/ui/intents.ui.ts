/** Intent tests in the Test Explorer: run on unsaved text, seen to fail at their line, and to pass again by themselves. */
import { expect, it, describe } from 'vitest';
import { useEditor } from './useEditor.ts';

const WORKLOADS = ['web', 'db']
  .map(
    (name) => `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: shop }
spec:
  replicas: 2
  template:
    metadata: { labels: { app: ${name} } }
    spec: { containers: [{ name: ${name}, image: ${name} }] }
`,
  )
  .join('---\n');

const POLICY = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: db, namespace: shop }
spec:
  podSelector: { matchLabels: { app: db } }
  policyTypes: [Ingress]
  ingress:
  - from: [{ podSelector: { matchLabels: { app: web } } }]
    ports: [{ port: 5432 }]
`;

const TESTS = `version: 1
tests:
- name: web may reach db
  from: shop/web
  to: shop/db
  ports: [5432/TCP]
  expect: allow
- name: nothing outside shop may reach db
  from: { outside: shop }
  to: shop/db
  expect: deny
`;

describe('intent tests', () => {
  const editor = useEditor({
    files: { 'shop.yaml': WORKLOADS, 'db.yaml': POLICY, 'shop.bulkhead-test.yaml': TESTS },
  });

  it('pass, fail with the next unsaved edit and its cause, and pass again once it is taken back', async () => {
    const { workbench, page, picture } = editor();
    await workbench.openFile('shop.bulkhead-test.yaml');
    const lens = (text: string) => workbench.codeLenses().filter({ hasText: text }).first();
    await lens('2 pods → 2 pods · passes').waitFor();
    await workbench.command('Testing: Focus on Test Explorer View');
    const row = (text: RegExp) => page.locator('.test-explorer .monaco-list-row', { hasText: text }).first();
    await row(/shop\.bulkhead-test\.yaml/).click();
    await page.keyboard.press('ArrowRight');
    await row(/web may reach db/).waitFor();
    await workbench.command('Test: Run All Tests');
    await state('web may reach db', /Passed/);
    await picture('tests-passed');
    await workbench.command('Test: Start Continuous Run');

    await workbench.openFile('db.yaml');
    await workbench.goTo(9, 25);
    await page.keyboard.press('Shift+ArrowLeft');
    await page.keyboard.type('3');
    await state('web may reach db', /Failed/);
    await state('nothing outside shop may reach db', /Passed/);
    await workbench.openFile('shop.bulkhead-test.yaml');
    await lens('2 pods → 2 pods · fails: shop/web cannot reach shop/db on 5432/TCP').waitFor();
    // The failure stands at its test, with the policy that causes it.
    await page.getByText('shop/web cannot reach shop/db on 5432/TCP: shop/db isolates ingress').first().waitFor();
    await picture('tests-failed');

    await workbench.openFile('db.yaml');
    await page.keyboard.press('Control+z');
    await state('web may reach db', /Passed/);

    async function state(name: string, expected: RegExp): Promise<void> {
      const item = page.locator('.test-explorer [role="treeitem"]', { hasText: name }).first();
      await expect.poll(() => item.getAttribute('aria-label')).toMatch(expected);
    }
  });
});
