/** What an editor shows in a file of intent tests: lenses, hovers and completions. */
import { describe, expect, it } from 'vitest';
import { codeLensPlaces, resolveCodeLens } from '../../../server/src/features/codeLens.ts';
import { complete, resolveCompletion } from '../../../server/src/features/completion/complete.ts';
import { hover } from '../../../server/src/features/hover.ts';
import { fixture } from '../../support/fixture.ts';
import { SHOP } from '../../support/shop.ts';
import { snapshotOf } from '../../support/snapshotOf.ts';

const FILE = 'shop.bulkhead-test.yaml';
const URI = `file:///${FILE}`;

/** The shop, with a file of tests in which `$0` marks the cursor. */
function opened(tests: string) {
  const { files, cursor } = fixture(`${SHOP}#- ${FILE}\n${tests}`);
  return { snapshot: snapshotOf(files), offset: cursor?.offset ?? 0, text: files.get(FILE) ?? '' };
}

const TESTS = `version: 1
tests:
- name: api may reach db
  from: shop/api
  to: shop/db
  ports: [5432/TCP]
  expect: allow
- name: web may
  from: { labels: { app: web } }
  to: shop/db
  ports: [5432/TCP]
  expect: allow
- name: about nobody
  from: shop/wep
  to: shop/db
  expect: deny
- name: faulty
  from: shop/api
`;

it('says above each test how many pods it is about, and what it says now', () => {
  const { snapshot } = opened(TESTS);
  const lenses = codeLensPlaces(snapshot, URI).map((lens) => resolveCodeLens(snapshot, lens));
  expect(lenses.map(({ range, command }) => [range.start.line, command?.title])).toEqual([
    [2, '2 pods → 1 pod · passes'],
    [7, '3 pods → 1 pod · fails: shop/web cannot reach shop/db on 5432/TCP'],
    [12, 'fails, for it is about nobody: no pod or workload is called shop/wep'],
    [16, 'Something is wrong with this test'],
  ]);
});

it('gives a lens whose test has left the text no words of another', () => {
  const { snapshot } = opened(TESTS);
  const [first] = codeLensPlaces(snapshot, URI);
  const renamed = opened(TESTS.replace('api may reach db', 'another')).snapshot;
  expect(first && resolveCodeLens(renamed, first).command?.title).toBe('Something is wrong with this test');
});

function hovered(tests: string): string {
  const { snapshot, offset } = opened(tests);
  const found = hover(snapshot, URI, offset);
  return found === null || typeof found.contents !== 'object' || !('value' in found.contents)
    ? ''
    : found.contents.value;
}

describe('a hover', () => {
  it('tells what is not as meant, and why', () => {
    const text = hovered(TESTS.replace('web may', 'web $0may'));
    expect(text).toContain('**Fails**');
    expect(text).toContain('shop/web cannot reach shop/db on 5432/TCP: shop/db isolates ingress');
  });

  it('tells whom an end means', () => {
    expect(hovered(TESTS.replace('app: web', 'app: w$0eb'))).toContain('**Means 3 pods of 1 workload**: pods app=web');
    expect(hovered(TESTS.replace('shop/wep', 'shop/w$0ep'))).toContain('no pod or workload is called shop/wep');
  });

  it('tells what a key does', () => {
    expect(hovered(TESTS.replace('version', 'ver$0sion'))).toContain('The version of this format');
    expect(hovered(TESTS.replace('ports', 'po$0rts'))).toContain('5432/TCP');
    expect(hovered(TESTS.replace('labels', 'lab$0els'))).toContain('Pods with these labels');
  });
});

const CLIENT = { snippets: true, insertsAsIs: true, labelDetails: true, suggestsOn: true };

function completed(tests: string): readonly string[] {
  const { snapshot, offset, text } = opened(tests);
  const list = complete(snapshot, { uri: URI, text }, offset, CLIENT);
  return list?.items.map(({ label }) => label) ?? [];
}

const test = (keys: string): string => `version: 1\ntests:\n- name: it\n  ${keys}\n`;

describe('completion', () => {
  it.each<[where: string, text: string, offered: readonly string[], not?: readonly string[]]>([
    ['the keys of a file', '$0', ['version', 'tests'], ['apiVersion']],
    [
      'the keys of a test that are not there',
      test('from: shop/web\n  $0'),
      ['to', 'ports', 'expect'],
      ['from', 'name'],
    ],
    ['who an end may be', test('from: $0'), ['any pod', 'internet', 'anywhere', 'shop/web', 'shop/*']],
    ['who else may be in a list', test('from: [shop/web, $0]'), ['shop/api', 'any pod'], ['shop/web']],
    ['keys of an end', test('from: { $0 }'), ['who', 'namespace', 'labels', 'service', 'outside', 'except']],
    ['namespaces', test('from: { namespace: $0 }'), ['shop']],
    ['keys of labels', test('from: { labels: { $0 } }'), ['app']],
    ['labels of namespaces', test('from: { namespaceLabels: { $0 } }'), ['kubernetes.io/metadata.name']],
    ['values of a label', test('from: { labels: { app: $0 } }'), ['web', 'api', 'db']],
    [
      'ends without an exception of their own',
      test('from: { who: any pod, except: { $0 } }'),
      ['who', 'labels'],
      ['except'],
    ],
    ['the ports that are there', test('to: shop/db\n  ports: [$0]'), ['5432/TCP'], ['all']],
    ['what is meant', test('expect: $0'), ['allow', 'deny']],
  ])('offers %s', (_, text, offered, not = []) => {
    const labels = completed(text);
    expect(labels).toEqual(expect.arrayContaining([...offered]));
    for (const label of not) expect(labels).not.toContain(label);
  });

  it('documents a key once somebody looks at it', () => {
    const { snapshot, offset, text } = opened(test('from: { $0 }'));
    const item = complete(snapshot, { uri: URI, text }, offset, CLIENT)?.items.find(({ label }) => label === 'outside');
    expect(item && resolveCompletion(item).documentation).toMatchObject({
      value: expect.stringContaining('Everyone outside this namespace'),
    });
  });
});
