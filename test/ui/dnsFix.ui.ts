/** What a person mends by the light bulb: names that no longer resolve, a namespace that is open by default. */
import { describe, expect, it } from 'vitest';
import { useEditor } from './useEditor.ts';

describe('a policy that cuts off the name service', () => {
  const editor = useEditor({ copyOf: 'client/demo' });

  it('is mended by the rule for this cluster’s own DNS pods, and the warning goes', async () => {
    const { workbench, page, picture } = editor();
    await workbench.openFile('policies/shop/nightly-report.yaml');
    const problems = await workbench.problems();
    const warning = problems.filter({ hasText: 'may no longer resolve names' });
    await warning.first().waitFor();
    await workbench.openFile('policies/shop/nightly-report.yaml');
    await workbench.goTo(5, 10);
    await workbench.quickFixes();
    await picture('dns-fix');
    await page.keyboard.press('Escape');
    await workbench.applyQuickFix('Add a rule for DNS to nightly-report');
    await warning.first().waitFor({ state: 'hidden' });
    await page.keyboard.press('Control+End');
    await expect
      .poll(() => workbench.codeLensTexts())
      .toContainEqual(expect.stringMatching(/Lets out to 2 pods in kube-system .*53\/UDP/));
    expect(await workbench.text()).toContain('k8s-app: kube-dns');
    await picture('dns-fixed');
  });
});

describe('a namespace without default-deny', () => {
  const editor = useEditor({ copyOf: 'client/demo' });

  it('gets one after a preview that says which traffic it takes', async () => {
    const { workbench, page, picture } = editor();
    await workbench.openFile('policies/payments/checkout.yaml');
    await workbench.squiggles('warning').first().waitFor();
    await workbench.goTo(5, 10);
    await workbench.applyQuickFix('Add default-deny for ingress in payments');
    const preview = page.locator('.bulk-edit-panel');
    await preview.getByText('Apply', { exact: true }).waitFor();
    // What needs a confirmation is not ticked: the person does.
    const change = preview.locator('.monaco-list-row').filter({ hasText: 'default-deny' });
    await change.click();
    await page.keyboard.press('Space');
    await preview.locator('.monaco-list-row [role=checkbox][aria-checked=true]').first().waitFor();
    // A hover comes where the mouse moves to.
    await preview.getByText('Apply', { exact: true }).hover();
    await change.hover();
    await page.locator('.workbench-hover-container').filter({ hasText: 'ledger (1 pod) no longer lets in' }).waitFor();
    expect(await workbench.text()).not.toContain('default-deny');
    await picture('default-deny-preview');
    await preview.getByText('Apply', { exact: true }).click();
    await workbench.openFile('policies/payments/checkout.yaml');
    // The page shows only the lines in sight, and the preview may still have the keyboard.
    const end = async (): Promise<string> => {
      await page.keyboard.press('Control+End');
      return workbench.text();
    };
    await expect.poll(end).toMatch(/name: default-deny[\s\S]*podSelector: \{\}/);
    await picture('default-deny');
  });
});
