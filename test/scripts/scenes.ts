/** What the README shows, as a person would bring it onto the screen. All scenes play in the demo's folder. */
import type { Workbench } from '../vscode/workbench.ts';

export interface Scene {
  /** The pictures are `client/media/NAME-light.png` and `NAME-dark.png`. */
  readonly name: string;
  readonly height: number;
  /** Where a thousand is not enough. */
  readonly width?: number;
  readonly play: (workbench: Workbench) => Promise<void>;
}

export const SCENES: readonly Scene[] = [
  {
    name: 'lenses',
    height: 560,
    async play(workbench) {
      await workbench.openFile('policies/shop/db.yaml');
      await workbench.codeLenses().nth(2).waitFor();
      await workbench.inlayHints().filter({ hasText: 'pod' }).first().waitFor();
    },
  },
  {
    name: 'hover',
    height: 560,
    async play(workbench) {
      await workbench.openFile('policies/shop/api.yaml');
      await workbench.codeLenses().nth(1).waitFor();
      await workbench.hover('fronted');
    },
  },
  {
    name: 'problems',
    height: 720,
    async play(workbench) {
      await workbench.openFile('policies/shop/api.yaml');
      await workbench.codeLenses().nth(1).waitFor();
      await (await workbench.problems()).filter({ hasText: 'fronted' }).first().waitFor();
    },
  },
  {
    name: 'preview',
    height: 640,
    width: 1400,
    async play(workbench) {
      await workbench.openFile('policies/shop/db.yaml');
      await workbench.codeLenses().filter({ hasText: 'Isolates' }).first().waitFor();
      await workbench.goTo(17, 25);
      await workbench.page.keyboard.press('Backspace');
      await workbench.page.keyboard.press('Backspace');
      await workbench.command('Bulkhead: Preview reachability');
      await workbench.webview().locator('.line.row').first().waitFor();
      await workbench.webview().locator('.line.row .twist').first().click();
      await workbench.webview().locator('.line.pair').first().waitFor();
      await workbench.page.locator('.codelens-decoration').filter({ hasText: 'Lets in 4 pods' }).waitFor();
    },
  },
  {
    name: 'path',
    height: 760,
    width: 1400,
    async play(workbench) {
      await workbench.openFile('policies/shop/db.yaml');
      await workbench.codeLenses().filter({ hasText: 'Isolates' }).first().waitFor();
      await workbench.command("Bulkhead: Why can't A reach B?");
      const panel = workbench.webview();
      await panel.locator('input[name=from]').fill('payments/checkout');
      await panel.locator('input[name=to]').fill('shop/db');
      await panel.getByPlaceholder('5432/TCP').fill('5432/TCP');
      await panel.getByRole('button', { name: 'Ask', exact: true }).click();
      await panel.locator('.verdict').waitFor();
      await panel.getByRole('button', { name: 'What would allow this' }).click();
      await panel.locator('.proposal').first().waitFor();
    },
  },
  {
    name: 'status',
    height: 420,
    async play(workbench) {
      await workbench.openFile('policies/shop/api.yaml');
      const status = workbench.statusItem('Bulkhead: cluster.json');
      await status.waitFor();
      await workbench.codeLenses().nth(1).waitFor();
      await status.hover();
      await workbench.page.locator('.workbench-hover-container table').waitFor();
    },
  },
];
