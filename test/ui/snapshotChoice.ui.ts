/** Where answers come from is a person's choice: the manifests, or a cluster as somebody has saved it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../scripts/manifest.ts';
import { useEditor } from './useEditor.ts';

const SAVED = readFileSync(join(ROOT, 'client', 'demo', 'cluster.json'), 'utf8');
const POLICY = readFileSync(join(ROOT, 'client', 'demo', 'policies', 'shop', 'db.yaml'), 'utf8');

describe('a folder with policies and a saved cluster', () => {
  const editor = useEditor({ files: { 'db.yaml': POLICY, 'saved/prod.json': SAVED } });

  it('answers from the chosen snapshot, and from its own manifests again', async () => {
    const { workbench, picture } = editor();
    await workbench.openFile('db.yaml');
    await workbench.statusItem('Bulkhead: these files').waitFor();
    await workbench.command('Bulkhead: Use cluster snapshot');
    await workbench.picks().filter({ hasText: 'prod.json' }).waitFor();
    await picture('snapshot-picker');
    await workbench.picks().filter({ hasText: 'prod.json' }).first().click();
    await workbench.statusItem('Bulkhead: prod.json').waitFor();
    await expect
      .poll(() => workbench.codeLensTexts())
      .toContainEqual(expect.stringMatching(/Isolates ingress of 2 pods \(db\)[\s\S]*snapshot: prod\.json/));
    await picture('snapshot-chosen');
    await workbench.command('Bulkhead: Use the workspace');
    await workbench.statusItem('Bulkhead: these files').waitFor();
  });
});
