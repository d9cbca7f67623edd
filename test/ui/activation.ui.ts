import { describe, expect, it } from 'vitest';
import { useEditor } from './useEditor.ts';

describe('the packaged extension', () => {
  const editor = useEditor({
    copyOf: 'client/demo',
    files: {
      'compose.yaml': 'services:\n  web:\n    image: nginx\n',
      'ci.yaml': 'on: [push]\njobs:\n  test:\n    runs-on: ubuntu-latest\n',
    },
  });

  it('starts on a policy and says which cluster its answers come from', async () => {
    const { workbench, picture } = editor();
    await workbench.openFile('policies/shop/api.yaml');
    await workbench.statusItem('Bulkhead: cluster.json').waitFor();
    await workbench.codeLenses().first().waitFor();
    await picture('activation');
  });

  it.each(['compose.yaml', 'ci.yaml'])('has nothing to say of %s', async (file) => {
    const { workbench } = editor();
    await workbench.openFile(file);
    await workbench
      .lines()
      .filter({ hasText: /services|jobs/ })
      .waitFor();
    expect(await workbench.codeLensTexts()).toEqual([]);
    expect(await workbench.squiggles('error').count()).toBe(0);
    expect(await workbench.squiggles('warning').count()).toBe(0);
  });
});
