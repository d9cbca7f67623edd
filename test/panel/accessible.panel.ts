/** What axe finds in every tab and state of the panel, in VS Code's own colours. */
import axeCore from 'axe-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { browserUnavailable } from '../vscode/browser.ts';
import { demoShop, LOST } from './demoShop.ts';
import { panels, type OpenPanel, type Panels } from './openPanel.ts';
import type { Shop } from './openShop.ts';
import { THEMES, type ThemeName } from './themes.ts';

interface State {
  readonly name: string;
  /** Leads on from the state before. */
  readonly reach: (panel: OpenPanel, shop: Shop) => Promise<void>;
}

const STATES: readonly State[] = [
  { name: 'nothing changes', reach: async () => undefined },
  {
    name: 'changes',
    reach: async ({ page }, shop) => {
      await shop.type(LOST.piece, LOST.by);
      await page.locator('.line.row').first().waitFor();
    },
  },
  {
    name: 'changes, all unfolded, with the focus on one',
    reach: async ({ page, settled }) => {
      for (;;) {
        const folded = page.locator('.line[aria-expanded=false] .twist').first();
        if ((await folded.count()) === 0) break;
        await folded.click();
        await settled();
      }
      await page.locator('.line.row').first().focus();
    },
  },
  {
    name: 'half typed',
    reach: async ({ page }, shop) => {
      await shop.type('ports:', 'ports: [');
      await page.getByText('half typed').waitFor();
    },
  },
  {
    name: 'a filter that nothing passes',
    reach: async ({ page }, shop) => {
      await shop.type('ports: [', 'ports:');
      await page.getByText('half typed').waitFor({ state: 'detached' });
      await page.getByRole('textbox', { name: 'Workload' }).fill('nobody');
      await page.getByText('nothing of it passes the filter').waitFor();
    },
  },
  {
    name: 'the matrix by namespace',
    reach: async ({ page }) => {
      await page.getByRole('textbox', { name: 'Workload' }).fill('');
      await page.getByRole('tab', { name: 'Matrix' }).click();
      await page.getByRole('grid').waitFor();
    },
  },
  {
    name: 'the matrix, unfolded',
    reach: async ({ page }) => {
      await page.locator('.row-head', { hasText: 'shop' }).first().locator('.twist').click();
      await page.locator('.cell.lost').first().focus();
    },
  },
  {
    name: 'the graph of what changes',
    reach: async ({ page }) => {
      await page.getByRole('tab', { name: 'Graph' }).click();
      await page.locator('svg.graph [data-id]').first().waitFor();
    },
  },
  {
    name: 'the choice of a graph',
    reach: async ({ page }) => {
      await page.getByRole('combobox', { name: 'Graph of' }).fill('db');
      await page.getByRole('option').first().waitFor();
    },
  },
  {
    name: 'the graph of a workload',
    reach: async ({ page }) => {
      await page
        .getByRole('option', { name: /db.*workload/ })
        .first()
        .click();
      await page.locator('svg.graph .focus').first().waitFor();
    },
  },
  {
    name: 'the graph as a table',
    reach: async ({ page }) => {
      await page.getByRole('button', { name: 'As a table' }).click();
      await page.getByRole('table').waitFor();
    },
  },
  {
    name: 'a path nobody has asked for',
    reach: async ({ page }) => {
      await page.getByRole('tab', { name: 'Path' }).click();
      await page.getByText('Name two ends').waitFor();
    },
  },
  {
    name: 'a path with an end that is unclear',
    reach: async ({ page }) => {
      await page.locator('input[name=from]').fill('nobody at all');
      await page.locator('input[name=to]').fill('shop/db');
      await page.getByRole('button', { name: 'Ask', exact: true }).click();
      await page.getByRole('alert').first().waitFor();
    },
  },
  {
    name: 'a path with everything that can be asked of it',
    reach: async ({ page, settled }) => {
      await page.locator('input[name=from]').fill('shop/api');
      await page.getByPlaceholder('5432/TCP').fill('5432/TCP');
      await page.getByRole('button', { name: 'Ask', exact: true }).click();
      await page.locator('.verdict', { hasText: 'Denied' }).waitFor();
      for (const name of ['What would allow this', 'Copy probe', 'Exposure of both']) {
        await page.getByRole('button', { name }).click();
        await settled();
      }
      await page.locator('.proposal').first().waitFor();
    },
  },
];

describe.skipIf(browserUnavailable() !== undefined)('axe finds nothing serious', () => {
  let browser: Panels;
  beforeAll(async () => {
    browser = await panels();
  });
  afterAll(() => browser.close());

  test.each(Object.keys(THEMES) as ThemeName[])('in the theme %s, whatever is shown', async (theme) => {
    const shop = await demoShop(browser);
    const panel = await shop.panel({ theme });
    const found: string[] = [];
    try {
      await panel.page.evaluate(axeCore.source);
      for (const { name, reach } of STATES) {
        await reach(panel, shop);
        await panel.settled();
        found.push(...(await violations(panel)).map((violation) => `${name}: ${violation}`));
      }
      await panel.close();
    } finally {
      await shop.close();
    }
    expect(found).toEqual([]);
  });
});

async function violations({ page }: OpenPanel): Promise<readonly string[]> {
  return page.evaluate(async () => {
    const { axe } = window as unknown as { readonly axe: typeof axeCore };
    const { violations } = await axe.run(document, { resultTypes: ['violations'] });
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => {
        const [first] = nodes;
        return `${id}: ${nodes.length} × ${first?.html.slice(0, 160)} (${first?.failureSummary?.replaceAll(/\s+/g, ' ')})`;
      });
  });
}
