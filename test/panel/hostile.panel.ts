/** Names that a cluster may hold, and that nobody who means well has given: inert and legible, in every view and export. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PanelTab } from '../../server/src/protocol/panel.ts';
import { browserUnavailable } from '../vscode/browser.ts';
import { panels, type OpenPanel, type Panels } from './openPanel.ts';
import { openShop, type Shop } from './openShop.ts';

/** Each beside the text that a person can read; what is the same is as harmless as it looks. */
const NAMES: readonly (readonly [name: string, read: string])[] = [
  ['<img src=x onerror=pwned=1>', '<img src=x onerror=pwned=1>'],
  ['"><script>pwned=1</script>', '"><script>pwned=1</script>'],
  ['javascript:pwned=1', 'javascript:pwned=1'],
  ['{pwned=1}', '{pwned=1}'],
  ['[all well](command:evil)', '[all well](command:evil)'],
  ['\u001b[31mred\u001b[0m\u0007', '\\u{1b}[31mred\\u{1b}[0m\\u{7}'],
  ['\u202edlohesuoh\u202c', '\\u{202e}dlohesuoh\\u{202c}'],
  ['\u2066isolated\u2069', '\\u{2066}isolated\\u{2069}'],
  ['sh\u200bop', 'sh\\u{200b}op'],
  ['two\nlines\u2028more', 'two\\u{a}lines\\u{2028}more'],
  ['sh\u043ep', 'sh\u043ep'],
  // By itself it is a placeholder of some tool, and nobody's name.
  ['x.__proto__', 'x.__proto__'],
  ['constructor', 'constructor'],
  ['hasOwnProperty', 'hasOwnProperty'],
  ['=HYPERLINK("x")', '=HYPERLINK("x")'],
  ['a|b`c`<!--', 'a|b`c`<!--'],
  ['\u0634\u0628\u0643\u0629', '\u0634\u0628\u0643\u0629'],
  [`${'long-'.repeat(50)}end`, `${'long-'.repeat(50)}end`],
];
const FILE = '<img src=x onerror=pwned=1>\u202e.yaml';
const NAMESPACE = '<b>\u202ens</b>';

function deployment(name: string): object {
  const labels = { app: name, [name.slice(0, 60)]: 'x' };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: NAMESPACE },
    spec: {
      replicas: 2,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'main', ports: [{ containerPort: 80 }] }] } },
    },
  };
}

function policy(name: string, peer: object): object {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name, namespace: NAMESPACE },
    spec: { podSelector: {}, ingress: [{ from: [{ podSelector: peer }], ports: [{ port: 80 }] }] },
  };
}

const documents = (objects: readonly object[]): string =>
  objects.map((object) => JSON.stringify(object, null, 2)).join('\n---\n');
const POLICY = policy('<img src=x onerror=pwned=1>\u202e', {});

