/** What a reload of the window keeps, what moves, and how much stands in the page at once. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { clusterManifests } from '../bench/clusterManifests.ts';
import { generateCluster } from '../bench/clusterGenerator.ts';
import { browserUnavailable } from '../vscode/browser.ts';
import { demoShop, LOST } from './demoShop.ts';
import { panels, type Panels } from './openPanel.ts';
import { openShop, type Shop } from './openShop.ts';

describe.skipIf(browserUnavailable() !== undefined)('the panel', () => {
  let browser: Panels;
  let shop: Shop | undefined;
  beforeAll(async () => {
    browser = await panels();
  });
  afterEach(async () => {
    await shop?.close();
    shop = undefined;
  });
  afterAll(() => browser.close());

  test('comes back after a reload with its tab, filter, folds, focus and question', async () => {
    shop = await demoShop(browser);
    await shop.type(LOST.piece, LOST.by);
    const first = await shop.panel();
    const { page } = first;
    await page.locator('.line.row').first().waitFor();
    await page.locator('.line.row[aria-expanded=false] .twist').first().click();
    await page.getByRole('textbox', { name: 'Workload' }).fill('db');
    await page.getByRole('tab', { name: 'Matrix' }).click();
    await page.locator('.row-head[aria-label^="namespace shop,"] .twist').click();
    await first.settled();
    await page.getByRole('tab', { name: 'Graph' }).click();
    await page.getByRole('button', { name: 'As a table' }).click();
    await page.getByRole('tab', { name: 'Path' }).click();
    await page.locator('input[name=from]').fill('shop/api');
    await page.locator('input[name=to]').fill('shop/db');
    await page.getByPlaceholder('5432/TCP').fill('5432/TCP');
    await page.getByRole('button', { name: 'Ask', exact: true }).click();
    await page.locator('.verdict').waitFor();
    const kept = first.kept();
    await first.close();

    const second = await shop.panel({ stored: kept });
    const again = second.page;
    expect(await again.locator('.verdict').innerText()).toContain('api cannot reach db');
    expect(await again.locator('input[name=from]').inputValue()).toBe('shop/api');
    await again.getByRole('tab', { name: 'Graph' }).click();
    await again.getByRole('table').waitFor();
    await again.getByRole('tab', { name: 'Matrix' }).click();
    await again.locator('.row-head[aria-label^="shop/db,"]').waitFor();
    await again.getByRole('tab', { name: 'Changes' }).click();
    await second.settled();
    expect(await again.getByRole('textbox', { name: 'Workload' }).inputValue()).toBe('db');
    expect(await again.locator('.line.row[aria-expanded=true]').count()).toBe(1);
    expect(await again.locator('.line.pair').count()).toBeGreaterThan(1);
    expect(second.kept()).toMatchObject({ uri: shop.uri, view: { filter: { workload: 'db' }, expanded: ['shop'] } });
    await second.close();
  });

  test('forgets what another version has kept', async () => {
    shop = await demoShop(browser);
    const panel = await shop.panel({ stored: { version: 0, uri: 'file:///elsewhere', tab: 'graph', view: 'of old' } });
    expect(await panel.page.getByRole('tab', { selected: true }).innerText()).toBe('Changes');
    await panel.close();
  });

  test.each(['no-preference', 'reduce'] as const)('moves nothing for whoever wants less motion: %s', async (motion) => {
    shop = await demoShop(browser);
    await shop.type(LOST.piece, LOST.by);
    const panel = await shop.panel({ state: { tab: 'graph' }, reducedMotion: motion });
    const { page } = panel;
    await page.locator('svg.graph .edge').first().waitFor();
    await page.evaluate(() => {
      const seen = { moved: 0 };
      Object.assign(window, { seen });
      const animate = Object.getOwnPropertyDescriptor(Element.prototype, 'animate')?.value as Element['animate'];
      Element.prototype.animate = function count(...parts) {
        seen.moved += 1;
        return animate.apply(this, parts);
      };
    });
    const before = await page.locator('svg.graph .edge').count();
    await shop.type('port: metrics', 'port: 1');
    await expect.poll(() => page.locator('svg.graph .edge').count()).toBeGreaterThan(before);
    const moved = await page.evaluate(() => (window as unknown as { seen: { moved: number } }).seen.moved > 0);
    expect(moved).toBe(motion === 'no-preference');
    await panel.close();
  });

  test('holds at most 5,000 elements of a thousand workloads, on the largest screen, in every tab', async () => {
    const state = generateCluster({ namespaces: 40, deploymentsPerNamespace: 25, policiesPerNamespace: 3 });
    shop = await openShop(browser, {
      files: Object.fromEntries(clusterManifests(state)),
      name: 'wide.yaml',
      text: WIDE.replace('app: x', 'app: nobody'),
    });
    await shop.type('matchLabels: { app: nobody }', 'matchLabels: {}');
    const expanded = state.namespaces.map(({ name }) => name);
    const found: Record<string, number> = {};
    for (const tab of ['changes', 'matrix', 'graph'] as const) {
      const panel = await shop.panel({ state: { tab, view: { expanded } }, viewport: { width: 3840, height: 2160 } });
      const { page } = panel;
      await page.locator({ changes: '.line.row', matrix: '.cell', graph: 'svg.graph .node' }[tab]).first().waitFor();
      await panel.settled();
      found[tab] = await page.evaluate(countElements);
      if (tab === 'changes') {
        // Everything that comes into view is unfolded.
        for (let round = 0; round < 5; round += 1) {
          await page.evaluate(() => {
            for (const twist of document.querySelectorAll<HTMLElement>('[aria-expanded=false] .twist')) twist.click();
          });
          await panel.settled();
        }
        found['changes, unfolded'] = await page.evaluate(countElements);
        const total = Number(await page.locator('.lines').getAttribute('aria-rowcount'));
        expect(total).toBeGreaterThan(300);
      }
      await panel.close();
    }
    for (const [view, elements] of Object.entries(found)) expect(elements, view).toBeLessThanOrEqual(5000);
  });
});

const WIDE = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: wide, namespace: ns-0 }
spec:
  podSelector: { matchLabels: { app: x } }
  policyTypes: [Ingress, Egress]
`;

/** Runs in the page: what is in shadow trees counts as well. */
function countElements(): number {
  const count = (root: ParentNode): number => {
    const elements = [...root.querySelectorAll('*')];
    return elements.reduce(
      (sum, { shadowRoot }) => sum + (shadowRoot === null ? 0 : count(shadowRoot)),
      elements.length,
    );
  };
  return count(document);
}
