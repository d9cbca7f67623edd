/** Text that is being written is no catastrophe: what stands half typed keeps its last meaning for a while. */
import { beforeEach, describe, expect, test } from 'vitest';
import { codeLenses } from '../../../server/src/features/codeLens.ts';
import { FolderWorkspace } from '../../../server/src/workspace/folderWorkspace.ts';
import { FakeClock } from '../../support/fakeClock.ts';
import { policy, SHOP } from '../../support/shopManifests.ts';

const URI = 'file:///shop/web.yaml';
const SELECTOR = '  podSelector: { matchLabels: { app: web } }\n';
const WEB = policy('podSelector: { matchLabels: { app: web } }');
const SELECTOR_LINE = WEB.split('\n').indexOf(SELECTOR.trimEnd());

let clock: FakeClock;
let folder: FolderWorkspace;

beforeEach(() => {
  clock = new FakeClock();
  folder = new FolderWorkspace('file:///shop', { now: clock.now, date: clock.now });
  for (const [name, text] of SHOP) folder.putFile(`file:///shop/${name}`, text);
  folder.setIndexing(undefined);
  folder.openDocument(URI, WEB);
  folder.snapshot();
});

/** The lens above the policy, which says how many pods it isolates. */
function lens(): string {
  const [first] = codeLenses(folder.snapshot(), URI);
  return first?.command?.title ?? '';
}

function type(text: string): string {
  folder.editDocument(URI, text);
  return lens();
}

const HELD = 'Isolates ingress of 5 pods (web, web-canary) · as of the last readable text';
const EVERY_POD = /Isolates ingress of 10 pods/;

describe('a text that cannot be decoded', () => {
  test.each([
    ['broken YAML', WEB.replace(SELECTOR, '  podSelector: { matchLabels: { app: web }\n')],
    ['a fault that the API server refuses', `${WEB}  ingress: [{ ports: [{ port: 70000 }] }]\n`],
    ['a value of the wrong type', WEB.replace(SELECTOR, '  podSelector: web\n')],
  ])('keeps its last meaning: %s', (_, text) => {
    expect(type(text)).toBe(HELD);
    clock.advance(60_000);
    expect(folder.settle()).toBe(false);
    expect(lens()).toBe(HELD);
  });

  test('has its new meaning as soon as it can be decoded again', () => {
    type(WEB.replace('app: web', 'app: [web'));
    expect(type(WEB.replace('app: web', 'app: db'))).toBe('Isolates ingress of 3 pods (db)');
  });

  test('takes nothing from the other documents of the text', () => {
    const other = policy('podSelector: {}', 'name: all, namespace: platform');
    const both = `${WEB}---\n${other}`;
    type(both);
    type(both.replace('app: web', 'app: [web'));
    const titles = codeLenses(folder.snapshot(), URI).map(({ command }) => command?.title);
    expect(titles).toContain(HELD);
    expect(titles.filter((title) => title?.startsWith('Isolates'))).toHaveLength(2);
    expect(titles.filter((title) => title?.includes('last readable'))).toHaveLength(1);
  });

  test('has no meaning to keep where it never had one', () => {
    const uri = 'untitled:Untitled-1';
    folder.openDocument(uri, policy('podSelector: web', 'name: new, namespace: shop'));
    expect(codeLenses(folder.snapshot(), uri)[0]?.command?.title).toMatch(/API server would refuse/);
  });

  test('is what it is again once its document is closed', () => {
    folder.putFile(URI, WEB);
    type(WEB.replace('app: web', 'app: [web'));
    folder.closeDocument(URI);
    expect(folder.snapshot().files.get(URI)?.held.size).toBe(0);
    expect(lens()).toBe('Isolates ingress of 5 pods (web, web-canary)');
  });
});

describe('a key without a value', () => {
  const BARE = WEB.replace(SELECTOR, '  podSelector:\n');

  test('is not taken for every pod while the cursor stands on it', () => {
    folder.setCursor(URI, SELECTOR_LINE);
    expect(type(BARE)).toBe(HELD);
    clock.advance(60_000);
    folder.settle();
    expect(lens()).toBe(HELD);
  });

  test('means what it says once the cursor leaves its line', () => {
    folder.setCursor(URI, SELECTOR_LINE);
    type(BARE);
    expect(folder.setCursor(URI, 0)).toBe(true);
    expect(lens()).toMatch(EVERY_POD);
  });

  test('means what it says once the cursor goes to another file', () => {
    folder.setCursor(URI, SELECTOR_LINE);
    type(BARE);
    clock.advance(800);
    expect(folder.setCursor('file:///shop/shop.yaml', SELECTOR_LINE)).toBe(true);
    expect(lens()).toMatch(EVERY_POD);
  });

  test('waits for its value on the line below for a moment', () => {
    folder.setCursor(URI, SELECTOR_LINE);
    type(BARE.replace('podSelector:\n', 'podSelector:\n    \n'));
    folder.setCursor(URI, SELECTOR_LINE + 1);
    expect(lens()).toBe(HELD);
    clock.advance(800);
    expect(folder.settle()).toBe(true);
    expect(lens()).toMatch(EVERY_POD);
  });

  test('means what it says after 800 ms where the client tells no cursor', () => {
    expect(type(BARE)).toBe(HELD);
    clock.advance(799);
    expect(folder.settle()).toBe(false);
    clock.advance(1);
    expect(folder.settle()).toBe(true);
    expect(lens()).toMatch(EVERY_POD);
  });

  test('is not held once it has been taken as it is', () => {
    folder.setCursor(URI, SELECTOR_LINE);
    type(BARE);
    folder.setCursor(URI, 0);
    lens();
    expect(folder.setCursor(URI, SELECTOR_LINE)).toBe(false);
    expect(lens()).toMatch(EVERY_POD);
  });

  test('is a list item as well: a rule that lets everyone in is hardly what the dash means', () => {
    const locked = `${WEB}  ingress:\n`;
    type(`${locked}  - from: [{ podSelector: { matchLabels: { app: db } } }]\n`);
    folder.setCursor(URI, locked.split('\n').length);
    folder.editDocument(URI, `${locked}  - from: [{ podSelector: { matchLabels: { app: db } } }]\n  -\n`);
    expect(folder.snapshot().files.get(URI)?.held.size).toBe(1);
  });
});

test.each(['\n', '\n\n', '\n\n\n', '\r\n\r\n', '\n  \npodSelector:\n'])(
  'a text that begins with line breaks (%j) is read while its first lines are written',
  (text) => {
    folder.editDocument(URI, `${text}x`);
    folder.editDocument(URI, text);
    folder.setCursor(URI, 1);
    expect(folder.snapshot().files.get(URI)?.file.text).toBe(text);
  },
);