describe.skipIf(browserUnavailable() !== undefined)('hostile names', () => {
  let browser: Panels;
  let shop: Shop;

  beforeAll(async () => {
    browser = await panels();
    shop = await openShop(browser, {
      files: { 'workloads.yaml': documents(NAMES.map(([name]) => deployment(name))) },
      name: FILE,
      text: documents([POLICY]),
    });
    // Everybody loses everybody.
    await shop.type('"podSelector": {}\n          }', '"podSelector": {"matchLabels": {"app": "nobody"}}\n          }');
  });
  afterAll(async () => {
    await shop.close();
    await browser.close();
  });

  const opened = (tab: PanelTab, view: object): Promise<OpenPanel> =>
    shop.panel({ state: { tab, view }, viewport: { width: 1600, height: 3000 } });

  test('are read in the list of changes, in rows, pairs and details', async () => {
    const panel = await opened('changes', {});
    const { page } = panel;
    while ((await page.locator('.line[aria-expanded=false]').count()) > 0) {
      await page.locator('.line[aria-expanded=false] .twist').first().click();
      await panel.settled();
    }
    await page.locator('.line.row').first().focus();
    await panel.settled();
    await expectInert(panel);
    const text = await page.locator('.lines').innerText();
    for (const [, read] of NAMES) expect(text).toContain(read);
    expect(await page.locator('h1').innerText()).toBe('<img src=x onerror=pwned=1>\\u{202e}.yaml');
    await panel.close();
  });

  test('are read in the matrix, cut off where they are long, and in full where one points', async () => {
    const panel = await opened('matrix', { expanded: [NAMESPACE] });
    const { page } = panel;
    await expectInert(panel);
    const heads = await page.locator('[role=rowheader] .name').allInnerTexts();
    expect(heads.toSorted()).toEqual([...NAMES.map(([, read]) => read), '<b>\\u{202e}ns</b>', 'Outside'].toSorted());
    await page.locator('[role=rowheader]', { hasText: 'long-long-' }).focus();
    await panel.settled();
    expect(await page.locator('.content .details').innerText()).toContain('long-end');
    await panel.close();
  });

  test('are read in the graph, in its table and in its files', async () => {
    const panel = await opened('graph', { focus: { kind: 'namespace', namespace: NAMESPACE } });
    const { page, said } = panel;
    await expectInert(panel);
    const labels = await page
      .locator('svg.graph [aria-label][data-id]')
      .evaluateAll((elements) => elements.map((element) => element.getAttribute('aria-label') ?? ''));
    for (const [, read] of NAMES)
      expect(
        labels.filter((label) => label.includes(read)),
        read,
      ).not.toEqual([]);
    await page.getByRole('button', { name: 'SVG' }).click();
    await expect.poll(() => said.filter(({ kind }) => kind === 'save').length).toBe(1);
    const saved = said.find((message) => message.kind === 'save');
    const svg = Buffer.from(saved?.kind === 'save' ? saved.base64 : '', 'base64').toString('utf8');
    expectPlain(svg);
    const elements = await page.evaluate((text) => {
      const { documentElement } = new DOMParser().parseFromString(text, 'image/svg+xml');
      return [...new Set([...documentElement.querySelectorAll('*')].map(({ localName }) => localName))].sort();
    }, svg);
    expect(elements).toEqual(['defs', 'g', 'marker', 'path', 'rect', 'text']);
    await page.getByRole('button', { name: 'As a table' }).click();
    await panel.settled();
    await expectInert(panel);
    const table = await page.locator('.edge-table').innerText();
    for (const [, read] of NAMES) expect(table).toContain(read);
    await panel.close();
  });

  test('are read in an answer about a path and in its proposals', async () => {
    const [image, turned] = [NAMES[0]?.[0] ?? '', NAMES[6]?.[0] ?? ''];
    const id = (name: string): string => `${NAMESPACE}/${name}[Deployment]`;
    const panel = await opened('path', {
      question: { from: id(image), to: id(turned), port: '80/TCP', error: '' },
    });
    const { page } = panel;
    for (const name of ['What would allow this', 'Copy probe', 'Exposure of both']) {
      await page.getByRole('button', { name }).click();
      await panel.settled();
    }
    await expectInert(panel);
    const answer = await page.locator('.answer').innerText();
    expect(answer).toContain('<img src=x onerror=pwned=1>');
    expect(answer).toContain('\\u{202e}dlohesuoh\\u{202c}');
    await panel.close();
  });

  test.each(['changes', 'matrix', 'graph'] as const)('are read in what is exported of the %s', async (tab) => {
    const panel = await opened(tab, { focus: { kind: 'namespace', namespace: NAMESPACE }, expanded: [NAMESPACE] });
    const { page, said } = panel;
    for (const format of ['Markdown', 'CSV', ...(tab === 'matrix' ? [] : ['Mermaid'])]) {
      const before = said.length;
      await page.getByRole('group', { name: 'Export' }).getByRole('button', { name: format }).click();
      await panel.settled();
      const exported = said.slice(before).find(({ kind }) => kind === 'open');
      const text = exported?.kind === 'open' ? exported.text : '';
      expect(text, format).toContain('dlohesuoh');
      // CSV is for programs and keeps every character of a name, but no cell of it is a formula to a sheet. Markdown and
      // Mermaid make no elements of names.
      if (format === 'CSV') expect(text).not.toMatch(/(?:^|,)"?[=+\-@]\w/m);
      else {
        expectPlain(text);
        expect(text, format).not.toMatch(/(?<!\\)<(?:img|script|b)\b/);
      }
    }
    await panel.close();
  });
});

/** What a page of ours is made of; an element of a name would be another one. */
const ELEMENTS =
  /^(?:html|head|meta|title|link|style|script|body|div|header|h[123]|span|button|main|p|strong|dl|dt|dd|ul|li|section|article|figure|figcaption|pre|form|label|input|datalist|option|svg|g|defs|marker|path|rect|text|vscode-[a-z-]+)$/;

async function expectInert({ page }: OpenPanel): Promise<void> {
  const found = await page.evaluate(() => ({
    pwned: 'pwned' in window,
    elements: [...new Set([...document.querySelectorAll('*')].map(({ localName }) => localName))],
    scripts: document.scripts.length,
    handlers: [...document.querySelectorAll('*')].flatMap((element) =>
      element.getAttributeNames().filter((name) => name.startsWith('on')),
    ),
    links: document.querySelectorAll('a[href], [src]:not(script)').length,
    text: document.body.innerText,
    labels: [...document.querySelectorAll('[title], [aria-label]')].flatMap((element) => [
      element.getAttribute('title') ?? '',
      element.getAttribute('aria-label') ?? '',
    ]),
    wide: document.documentElement.scrollWidth > window.innerWidth,
  }));
  expect(found.elements.filter((name) => !ELEMENTS.test(name))).toEqual([]);
  expect({ ...found, elements: [], text: '', labels: [] }).toEqual({
    pwned: false,
    elements: [],
    scripts: 1,
    handlers: [],
    links: 0,
    text: '',
    labels: [],
    wide: false,
  });
  expectPlain(found.text);
  for (const label of found.labels) expectPlain(label);
}

/** Nothing hides, turns or moves what follows; the page's own isolates close what they open. */
function expectPlain(text: string): void {
  const balanced = text.replaceAll(/\u2068[^\u2068\u2069]*\u2069/g, '');
  // oxlint-disable-next-line no-control-regex
  expect(balanced).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b\u202a-\u202e\u2028\u2029\u2066-\u2069]/);
}
