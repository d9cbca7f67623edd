import { expect, test } from 'vitest';
import { lineDiff, shownLines } from '../../../../server/src/workspace/apply/lineDiff.ts';
import { shownChange } from '../../../../server/src/workspace/apply/shownObject.ts';
import { randomNumbers } from '../../../support/random.ts';

test.each([
  ['', '', ''],
  ['', 'a\nb\n', '+a+b'],
  ['a\nb\n', '', '-a-b'],
  ['a\nb\nc\n', 'a\nx\nc\n', ' a-b+x c'],
  ['a\nb\nc\nd\n', 'b\nd\n', '-a b-c d'],
  ['a\n', 'a\nb\na\n', ' a+b+a'],
])('%j to %j', (before, after, shown) => {
  const lines = lineDiff(before, after).map(
    ({ kind, text }) => `${{ same: ' ', removed: '-', added: '+' }[kind]}${text}`,
  );
  expect(lines.join('')).toBe(shown);
});

test('both texts can be read from it, whatever they are', () => {
  const random = randomNumbers(7);
  const text = (): string =>
    Array.from({ length: random.below(12) }, () => `${random.pick(['a', 'b', 'c'])}\n`).join('');
  for (let round = 0; round < 500; round++) {
    const [before, after] = [text(), text()];
    const lines = lineDiff(before, after);
    const read = (without: string): string =>
      lines.flatMap((line) => (line.kind === without ? [] : [`${line.text}\n`])).join('');
    expect({ before: read('added'), after: read('removed') }).toEqual({ before, after });
  }
});

test('far lines are left out', () => {
  const before = Array.from({ length: 20 }, (_, at) => `line ${at}`).join('\n');
  expect(shownLines(lineDiff(before, before.replace('line 9\n', 'line nine\n')), 1)).toEqual([
    '…',
    '  line 8',
    '- line 9',
    '+ line nine',
    '  line 10',
  ]);
});

test('two states of an object are shown without what every write changes', () => {
  const state = (version: string, spec: object): never =>
    ({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: {
        name: 'web',
        resourceVersion: version,
        uid: 'u',
        managedFields: [{ manager: 'x' }],
        annotations: { 'kubectl.kubernetes.io/last-applied-configuration': version, note: 'kept' },
      },
      spec,
      status: {},
    }) as never;
  const { before, after } = shownChange(state('1', { podSelector: {} }), state('2', { podSelector: {}, egress: [{}] }));
  expect(shownLines(lineDiff(before, after), 0).slice(-1)).toEqual(['+     - {}']);
  expect(before).toBe(
    'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: web\n  annotations:\n    note: kept\nspec:\n  podSelector: {}\n',
  );
});
