/** One dash more or less decides between AND and OR: the refactoring flips it, lens and hover follow. */
import { describe, expect, it } from 'vitest';
import { useEditor } from './useEditor.ts';

describe('two selectors of a rule', () => {
  const editor = useEditor({ copyOf: 'client/demo' });

  it('become one peer and two again, and every answer follows', async () => {
    const { workbench, picture } = editor();
    await workbench.openFile('policies/shop/db.yaml');
    const admitted = (pods: number) => expect.stringMatching(new RegExp(`Lets in ${pods} pods.*5432/TCP`));
    await expect.poll(() => workbench.codeLensTexts()).toContainEqual(admitted(13));
    await picture('peers-or');
    await workbench.goTo(18, 15);
    await workbench.applyQuickFix('Make them one peer: lets in 4 pods instead of 13');
    await expect.poll(() => workbench.codeLensTexts()).toContainEqual(admitted(4));
    expect(await workbench.hoverAt(14, 8)).toContain('4 pods');
    await picture('peers-and');
    await workbench.page.keyboard.press('Escape');
    await workbench.goTo(18, 15);
    await workbench.applyQuickFix('Make them two peers: either selector is enough');
    await expect.poll(() => workbench.codeLensTexts()).toContainEqual(admitted(13));
  });
});
