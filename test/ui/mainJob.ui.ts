/** The main job in the real editor: hover, lens, finding and fix, read from the rendered page. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CORPORA, CORPORA_NOTE } from '../support/corpora.ts';
import { useEditor } from './useEditor.ts';

describe('the demo, answered from its saved cluster', () => {
  const editor = useEditor({ copyOf: 'client/demo' });

  it('says above the policy and its rules what they do', async () => {
    const { workbench, picture } = editor();
    await workbench.openFile('policies/shop/api.yaml');
    await expect
      .poll(() => workbench.codeLensTexts())
      .toContainEqual(expect.stringContaining('Isolates ingress of 4 pods'));
    await expect
      .poll(() => workbench.codeLensTexts())
      .toContainEqual(expect.stringContaining('Lets in nobody: no pod matches'));
    await expect.poll(() => workbench.inlayHintTexts()).toContainEqual(expect.stringContaining('4 pods'));
    await picture('lenses');
  });

  it('a hover on a selector that matches nothing names the pods that miss by one label', async () => {
    const { workbench, picture } = editor();
    await workbench.openFile('policies/shop/api.yaml');
    await workbench.codeLenses().first().waitFor();
    const hover = await workbench.hover('fronted');
    expect(hover).toContain('frontend');
    expect(hover).toContain('app=frontend');
    await picture('hover-near-miss');
  });

  it('the finding stands at the label, and its fix makes it right', async () => {
    const { workbench, picture } = editor();
    await workbench.openFile('policies/shop/api.yaml');
    await workbench.squiggles('warning').first().waitFor();
    const problems = await workbench.problems();
    await problems.filter({ hasText: 'No pod in `shop` matches `app=fronted`' }).first().waitFor();
    await picture('problems');
    await workbench.openFile('policies/shop/api.yaml');
    await workbench.goTo(15, 22);
    await workbench.applyQuickFix('Change to app=frontend');
    await expect
      .poll(() => workbench.codeLensTexts())
      .toContainEqual(expect.stringMatching(/Lets in 4 pods .*8080\/TCP/));
    expect(await workbench.codeLensTexts()).not.toContainEqual(expect.stringContaining('nobody'));
  });

  it('the link of a finding opens its page in the editor', async () => {
    const { workbench, page, picture } = editor();
    await workbench.openFile('policies/shop/default-deny.yaml');
    await workbench.squiggles('warning').first().waitFor();
    await workbench.hoverAt(5, 10);
    await page.locator('.monaco-hover:visible a').filter({ hasText: 'missing-egress' }).first().click();
    await page.locator('.tab.active').filter({ hasText: 'missing-egress' }).waitFor();
    expect(await workbench.webview().locator('h1').innerText()).toBe('missing-egress');
    await picture('check-page');
  });

  it('a lens opens the list of its pods, which leads to their manifests', async () => {
    const { workbench, page } = editor();
    await workbench.openFile('policies/shop/db.yaml');
    await workbench.codeLenses().filter({ hasText: 'Isolates ingress of 2 pods' }).getByText('Isolates').click();
    await workbench.picks().filter({ hasText: 'db' }).first().click();
    await page.locator('.tab.active').filter({ hasText: 'db.yaml' }).waitFor();
  });
});

const POLICY = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: typed
  namespace: shop
spec:
  podSelector:
    matchLabels:
      app: cache
  policyTypes: [Ingress]
  ingress:
    - from:
        - podSelector:
            matchLabels:
              app: api
      ports:
        - port: 70000
`;

describe('an unsaved document', () => {
  // The text comes as it is written, not indented once more by the editor.
  const editor = useEditor({ copyOf: 'client/demo', settings: { '[yaml]': { 'editor.autoIndent': 'none' } } });

  it('is answered while it is typed, and what the API server would reject is said in its words', async () => {
    const { workbench, picture } = editor();
    await workbench.newDocument('YAML');
    await workbench.insert(POLICY);
    await workbench.squiggles('error').first().waitFor();
    const problems = await workbench.problems();
    await problems
      .filter({ hasText: 'Invalid value: 70000: must be between 1 and 65535, inclusive' })
      .first()
      .waitFor();
    await workbench.lines().first().click();
    await workbench.codeLenses().filter({ hasText: 'Isolates ingress of 1 pod' }).first().waitFor();
    await picture('unsaved');
  });
});

describe.skipIf(CORPORA === undefined)(`sock-shop's own manifests, without a cluster${CORPORA_NOTE}`, () => {
  const editor = useEditor({ copyOf: join(CORPORA ?? '/', 'real-world', 'sock-shop') });

  it('counts the pods of the manifests and finds the misspelt label', async () => {
    const { workbench, picture } = editor();
    await workbench.openFile('netpol-cart-db-access.yaml');
    await workbench.codeLenses().filter({ hasText: 'Isolates ingress of 1 pod' }).first().waitFor();
    expect(await workbench.hoverAt(10, 16)).toContain('carts-db');
    await workbench.page.keyboard.press('Escape');
    expect(await workbench.hoverAt(15, 20)).toContain('carts (1 pod) has `name=carts`');
    await picture('sock-shop');
  });
});
