/** What the README shows, as a person would bring it onto the screen. All scenes play in the demo's folder. */
import type { Workbench } from '../vscode/workbench.ts';

export interface Scene {
  /** The pictures are `client/media/NAME-light.png` and `NAME-dark.png`. */
  readonly name: string;
  readonly height: number;
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
