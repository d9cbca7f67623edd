/** Findings that a person does not share, findings of files that are not open, and what a label's value says. */
import { describe, expect, it } from 'vitest';
import { useEditor } from './useEditor.ts';

describe('a finding that is meant so', () => {
  const editor = useEditor({ copyOf: 'client/demo' });

  it('is silenced by a comment above its line, which says which check it is', async () => {
    const { workbench, picture } = editor();
    await workbench.openFile('policies/shop/cache.yaml');
    await workbench.squiggles('warning').first().waitFor();
    await workbench.goTo(19, 18);
    await workbench.applyQuickFix('Disable service-port-used on this line');
    await expect.poll(() => workbench.text()).toContain('# bulkhead-disable-next-line service-port-used');
    await workbench.squiggles('warning').first().waitFor({ state: 'detached' });
    await picture('suppressed');
  });

  it('a label’s value says which pods have it', async () => {
    const { workbench, picture } = editor();
    await workbench.openFile('policies/shop/db.yaml');
    await workbench.codeLenses().filter({ hasText: 'Isolates ingress of 2 pods' }).first().waitFor();
    expect(await workbench.hoverAt(20, 20)).toMatch(/4 pods[\s\S]*api/);
    await picture('hover-label-value');
  });
});

describe('problems of the whole workspace', () => {
  const editor = useEditor({ copyOf: 'client/demo', settings: { 'bulkhead.problems': 'workspace' } });

  it('are there for files that nobody has opened', async () => {
    const { workbench, picture } = editor();
    await workbench.openFile('policies/shop/default-deny.yaml');
    const problems = await workbench.problems();
    await problems.filter({ hasText: 'checkout.yaml' }).first().waitFor();
    await problems.filter({ hasText: 'No pod in `shop` matches `app=fronted`' }).first().waitFor();
    await picture('workspace-problems');
  });
});
