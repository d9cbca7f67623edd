/**
 * `npm run screenshots`: makes the README's pictures from the packaged extension in a real VS Code, light and dark.
 * With names of scenes only those. Run by hand when what they show has changed, and look at them.
 */
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { installExtension } from '../vscode/installExtension.ts';
import { installServer } from '../vscode/installServer.ts';
import { openEditor } from '../vscode/openEditor.ts';
import { build } from './build.ts';
import { ROOT } from './manifest.ts';
import { packageExtension } from './packageExtension.ts';
import { SCENES, type Scene } from './scenes.ts';

const WIDTH = 1000;

/** Nothing on the pictures but the text and what the extension says of it. */
const UNCLUTTERED = {
  'workbench.activityBar.location': 'hidden',
  'workbench.layoutControl.enabled': false,
  'workbench.editor.editorActionsLocation': 'hidden',
  'window.commandCenter': false,
  'breadcrumbs.enabled': false,
  'editor.minimap.enabled': false,
  'editor.fontSize': 13,
  'editor.lineNumbers': 'off',
  'editor.folding': false,
  'editor.occurrencesHighlight': 'off',
  'editor.renderLineHighlight': 'none',
  'files.autoSave': 'off',
};

const wanted = process.argv.slice(2);
const place = temporaryFolder('screenshots');
const extensionsDir = join(place.path, 'extensions');
const folder = join(place.path, 'shop');
cpSync(join(ROOT, 'client', 'demo'), folder, { recursive: true });
await build(ROOT);
await installExtension(await installServer(), await packageExtension(ROOT, place.path), extensionsDir);
for (const scene of SCENES.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) await take(scene);
place.remove();

async function take({ name, height, width = WIDTH, play }: Scene): Promise<void> {
  for (const theme of ['light', 'dark'] as const) {
    const editor = await openEditor({
      folder,
      extensionsDir,
      settings: UNCLUTTERED,
      viewport: { width, height },
      scale: 2,
    });
    try {
      await editor.setTheme(theme);
      await editor.workbench.command('View: Close Primary Side Bar');
      await play(editor.workbench);
      const file = join('client', 'media', `${name}-${theme}.png`);
      await editor.screenshot(join(ROOT, file));
      console.log(file);
    } finally {
      await editor.close();
    }
  }
}
