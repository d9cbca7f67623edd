/** A policy pasted out of a chat or a wiki, which has eaten its indentation. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../scripts/manifest.ts';
import { useEditor } from './useEditor.ts';

const WRITTEN = readFileSync(join(ROOT, 'client', 'demo', 'policies', 'shop', 'cache.yaml'), 'utf8');

describe('a pasted policy without indentation', () => {
  const editor = useEditor({
    copyOf: 'client/demo',
    files: { 'policies/shop/cache.yaml': '' },
    settings: { '[yaml]': { 'editor.autoIndent': 'none' } },
  });

  it('is found, and the light bulb nests it as it was', async () => {
    const { workbench, picture } = editor();
    await workbench.openFile('policies/shop/cache.yaml');
    await workbench.insert(WRITTEN.replaceAll(/^ +/gm, ''));
    await workbench.squiggles('error').first().waitFor();
    await workbench.squiggles('warning').first().waitFor();
    expect(await workbench.hoverAt(3, 8)).toContain('The nesting of this policy is lost');
    await picture('pasted');
    await workbench.page.keyboard.press('Escape');
    await workbench.applyQuickFix('Restore the nesting');
    await workbench.codeLenses().filter({ hasText: 'Isolates ingress of 1 pod (cache)' }).first().waitFor();
    await picture('pasted-mended');
    expect(await workbench.squiggles('error').count()).toBe(0);
  });
});
