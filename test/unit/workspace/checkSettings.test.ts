import { expect, test } from 'vitest';
import { CHECKS } from '../../../server/src/analysis/registry.ts';
import { readSettings } from '../../../server/src/workspace/settings.ts';
import { checkSchema } from '../../scripts/checkSettings.ts';

test('a check’s severity is a word, or a word with a reason; anything else is passed over', () => {
  const { checks } = readSettings({
    checks: {
      'missing-egress': 'hint',
      'egress-without-dns': { severity: 'off', reason: 'no names are resolved here' },
      'selector-matches-nothing': 'loud',
      constructor: 3,
    },
  });
  expect(checks).toEqual({ 'missing-egress': { severity: 'hint' }, 'egress-without-dns': { severity: 'off' } });
});

test.each([
  ['workspace', 'workspace'],
  ['openFiles', 'openFiles'],
  ['everything', 'openFiles'],
  [undefined, 'openFiles'],
])('problems: %s is read as %s', (problems, read) => {
  expect(readSettings({ problems }).problems).toBe(read);
});

test('the schema names every check and no other, so that a typo is seen while it is typed', () => {
  const schema = checkSchema(CHECKS) as {
    properties: object;
    patternProperties: object;
    additionalProperties: unknown;
  };
  expect(Object.keys(schema.properties)).toEqual(CHECKS.map(({ code }) => code));
  const [pattern = ''] = Object.keys(schema.patternProperties);
  expect(CHECKS.filter(({ code }) => !new RegExp(pattern).test(code))).toEqual([]);
  expect(new RegExp(pattern).test('missing-egres')).toBe(false);
  expect(schema.additionalProperties).toBe(false);
});
