/** From an empty file to a finished policy with what completion offers, and nothing else. */
import { describe, expect, it } from 'vitest';
import { useEditor } from './useEditor.ts';

describe('an empty file', () => {
  const editor = useEditor({
    copyOf: 'client/demo',
    files: { 'policies/shop/cache-access.yaml': '' },
    settings: { 'bulkhead.namespace': 'shop' },
  });

  it('becomes a policy of the shop by completion only, and nothing is left to mend', async () => {
    const { workbench, page, picture } = editor();
    await workbench.openFile('policies/shop/cache-access.yaml');
    await workbench.statusItem('Bulkhead: cluster.json').waitFor();
    await workbench.suggestions();
    await picture('completion-snippets');
    await workbench.complete('allow from workload');
    await expect.poll(() => workbench.text()).toContain('kind: NetworkPolicy');
    await picture('completion-inserted');
    await page.keyboard.press('Escape');
    await retype(16, 16, 'label value');
    await workbench.complete('frontend');
    await retype(19, 13, 'port');
    await workbench.complete('http');
    await expect.poll(() => workbench.text()).toMatch(/app: frontend\n[\s\S]*port: http/);
    await expect
      .poll(() => workbench.codeLensTexts())
      .toContainEqual(expect.stringMatching(/Lets in 4 pods on 8080\/TCP/));
    await workbench.statusItem(/^\s*0\s*0/).waitFor();
    const problems = await workbench.problems();
    expect(await problems.filter({ hasText: 'cache-access.yaml' }).count()).toBe(0);
    await picture('completion-finished');

    /** Empties the rest of a line, and asks what could stand there. */
    async function retype(line: number, column: number, name: string): Promise<void> {
      await workbench.goTo(line, column);
      await page.keyboard.press('Shift+End');
      await page.keyboard.press('Delete');
      await workbench.suggestions();
      await picture(`completion-${name.replace(' ', '-')}`);
    }
  });
});
