import { describe, expect, test } from 'vitest';
import { namespaceItems } from '../../../client/src/namespaceItems.ts';

const KNOWN = [
  { name: 'billing', pods: 1, policies: 0 },
  { name: 'empty', pods: 0, policies: 2 },
  { name: 'shop', pods: 1806, policies: 1 },
];
const rows = (current: string, typed: string): readonly string[] =>
  namespaceItems(KNOWN, current, typed).map(({ label, description }) => `${label} | ${description}`);

test('the namespaces with most pods come first, the chosen one is ticked, and there may be none', () => {
  expect(rows('shop', '')).toEqual([
    '$(check) shop | 1,806 pods · 1 policy',
    '$(symbol-namespace) billing | 1 pod',
    '$(symbol-namespace) empty | 0 pods · 2 policies',
    '$(close) No namespace of your own | from bulkhead.yaml, the context, else default',
  ]);
  expect(rows('', '').at(-1)).toMatch(/^\$\(check\)/);
});

describe('what is typed', () => {
  test('can be chosen although nothing is known of it', () => {
    expect(rows('', 'to-come')[0]).toBe('$(add) to-come | not known yet');
  });

  test.each(['shop', 'Not A Name', '-x', ''])('%j is not offered beside what there is', (typed) => {
    expect(rows('', typed)[0]).toBe('$(symbol-namespace) shop | 1,806 pods · 1 policy');
  });
});
