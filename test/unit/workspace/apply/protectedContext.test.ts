import { expect, test } from 'vitest';
import { DEFAULT_PROTECTED, protectingPattern } from '../../../../server/src/workspace/apply/protectedContext.ts';

test.each([
  ['prod-eu', '*prod*'],
  ['gke_acme_europe_PRODUCTION', '*prod*'],
  ['eu-prd-1', '*prd*'],
  ['live', '*live*'],
  ['staging', undefined],
  ['', undefined],
])('%s is protected by %s', (context, pattern) => {
  expect(protectingPattern(context, DEFAULT_PROTECTED)).toBe(pattern);
});

test.each([
  ['prod', 'prod', true],
  ['prod', 'prod-eu', false],
  ['a*a', 'a', false],
  ['a*b*c', 'a-b-c', true],
  ['a*b*c', 'acb', false],
  ['*', 'anything', true],
  ['a.c', 'abc', false],
  [`${'*a'.repeat(30)}b`, 'a'.repeat(20_000), false],
])('the pattern %s for %s: %s', (pattern, context, isProtected) => {
  expect(protectingPattern(context, [pattern]) !== undefined).toBe(isProtected);
});
