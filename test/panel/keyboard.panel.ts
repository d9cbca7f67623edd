/** The whole walk without a pointer: everything that a person can do in the panel, and what its host hears of it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PanelMessage } from '../../server/src/protocol/panel.ts';
import { browserUnavailable } from '../vscode/browser.ts';
import { demoShop, LOST } from './demoShop.ts';
import { panels, type OpenPanel, type Panels } from './openPanel.ts';
import type { Shop } from './openShop.ts';

describe.skipIf(browserUnavailable() !== undefined)('with the keyboard alone', () => {
  let browser: Panels;
  let shop: Shop;
  let panel: OpenPanel;

  beforeAll(async () => {
    browser = await panels();
    shop = await demoShop(browser);
    await shop.type(LOST.piece, LOST.by);
    panel = await shop.panel();
    await panel.page.locator('.line.row').first().waitFor();
  });
  afterAll(async () => {
    await panel.close();
    await shop.close();
    await browser.close();
  });

  /** Presses keys one after the other, as a person does who waits for what comes of each. */
  const press = async (...keys: readonly string[]): Promise<void> => {
    for (const key of keys) {
      await panel.page.keyboard.press(key);
      await panel.settled();
    }
  };
  const focused = (): Promise<string> => panel.page.evaluate(nameOfFocus);
  /** A key, as often as it takes until something of that name has the focus. */
  const walk = async (key: string, name: RegExp): Promise<void> => {
    const seen: string[] = [];
    while (seen.length < 60) {
      const reached = await focused();
      if (name.test(reached)) return;
      seen.push(reached);
      await press(key);
    }
    throw new Error(`${key} does not lead to ${String(name)}, but to:\n${seen.join('\n')}`);
  };
  const tabTo = async (name: RegExp): Promise<void> => {
    await press('Tab');
    await walk('Tab', name);
  };
  /** What the page has said since. */
  const heard = async (act: () => Promise<void>): Promise<readonly PanelMessage[]> => {
    const before = panel.said.length;
    await act();
    return panel.said.slice(before);
  };
  /** From the tab in front to another one; arrow keys lead around. */
  const toTab = async (name: string): Promise<readonly PanelMessage[]> => {
    await panel.page.locator('vscode-tab-header[tabindex="0"]').focus();
    await walk('ArrowRight', new RegExp(`^${name}$`));
    return heard(() => press('Enter'));
  };
  const active = (attribute: string): Promise<string | null | undefined> =>
    panel.page.evaluate((name) => document.activeElement?.getAttribute(name), attribute);

  test('the Tab key goes from what is compared over the tabs and filters to the first line, and stops at no other', async () => {
    const stops: string[] = [];
    for (;;) {
      await press('Tab');
      const name = await focused();
      if (name === '') break;
      stops.push(name);
    }
    expect(stops).toEqual([
      'Follow the active document',
      'Apply…',
      expect.stringMatching(/^prod\.json/),
      'What is laid over it',
      'Changes',
      'Changes',
      'Workload',
      'Namespaces',
      'Port',
      'Direction',
      'Only lost',
      'Markdown',
      'CSV',
      'Mermaid',
      expect.stringContaining('shop/db'),
    ]);
  });

  test('what is compared is chosen', async () => {
    await press('Tab');
    expect(await focused()).toBe('Follow the active document');
    expect(await heard(() => press('Space'))).toMatchObject([{ kind: 'set', state: { follows: false } }]);
    expect(await heard(() => press('Space'))).toMatchObject([{ kind: 'set', state: { follows: true } }]);
    await tabTo(/^Apply/);
    expect(await heard(() => press('Enter'))).toEqual([{ kind: 'apply' }]);
    await tabTo(/^prod\.json/);
    expect(await heard(() => press('Enter'))).toEqual([{ kind: 'choose' }]);
    await tabTo(/^What is laid over it/);
    expect(await heard(() => press('Space', 'ArrowDown', 'Enter'))).toMatchObject([
      { kind: 'set', state: { after: { kind: 'unsaved' } } },
    ]);
    expect(await heard(() => press('Space', 'ArrowUp', 'Enter'))).toMatchObject([
      { kind: 'set', state: { after: { kind: 'document' } } },
    ]);
  });

  test('changes are narrowed, exported, unfolded and followed to their line', async () => {
    await tabTo(/^Workload/);
    const typed = await heard(() => press('d', 'b'));
    expect(typed.at(-1)).toMatchObject({ kind: 'set', state: { view: { filter: { workload: 'db' } } } });
    await press('Backspace', 'Backspace');
    await tabTo(/^Direction/);
    expect(await heard(() => press('Space', 'ArrowDown', 'Enter'))).toMatchObject([
      { kind: 'set', state: { view: { filter: { direction: 'ingress' } } } },
    ]);
    await press('Space', 'ArrowUp', 'Enter');
    await tabTo(/^Only lost/);
    expect(await heard(() => press('Space'))).toMatchObject([
      { kind: 'set', state: { view: { filter: { onlyLost: true } } } },
    ]);
    await press('Space');
    await tabTo(/^Markdown/);
    expect(await heard(() => press('Enter'))).toMatchObject([{ kind: 'open', language: 'markdown' }]);
    await tabTo(/shop\/db/);
    await press('End', 'Home', 'ArrowDown');
    const wide = panel.page.locator('.line.row[aria-expanded=false]').first();
    const key = await wide.getAttribute('data-key');
    while ((await active('data-key')) !== key) await press('ArrowDown');
    expect(await heard(() => press('ArrowRight'))).toMatchObject([{ kind: 'set', state: { view: { folds: [key] } } }]);
    await press('ArrowDown');
    expect(await active('aria-level')).toBe('3');
    await press('ArrowLeft');
    const place = await panel.page.locator(`[data-key="${key}"] button.name`).first().innerText();
    const line = Number(place.split(':')[1]) - 1;
    const reveal = [{ kind: 'reveal', uri: shop.uri, line }];
    expect(await heard(() => press('Enter'))).toEqual(reveal);
    await press('Tab');
    expect(await focused()).toBe(place);
    expect(await heard(() => press('Enter'))).toEqual(reveal);
    await press('Shift+Tab');
    expect(await heard(() => press('ArrowLeft'))).toMatchObject([{ kind: 'set', state: { view: { folds: [] } } }]);
  });

  test('a single pair is kept as a test, and asked about', async () => {
    await press('Home');
    const single = panel.page.locator('.line.row:not([aria-expanded])').first();
    const key = await single.getAttribute('data-key');
    while ((await active('data-key')) !== key) await press('ArrowDown');
    await tabTo(/^Keep as test/);
    expect(await heard(() => press('Enter'))).toMatchObject([
      { kind: 'keep', params: { ports: [expect.any(String)] } },
    ]);
    await press('Shift+Tab');
    expect(await focused()).toBe('Why');
    expect(await heard(() => press('Enter'))).toMatchObject([
      { kind: 'set', state: { tab: 'path', view: { question: { port: expect.any(String) } } } },
    ]);
  });

  test('tabs are changed by arrow keys, and the matrix is walked, unfolded and asked', async () => {
    expect(await toTab('Matrix')).toMatchObject([{ kind: 'set', state: { tab: 'matrix' } }]);
    await panel.page.getByRole('grid').waitFor();
    await tabTo(/outside|namespace/);
    await press('Control+Home', 'ArrowDown');
    await walk('ArrowDown', /^namespace shop,/);
    expect(await heard(() => press('ArrowRight'))).toMatchObject([
      { kind: 'set', state: { view: { expanded: ['shop'] } } },
    ]);
    await walk('ArrowDown', /^shop\/api,/);
    const column = await panel.page.locator('.column-head[aria-label^="shop/db,"]').getAttribute('data-place');
    while ((await active('data-place'))?.split(',')[1] !== column?.split(',')[1]) await press('ArrowRight');
    expect(await heard(() => press('Enter'))).toMatchObject([
      {
        kind: 'set',
        state: { tab: 'path', view: { question: { from: 'shop/api[Deployment]', to: 'shop/db[StatefulSet]' } } },
      },
    ]);
    expect(await panel.page.locator('.verdict').innerText()).toContain('api can reach db');
  });

  test('the graph is entered, walked, zoomed and led to another focus', async () => {
    expect(await toTab('Graph')).toMatchObject([{ kind: 'set', state: { tab: 'graph' } }]);
    await panel.page.locator('svg.graph [data-id]').first().waitFor();
    await tabTo(/^Who reaches whom/);
    const transform = (): Promise<string | null> => panel.page.locator('svg.graph .drawing').getAttribute('transform');
    const before = await transform();
    await press('+');
    expect(await transform()).not.toBe(before);
    await press('0', 'Tab');
    const first = await focused();
    await press('Home', 'PageDown', 'ArrowLeft');
    expect(await focused()).not.toBe(first);
    await walk('PageDown', /^shop\/api,/);
    expect(await heard(() => press('Enter'))).toMatchObject([
      { kind: 'set', state: { view: { focus: { kind: 'workload', workload: 'shop/api[Deployment]' } } } },
    ]);
    await tabTo(/shop\/api/);
  });

  test('a path is asked for, a proposal is taken, and the answer follows the edit', async () => {
    await toTab('Path');
    await tabTo(/^From/);
    await press('Control+a');
    await panel.page.keyboard.type('shop/api');
    await tabTo(/^To/);
    await press('Control+a');
    await panel.page.keyboard.type('shop/db');
    await tabTo(/^Port/);
    await press('Control+a');
    await panel.page.keyboard.type('5432/TCP');
    const said = await heard(() => press('Enter'));
    expect(said.at(-1)).toMatchObject({
      kind: 'set',
      state: { view: { question: { from: 'shop/api', to: 'shop/db', port: '5432/TCP' } } },
    });
    expect(await panel.page.locator('.verdict').innerText()).toContain('Denied');
    await tabTo(/^What would allow this/);
    await press('Enter');
    await tabTo(/^Take into the editor/);
    const taken = await heard(() => press('Enter'));
    expect(taken).toMatchObject([{ kind: 'edit', edits: [{ uri: shop.uri }] }]);
    await panel.page.locator('.verdict', { hasText: 'Allowed' }).waitFor();
    expect(shop.folder.lsp.textOf(shop.uri)).toContain('5432');
  });
});

/** Runs in the page: what has the focus, by the name that it is called; empty where nothing has. */
function nameOfFocus(): string {
  let element: Element | null = document.activeElement;
  if (element === null || element === document.body) return '';
  const named = (each: Element): string => {
    const labels = each instanceof HTMLInputElement ? [...(each.labels ?? [])].map((label) => label.innerText) : [];
    const by = each.getAttribute('aria-labelledby');
    const root = each.getRootNode() as Document | ShadowRoot;
    return (
      each.getAttribute('aria-label') ??
      (by === null
        ? undefined
        : by
            .split(' ')
            .map((id) => root.getElementById(id)?.textContent ?? '')
            .join(' ')) ??
      labels.find((label) => label !== '') ??
      ''
    );
  };
  const chain: Element[] = [element];
  while (element?.shadowRoot?.activeElement) {
    element = element.shadowRoot.activeElement;
    chain.push(element);
  }
  const own = chain
    .toReversed()
    .map(named)
    .find((name) => name !== '');
  const label = own ?? chain[0]?.getAttribute('label') ?? chain[0]?.textContent ?? '';
  return (label === '' ? (chain[0]?.textContent ?? '') : label).replaceAll(/\s+/g, ' ').trim();
}
