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

  it('stays away from YAML that is none of its business', async () => {
    const { workbench } = editor();
    for (const file of ['compose.yaml', 'ci.yaml']) {
      await workbench.openFile(file);
      // The language is known and the extension is active; it has nothing to say.
      await workbench.statusItem('YAML').waitFor();
      expect(await workbench.statusItem(/Bulkhead/).count()).toBe(0);
    }
    expect(await workbench.page.locator('.codelens-decoration').count()).toBe(0);
  });

  it('starts on a policy and says which cluster its answers come from', async () => {
    const { workbench, picture } = editor();
    await workbench.openFile('policies/shop/api.yaml');
    await workbench.statusItem('Bulkhead: cluster.json').waitFor();
    await workbench.codeLenses().first().waitFor();
    await picture('activation');
  });
});
