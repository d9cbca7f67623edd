/** Draws `client/media/icon.png`, which the extension's manifest names, from `icon.svg`. Run by hand when that changes. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { launchBrowser } from '../vscode/browser.ts';
import { ROOT } from './manifest.ts';

const media = join(ROOT, 'client', 'media');
const profile = temporaryFolder('icon');
const browser = await launchBrowser(profile.path, { viewport: { width: 256, height: 256 } });
const page = browser.pages()[0] ?? (await browser.newPage());
await page.setContent(
  `<style>body { margin: 0; background: transparent }</style>${readFileSync(join(media, 'icon.svg'), 'utf8')}`,
);
await page.screenshot({ path: join(media, 'icon.png'), omitBackground: true });
await browser.close();
profile.remove();
